"""Built-in template actions, attached by the same hook that plugins use."""

from collections.abc import Sequence
from typing import Any

from callboard.plugin import hookimpl


@hookimpl
def callboard_scaffolder_actions() -> Sequence[Any]:
    """Everything under `scaffolder.actions`."""
    from scaffolder.actions import BUILTIN_ACTIONS

    return BUILTIN_ACTIONS

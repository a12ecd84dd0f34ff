"""The command line, a module a command or group; each adds itself by its `register`.

Only the module of the command that was asked for is imported: most of a short command's time would be imports.
"""

from collections.abc import Sequence
from importlib import import_module
from typing import Final

import typer

MODULES: Final = {
    "run": "run", "serve": "run", "worker": "jobs", "catalog": "catalog", "ask": "ask", "search": "search",
    "template": "template", "notifications": "notifications", "questions": "questions", "jobs": "jobs",
    "config": "config", "db": "database", "doctor": "doctor", "manifest": "manifest", "playground": "playground",
}  # fmt: skip
"""The module of each command, in the order of the help."""


def register(app: typer.Typer, arguments: Sequence[str]) -> None:
    """Add the command that the arguments name, or all of them where they name none (help, a misspelt one)."""
    asked = next((MODULES[a] for a in arguments if a in MODULES), None)
    for name in [asked] if asked else dict.fromkeys(MODULES.values()):
        import_module(f"bot.commands.{name}").register(app)

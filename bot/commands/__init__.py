"""The command line, a module a command or group; each adds itself by its `register`."""

from collections.abc import Callable
from importlib import import_module

import typer

_MODULES = (
    "run", "catalog", "ask", "search", "config", "database", "doctor", "jobs", "manifest", "notifications", "playground", "questions",
)  # fmt: skip
REGISTER: tuple[Callable[[typer.Typer], None], ...] = tuple(
    import_module(f"bot.commands.{name}").register for name in _MODULES
)

"""Actions that count their calls and break where a test wants it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from scaffolder.actions.base import Action, ActionContext, Fields


class Killed(BaseException):
    """The process is gone: nothing of ours may catch this."""


class Named(Fields):
    name: str


class Probe:
    """What was called, and what shall break."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.deaths: dict[str, BaseException] = {}

    def actions(self) -> list[Action[Any]]:
        return [
            Action(id="probe:call", description="Counts.", input=Named, run=self._call),
            Action(id="probe:write", description="Appends to a file, then counts.", input=Named, run=self._write),
            Action(id="probe:twice", description="Two checkpoints.", input=Named, run=self._twice),
        ]

    def _call(self, context: ActionContext, given: Named) -> Mapping[str, Any]:
        self.calls.append(given.name)
        context.made("thing", given.name, f"https://things/{given.name}")
        if given.name in self.deaths:
            raise self.deaths.pop(given.name)
        return {"name": given.name}

    def _write(self, context: ActionContext, given: Named) -> Mapping[str, Any]:
        path = context.workspace.resolve("log")
        path.write_text((path.read_text() if path.exists() else "") + given.name)
        return self._call(context, given)

    def _twice(self, context: ActionContext, given: Named) -> Mapping[str, Any]:
        first = context.checkpoint("first", lambda: self._note(f"{given.name}1"))
        second = context.checkpoint("second", lambda: self._note(f"{given.name}2"))
        return {"all": [first, second]}

    def _note(self, name: str) -> str:
        self.calls.append(name)
        if name in self.deaths:
            raise self.deaths.pop(name)
        return name


def call(name: str, action: str = "probe:call", **more: Any) -> dict[str, Any]:
    return {"id": name, "action": action, "input": {"name": name}, **more}


@contextmanager
def killed() -> Iterator[None]:
    with pytest.raises(Killed):
        yield

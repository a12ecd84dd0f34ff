"""One step at work: what its action tells, remembers, and is stopped by."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from scaffolder.actions.base import CancelledError, StepTimeoutError
from scaffolder.expressions import Rendered
from scaffolder.journal import ABSENT, Journal
from scaffolder.model import Made, Step
from scaffolder.sealing import Masker

_LONGEST: Final = 4_000


@dataclass(slots=True)
class Call:
    """`index` is the turn of a loop; its checkpoints are its own."""

    position: int
    step: Step
    journal: Journal
    masker: Masker
    clock: Callable[[], float]
    index: int | None = None
    timeout: float | None = None
    deadline: float | None = None

    def begin(self, timeout: float) -> None:
        """The action starts now."""
        self.timeout, self.deadline = timeout, self.clock() + timeout

    def info(self, message: str) -> None:
        self.journal.log(self.step, "info", self.masker.text(message))

    def warning(self, message: str) -> None:
        self.journal.log(self.step, "warn", self.masker.text(message))

    def warn_of(self, rendered: Rendered) -> Rendered:
        """Tell what could not be evaluated; in Backstage nobody hears of it."""
        for warning in rendered.warnings:
            self.warning(f"{warning.path}: {warning.message} The text stays as it is: {warning.source}")
        return rendered

    def checkpoint(self, key: str, work: Callable[[], Any]) -> Any:
        name = f"{'' if self.index is None else self.index}:{key}"
        known = self.journal.recall(self.position, name)
        if known is not ABSENT:
            return known
        result = work()
        self.journal.remember(self.position, name, result)
        return result

    def made(self, kind: str, title: str, url: str | None) -> None:
        self.journal.made(Made(kind, title, url))

    def check(self) -> None:
        """Raises CancelledError or StepTimeoutError when the step has to end."""
        if self.journal.is_cancelled():
            raise CancelledError
        if self.deadline is not None and self.clock() > self.deadline:
            limit = f"the {self.timeout:g} seconds that {self.step.action} may take"
            raise StepTimeoutError(f"The step took longer than {limit}.")


def in_short(value: Any) -> str:
    """JSON for the log."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"

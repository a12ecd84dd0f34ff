"""How much work one rendering may do. Threads can't be interrupted, so the work counts itself."""

import time
from dataclasses import dataclass
from typing import Final

from scaffolder.expressions.errors import BudgetError


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits of one rendering; the defaults are far above what real templates need."""

    operations: int = 1_000_000
    """Loop turns, calls and filters."""
    characters: int = 20_000_000
    """Text produced, printed or not: doubling a variable in a loop counts although nothing is printed."""
    output: int = 5_000_000
    depth: int = 60
    """Macros inside macros."""
    seconds: float = 10.0
    regex_seconds: float = 1.0


DEFAULT_BUDGET: Final = Budget()
_CLOCK_EVERY: Final = 256


class Meter:
    """Counts one rendering's work against its budget."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.depth = 0
        self._operations = 0
        self._characters = 0
        self._output = 0
        self._deadline = time.monotonic() + budget.seconds

    def work(self, count: int = 1) -> None:
        before = self._operations
        self._operations += count
        if self._operations > self.budget.operations:
            raise BudgetError(f"the template does more than {self.budget.operations:,} operations; does a loop end?")
        if before // _CLOCK_EVERY != self._operations // _CLOCK_EVERY:
            self._check_clock()

    def text(self, length: int) -> None:
        """Called before a text of that length is made."""
        self._characters += length
        if self._characters > self.budget.characters:
            raise BudgetError(f"the template makes more than {self.budget.characters:,} characters of text")
        if length > 10_000:
            self._check_clock()

    def printed(self, length: int) -> None:
        self._output += length
        if self._output > self.budget.output:
            raise BudgetError(f"the template prints more than {self.budget.output:,} characters")

    def regex_seconds(self) -> float:
        """How long the next regular expression may take; asked before each, because they are few and slow."""
        self.work()
        self._check_clock()
        return min(self.budget.regex_seconds, max(self._deadline - time.monotonic(), 0.01))

    def enter(self) -> None:
        self.depth += 1
        if self.depth > self.budget.depth:
            raise BudgetError(f"macros call each other more than {self.budget.depth} levels deep")

    def leave(self) -> None:
        self.depth -= 1

    def _check_clock(self) -> None:
        if time.monotonic() > self._deadline:
            raise BudgetError(f"the template takes longer than {self.budget.seconds:g} seconds")

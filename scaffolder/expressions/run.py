"""One rendering: its variables, its work so far, and what it may call."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from jinja2.runtime import Context

from scaffolder.expressions import values
from scaffolder.expressions.budget import Meter
from scaffolder.expressions.errors import TemplateError
from scaffolder.expressions.lexer import Source
from scaffolder.expressions.values import UNDEFINED, Function

RUN: Final = "callboard.run"
Filters = Mapping[str, Callable[..., Any]]


class Frame:
    """Variables of a loop, a macro or the whole template; reading and `set` look outwards."""

    __slots__ = ("isolated", "outer", "variables")

    def __init__(self, outer: "Frame | None" = None, *, isolated: bool = False) -> None:
        self.outer = outer
        self.isolated = isolated
        self.variables: dict[str, Any] = {}

    def read(self, name: str) -> Any:
        frame: Frame | None = self
        while frame is not None:
            value = frame.variables.get(name, UNDEFINED)
            if value is not UNDEFINED:
                return value
            frame = frame.outer
        return UNDEFINED

    def assign(self, name: str, value: Any) -> None:
        """Change the nearest variable of that name, else make one here."""
        frame: Frame | None = self
        while frame is not None and frame.variables.get(name, UNDEFINED) is UNDEFINED:
            frame = None if frame.isolated else frame.outer
        (frame or self).variables[name] = value


class Run:
    """Handed through Jinja2's context to every operation."""

    def __init__(
        self,
        context: Mapping[str, Any],
        *,
        meter: Meter,
        source: Source,
        filters: Filters,
        variables: Mapping[str, Any],
    ) -> None:
        self.meter = meter
        self.source = source
        self.filters = filters
        self.variables = variables
        self.result: Any = UNDEFINED
        self.python_members = False
        self.top = self.frame = Frame()
        self._context = context
        self._copied: dict[str, Any] = {}

    def lookup(self, name: str) -> Any:
        value = self.frame.read(name)
        if value is not UNDEFINED:
            return value
        if name in self._copied:
            return self._copied[name]
        if name in self._context:
            self._copied[name] = values.from_context(self._context[name])
            return self._copied[name]
        return self.variables.get(name, UNDEFINED)

    def keep(self, value: Any) -> None:
        self.result = value

    def assign(self, names: Sequence[str], value: Any) -> None:
        for name in names:
            self.frame.assign(name, value)
            if self.frame is self.top:
                self._copied[name] = value  # macros see what the template sets outside of any loop

    def each(self, items: Any, names: Sequence[str]) -> Iterator[None]:
        """Turn the loop; a text gives its characters, an object only pairs, anything else nothing."""
        rows = _rows(items, len(names))
        outer, self.frame = self.frame, Frame(self.frame)
        for index, row in enumerate(rows):
            self.meter.work()
            self.frame.variables.update(zip(names, row, strict=False))
            self.frame.variables["loop"] = _loop(index, len(rows))
            yield
        self.frame = outer

    def macro(self, body: Callable[[], str], names: Sequence[str], optional: Mapping[str, Any], *, keeps: bool) -> Any:
        definition = self.frame

        def call(*args: Any, **keywords: Any) -> str:
            frame = Frame(definition if keeps else None, isolated=True)
            frame.variables.update(
                {"caller": UNDEFINED, **optional} | dict(zip([*names, *optional], args, strict=False))
            )
            frame.variables.update(keywords)
            outer, self.frame = self.frame, frame
            self.meter.enter()
            try:
                return str(body())
            finally:
                self.meter.leave()
                self.frame = outer

        return Function("macro", call)

    def error(self, problem: str, offset: int, hint: str | None = None) -> TemplateError:
        return self.source.error(problem, offset, hint)


def run_of(context: Context) -> Run:
    run = context.parent[RUN]
    assert isinstance(run, Run)
    return run


def _rows(items: Any, width: int) -> list[Sequence[Any]]:
    if isinstance(items, Mapping):
        return list(values.entries(items)) if width > 1 else []
    if isinstance(items, str):
        return [(c,) for c in items] if width == 1 else [(str(i), c) for i, c in enumerate(items)]
    if not isinstance(items, list):
        return []
    if width == 1:
        return [(i,) for i in items]
    return [_spread(i, width) for i in items]


def _spread(item: Any, width: int) -> Sequence[Any]:
    found = list(item) if isinstance(item, (list, str)) else []
    return (found + [UNDEFINED] * width)[:width]


def _loop(index: int, length: int) -> dict[str, Any]:
    return {
        "index": index + 1, "index0": index, "revindex": length - index, "revindex0": length - index - 1,
        "first": index == 0, "last": index == length - 1, "length": length,
    }  # fmt: skip

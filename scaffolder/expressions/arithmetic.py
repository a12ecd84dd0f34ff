"""JavaScript's arithmetic: texts are joined by `+`, anything else becomes a double."""

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from scaffolder.expressions.regex import Regex
from scaffolder.expressions.run import Run
from scaffolder.expressions.values import Function, is_number, number, to_number, to_text


def add(run: Run, left: Any, right: Any) -> Any:
    if is_number(left) and is_number(right):
        return number(left + right)
    if isinstance(left, (str, list, Mapping, Regex, Function)) or isinstance(
        right, (str, list, Mapping, Regex, Function)
    ):
        return join_texts(run, left, right)
    return number(to_number(left) + to_number(right))


def join_texts(run: Run, left: Any, right: Any) -> str:
    """Also `~`, which is `left + "" + right`: undefined prints as a word."""
    a, b = to_text(left), to_text(right)
    run.meter.text(len(a) + len(b))
    return a + b


def _divide(left: float, right: float) -> float:
    if right:
        return left / right
    if math.isnan(left) or not left:
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1, right)


def _remainder(left: float, right: float) -> float:
    """The sign is the dividend's."""
    if math.isnan(left) or math.isnan(right) or math.isinf(left) or not right:
        return math.nan
    return math.fmod(left, right)


def _power(left: float, right: float) -> float:
    if math.isnan(right) or (abs(left) == 1 and math.isinf(right)):
        return math.nan
    try:
        result = float(left) ** float(right)
    except (OverflowError, ZeroDivisionError):
        return math.inf
    return result if isinstance(result, float) else math.nan


_MATH: Final[dict[str, Callable[[float, float], float]]] = {
    "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": _divide, "%": _remainder, "**": _power,
}  # fmt: skip


def calculate(run: Run, value: Any, *steps: Any) -> Any:
    """Operators and operands in turn, from left to right."""
    for operator, other in zip(steps[::2], steps[1::2], strict=True):
        if operator == "+":
            value = add(run, value, other)
        elif operator == "~":
            value = join_texts(run, value, other)
        else:
            value = number(_MATH[operator](to_number(value), to_number(other)))
    return value

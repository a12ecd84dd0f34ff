"""Tests: what may follow `is`."""

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from scaffolder.expressions import values
from scaffolder.expressions.values import UNDEFINED, Function, strictly_equal, truthy


def _remainder_is(value: Any, divisor: Any, wanted: int) -> bool:
    dividend, by = values.to_number(value), values.to_number(divisor)
    return math.isfinite(dividend) and bool(by) and math.fmod(dividend, by) == wanted


def _case(value: Any, fold: Callable[[str], str]) -> bool:
    if not isinstance(value, str):
        raise TypeError("only a text is upper or lower case")
    return fold(value) == value


def _ordered(operator: str) -> Callable[[Any, Any], bool]:
    return lambda value, other: values.compare(operator, value, other)


TESTS: Final[Mapping[str, Callable[..., bool]]] = {
    "callable": lambda v: isinstance(v, Function),
    "defined": lambda v: v is not UNDEFINED,
    "divisibleby": lambda v, by: _remainder_is(v, by, 0),
    "eq": strictly_equal,
    "equalto": strictly_equal,
    "escaped": lambda _v: False,
    "even": lambda v: _remainder_is(v, 2, 0),
    "falsy": lambda v: not truthy(v),
    "ge": _ordered(">="),
    "greaterthan": _ordered(">"),
    "gt": _ordered(">"),
    "iterable": lambda v: isinstance(v, (str, list)),
    "le": _ordered("<="),
    "lessthan": _ordered("<"),
    "lower": lambda v: _case(v, str.lower),
    "lt": _ordered("<"),
    "mapping": lambda v: isinstance(v, Mapping),
    "ne": lambda v, other: not strictly_equal(v, other),
    "null": lambda v: v is None,
    "number": values.is_number,
    "odd": lambda v: _remainder_is(v, 2, 1),
    "sameas": strictly_equal,
    "string": lambda v: isinstance(v, str),
    "truthy": truthy,
    "undefined": lambda v: v is UNDEFINED,
    "upper": lambda v: _case(v, str.upper),
}

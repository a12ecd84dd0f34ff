"""JavaScript's values and coercions over Python's: what Nunjucks templates were written against.

Numbers are doubles there, so a whole double is kept as an int here; `null` is None; `undefined` is UNDEFINED.
"""

import math
import operator as python
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

import orjson

MAX_SAFE: Final = 2**53
_ORDERS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": python.lt,
    ">": python.gt,
    "<=": python.le,
    ">=": python.ge,
}
_INDEX = re.compile(r"0|[1-9][0-9]{0,9}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_SPACES: Final = " \t\n\r\v\f\u00a0\ufeff\u2028\u2029"


class UndefinedType:
    """The one value that means "there is nothing of that name"."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "undefined"

    def __deepcopy__(self, _memo: object) -> "UndefinedType":
        return self


UNDEFINED: Final = UndefinedType()


class Function:
    """Something a template may call; everything else that Python could call is closed to it."""

    __slots__ = ("call", "label")

    def __init__(self, label: str, call: Callable[..., Any]) -> None:
        self.label = label
        self.call = call


def truthy(value: Any) -> bool:
    if value is None or value is UNDEFINED or value is False:
        return False
    if isinstance(value, str):
        return value != ""
    if isinstance(value, (int, float)):
        return value != 0 and not math.isnan(value)
    return True


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def number(value: float) -> int | float:
    """A double, kept as an int where it is a whole number that an int holds exactly."""
    if isinstance(value, int):
        return value if -MAX_SAFE <= value <= MAX_SAFE else _double(value)
    if math.isfinite(value) and value.is_integer() and abs(value) <= MAX_SAFE:
        return int(value)
    return value


def _double(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def to_number(value: Any) -> int | float:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (int, float)):
        return number(value)
    if value is None:
        return 0
    if isinstance(value, str):
        return _number_in(value.strip(_SPACES))
    if isinstance(value, list):
        return _number_in(to_text(value).strip(_SPACES))
    return math.nan


def _number_in(text: str) -> int | float:
    if not text:
        return 0
    if _NUMBER.fullmatch(text):
        return number(float(text))
    if re.fullmatch(r"0[xX][0-9a-fA-F]{1,400}", text):
        return number(int(text, 16))
    return {"Infinity": math.inf, "+Infinity": math.inf, "-Infinity": -math.inf}.get(text, math.nan)


def number_text(value: float) -> str:
    """The shortest digits that read back as the same double."""
    if isinstance(value, int):
        return str(value) if -MAX_SAFE <= value <= MAX_SAFE else number_text(_double(value))
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "0"
    sign, digit_tuple, power = Decimal(repr(value)).normalize().as_tuple()
    assert isinstance(power, int)
    digits = "".join(map(str, digit_tuple))
    return ("-" if sign else "") + _positional(digits, len(digits) + power)


def _positional(digits: str, point: int) -> str:
    """Digits with the decimal point after the first `point` of them; an exponent beyond 21 places or 6 zeros."""
    if 0 < point <= 21:
        whole, fraction = digits[:point].ljust(point, "0"), digits[point:]
        return f"{whole}.{fraction}" if fraction else whole
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{fraction}e{point - 1:+d}"


def to_text(value: Any) -> str:
    """What `String(value)` gives; lists print their items joined, objects print `[object Object]`."""
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return number_text(value)
    if isinstance(value, list):
        return ",".join(map(printed, value))
    if value is UNDEFINED:
        return "undefined"
    if isinstance(value, Function):
        return f"function {value.label}"
    if isinstance(value, Mapping):
        return "[object Object]"
    return str(value)


def printed(value: Any) -> str:
    """What `${{ value }}` prints: null and undefined print nothing."""
    return "" if value is None or value is UNDEFINED else to_text(value)


def strictly_equal(left: Any, right: Any) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if is_number(left) and is_number(right):
        return bool(left == right)
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    return left is right


def loosely_equal(left: Any, right: Any) -> bool:
    nothing = (None, UNDEFINED)
    if left in nothing or right in nothing:
        return left in nothing and right in nothing
    if isinstance(left, bool):
        left = int(left)
    if isinstance(right, bool):
        right = int(right)
    if _is_object(left) and _is_object(right):
        return left is right
    if _is_object(left):
        left = to_text(left)
    if _is_object(right):
        right = to_text(right)
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    return to_number(left) == to_number(right)


def compare(operator: str, left: Any, right: Any) -> bool:
    """`<`, `>`, `<=`, `>=`: by characters between texts, else by number; NaN compares to nothing."""
    left, right = (to_text(v) if _is_object(v) else v for v in (left, right))
    if isinstance(left, str) and isinstance(right, str):
        return bool(_ORDERS[operator](left, right))
    return bool(_ORDERS[operator](to_number(left), to_number(right)))


def _is_object(value: Any) -> bool:
    return not (value is None or value is UNDEFINED or isinstance(value, (str, int, float)))


def entries(value: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """Key and value pairs in JavaScript's order: keys that look like list indexes first, by number."""
    items = [(to_text(k), v) for k, v in value.items()]
    if not any(_INDEX.fullmatch(k) for k, _ in items):
        return items
    indexes = sorted((i for i in items if _INDEX.fullmatch(i[0])), key=lambda i: int(i[0]))
    return [*indexes, *(i for i in items if not _INDEX.fullmatch(i[0]))]


def to_json(value: Any) -> Any:
    """The value as JSON carries it: undefined leaves an object and is null in a list, NaN is null."""
    if isinstance(value, (str, bool)) or value is None:
        return value
    if isinstance(value, (int, float)):
        return number(value) if math.isfinite(number(value)) else None
    if isinstance(value, Mapping):
        return {k: to_json(v) for k, v in entries(value) if not _is_left_out(v)}
    if isinstance(value, (list, tuple)):
        return [None if _is_left_out(v) else to_json(v) for v in value]
    return UNDEFINED if _is_left_out(value) else {}


def _is_left_out(value: Any) -> bool:
    return value is UNDEFINED or isinstance(value, Function)


def dumps(value: Any, indent: str = "", level: int = 0) -> str | None:
    """`JSON.stringify(value, null, indent)`; None for what has no JSON text."""
    plain = to_json(value) if level == 0 else value
    if plain is UNDEFINED:
        return None
    if isinstance(plain, Mapping):
        pairs = [f"{_quoted(k)}:{' ' if indent else ''}{dumps(v, indent, level + 1)}" for k, v in plain.items()]
        return _bracketed("{", pairs, "}", indent, level)
    if isinstance(plain, list):
        return _bracketed("[", [dumps(v, indent, level + 1) or "null" for v in plain], "]", indent, level)
    if isinstance(plain, str):
        return _quoted(plain)
    return to_text(plain)


def _quoted(text: str) -> str:
    try:
        return orjson.dumps(text).decode()
    except orjson.JSONEncodeError:  # half of a surrogate pair, cut by a slice
        return orjson.dumps(text.encode("utf-8", "replace").decode()).decode()


def _bracketed(left: str, parts: list[str], right: str, indent: str, level: int) -> str:
    if not parts:
        return left + right
    if not indent:
        return left + ",".join(parts) + right
    inner, outer = "\n" + indent * (level + 1), "\n" + indent * level
    return left + inner + f",{inner}".join(parts) + outer + right


def from_context(value: Any) -> Any:
    """A private copy of what the caller handed in, as plain lists and dicts: templates may change their copy."""
    if isinstance(value, Mapping):
        return {to_text(k): from_context(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [from_context(v) for v in value]
    if isinstance(value, Function) or value is UNDEFINED or isinstance(value, (str, bool)) or value is None:
        return value
    if isinstance(value, (int, float)):
        return number(value)
    return str(value)

"""What a query asks of an entity: one small tree, written as `filter` parameters or in the predicate language.

Keys and values are folded on the way in, because everything they are compared with is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from callboard.errors import InputError, did_you_mean

MAX_DEPTH: Final = 20
MAX_CONDITIONS: Final = 500
_OPERATORS: Final = ("$exists", "$in", "$contains", "$hasPrefix", "$all", "$any", "$not")


@dataclass(frozen=True, slots=True)
class Matches:
    """The field has one of these values."""

    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exists:
    """The field is there at all."""

    key: str


@dataclass(frozen=True, slots=True)
class HasPrefix:
    """The field has a value that starts so."""

    key: str
    prefix: str


@dataclass(frozen=True, slots=True)
class Related:
    """There is a relation of this type to one of these refs; None leaves that side open."""

    type: str | None
    targets: tuple[str, ...] | None
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds; nothing to hold is true."""

    parts: tuple["Predicate", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds; none to hold is false."""

    parts: tuple["Predicate", ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """The part doesn't hold."""

    part: "Predicate"


Predicate = Matches | Exists | HasPrefix | Related | AllOf | AnyOf | Negation
EVERYTHING: Final = AllOf(())
NOTHING: Final = AnyOf(())


def matches(key: str, *values: str) -> Matches:
    """`key` equals one of `values`, whatever their case."""
    return Matches(key.lower(), tuple(v.lower() for v in values))


def from_json(value: Any) -> Predicate:
    """Read the predicate language. Raises InputError that names the place and what would be right."""
    if not isinstance(value, Mapping):
        raise InputError("request/body/query must be object")
    return _Reader().read(value, "query", 0)


def to_json(predicate: Predicate) -> dict[str, Any]:
    """The predicate language's text for a tree; reading it back gives an equal one."""
    match predicate:
        case Matches(key, (value,)):
            return {key: value}
        case Matches(key, values):
            return {key: {"$in": list(values)}}
        case Exists(key):
            return {key: {"$exists": True}}
        case HasPrefix(key, prefix):
            return {key: {"$hasPrefix": prefix}}
        case Related():
            return {"relations": {"$contains": _related_json(predicate)}}
        case AllOf(parts):
            return _merged([to_json(p) for p in parts])
        case AnyOf(parts):
            return {"$any": [to_json(p) for p in parts]}
        case Negation(part):
            return {"$not": to_json(part)}


def _related_json(related: Related) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if related.type is not None:
        found["type"] = related.type
    if related.targets is not None:
        found["targetRef"] = {"$in": list(related.targets)}
    return found


def _merged(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """One object where no two parts speak of the same key, else `$all`."""
    keys = [k for part in parts for k in part]
    if len(keys) == len(set(keys)) and all(len(p) == 1 for p in parts) and not any(k.startswith("$") for k in keys):
        return {k: v for part in parts for k, v in part.items()}
    return {"$all": list(parts)}


class _Reader:
    """Counts conditions as it goes, so that no query is too large for a database."""

    def __init__(self) -> None:
        self._conditions = 0

    def read(self, value: Any, place: str, depth: int) -> Predicate:
        if not isinstance(value, Mapping):
            raise _invalid(place, "an object of fields and their conditions")
        if depth > MAX_DEPTH:
            raise _invalid(place, f"nested at most {MAX_DEPTH} deep")
        parts = [self._entry(key, inner, f"{place}.{key}", depth) for key, inner in value.items()]
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _entry(self, key: str, value: Any, place: str, depth: int) -> Predicate:
        self._conditions += 1
        if self._conditions > MAX_CONDITIONS:
            raise _invalid(place, f"a query of at most {MAX_CONDITIONS} conditions")
        if key == "$not":
            return Negation(self.read(value, place, depth + 1))
        if key in {"$all", "$any"}:
            if not isinstance(value, list):
                raise _invalid(place, "a list of queries")
            parts = tuple(self.read(v, f"{place}[{i}]", depth + 1) for i, v in enumerate(value))
            return AllOf(parts) if key == "$all" else AnyOf(parts)
        if key.startswith("$"):
            raise _unknown(key, place)
        return self._field(key, value, place)

    def _field(self, key: str, value: Any, place: str) -> Predicate:
        if not isinstance(value, Mapping):
            return Matches(key.lower(), (_primitive(value, place),))
        if len(value) != 1:
            raise _invalid(place, "a plain value or an object with one operator")
        operator, operand = next(iter(value.items()))
        return self._operation(key.lower(), operator, operand, f"{place}.{operator}")

    def _operation(self, key: str, operator: str, operand: Any, place: str) -> Predicate:
        if operator == "$exists":
            if not isinstance(operand, bool):
                raise _invalid(place, "true or false")
            return Exists(key) if operand else Negation(Exists(key))
        if operator == "$in":
            return Matches(key, _primitives(operand, place))
        if operator == "$hasPrefix":
            if not isinstance(operand, str):
                raise _invalid(place, "text")
            return HasPrefix(key, operand.lower())
        if operator == "$contains":
            return self._contains(key, operand, place)
        raise _unknown(operator, place)

    def _contains(self, key: str, operand: Any, place: str) -> Predicate:
        if not isinstance(operand, Mapping):
            return Matches(key, (_primitive(operand, place),))
        if key == "relations":
            return _related(operand, place)
        parts = tuple(self._field(f"{key}.{k}", v, f"{place}.{k}") for k, v in operand.items())
        return AllOf(parts)


def _related(operand: Mapping[str, Any], place: str) -> Related:
    strange = sorted(operand.keys() - {"type", "targetRef"})
    if strange or not operand:
        raise _invalid(place, "an object with `type`, `targetRef` or both")
    kind = _primitive(operand["type"], f"{place}.type") if "type" in operand else None
    targets: tuple[str, ...] | None = None
    if "targetRef" in operand:
        wanted, inner = operand["targetRef"], f"{place}.targetRef"
        if isinstance(wanted, Mapping):
            if list(wanted) != ["$in"]:
                raise _invalid(inner, 'a ref or {"$in": [refs]}')
            targets = _primitives(wanted["$in"], f"{inner}.$in")
        else:
            targets = (_primitive(wanted, inner),)
    return Related(kind, targets)


def _primitives(value: Any, place: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _invalid(place, "a list of plain values")
    return tuple(dict.fromkeys(_primitive(v, f"{place}[{i}]") for i, v in enumerate(value)))


def _primitive(value: Any, place: str) -> str:
    if isinstance(value, str):
        return value.lower()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(int(value)) if float(value).is_integer() else str(value).lower()
    raise _invalid(place, "text, a number, true or false")


def _invalid(place: str, expected: str) -> InputError:
    return InputError(f"Invalid query: Validation error: {place} must be {expected}")


def _unknown(operator: str, place: str) -> InputError:
    hint = did_you_mean(operator, _OPERATORS) or f"There are {', '.join(_OPERATORS)}."
    return InputError(f"Invalid query: Validation error: {place} is an unknown operator. {hint}")


def conjunction(parts: Iterable[Predicate]) -> Predicate:
    """All of `parts`, without needless nesting."""
    flat: list[Predicate] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, AllOf) else (part,))
    return flat[0] if len(flat) == 1 else AllOf(tuple(flat))

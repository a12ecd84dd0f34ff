"""The `filter` parameters of the REST API and the command line: `kind=component,spec.type=service`."""

from collections.abc import Iterable

from callboard.errors import InputError
from catalog.queries.predicates import (
    EVERYTHING,
    MAX_CONDITIONS,
    NOTHING,
    AnyOf,
    Exists,
    Matches,
    Predicate,
    conjunction,
)  # fmt: skip


def parse_filters(texts: Iterable[str]) -> Predicate:
    """Conditions within one text are ANDed, a key given twice there means "either"; several texts are ORed.

    Nothing is malformed: what doesn't name a field of any entity matches nothing.
    """
    parts = [p for text in texts if (p := _parse_one(text)) is not None]
    if sum(1 if not hasattr(p, "parts") else len(p.parts) for p in parts) > MAX_CONDITIONS:
        raise InputError(f"request/query/filter must have at most {MAX_CONDITIONS} conditions")
    if not parts:
        return EVERYTHING
    return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))


def _parse_one(text: str) -> Predicate | None:
    values: dict[str, dict[str, None]] = {}
    for statement in text.split(","):
        key, equals, value = statement.partition("=")
        if not key.strip() and not equals:
            continue
        wanted = values.setdefault(key.strip().lower(), {})
        if equals:
            wanted[value.strip().lower()] = None
    if not values:
        return None
    if any(key.startswith("$") for key in values):
        return NOTHING  # an operator's name, which no field can have
    return conjunction(Matches(k, tuple(v)) if v else Exists(k) for k, v in values.items())

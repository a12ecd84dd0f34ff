"""Opaque places in a list, as text that a client hands back: base64 of the JSON that Backstage's clients know."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any, Final

import orjson

from callboard.errors import InputError
from catalog.queries import predicates
from catalog.queries.predicates import Predicate

MAX_LENGTH: Final = 65_536


@dataclass(frozen=True, slots=True)
class OrderBy:
    """One field to sort by; its folded value counts."""

    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class FullText:
    """A word to look for in these fields; without fields, in the sort field, else where people look."""

    term: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ends, and the whole query that it is a page of."""

    predicate: Predicate
    order: OrderBy | None
    full_text: FullText | None
    value: str | None
    entity_id: int
    backwards: bool = False
    total: int | None = None

    def encode(self) -> str:
        order = self.order
        body: dict[str, Any] = {
            "orderFields": [{"field": order.field, "order": "desc" if order.descending else "asc"}] if order else [],
            "orderFieldValues": [self.value, str(self.entity_id)] if order else [str(self.entity_id)],
            "isPrevious": self.backwards,
            "query": predicates.to_json(self.predicate),
        }
        if self.full_text:
            body["fullTextFilter"] = {"term": self.full_text.term, "fields": list(self.full_text.fields)}
        if self.total is not None:
            body["totalItems"] = self.total
        return base64.urlsafe_b64encode(orjson.dumps(body)).decode()


def decode(text: str) -> Cursor:
    """Raises InputError for anything that isn't a cursor of a list of entities."""
    try:
        return _from_body(read_json(text))
    except ValueError as error:
        raise _malformed(str(error)) from None
    except (KeyError, TypeError, IndexError, AttributeError):
        raise _malformed("it isn't a cursor of this list") from None


def read_json(text: str) -> dict[str, Any]:
    """The JSON object that a cursor's text holds. Raises InputError."""
    if len(text) > MAX_LENGTH:
        raise _malformed("it is too long")
    try:
        body = orjson.loads(base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True))
    except (ValueError, binascii.Error):
        raise _malformed("it isn't base64 of JSON") from None
    if not isinstance(body, dict):
        raise _malformed("it isn't an object")
    return body


def _from_body(body: dict[str, Any]) -> Cursor:
    order = [_order(o) for o in body.get("orderFields") or ()][:1]
    values = list(body["orderFieldValues"])
    if len(values) != (2 if order else 1) or (order and not isinstance(values[0], str)):
        raise ValueError("its values don't fit its order")
    total = body.get("totalItems")
    if total is not None and (not isinstance(total, int) or isinstance(total, bool) or total < 0):
        raise ValueError("its total is not a count")
    return Cursor(
        predicates.from_json(body.get("query") or {}),
        order[0] if order else None,
        _full_text(body.get("fullTextFilter")),
        values[0] if order else None,
        _entity_id(values[-1]),
        bool(body.get("isPrevious")),
        total,
    )


def _order(value: Any) -> OrderBy:
    if not isinstance(value["field"], str) or value["order"] not in {"asc", "desc"}:
        raise ValueError("its order is not `asc` or `desc` of a field")
    return OrderBy(value["field"], value["order"] == "desc")


def _full_text(value: Any) -> FullText | None:
    if value is None:
        return None
    term, fields = value["term"], value.get("fields") or []
    if not isinstance(term, str) or not all(isinstance(f, str) for f in fields):
        raise ValueError("its full text filter is not text")
    return FullText(term, tuple(fields))


def _entity_id(value: Any) -> int:
    number = int(value)
    if not 0 <= number < 2**63:
        raise ValueError("it points at no entity")
    return number


def _malformed(reason: str) -> InputError:
    hint = "Send the `nextCursor` or `prevCursor` of an answer as it is, or begin again without a cursor."
    return InputError(f"Malformed cursor: {reason}.", hint=hint)

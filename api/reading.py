"""Query parameters and bodies of requests, refused in the words that Backstage's clients know."""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson
from fastapi import Request

from callboard.errors import InputError

MAX_BODY: Final = 5 * 1024 * 1024
_MAX_NUMBER: Final = 2**31


class QueryParameters:
    """The query string; a parameter that is there but empty is refused when it is asked for."""

    def __init__(self, request: Request) -> None:
        text = request.scope["query_string"].decode("latin-1")
        self._values: dict[str, list[str]] = {}
        for key, value in parse_qsl(text, keep_blank_values=True) if text else ():
            self._values.setdefault(key, []).append(value)

    def many(self, name: str) -> Sequence[str]:
        found = self._values.get(name, [])
        if any(not value.strip() for value in found):
            raise InputError(f"Empty value found for query parameter '{name}'")
        return found

    def one(self, name: str) -> str | None:
        """The last of several."""
        found = self.many(name)
        return found[-1] if found else None

    def integer(self, name: str, default: int, *, minimum: int = 0) -> int:
        text = self.one(name)
        if text is None:
            return default
        try:
            number = int(text) if text.lstrip("+-").isascii() else None
        except ValueError:
            number = None
        if number is None:
            raise InputError(f"request/query/{name} must be integer")
        if number < minimum:
            raise InputError(f"request/query/{name} must be >= {minimum}")
        return min(number, _MAX_NUMBER)

    def choice(self, name: str, choices: Sequence[str]) -> str:
        """One of `choices`, the first by default."""
        text = self.one(name)
        if text is None:
            return choices[0]
        if text not in choices:
            raise InputError(f"request/query/{name} must be equal to one of the allowed values: {', '.join(choices)}")
        return text

    def flag(self, name: str) -> bool:
        text = self.one(name)
        if text not in {None, "true", "false"}:
            raise InputError(f"request/query/{name} must be boolean")
        return text == "true"


async def read_body(request: Request) -> dict[str, Any]:
    """The JSON object of a request. Raises InputError; stops reading when there is more than anybody needs."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        found = f" (it says `{kind}`)" if kind else ""
        raise InputError(f"request/body must be JSON with the header Content-Type: application/json{found}")
    try:
        body = orjson.loads(await _bytes(request))
    except orjson.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise InputError(f"Unexpected token or end of JSON in request/body at {place}: {error.msg}") from None
    if not isinstance(body, dict):
        raise InputError("request/body must be object")
    return body


async def _bytes(request: Request) -> bytes:
    too_large = InputError(f"request/body must have at most {MAX_BODY // 1024 // 1024} MB")
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > MAX_BODY:
        raise too_large
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > MAX_BODY:
            raise too_large
    return bytes(content)


def required(body: dict[str, Any], name: str, kind: type | tuple[type, ...], word: str) -> Any:
    """A property of the body that must be there and of this type."""
    if name not in body:
        raise InputError(f"request/body must have required property '{name}'")
    return checked(body, name, kind, word)


def checked(body: dict[str, Any], name: str, kind: type | tuple[type, ...], word: str) -> Any:
    """A property of the body that must be of this type where it is there at all."""
    value = body.get(name)
    if name in body and (not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool)):
        raise InputError(f"request/body/{name} must be {word}")
    return value


def texts(body: dict[str, Any], name: str) -> list[str] | None:
    """A property that must be a list of strings where it is there at all."""
    value = checked(body, name, list, "array")
    for index, item in enumerate(value or ()):
        if not isinstance(item, str):
            raise InputError(f"request/body/{name}/{index} must be string")
    found: list[str] | None = value
    return found


def number(body: dict[str, Any], name: str, default: int) -> int:
    """A property that must be a whole number from 0 where it is there at all."""
    value = checked(body, name, int, "integer")
    if value is None:
        return default
    if value < 0:
        raise InputError(f"request/body/{name} must be >= 0")
    return min(int(value), _MAX_NUMBER)

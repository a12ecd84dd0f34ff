"""The arguments of one Web API call, whether they came as a form or as JSON."""

import json
from typing import Any

from playground.errors import Json, SlackError

_TRUE = frozenset({"true", "1", "True"})


class Args:
    def __init__(self, values: Json) -> None:
        self.values = values

    def has(self, name: str) -> bool:
        return self.values.get(name) not in {None, ""} if _plain(self.values.get(name)) else True

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name)
        return default if value is None else str(value)

    def required(self, name: str) -> str:
        if not self.has(name):
            raise SlackError("invalid_arguments", f"[ERROR] missing required field: {name}")
        return self.text(name)

    def flag(self, name: str) -> bool:
        value = self.values.get(name)
        return value is True or value in _TRUE if _plain(value) else False

    def number(self, name: str, default: int) -> int:
        try:
            return int(self.text(name) or default)
        except ValueError:
            raise SlackError("invalid_arguments", f"[ERROR] {name} must be a number") from None

    def json(self, name: str, *, error: str = "invalid_arguments") -> Any:
        """A nested value; forms carry it as JSON text."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            raise SlackError(error) from None

    def blocks(self, name: str = "blocks") -> list[Json] | None:
        value = self.json(name, error="invalid_blocks_format")
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(block, dict) for block in value):
            raise SlackError("invalid_blocks_format")
        return value


def _plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | bool)

"""What a look at one thing found."""

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `hint` says what to do about it."""

    name: str
    state: Literal["ok", "warning", "failed"]
    message: str
    hint: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "state": self.state, "message": self.message, "hint": self.hint}

"""What the doctor says about one thing."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `hint` says what to do about it, `details` are the figures behind the message."""

    name: str
    state: Literal["ok", "warning", "failed"]
    message: str
    hint: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

"""What a validator says about a document."""

from dataclasses import dataclass
from typing import Literal

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """`message` is the standard text that people search for, `hint` is what to do about it in our words."""

    message: str
    path: Path
    severity: Literal["error", "warning"] = "error"
    error_name: str = "InputError"
    hint: str | None = None

    @property
    def text(self) -> str:
        if not self.hint:
            return self.message
        stop = "" if self.message.endswith((".", "!", "?")) else "."
        return f"{self.message}{stop} {self.hint}"

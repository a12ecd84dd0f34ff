"""What a validator says about a document."""

import re
from dataclasses import dataclass, replace
from typing import Literal

Path = tuple[str | int, ...]
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


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

    def storable(self) -> "Finding":
        """The same without the characters that a database refuses: a finding about them must be kept too."""
        whole = [self.message, self.hint or "", *(str(step) for step in self.path)]
        if not any(_UNSTORABLE.search(text) for text in whole):
            return self
        path = tuple(_clean(step) if isinstance(step, str) else step for step in self.path)
        return replace(self, message=_clean(self.message), hint=self.hint and _clean(self.hint), path=path)


def _clean(text: str) -> str:
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)

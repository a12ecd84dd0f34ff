"""A value, where it stands in the payload, and the complaints about it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing Slack would refuse. `path` is like `blocks[3].accessory.options[0].value`."""

    path: str
    message: str
    code: str


@dataclass
class Page:
    """One message or view while it is checked."""

    surface: str
    problems: list[Problem] = field(default_factory=list)
    block_ids: dict[str, str] = field(default_factory=dict)
    action_ids: dict[str, str] = field(default_factory=dict)
    focused: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    charts: list[str] = field(default_factory=list)
    inputs: list[str] = field(default_factory=list)
    markdown: int = 0


@dataclass(frozen=True)
class Place:
    value: Any
    path: str
    page: Page

    def fail(self, code: str, message: str) -> None:
        self.page.problems.append(Problem(self.path, message, code))

    def at(self, key: str) -> "Place":
        value = self.value.get(key) if isinstance(self.value, dict) else None
        return Place(value, f"{self.path}.{key}" if self.path else key, self.page)

    def items(self) -> list["Place"]:
        if not isinstance(self.value, list):
            return []
        return [Place(value, f"{self.path}[{n}]", self.page) for n, value in enumerate(self.value)]

    @property
    def is_missing(self) -> bool:
        return self.value is None

    @property
    def kind(self) -> str:
        return str(self.value.get("type", "")) if isinstance(self.value, dict) else ""

    def is_object(self) -> bool:
        """False, and a complaint, for anything but an object."""
        if isinstance(self.value, dict):
            return True
        self.fail("wrong_type", f"must be an object, is {_named(self.value)}")
        return False

    def needed(self) -> bool:
        """Whether the field is there; complains if not."""
        if self.is_missing:
            self.fail("missing", f"missing required field: {self.path.rpartition('.')[2]}")
            return False
        return True

    def string(self, *, most: int, least: int = 0, required: bool = False) -> None:
        if self.is_missing:
            if required:
                self.needed()
            return
        if not isinstance(self.value, str):
            self.fail("wrong_type", f"must be a string, is {_named(self.value)}")
            return
        length = len(self.value)
        if length > most:
            self.fail("too_long", f"must have at most {most} characters, has {length}")
        elif length < least:
            self.fail("empty", f"must have at least {least} characters, has {length}")

    def url(self, *, most: int = 3000, required: bool = False, https: bool = False) -> None:
        self.string(most=most, least=1, required=required)
        allowed = ("https://",) if https else ("http://", "https://")
        if isinstance(self.value, str) and self.value and not self.value.lower().startswith(allowed):
            self.fail("invalid_url", f"must be a URL with {' or '.join(allowed)}")

    def count(self, *, least: int, most: int, what: str, required: bool = True) -> list["Place"]:
        """The items of a list whose length is limited."""
        if self.is_missing:
            if required:
                self.needed()
            return []
        if not isinstance(self.value, list):
            self.fail("wrong_type", f"must be a list, is {_named(self.value)}")
            return []
        number = len(self.value)
        if number > most:
            self.fail("too_many", f"must have at most {most} {what}, has {number}")
        elif number < least:
            self.fail("too_few", f"must have at least {least} {what}, has {number}")
        return self.items()

    def one_of(self, allowed: Collection[Any], *, required: bool = False) -> None:
        if self.is_missing:
            if required:
                self.needed()
            return
        if not isinstance(self.value, str | int | float) or self.value not in allowed:
            choices = ", ".join(str(each) for each in sorted(allowed))
            self.fail("invalid_value", f"must be one of {choices}, is {self.value!r}")

    def boolean(self, *, required: bool = False) -> None:
        if self.is_missing:
            if required:
                self.needed()
        elif not isinstance(self.value, bool):
            self.fail("wrong_type", f"must be true or false, is {_named(self.value)}")

    def integer(self, *, least: int, most: int) -> None:
        if self.is_missing:
            return
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            self.fail("wrong_type", f"must be a whole number, is {_named(self.value)}")
        elif not least <= self.value <= most:
            self.fail("out_of_range", f"must be between {least} and {most}, is {self.value}")


def _named(value: Any) -> str:
    names = {str: "a string", dict: "an object", list: "a list", bool: "a boolean", int: "a number", float: "a number"}
    return "nothing" if value is None else names.get(type(value), type(value).__name__)

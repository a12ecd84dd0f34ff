"""One document on its way in: what it will become if nothing stands against it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.relations import Relation


@dataclass(frozen=True, slots=True)
class Candidate:
    """A valid entity of one target. `digest` is equal for equal documents, whatever their formatting."""

    ref: str
    document: Mapping[str, Any]
    relations: Sequence[Relation]
    digest: str
    line: int


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that can't come in (or a `warning`, or the `conflict` it lost), for the people who own it."""

    message: str
    line: int
    path: str = ""
    ref: str | None = None
    kind: str = "error"
    name: str = "InputError"
    body: str | None = None


@dataclass(frozen=True, slots=True)
class ChildLocation:
    """What a Location entity points at, as written: still relative, perhaps a glob."""

    type: str
    target: str
    presence: str = "required"
    line: int = 1


@dataclass(slots=True)
class ParsedTarget:
    """Everything one file holds."""

    candidates: list[Candidate] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    children: list[ChildLocation] = field(default_factory=list)
    includes: dict[str, str] = field(default_factory=dict)
    unidentified: bool = False
    """A document is so broken that its ref can't be told: any entity that seems gone may be that one."""

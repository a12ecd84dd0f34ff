"""A template's form: pages of fields, without any screen in mind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

JSON = Any
Path = tuple[str | int, ...]
Values = Mapping[str, Any]


class FieldKind(StrEnum):
    """How a field is asked for."""

    TEXT = "text"
    MULTILINE = "multiline"
    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    SELECT = "select"
    RADIO = "radio"
    CHECKBOXES = "checkboxes"
    MULTI_SELECT = "multi_select"
    DATE = "date"
    STRINGS = "strings"
    OBJECTS = "objects"
    GROUP = "group"
    ENTITY = "entity"
    ENTITIES = "entities"
    ENTITY_NAME = "entity_name"
    TAGS = "tags"
    REPO_URL = "repo_url"
    REPO_BRANCH = "repo_branch"
    REPO_OWNER = "repo_owner"
    SECRET = "secret"  # noqa: S105 -- a kind of field
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a list."""

    value: JSON
    title: str


@dataclass(frozen=True, slots=True)
class EntityOptions:
    """What the pickers of entities offer."""

    filters: tuple[Mapping[str, Any], ...] = ()
    """Any of them fits; values are a text, a list of texts or `{"exists": true}`."""
    default_kind: str | None = None
    default_namespace: str | None = "default"
    allow_arbitrary: bool = True
    auto_select: bool = True
    owned_only: bool = False
    my_groups: bool = False
    tag_kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RepoOptions:
    """What the pickers of repositories allow; empty means anything."""

    hosts: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    repos: tuple[str, ...] = ()
    secrets_key: str | None = None
    """Where a step looks for the person's own token, when the picker asks for one."""


@dataclass(frozen=True, slots=True)
class Field:
    """One question, as it stands for the values given so far."""

    path: Path
    kind: FieldKind
    title: str
    description: str = ""
    help: str = ""
    placeholder: str = ""
    required: bool = False
    disabled: bool = False
    default: JSON = None
    choices: tuple[Choice, ...] = ()
    rows: int | None = None
    format: str | None = None
    fields: tuple["Field", ...] = ()
    """Of a group, or of one item of a list of objects (paths inside the item)."""
    entity: EntityOptions | None = None
    repo: RepoOptions | None = None
    note: str = ""
    """What the form can't offer and does instead."""
    masked: str | None = None
    """The text shown instead of the value on the review page."""
    reviewed: bool = True
    schema: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return str(self.path[-1]) if self.path else ""

    @property
    def changes_form(self) -> bool:
        """Whether a choice is worth asking the form again; text is looked at when its page is submitted."""
        return self.kind in {
            FieldKind.SELECT, FieldKind.RADIO, FieldKind.CHECKBOXES, FieldKind.MULTI_SELECT, FieldKind.BOOLEAN,
            FieldKind.ENTITY, FieldKind.ENTITIES,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """One step of the form. `when` is a JSON schema over all values, or a template expression."""

    index: int
    title: str
    description: str
    schema: Mapping[str, Any]
    when: Mapping[str, Any] | str | bool | None = None


@dataclass(frozen=True, slots=True)
class FormModel:
    """All pages, and what was wrong with the schema that they were read from."""

    pages: tuple[Page, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one value; the path of a group or of nothing means the whole of it."""

    path: Path
    message: str

"""Entity refs and location refs in Backstage's text forms.

An entity ref reads `[<kind>:][<namespace>/]<name>`. Parsing keeps the case a person wrote; comparing, storing
and printing use the lower-cased full form.
"""

import re
from dataclasses import dataclass
from typing import Self

from callboard.errors import FormatError, InputError

DEFAULT_NAMESPACE = "default"
_CONTROL_OR_SPACE = re.compile(r"[\x00-\x20]+")


@dataclass(frozen=True, slots=True)
class EntityRef:
    """Kind, namespace and name in the case they were written; equality is by case, `str()` folds it."""

    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.namespace}/{self.name}".lower()

    @property
    def short(self) -> str:
        """The name alone where the namespace is the default one, else `namespace/name`, lower-cased."""
        name = self.name.lower()
        namespace = self.namespace.lower()
        return name if namespace == DEFAULT_NAMESPACE else f"{namespace}/{name}"

    @classmethod
    def from_full(cls, ref: str) -> Self:
        """Split a full ref that we printed ourselves; far cheaper than parsing."""
        kind, _, rest = ref.partition(":")
        namespace, _, name = rest.partition("/")
        return cls(kind, namespace, name)


def parse_entity_ref(
    text: str, *, default_kind: str | None = None, default_namespace: str | None = DEFAULT_NAMESPACE
) -> EntityRef:
    """Read a ref as Backstage does: a colon after the first slash belongs to the name.

    Raises FormatError for a part that is there but empty, InputError when the kind is missing and has no default.
    """
    if not text:
        raise InputError("Entity reference must not be empty")
    colon, slash = text.find(":"), text.find("/")
    if slash != -1 and slash < colon:
        colon = -1
    kind = text[:colon] if colon != -1 else None
    rest = text[colon + 1 :]
    namespace, separator, name = rest.partition("/")
    if not separator:
        namespace, name = "", rest
    if kind == "" or (separator and not namespace) or not name:
        raise FormatError(f'Entity reference "{text}" was not on the form [<kind>:][<namespace>/]<name>')
    kind = kind or default_kind
    if not kind:
        raise InputError(
            f'Entity reference "{text}" had missing or empty kind (e.g. did not start with "component:" or similar)'
        )
    return EntityRef(kind, namespace or default_namespace or DEFAULT_NAMESPACE, name)


def entity_ref_from_parts(kind: str, name: str, namespace: str | None = None) -> EntityRef:
    """A ref from its object form; an empty part is an error, an absent namespace is the default one."""
    for label, part in (("kind", kind), ("namespace", namespace), ("name", name)):
        if part == "":
            raise InputError(f'Entity reference "{kind}:{namespace or ""}/{name}" had missing or empty {label}')
    return EntityRef(kind, namespace or DEFAULT_NAMESPACE, name)


@dataclass(frozen=True, slots=True)
class LocationRef:
    """Where a catalog file lives: `type` is `file`, `url` or a provider's own word."""

    type: str
    target: str

    def __str__(self) -> str:
        return f"{self.type}:{self.target}"


def parse_location_ref(text: str) -> LocationRef:
    """Read `<type>:<target>`; raises FormatError with the form that would work."""
    kind, colon, target = text.partition(":")
    kind, target = kind.strip(), target.strip()
    if not colon or not kind or not target:
        raise FormatError(
            f"Unable to parse location ref '{text}', expected '<type>:<target>', e.g. 'url:https://host/path'"
        )
    if kind in {"http", "https"}:
        raise FormatError(f"Invalid location ref '{text}', please prefix it with 'url:', e.g. 'url:{text}'")
    if _CONTROL_OR_SPACE.sub("", target).lower().startswith("javascript:"):
        raise FormatError(f"Invalid location ref '{text}', target is a javascript: URL")
    return LocationRef(kind, target)

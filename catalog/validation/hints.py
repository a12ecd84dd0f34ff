"""What to do about a broken rule, in words for the author of the file."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from callboard.errors import did_you_mean, nearest
from catalog.kinds import KindRegistry
from catalog.kinds.builtin import BUILTIN_KINDS
from catalog.validation.envelope import METADATA_FIELDS
from catalog.validation.finding import Path

_SPEC_FIELDS: Final = frozenset().union(*(spec.fields for spec in BUILTIN_KINDS))
_MISSING: Final[Mapping[str, str]] = {
    "apiVersion": "Most kinds use `apiVersion: backstage.io/v1alpha1`, templates `scaffolder.backstage.io/v1beta3`.",
    "kind": "Say what it describes, for example `kind: Component`. Is this a catalog file at all?",
    "metadata": "Every entity needs `metadata` with a `name`.",
    "name": "Give it a `name` under `metadata`; that is how everything else refers to it.",
    "spec": "Add `spec`; it may be `{}` for a Location, other kinds have required fields.",
    "owner": "Name the team that owns it, for example `owner: team-a`.",
    "lifecycle": "The usual ones are `experimental`, `production` and `deprecated`.",
    "type": "For example `service`, `website` or `library` for a Component, `team` for a Group.",
    "definition": "Put the API document there, for example `definition: {$text: ./openapi.yaml}`.",
    "children": "A Group without subgroups says `children: []`.",
    "memberOf": "A User in no group says `memberOf: []`.",
    "steps": "List the steps that the template runs; `steps: []` is allowed.",
    "action": "Each step names the action it runs, for example `action: fetch:template`.",
    "remotes": "List where the server answers: `remotes: [{type: streamable-http, url: https://…}]`.",
    "url": "A link without `url` leads nowhere.",
}
_NEAR: Final = 82.0
"""How alike two field names must be to call one a misspelling; lower would accuse fields people add on purpose."""
_NEAR_MISSING: Final = 75.0
"""The same where a required field is missing, which makes a misspelling likelier."""


def schema_hint(rule: str, subject: Any, path: Path, document: object) -> str | None:
    """Advice for one broken schema rule; `subject` is the missing or foreign field, the types or the options."""
    match rule:
        case "required":
            return _missing_hint(subject, value_at(document, path))
        case "additionalProperties":
            return _foreign_hint(subject)
        case "type":
            return _type_hint(subject, path, value_at(document, path))
        case "minLength":
            return f"Give `{path[-1]}` a value or remove it." if path else None
        case "enum":
            return did_you_mean(str(value_at(document, path)), [str(option) for option in subject])
        case _:
            return None


def value_at(document: object, path: Path) -> Any:
    """The value a path leads to; None where it leads nowhere."""
    value: Any = document
    for step in path:
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def misspelt(present: Iterable[str], known: frozenset[str]) -> list[tuple[str, str]]:
    """Fields that look like a known one which isn't there: (what stands, what was probably meant)."""
    names = set(present)
    free = sorted(known - names)
    found = []
    for name in sorted(names - known):
        near = nearest(name, free, limit=1, cutoff=_NEAR)
        if near:
            found.append((name, near[0]))
    return found


def kind_hint(kind: str, api_version: str, registry: KindRegistry) -> str:
    """Why nobody recognised a kind and a version, and which pair would be."""
    versions = registry.api_versions(kind)
    if versions:
        return f"`{kind}` is known with apiVersion {_or(versions)}, not `{api_version}`."
    canonical = registry.canonical(kind.lower())
    if canonical in registry.names():
        return f"Kinds are written with capitals: `{canonical}`."
    near = did_you_mean(kind, registry.names())
    return near or f"Known kinds are {', '.join(registry.names())}; others come with a plugin."


def ref_hint(text: str, field: str, default_kind: str | None) -> str:
    """How a text that is no ref might be written."""
    word = text.strip(":/").rpartition(":")[2].rpartition("/")[2]
    if not word:
        return f"Write `{(default_kind or 'component').lower()}:<name>` in `{field}`."
    if default_kind is None:
        return f"`{field}` needs the kind too, for example `component:{word}` or `resource:{word}`."
    return f"`{word}` or `{default_kind.lower()}:{word}` would be valid."


def _missing_hint(name: str, parent: Any) -> str | None:
    if isinstance(parent, Mapping):
        near = nearest(name, [str(key) for key in parent], limit=1, cutoff=_NEAR_MISSING)
        if near:
            return f"Is `{near[0]}` meant to be `{name}`?"
    return _MISSING.get(name)


def _foreign_hint(name: str) -> str:
    if name in METADATA_FIELDS:
        return f"Move `{name}` under `metadata`."
    if name in _SPEC_FIELDS:
        return f"Move `{name}` under `spec`."
    near = nearest(name, ("apiVersion", "kind", "metadata", "spec"), limit=1)
    if near:
        return f"Did you mean `{near[0]}`?"
    return f"Only apiVersion, kind, metadata and spec stand at the top; move `{name}` under `metadata` or `spec`."


def _type_hint(types: list[str], path: Path, value: Any) -> str | None:
    field = str(path[-1]) if path else "the document"
    if value is None:
        return f"Nothing stands after `{field}:`; give it a value or remove the line."
    if "string" in types and isinstance(value, bool | int | float):
        written = str(value).lower() if isinstance(value, bool) else str(value)
        return f'Put it in quotes: "{written}".'
    if "array" in types and isinstance(value, str):
        return f"Write it as a list: `{field}: [{value}]`." if len(value) <= 60 else f"Write `{field}` as a list."
    if "string" in types and isinstance(value, Mapping):
        return f"`{field}` must be text; a block of text begins with `{field}: |`."
    return None


def _or(words: list[str]) -> str:
    return " or ".join(f"`{word}`" for word in words)

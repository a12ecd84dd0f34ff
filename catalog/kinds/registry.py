"""The vocabulary a kind is described in, and the set of kinds an installation knows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

PAIRS: Final[dict[str, str]] = {
    "ownedBy": "ownerOf",
    "partOf": "hasPart",
    "providesApi": "apiProvidedBy",
    "consumesApi": "apiConsumedBy",
    "dependsOn": "dependencyOf",
    "memberOf": "hasMember",
    "childOf": "parentOf",
}
"""Relation types in the direction that is stored, with the type of the way back."""

INVERSE: Final[dict[str, str]] = {**PAIRS, **{back: forward for forward, back in PAIRS.items()}}


@dataclass(frozen=True, slots=True)
class RelationField:
    """A field of `spec` whose text is an entity ref.

    `type` is the forward type of the pair; `reverse` says that the entity stands at its target end, as a Group
    does for each of its `children`. `only_type` restricts the field to entities of that `spec.type`.
    """

    path: str
    type: str
    reverse: bool = False
    default_kind: str | None = None
    many: bool = False
    only_type: str | None = None


@dataclass(frozen=True)
class KindSpec:
    """One kind in some of its versions; `schema` is applied to the whole document but describes `spec` only.

    `processor` is the name that Backstage gives the part which checks the kind; its error messages begin with it.
    """

    kind: str
    api_versions: frozenset[str]
    schema: dict[str, Any]
    relations: tuple[RelationField, ...] = ()
    processor: str | None = None

    @property
    def fields(self) -> frozenset[str]:
        """Names of `spec` fields that mean something for this kind."""
        spec = self.schema.get("properties", {}).get("spec", {})
        return frozenset(spec.get("properties", ())) | {r.path for r in self.relations}


class KindRegistry:
    """Kinds by exact name and version, as Backstage matches them; a later spec replaces an earlier one."""

    def __init__(self, specs: Iterable[KindSpec] | None = None) -> None:
        if specs is None:
            from catalog.kinds.builtin import BUILTIN_KINDS  # builtin describes itself with this module

            specs = BUILTIN_KINDS
        self._specs = {(s.kind, version): s for s in specs for version in sorted(s.api_versions)}
        self._canonical = {kind.lower(): kind for kind, _version in self._specs}

    def get(self, kind: str, api_version: str) -> KindSpec | None:
        return self._specs.get((kind, api_version))

    def names(self) -> list[str]:
        return list(self._canonical.values())

    def api_versions(self, kind: str) -> list[str]:
        """The versions a kind may be written in."""
        return sorted(version for known, version in self._specs if known == kind)

    def canonical(self, kind_lower: str) -> str:
        """The written form of a kind in any case; an unknown one comes back as it is."""
        return self._canonical.get(kind_lower.lower(), kind_lower)

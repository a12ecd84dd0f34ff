"""Which Group a name means that is only a GitHub team's: what `github.com/team-slug` says decides."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, select

from callboard.refs import DEFAULT_NAMESPACE, EntityRef
from catalog.tables import entities, entity_fields, field_keys, refs

TEAM_SLUG: Final = "github.com/team-slug"
_FIELD: Final = f"metadata.annotations.{TEAM_SLUG}"


@dataclass(frozen=True, slots=True)
class Team:
    """A Group that is a team on GitHub; `living`: some source still has it."""

    id: int
    ref: str
    slug: str
    living: bool

    @property
    def organization(self) -> str:
        return self.slug.rpartition("/")[0]

    @property
    def name(self) -> str:
        return self.slug.rpartition("/")[2]


Teams = Mapping[str, Sequence[Team]]
"""By the team's name, without its organisation."""


def teams(connection: Connection, names: Collection[str]) -> Teams:
    """The Groups whose team has one of these names."""
    query = (
        select(entities.c.id, refs.c.ref, entity_fields.c.value, entities.c.orphaned_at)
        .select_from(entity_fields.join(field_keys, field_keys.c.id == entity_fields.c.key_id))
        .join(entities, entities.c.id == entity_fields.c.entity_id)
        .join(refs, refs.c.id == entities.c.id)
        .where(field_keys.c.key == _FIELD, entities.c.kind == "group")
    )
    found: dict[str, list[Team]] = defaultdict(list)
    for row in connection.execute(query) if names else ():
        team = Team(row.id, row.ref, row.value, row.orphaned_at is None)
        if team.name in names:
            found[team.name].append(team)
    return found


def meant(owner: str, namespace: str, known: Teams) -> list[Team]:
    """The teams that an owner who isn't in the catalog may be: one, several, or none.

    `acme/team-x` is acme's team. A name alone, which a file in `namespace` reads as one of its own, is whosever team
    has that name; a namespace that somebody wrote and that is no organisation is nobody's.
    """
    ref = EntityRef.from_full(owner)
    named = known.get(ref.name, ()) if ref.kind == "group" else ()
    exact = [t for t in named if t.organization == ref.namespace]
    found = exact or (list(named) if ref.namespace in {DEFAULT_NAMESPACE, namespace} else [])
    return [t for t in found if t.living] or found


def candidates(connection: Connection, unknown: Sequence[tuple[str, str]]) -> list[list[str]]:
    """For each owner that isn't in the catalog and the ref of what it owns, the Groups that may be meant."""
    known = teams(connection, {EntityRef.from_full(owner).name for owner, _of in unknown})
    found = [meant(owner, EntityRef.from_full(of).namespace, known) for owner, of in unknown]
    return [sorted(t.ref for t in some) for some in found]

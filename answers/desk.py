"""What writing an answer takes: the catalog as it is now, who asks, and short ways to say things."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from answers.model import Answer, Item, Quote
from answers.understood import Understood
from callboard import entities
from callboard.chat import Actor
from callboard.db import Connection
from callboard.ports import Visible
from callboard.refs import EntityRef
from catalog.model import Entity, Evidence, Reached, Summary
from catalog.queries import lookup
from catalog.reach import Reach
from search.names import NameIndex
from search.question import Synonyms

KIND_WORDS: Final = {
    "component": "component", "api": "API", "resource": "resource", "system": "system", "domain": "domain",
    "group": "team", "user": "person", "template": "template", "location": "location", "airesource": "AI resource",
}  # fmt: skip


class DocsFinder(Protocol):
    """Finds passages of documentation that answer a question, of one entity or of all."""

    def find(
        self, connection: Connection, question: str, *, ref: str | None, limit: int, visible: Visible | None
    ) -> Sequence[Quote]:
        """The best passages first, of docs that are `visible`."""
        ...

    def at(self, connection: Connection, place: str) -> Quote | None:
        """The passage at a place; None when it is gone."""
        ...

    def after(self, connection: Connection, place: str) -> Quote | None:
        """The passage that follows it in reading order."""
        ...

    def pages(self, connection: Connection, ref: str) -> Sequence[Item]:
        """The pages that an entity's documentation has, in reading order, with their addresses."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a reply is written from."""

    connection: Connection
    names: NameIndex
    actor: Actor
    now: float
    docs: DocsFinder | None = None
    visible: Visible | None = None
    """What the actor may know of; None for everything."""
    synonyms: Synonyms | None = None

    def sees(self, ref: str) -> bool:
        return self.visible is None or self.visible(ref)

    def entity(self, ref: str) -> Entity | None:
        """The entity, for those who may know of it, without the relations to what they may not know of."""
        found = lookup.get_entity(self.connection, ref) if self.sees(ref) else None
        if found is None or self.visible is None:
            return found
        relations = tuple((kind, other) for kind, other in found.relations if self.sees(other))
        owner = found.found_owner if found.found_owner and self.sees(found.found_owner) else None
        return replace(found, relations=relations, found_owner=owner)

    def reached(self, walk: Callable[..., Reach], ref: str, **how: int) -> Sequence[Reached]:
        """What a walk of the graph comes to, by ways that may be known."""
        found = walk(self.connection, ref, **how)
        return [r for r in found if all(self.sees(step) for step in r.path)] if self.visible else found

    def title(self, ref: str) -> str:
        return self.names.title_of(ref) or EntityRef.from_full(ref).short

    def items(self, refs: Iterable[str], *, detail: str = "") -> tuple[Item, ...]:
        """Entities as items, in the order given; what isn't in the catalog says so, what may not be seen is missing."""
        wanted = [ref for ref in dict.fromkeys(refs) if self.sees(ref)]
        known = lookup.summaries(self.connection, wanted)
        return tuple(
            summary_item(known[r], detail) if r in known else Item(r, _short(r), kind_of(r), "not in the catalog")
            for r in wanted
        )

    def owner(self, entity: Entity) -> Entity | None:
        """The owner, where it is in the catalog."""
        return self.entity(entity.owner) if entity.owner else None


def kind_of(ref: str) -> str:
    return ref.partition(":")[0]


def kind_word(ref: str) -> str:
    return KIND_WORDS.get(kind_of(ref), kind_of(ref))


def _short(ref: str) -> str:
    return EntityRef.from_full(ref).short


def summary_item(summary: Summary, detail: str = "") -> Item:
    said = [summary.type or "", summary.lifecycle or ""] if not detail else [detail]
    return Item(summary.ref, summary.title, summary.kind.lower(), ", ".join(s for s in said if s))


def entity_item(entity: Entity, detail: str = "") -> Item:
    return Item(entity.ref, entity.title, kind_of(entity.ref), detail)


def evidence_of(*found: Entity | None) -> tuple[Evidence, ...]:
    """Where the answer stands, each place once."""
    return tuple(dict.fromkeys(e.evidence for e in found if e is not None and e.evidence is not None))


def contact_of(entity: Entity | None) -> str:
    """` Reach them in #channel or at mail@…`: how to get hold of a group or a person; empty when nothing is known."""
    if entity is None:
        return ""
    ways = []
    if channel := entity.annotations.get(entities.SLACK_CHANNEL):
        known_id = channel[:1] in "CG" and channel.isalnum() and channel.isupper()
        ways.append(f"in {channel if channel.startswith('#') or known_id else f'#{channel}'}")
    if email := email_of(entity):
        ways.append(f"at {email}")
    return " or ".join(ways)


def email_of(entity: Entity) -> str:
    profile = entity.spec.get("profile")
    return str(profile.get("email") or "") if isinstance(profile, dict) else ""


def joined(words: Sequence[str], *, most: int = 8, last: str = "and") -> str:
    """`a, b and c`; past `most`, `… and 12 more`."""
    shown = list(words[:most])
    if len(words) > most:
        return f"{', '.join(shown)} and {len(words) - most} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} {last} {shown[-1]}" if shown else ""


def number(count: int, one: str, many: str | None = None) -> str:
    """`1 team`, `3 teams`."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def answer_about(entity: Entity, understood: Understood, text: str, **more: object) -> Answer:
    """An answer with one subject and its evidence."""
    fields: dict[str, object] = {"evidence": evidence_of(entity), "confidence": understood.confidence, **more}
    return Answer(text=text, entities=(entity.ref,), subject=entity, **{"intent": understood.intent, **fields})  # type: ignore[arg-type]  # the names are Answer's own

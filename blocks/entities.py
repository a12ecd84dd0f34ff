"""How an entity appears inside a sentence, a list and a card."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from blocks import ids, kit, state
from blocks.pictures.message import PICTURED, picture_button
from callboard import entities
from callboard.parts import CardParts, Fact
from callboard.refs import EntityRef
from catalog.model import Entity, Evidence
from techdocs.links import page_url
from techdocs.model import Shelf

KIND_EMOJI: Final = {
    "component": ":gear:", "api": ":electric_plug:", "resource": ":file_cabinet:", "system": ":package:",
    "domain": ":classical_building:", "group": ":busts_in_silhouette:", "user": ":bust_in_silhouette:",
    "template": ":sparkles:", "location": ":round_pushpin:", "airesource": ":robot_face:",
}  # fmt: skip
_MOST_SECTIONS: Final = 5
_LONGEST_SECTION: Final = 1_500
_MOST_BUTTONS: Final = 5
_DOCS: Final = "Docs"
_DOCS_ELSEWHERE: Final = "backstage.io/techdocs-entity"
_LIFECYCLE_EMOJI: Final = {"production": ":large_green_circle:", "experimental": ":test_tube:"}


def label(ref: str, title: str | None = None) -> str:
    """An emoji for the kind and the name in bold, as mrkdwn."""
    kind = ref.partition(":")[0]
    return f"{KIND_EMOJI.get(kind, ':small_blue_diamond:')} {kit.bold(title or EntityRef.from_full(ref).short)}"


def evidence_line(evidence: Sequence[Evidence]) -> str:
    """Where this stands and how fresh it is."""
    shown = []
    for one in evidence[:3]:
        name = "/".join(one.text.split("/")[-3:])
        place = kit.link(one.url, name) if one.url else kit.code(name)
        shown.append(f"{place}{_fresh(one.checked_at)}")
    return ":page_facing_up: " + " · ".join(shown)


def _fresh(at: float | None) -> str:
    if at is None:
        return ""
    moment = datetime.fromtimestamp(at, UTC).strftime("%d %b %H:%M UTC")
    return f", checked <!date^{int(at)}^{{date_short_pretty}} at {{time}}|{moment}>"


def lifecycle_text(entity: Entity) -> str:
    """The lifecycle, and for something on its way out what replaces it and when it goes."""
    lifecycle = str(entity.spec.get("lifecycle") or "")
    if not lifecycle:
        return ""
    text = f"{_LIFECYCLE_EMOJI.get(lifecycle, ':warning:')} {kit.escape(lifecycle)}"
    successor = entity.annotations.get(entities.REPLACED_BY)
    end = entity.annotations.get(entities.END_OF_LIFE)
    if successor:
        text += f", replaced by {kit.code(successor)}"
    return text + (f", gone by {kit.escape(end)}" if end else "")


@dataclass(frozen=True, slots=True)
class DocsShelf:
    """The docs of an entity for its card. `link` makes addresses that open in a browser, or none."""

    shelf: Shelf | None
    link: Callable[[str, str], str] = lambda _ref, _address: ""

    def text(self) -> str:
        """The first pages, and how many more there are."""
        if self.shelf is None:
            return "none"
        if not self.shelf.total:
            return "none could be read" if self.shelf.problems else "not read yet"
        ref = self.shelf.ref
        shown = [kit.link(self.link(ref, page_url(ref, p.path)), kit.cut(p.title, 60)) for p in self.shelf.top]
        more = self.shelf.total - len(shown)
        return " · ".join(shown) + (f" and {more} more" if more else "")

    def warnings(self) -> list[str]:
        problems = self.shelf.problems if self.shelf else ()
        shown = [f"Docs: {kit.cut(kit.escape(p.text), 300)}" for p in problems[:2]]
        return [*shown, f"Docs: {len(problems) - 2} more problems"] if len(problems) > 2 else shown


def card(
    entity: Entity, owner: Entity | None, parts: Sequence[CardParts] = (), docs: DocsShelf | None = None
) -> list[kit.Block]:
    """What one entity is, at a glance."""
    heading = f"{label(entity.ref, entity.title)}  {kit.escape(entity.kind)}"
    if entity.title != entity.name:
        heading += f" {kit.code(entity.ref)}"
    blocks = [kit.section(f"{heading}\n{kit.cut(kit.escape(entity.description), 600)}".strip())]
    facts = _facts(entity, owner, parts)
    if docs is not None and (docs.shelf is not None or entity.ref.partition(":")[0] in entities.OWNED_KINDS):
        facts.append(("Docs", docs.text()))
    blocks += kit.fields(facts)
    blocks += added(parts)
    warnings = [kit.cut(kit.escape(p.message), 300) for p in entity.errors]
    warnings += docs.warnings() if docs is not None else []
    if entity.orphaned_at:
        warnings.append("Its file is gone from where it was; it will be removed unless it comes back.")
    if warnings:
        blocks.append(kit.context(*(f":warning: {w}" for w in warnings[:5])))
    return blocks


def _facts(entity: Entity, owner: Entity | None, parts: Sequence[CardParts]) -> list[tuple[str, str]]:
    spec = entity.spec
    facts = [("Owner", owner_text(entity, owner))] if entity.owner else []
    if spec.get("type"):
        facts.append(("Type", kit.escape(str(spec["type"]))))
    if lifecycle := lifecycle_text(entity):
        facts.append(("Lifecycle", lifecycle))
    systems = [r for r in entity.targets("partOf") if r.startswith(("system:", "domain:"))]
    if systems:
        facts.append(("Part of", ", ".join(kit.escape(EntityRef.from_full(r).short) for r in systems)))
    tags = entity.document["metadata"].get("tags") or []
    if tags:
        facts.append(("Tags", " ".join(kit.code(str(t)) for t in tags[:8])))
    return facts + [(kit.escape(f.label), fact_text(f)) for part in parts for f in part.facts]


def fact_text(fact: Fact) -> str:
    """A plugin's fact as mrkdwn."""
    value = kit.link(fact.url, fact.value) if fact.url else kit.escape(fact.value)
    return " · ".join([*([value] if value else []), *(kit.link(one.url, one.text) for one in fact.links)])


def added(parts: Sequence[CardParts]) -> list[kit.Block]:
    """The paragraphs that plugins add below a card's facts."""
    found = [s for part in parts for s in part.sections][:_MOST_SECTIONS]
    return [kit.section(kit.cut(f"{kit.bold(s.title)}\n{kit.escape(s.text)}", _LONGEST_SECTION)) for s in found]


def link_buttons(parts: Sequence[CardParts]) -> list[kit.Element]:
    """The buttons that plugins add; each needs an action id of its own."""
    found = [b for part in parts for b in part.buttons if b.url.startswith(("http://", "https://"))]
    return [kit.button(b.text, f"{ids.LINK}:{n}", url=b.url) for n, b in enumerate(found[:_MOST_BUTTONS])]


def owner_text(entity: Entity, owner: Entity | None) -> str:
    """The owner with where to reach it; an owner that isn't in the catalog is said to be unknown."""
    if entity.owner is None:
        return "nobody"
    if owner is None:
        return f":warning: {kit.code(entity.owner)}, which is not in the catalog"
    channel = owner.annotations.get(entities.SLACK_CHANNEL)
    return kit.bold(owner.title) + (f"\n{channel_text(channel)}" if channel else "")


def channel_text(channel: str) -> str:
    """A channel as Slack links it when we know its id, else by name."""
    if channel[:1] in "CG" and channel.isalnum() and channel.isupper():
        return f"<#{channel}>"
    return kit.escape(channel if channel.startswith("#") else f"#{channel}")


def ask_buttons(
    entity: Entity, *more: kit.Element, direct: Mapping[str, int] | None = None, docs: bool = True
) -> kit.Block:
    """What one may want to know next about an entity; a button is there only when it leads to something.

    `direct` tells how many `dependents` and `dependencies` there are one step away; without `docs` nothing asks for
    them, because something else opens them.
    """
    found = [q for q in _questions(entity, direct or {}) if q is not None and (docs or q[0] != _DOCS)]
    questions = found[: len(ids.ASK_BUTTONS)]
    buttons = [
        kit.button(text, action, state.encode(q=question))
        for (text, question), action in zip(questions, ids.ASK_BUTTONS, strict=False)
    ]
    if entity.ref.partition(":")[0] in entities.OWNED_KINDS:
        buttons.append(kit.button("Refresh", ids.REFRESH, state.encode(ref=entity.ref)))
        buttons.append(kit.button("Follow", ids.FOLLOW, state.encode(ref=entity.ref)))
    source = entity.annotations.get(entities.EDIT_URL)
    if source:
        buttons.append(kit.button("Edit source", ids.LINK, url=source))
    if entity.ref.partition(":")[0] in PICTURED:
        buttons.append(picture_button(entity.ref))
    return kit.actions(*buttons, *more)


def _questions(entity: Entity, direct: Mapping[str, int]) -> Iterator[tuple[str, str] | None]:
    kind, ref = entity.ref.partition(":")[0], entity.ref
    if kind == "group":
        yield _counted(entity, "Members", "hasMember", f"who is in {ref}")
        yield _counted(entity, "Owns", "ownerOf", f"what does {ref} own")
        yield _counted(entity, "Teams", "parentOf", f"which teams are in {ref}")
    elif kind == "user":
        yield _counted(entity, "Teams", "memberOf", f"which teams is {ref} in")
    else:
        yield _counted(entity, "Parts", "hasPart", f"what is part of {ref}")
        yield ("Definition", f"definition of {ref}") if kind == "api" and entity.spec.get("definition") else None
        yield _counted(entity, "APIs", "providesApi", f"which APIs does {ref} provide")
        yield _direct("What depends on it", direct.get("dependents"), f"what depends on {ref}")
        yield _direct("Depends on", direct.get("dependencies"), f"what does {ref} depend on")
        if entities.TECHDOCS_REF in entity.annotations or _DOCS_ELSEWHERE in entity.annotations:
            yield _DOCS, f"docs for {ref}"
    if kind in {"system", "domain", "component", "resource", "api"} and direct.get("dependents") != 0:
        yield "What if it goes?", f"what breaks if we retire {ref}"


def _direct(text: str, count: int | None, question: str) -> tuple[str, str] | None:
    """With its number where that is known, and not at all where there is nothing."""
    return (text if count is None else f"{text} ({count})", question) if count != 0 else None


def _counted(entity: Entity, text: str, relation: str, question: str) -> tuple[str, str] | None:
    count = len(entity.targets(relation))
    return (f"{text} ({count})", question) if count else None

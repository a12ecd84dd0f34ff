"""What depends on what, whom a change would touch, and who provides and calls APIs."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from answers.desk import Desk, answer_about, evidence_of, joined, kind_of, kind_word, number
from answers.filters import ListQuery
from answers.model import Answer, Definition, titles
from answers.replies.lists import MOST
from answers.understood import Understood
from callboard.refs import EntityRef
from catalog import graph
from catalog.model import Entity, Impact, Reached
from catalog.reach import Reach
from search.definitions import headline, operations

_NOUNS: Final = {
    "service": "component", "component": "component", "api": "api", "resource": "resource", "database": "resource",
    "db": "resource", "library": "component", "website": "component", "app": "component", "team": "group",
    "system": "system", "domain": "domain", "job": "component", "microservice": "component", "cache": "resource",
    "queue": "resource", "topic": "resource", "bucket": "resource", "cluster": "resource",
}  # fmt: skip
_FIRST: Final = 20
_OWNERS: Final = 50
"""Of an impact: what it names of each owner, and how many owners it lists; the numbers count all."""


def dependents(desk: Desk, asked: Understood, entity: Entity) -> Answer:
    found = _of_noun(desk.reached(graph.dependents, entity.ref, depth=1), asked.parsed.noun)
    if asked.parsed.noun.rstrip("s") in {"team", "group"}:
        return _teams(desk, asked, entity, found)
    if found:
        text = f"{number(len(found), 'thing')} directly depend{'s' if len(found) == 1 else ''} on {entity.title}: "
        text += f"{_names(found)}."
    else:
        text = f"Nothing in the catalog depends on {entity.title}."
    return answer_about(entity, asked, text, items=titles(found), total=len(found))


def _teams(desk: Desk, asked: Understood, entity: Entity, found: Sequence[Reached]) -> Answer:
    owners = [r.summary.owner for r in found if r.summary and r.summary.owner]
    items = desk.items(owners)
    text = f"{number(len(items), 'team')} own what depends on {entity.title}: {joined([i.title for i in items])}."
    return answer_about(entity, asked, text, items=items, total=len(items))


def dependencies(desk: Desk, asked: Understood, entity: Entity) -> Answer:
    found = _of_noun(desk.reached(graph.dependencies, entity.ref, depth=1), asked.parsed.noun)
    missing = [r.ref for r in found if not r.exists]
    notes = (
        (f"{joined(missing)} {'is' if len(missing) == 1 else 'are'} named but not in the catalog.",) if missing else ()
    )
    if found:
        text = f"{entity.title} directly depends on {number(len(found), 'thing')}: {_names(found)}."
    else:
        sort = f" of that kind ({asked.parsed.noun})" if asked.parsed.noun else ""
        text = f"{entity.title} names no dependencies{sort}."
    return answer_about(entity, asked, text, items=titles(found), total=len(found), notes=notes)


def needed_by_namesake(desk: Desk, asked: Understood, query: ListQuery) -> Answer | None:
    """`checkout's database`: not of the team that is called so, but what the component of that name needs."""
    if len(query.refs) != 1 or not query.kinds or not set(query.kinds) <= {"resource", "api", "component"}:
        return None
    same = desk.names.exact(desk.title(query.refs[0]), kinds={"component"})
    entity = desk.entity(same[0].ref) if len(same) == 1 else None
    if entity is None or _is_named_itself(query.refs[0], entity, asked.parsed.text):
        return None
    parsed = replace(asked.parsed, intent="dependencies", noun=query.nouns[-1])
    needed = replace(asked, intent="dependencies", parsed=parsed, subject=entity.ref, query=None)
    answer = dependencies(desk, needed, entity)
    return answer if answer.items else None


def _is_named_itself(ref: str, namesake: Entity, text: str) -> bool:
    """Whether a text has the name of one, which isn't the other's: `databases of team-checkout` means the team."""
    name = EntityRef.from_full(ref).name
    return name != EntityRef.from_full(namesake.ref).name and name in text.lower()


def depends_on(desk: Desk, asked: Understood, entity: Entity) -> Answer:
    """Yes or no: does one thing need the other, and by which way."""
    way = _way(desk, entity.ref, asked.object)
    other = desk.title(asked.object)
    if way is None and (parts := _needed_parts(desk, entity, asked.object)):
        text = f"Yes, {entity.title} depends on {joined([desk.title(p) for p in parts])}, part of {other}."
        return Answer(
            intent="dependencies", text=text, entities=(entity.ref, asked.object), confidence=asked.confidence,
            items=desk.items(parts), evidence=evidence_of(entity, desk.entity(asked.object)), subject=entity,
        )  # fmt: skip
    if way is None:
        text = f"No, {entity.title} doesn't depend on {other}."
        back = _way(desk, asked.object, entity.ref)
        text += f" It is the other way round: {other} depends on {entity.title}." if back else ""
    elif way.depth == 1:
        text = f"Yes, {entity.title} directly depends on {other}."
    else:
        text = f"Yes, {entity.title} depends on {other}, by way of {joined([desk.title(p) for p in way.path[1:-1]])}."
    items = titles([way]) if way else ()
    answer = answer_about(entity, asked, text, items=items, evidence=evidence_of(entity, desk.entity(asked.object)))
    return Answer(
        intent="dependencies", text=text, entities=(entity.ref, asked.object), confidence=asked.confidence,
        items=items, evidence=answer.evidence, subject=entity,
    )  # fmt: skip


def _way(desk: Desk, ref: str, other: str) -> Reached | None:
    """How one thing comes to need another, if it does."""
    found = desk.reached(graph.dependencies, ref)
    return found.find(other) if isinstance(found, Reach) else next((r for r in found if r.ref == other), None)


def _needed_parts(desk: Desk, entity: Entity, container: str) -> list[str]:
    """What of a System or Domain, or of what a Group owns, something directly depends on."""
    holder = desk.entity(container)
    inside = {*holder.targets("hasPart"), *holder.targets("ownerOf")} if holder is not None else set()
    return [r.ref for r in desk.reached(graph.dependencies, entity.ref, depth=1) if r.ref in inside] if inside else []


def _noticing(desk: Desk, entity: Entity) -> tuple[Sequence[Reached], list[Impact]]:
    """What is there and would notice, and the same by owner; without what the actor may not know of."""
    found = desk.reached(graph.dependents, entity.ref)
    if isinstance(found, Reach):
        there = found.existing()
        return there, graph.by_owner(desk.connection, there)
    groups = ((i, [r for r in i.affected if desk.sees(r.ref)]) for i in graph.impact(desk.connection, entity.ref))
    owners = [Impact(i.owner, i.owner_title, tuple(some), len(some)) for i, some in groups if some]
    return [r for r in found if r.exists], owners


def _direct(found: Sequence[Reached]) -> int:
    return found.direct if isinstance(found, Reach) else sum(1 for r in found if r.depth == 1)


def impact(desk: Desk, asked: Understood, entity: Entity) -> Answer:
    """Everything that would notice, nearest first, and whose it is."""
    found, owners = _noticing(desk, entity)
    if not found:
        text = f"Nothing in the catalog depends on {entity.title}, so nothing known would break."
        return answer_about(entity, asked, text, total=0)
    impacts = tuple(Impact(i.owner, i.owner_title, tuple(i.affected[:_FIRST]), i.count) for i in owners[:_OWNERS])
    first = found[:MOST]
    text = (
        f"{number(len(found), 'thing')} would be affected by {entity.title}, {_direct(found)} of them directly: "
        f"{_names(first)}. Theirs: {joined([i.owner_title for i in owners])}."
    )
    return answer_about(entity, asked, text, items=titles(first), impacts=impacts, total=len(found))


def provides_api(desk: Desk, asked: Understood, entity: Entity) -> Answer:
    items = desk.items(entity.targets("providesApi"))
    if items:
        text = f"{entity.title} provides {number(len(items), 'API')}: {joined([i.title for i in items])}."
    else:
        text = f"{entity.title} provides no API that the catalog knows of."
    return answer_about(entity, asked, text, items=items, total=len(items))


def api_consumers(desk: Desk, asked: Understood, entity: Entity) -> Answer:
    found = _of_noun(desk.reached(graph.dependents, entity.ref, depth=1), asked.parsed.noun)
    if found:
        text = f"{number(len(found), 'consumer')} of {entity.title}: {_names(found)}."
    else:
        text = f"Nothing in the catalog consumes {entity.title}."
    return answer_about(entity, asked, text, items=titles(found), total=len(found))


def api_providers(desk: Desk, asked: Understood, entity: Entity) -> Answer:
    items = desk.items(entity.targets("apiProvidedBy"))
    if items:
        text = f"{entity.title} is provided by {joined([i.title for i in items])}."
    else:
        text = f"No component says that it provides {entity.title}."
    return answer_about(entity, asked, text, items=items, total=len(items))


def api_definition(desk: Desk, asked: Understood, entity: Entity) -> Answer:
    """The definition of an API; asked of a component, of the APIs it provides."""
    if kind_of(entity.ref) != "api":
        provided = entity.targets("providesApi")
        if len(provided) != 1 or (single := desk.entity(provided[0])) is None:
            return provides_api(desk, asked, entity)
        entity = single
    found = _definition(entity)
    if found.text.strip():
        version = f" {found.version}" if found.version else ""
        text = f"{entity.title} is defined as {found.kind}{version}, {number(len(found.text.splitlines()), 'line')}"
        text += f" with {number(len(found.operations), 'operation')}: {joined([o for o, _ in found.operations])}."
    else:
        text = f"{entity.title} is of type {found.kind}, but its definition is empty."
    shown = found if found.text.strip() else None
    return answer_about(entity, asked, text, items=(desk.items([entity.ref], detail=found.kind)), definition=shown)


def _definition(entity: Entity) -> Definition:
    kind, text = str(entity.spec.get("type") or "API"), str(entity.spec.get("definition") or "")
    head = headline(text)
    return Definition(kind, text, tuple(operations(text)), head.title, head.version, head.servers)


def _of_noun(found: Sequence[Reached], noun: str) -> list[Reached]:
    """`which databases does X use`: only those of the kind that was asked for."""
    kinds = {_NOUNS[w] for w in (x.removesuffix("s") for x in noun.lower().split()) if w in _NOUNS}
    kinds |= {"component"} if "libraries" in noun else set()
    kinds.discard("group")
    return [r for r in found if not kinds or kind_of(r.ref) in kinds]


def _names(found: Sequence[Reached]) -> str:
    return joined(
        [r.summary.title if r.summary else f"{r.ref} ({kind_word(r.ref)}, not in the catalog)" for r in found]
    )

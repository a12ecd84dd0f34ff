"""Teams and people: who is in what, who is above whom, and how to reach somebody."""

from answers.desk import Desk, answer_about, contact_of, entity_item, evidence_of, joined, kind_of, number
from answers.model import Answer
from answers.understood import Understood
from catalog.model import Entity


def team_members(desk: Desk, asked: Understood, entity: Entity) -> Answer:
    """Direct members; of a group that only has subgroups, theirs, and that is said."""
    direct = entity.targets("hasMember")
    notes: tuple[str, ...] = ()
    if not direct and (below := entity.targets("parentOf")):
        direct = _members_below(desk, below)
        notes = (f"{entity.title} has no members of its own; these are in its subgroups.",) if direct else ()
    items = desk.items(direct)
    if items:
        text = f"{entity.title} has {number(len(items), 'member')}: {joined([i.title for i in items])}."
    else:
        text = f"{entity.title} has no members in the catalog."
    return answer_about(entity, asked, text, items=items, total=len(items), notes=notes)


def _members_below(desk: Desk, groups: list[str]) -> list[str]:
    found: dict[str, None] = {}
    seen: set[str] = set()
    waiting = list(groups)
    while waiting and len(seen) < 500:
        ref = waiting.pop(0)
        group = desk.entity(ref) if ref not in seen else None
        seen.add(ref)
        if group is not None:
            found.update(dict.fromkeys(group.targets("hasMember")))
            waiting += group.targets("parentOf")
    return sorted(found)


def team_parent(desk: Desk, asked: Understood, entity: Entity) -> Answer:
    items = desk.items(entity.targets("childOf"))
    if items:
        text = f"{entity.title} is part of {joined([i.title for i in items])}."
    else:
        text = f"{entity.title} has no parent: it is at the top."
    return answer_about(entity, asked, text, items=items)


def team_children(desk: Desk, asked: Understood, entity: Entity) -> Answer:
    items = desk.items(entity.targets("parentOf"))
    if items:
        text = f"{entity.title} has {number(len(items), 'subgroup')}: {joined([i.title for i in items])}."
    else:
        text = f"{entity.title} has no subgroups."
    return answer_about(entity, asked, text, items=items, total=len(items))


def user_teams(desk: Desk, asked: Understood, entity: Entity) -> Answer:
    items = desk.items(entity.targets("memberOf"))
    if items:
        text = f"{entity.title} is in {joined([i.title for i in items])}."
    else:
        text = f"{entity.title} is in no team that the catalog knows of."
    return answer_about(entity, asked, text, items=items, total=len(items))


def person(desk: Desk, asked: Understood, entity: Entity) -> Answer:
    """Who somebody is, their teams and how to reach them."""
    teams = desk.items(entity.targets("memberOf"))
    text = f"{entity.title}"
    text += f" is in {joined([t.title for t in teams])}." if teams else " is in no team that the catalog knows of."
    if entity.description:
        text += f" {entity.description.rstrip('.')}."
    if reach := contact_of(entity):
        text += f" Reach them {reach}."
    return answer_about(
        entity, asked, text, items=(entity_item(entity, contact_of(entity)), *teams), evidence=evidence_of(entity)
    )


def parts(desk: Desk, asked: Understood, entity: Entity) -> Answer:
    """What a system or domain is made of, of the kind that was asked for."""
    refs = entity.targets("hasPart")
    noun = asked.parsed.noun.lower().rstrip("s")
    kinds = {"system", "component", "api", "resource", "domain"}
    wanted = {"subdomain": "domain", "sub domain": "domain", "service": "component"}.get(noun, noun)
    if wanted in kinds:
        refs = [r for r in refs if kind_of(r) == wanted] if noun != "component" else _components(refs)
    items = desk.items(refs)
    if items:
        text = f"{entity.title} has {number(len(items), 'part')}: {joined([i.title for i in items])}."
    else:
        text = f"{entity.title} has no parts in the catalog."
    return answer_about(entity, asked, text, items=items, total=len(items))


def _components(refs: list[str]) -> list[str]:
    """`components of` a domain are whatever it has, when it has no component of its own."""
    return [r for r in refs if kind_of(r) == "component"] or refs

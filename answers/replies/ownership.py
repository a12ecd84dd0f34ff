"""Who owns something, and who is on call for it."""

from answers.desk import Desk, answer_about, contact_of, entity_item, evidence_of, joined, kind_of, kind_word
from answers.model import Answer, Item
from answers.understood import Understood
from callboard import entities
from callboard.errors import CallboardError
from callboard.refs import EntityRef, parse_entity_ref
from catalog.model import Entity
from catalog.queries import people
from catalog.queries.team_slugs import candidates

_PAGERS = {
    "pagerduty.com/service-id": "PagerDuty service",
    "pagerduty.com/integration-key": "PagerDuty",
    "opsgenie.com/component-selector": "Opsgenie",
    "opsgenie.com/team": "Opsgenie team",
    "grafana/oncall": "Grafana OnCall",
}


def owner(desk: Desk, asked: Understood, entity: Entity) -> Answer:
    """The owner with where to reach it; honest where there is none or it doesn't exist."""
    if kind_of(entity.ref) in {"group", "user"}:
        return _is_owner(desk, asked, entity)
    title = _named(entity)
    if entity.owner is None:
        text = f"Nobody owns {title}: its file names no owner."
        return answer_about(entity, asked, text, notes=("Add `spec.owner` to its catalog file to change that.",))
    found = desk.owner(entity)
    if found is None:
        text = f"{title} says that it is owned by {entity.owner}, but there is no such {kind_word(entity.owner)}."
        return answer_about(entity, asked, text, notes=(_why_unknown(desk, entity, entity.owner),))
    reach = contact_of(found)
    text = f"{title} is owned by {_owner_name(found)}." + (f" Reach them {reach}." if reach else "")
    evidence = evidence_of(entity, found)
    return answer_about(entity, asked, text, owner=found, items=(entity_item(found, reach),), evidence=evidence)


def _why_unknown(desk: Desk, entity: Entity, named: str) -> str:
    (teams,) = candidates(desk.connection, [(named, entity.ref)])
    if teams:
        return f"{joined(teams)} are GitHub teams of that name: its file has to say in `spec.owner` which of them."
    return "The owner is unknown to the catalog."


def _is_owner(desk: Desk, asked: Understood, entity: Entity) -> Answer:
    """Someone asks who owns a team: it is an owner itself."""
    reach = contact_of(entity)
    contact = f" Reach {'them' if kind_of(entity.ref) == 'group' else entity.title} {reach}." if reach else ""
    text = f"{entity.title} is a {kind_word(entity.ref)} and owns things itself.{contact}"
    above = people.parent_group(desk.connection, entity.ref) if kind_of(entity.ref) == "group" else None
    if above:
        text += f" It is part of {desk.title(above)}."
    return answer_about(entity, asked, text, items=(entity_item(entity, reach),))


def _owner_name(found: Entity) -> str:
    return f"{found.title} ({found.ref})" if found.title.lower() != EntityRef.from_full(found.ref).name else found.title


def _named(entity: Entity) -> str:
    """`Checkout (component)`: the kind tells namesakes apart."""
    return f"{entity.title} ({kind_word(entity.ref)})"


def oncall(desk: Desk, asked: Understood, entity: Entity) -> Answer:
    """Who is on call: said by the entity, else by its owner, else the owner is who to turn to."""
    kind = kind_of(entity.ref)
    found = entity if kind in {"group", "user"} else desk.owner(entity)
    for source in dict.fromkeys((entity.ref, found.ref if found else "")):
        told = entity if source == entity.ref else found
        if told and (item := _named_on_call(desk, told)):
            return _told(asked, entity, told, item, found)
    if kind == "user":
        text = f"{entity.title} has no on-call entry. Reach {entity.title} {contact_of(entity) or 'in person'}."
        return answer_about(entity, asked, text, items=(entity_item(entity, contact_of(entity)),))
    return _fallback(asked, entity, found)


def _told(asked: Understood, entity: Entity, told: Entity, item: Item, owner_found: Entity | None) -> Answer:
    service = _pager(entity) or _pager(told)
    where = f" ({service})" if service else ""
    text = f"{item.title} is on call for {entity.title}{where}." + (
        f" Reach them {item.detail}." if item.detail else ""
    )
    notes: tuple[str, ...] = ()
    items = (item,)
    if told.ref != entity.ref:
        text = f"{entity.title} names nobody on call; {item.title} is on call for its owner, {told.title}."
        notes = ("This is the owner's on-call entry.",)
    return answer_about(
        entity, asked, text, items=items, notes=notes, evidence=evidence_of(entity, told), owner=owner_found
    )


def _fallback(asked: Understood, entity: Entity, found: Entity | None) -> Answer:
    """No name anywhere: a pager service if there is one, and the owner's contact."""
    service = _pager(entity) or (_pager(found) if found else "")
    said = f"{entity.title} is paged through {service}, which names nobody here." if service else ""
    if found is None:
        why = f"its owner, {entity.owner}, is not in the catalog" if entity.owner else "nobody owns it"
        text = said or f"Nobody is named as on call for {entity.title}, and {why}."
        return answer_about(entity, asked, text, notes=("Neither an on-call entry nor an owner is known.",))
    reach = contact_of(found)
    if found.ref == entity.ref:
        text = said or f"Nobody is named as on call for {entity.title}."
    else:
        text = f"{said or f'Nobody is named as on call for {entity.title}.'} Its owner is {found.title}."
    text += f" Reach them {reach}." if reach else ""
    notes = ("No on-call entry: this is the owner and its contact.",)
    return answer_about(
        entity, asked, text, owner=found, items=(entity_item(found, reach),), notes=notes,
        evidence=evidence_of(entity, found),
    )  # fmt: skip


def _named_on_call(desk: Desk, entity: Entity) -> Item | None:
    """The person or group of `callboard.dev/on-call`: a chat id, a mail address or a ref."""
    value = entity.annotations.get(entities.ON_CALL, "").strip()
    if not value:
        return None
    ref = people.find_user(desk.connection, slack_id=value, email=value)
    if ref is None:
        named = desk.names.exact(value, kinds=("user", "group"))
        ref = named[0].ref if named else None
    known = desk.entity(ref) if ref else None
    if known is None:
        return Item(_as_ref(value), value, "user", "not in the catalog")
    return entity_item(known, contact_of(known))


def _as_ref(value: str) -> str:
    try:
        return str(parse_entity_ref(value, default_kind="User"))
    except CallboardError:
        return value


def _pager(entity: Entity) -> str:
    for key, label in _PAGERS.items():
        if value := entity.annotations.get(key):
            return f"{label} {value}" if "key" not in key else label
    return ""

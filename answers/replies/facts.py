"""What one entity says about itself: description, lifecycle, links."""

import re
from typing import Any, Final

from answers.desk import Desk, answer_about, contact_of, entity_item, evidence_of, joined, kind_of, kind_word, number
from answers.model import Answer, Item
from answers.nouns import words
from answers.understood import Understood
from callboard import entities
from callboard.errors import CallboardError
from callboard.refs import parse_entity_ref
from catalog.model import Entity

_SHORT: Final = 300
_SOURCE: Final = words("repo repository source code codebase github gitlab git pipeline ci build")
_SAME: Final = {
    "dashboard": ("dashboard", "grafana", "graphs"), "grafana": ("dashboard", "grafana"),
    "metrics": ("dashboard", "metrics"), "monitoring": ("dashboard", "monitoring", "metrics"),
    "logs": ("log", "kibana"), "log": ("log", "kibana"), "runbook": ("runbook", "run book"),
    "website": ("web", "website", "home"), "repo": ("repo", "github", "gitlab", "code"),
}  # fmt: skip
_OWN_PLACE: Final = (
    ("github.com/project-slug", "https://github.com/{}"),
    ("gitlab.com/project-slug", "https://gitlab.com/{}"),
)


def describe(desk: Desk, asked: Understood, entity: Entity) -> Answer:
    """One paragraph; the card shows the rest."""
    owner = desk.owner(entity)
    kind = kind_of(entity.ref)
    said = [f"{entity.title} is {_article(_sort(entity))}"]
    if kind == "group":
        members = entity.targets("hasMember")
        said[0] += f" with {number(len(members), 'member')}" if members else ""
    elif kind != "user" and entity.owner:
        said[0] += f", owned by {owner.title if owner else entity.owner + ' (unknown to the catalog)'}"
    if above := [desk.title(r) for r in entity.targets("partOf") + entity.targets("childOf")]:
        said[0] += f", part of {joined(above)}"
    text = said[0] + "."
    if entity.description:
        said_of_itself = _cut(entity.description)
        text += f" {said_of_itself}{'' if said_of_itself[-1:] in '.!?…' else '.'}"
    if kind in {"group", "user"} and (reach := contact_of(entity)):
        text += f" Reach {'them' if kind == 'group' else entity.title} {reach}."
    if successor := entity.annotations.get(entities.REPLACED_BY):
        text += f" It is being replaced by {_title_of(desk, successor)}."
    return answer_about(
        entity, asked, text, owner=owner, items=(entity_item(entity, _sort(entity)),), evidence=evidence_of(entity)
    )


def _sort(entity: Entity) -> str:
    """`production service (component)`, `openapi API`, `team`."""
    kind, spec = kind_word(entity.ref), entity.spec
    said = [spec[k] for k in ("lifecycle", "type") if isinstance(spec.get(k), str)]
    words = [word for word in said if any(map(str.isalnum, word))]  # some fill in a dash
    if kind in words or (words and words[-1] in {"team", "service"} and kind in {"team", "component"}):
        return " ".join(words)
    return " ".join([*words, kind])


def _article(words: str) -> str:
    return f"{'an' if words[:1].lower() in 'aeiou' else 'a'} {words}"


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHORT else text[: _SHORT - 1].rsplit(" ", 1)[0] + "…"


def lifecycle(desk: Desk, asked: Understood, entity: Entity) -> Answer:
    """The lifecycle, what replaces it and when it goes."""
    stage = str(entity.spec.get("lifecycle") or "")
    successor = entity.annotations.get(entities.REPLACED_BY)
    end = entity.annotations.get(entities.END_OF_LIFE)
    lead = _yes_or_no(asked.parsed.text, stage)
    if stage:
        text = f"{lead}{entity.title} is {'in production' if stage == 'production' else stage}."
    else:
        text = f"{entity.title} names no lifecycle."
    items: tuple[Item, ...] = ()
    if successor:
        text += f" It is being replaced by {_title_of(desk, successor)}"
        text += f" and ends on {end}." if end else "."
        items = desk.items([as_ref(successor)])
    elif end:
        text += f" It ends on {end}."
    elif re.search(r"replac|successor|alternativ|instead", asked.parsed.text, re.IGNORECASE):
        text += " Its file names no replacement."
    return answer_about(entity, asked, text, items=items, evidence=evidence_of(entity))


def _yes_or_no(text: str, stage: str) -> str:
    """`is it deprecated?` is answered with yes or no before the fact."""
    words = text.lower()
    if not re.match(r"^(?:is|are|has|have|was|were)\b", words):
        return ""
    for asked in ("deprecated", "experimental", "production"):
        if asked in words or (asked == "production" and re.search(r"\b(?:prod|live|stable)\b", words)):
            return "Yes, " if stage.lower() == asked else "No, "
    return ""


def as_ref(text: str) -> str:
    """The full ref that an annotation gives, a component's when it names no kind."""
    try:
        return str(parse_entity_ref(text, default_kind="Component"))
    except CallboardError:
        return text


def _title_of(desk: Desk, ref: str) -> str:
    full = as_ref(ref)
    return f"{desk.title(full)} ({full})" if full in desk.names else f"{ref}, which is not in the catalog"


def links(_desk: Desk, asked: Understood, entity: Entity) -> Answer:
    """The links that were asked for; all of them when that sort isn't there."""
    every = [*links_of(entity), *places_of(entity)]
    noun = re.sub(r"\s+", " ", asked.parsed.noun.lower()).strip().removesuffix(" repo")
    if asked.parsed.intent == "runbook":
        noun = "runbook"
    wanted = _matching(every, noun) if noun else every
    if wanted:
        shown = joined([f"{i.title} {i.url}" for i in wanted])
        text = f"{entity.title} has {number(len(wanted), 'link')}: {shown}."
    elif every:
        text = f"{entity.title} has no {noun} link. It has {joined([f'{i.title} {i.url}' for i in every])}."
    else:
        text = f"{entity.title} has no links."
    return answer_about(entity, asked, text, items=tuple(wanted or every), total=len(wanted or every))


def has_link(entity: Entity, noun: str) -> bool:
    return bool(_matching(links_of(entity), noun))


def links_of(entity: Entity) -> list[Item]:
    found: list[Item] = []
    entries: Any = entity.document["metadata"].get("links")
    for link in entries if isinstance(entries, list) else ():
        if isinstance(link, dict) and link.get("url"):
            url, sort = str(link["url"]), str(link.get("type") or link.get("icon") or "")
            found.append(Item(entity.ref, str(link.get("title") or url), "link", sort, url=url))
    return found


def places_of(entity: Entity) -> list[Item]:
    """Where the source is, by the annotations that say so."""
    found = []
    for key, form in _OWN_PLACE:
        if slug := entity.annotations.get(key):
            found.append(Item(entity.ref, "Source code", "link", "source", url=form.format(slug)))
    location = entity.annotations.get(entities.SOURCE_LOCATION, "")
    if not found and location.startswith("url:"):
        found.append(Item(entity.ref, "Source code", "link", "source", url=location.removeprefix("url:")))
    return found


def _matching(found: list[Item], noun: str) -> list[Item]:
    bare = noun.replace(" ", "").removesuffix("s") if noun not in {"metrics", "logs"} else noun
    if bare in {"link", "url", "bookmark"}:
        return found
    if bare in _SOURCE or any(w in _SOURCE for w in noun.split()):
        telling: tuple[str, ...] = ("repo", "github", "gitlab", "source", "/git.")
    else:
        telling = _SAME.get(bare, (bare,))
    return [i for i in found if any(w in f"{i.title} {i.detail} {i.url}".lower() for w in telling)]

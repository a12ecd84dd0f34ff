"""Documentation: where it is, and the passage that answers."""

import re
from dataclasses import replace
from typing import Final

from answers.desk import Desk, answer_about, evidence_of, joined, kind_of, number
from answers.model import Answer, Item, Quote
from answers.replies import facts
from answers.understanding import Understood
from callboard import entities
from catalog.model import Entity

_LIMIT: Final = 4
_LONGEST: Final = 600
_LINK: Final = re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)")
_HEADING: Final = re.compile(r"^#{1,6}\s+", re.MULTILINE)
_EMPHASIS: Final = re.compile(r"(\*\*)(?=\S)(.+?)(?<=\S)\1")
_OTHERS_DOCS: Final = "backstage.io/techdocs-entity"


def docs(desk: Desk, asked: Understood, entity: Entity | None) -> Answer:
    """A passage where one answers; else whether there are docs at all, and where."""
    question = asked.parsed.query or asked.parsed.text or asked.parsed.subject
    searching = bool(asked.parsed.query) or asked.parsed.intent == "howto" or entity is None
    if desk.docs is not None and searching:
        ref = entity.ref if entity else None
        quotes = tuple(desk.docs.find(desk.connection, question, ref=ref, limit=_LIMIT, visible=desk.visible))
        if not quotes and ref:
            quotes = tuple(desk.docs.find(desk.connection, question, ref=None, limit=_LIMIT, visible=desk.visible))
        if quotes:
            return _quoted(desk, asked, entity, quotes)
    if entity is None:
        return Answer("unknown", "I found nothing about that in the docs or the catalog.", confidence=asked.confidence)
    return _whether(desk, asked, entity)


def _quoted(desk: Desk, asked: Understood, entity: Entity | None, found: tuple[Quote, ...]) -> Answer:
    items = tuple(Item(q.ref, q.title, kind_of(q.ref), q.page, url=q.url or None) for q in found)
    about = (entity.ref,) if entity else (found[0].ref,)
    return Answer(
        "docs", plain(found[0].text), entities=about, confidence=asked.confidence, items=items, quotes=found,
        subject=entity, evidence=evidence_of(entity, desk.entity(found[0].ref)),
    )  # fmt: skip


def plain(markdown: str) -> str:
    """The words of a passage; fences, emphasis and heading marks are the renderer's business."""
    text = "\n".join(line for line in markdown.splitlines() if not line.lstrip().startswith(("```", "~~~")))
    text = _LINK.sub(r"\1", _HEADING.sub("", text))
    text = _EMPHASIS.sub(r"\2", text).replace("`", "")
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rsplit(" ", 1)[0] + "…"


def _whether(desk: Desk, asked: Understood, entity: Entity) -> Answer:
    found = facts.links(desk, asked, entity)
    reading = tuple(
        i for i in found.items if any(w in f"{i.title} {i.detail}".lower() for w in ("doc", "runbook", "guide", "wiki"))
    )
    if where := entity.annotations.get(entities.TECHDOCS_REF):
        pages = tuple(desk.docs.pages(desk.connection, entity.ref)) if desk.docs else ()
        if not pages:
            text = f"{entity.title} has documentation ({where}), but none of it was read yet."
            item = Item(entity.ref, f"{entity.title} docs", kind_of(entity.ref), "documentation")
            return answer_about(entity, asked, text, items=(item, *reading))
        text = f"{entity.title} has {number(len(pages), 'page')} of documentation: {joined([p.title for p in pages])}."
        return answer_about(entity, asked, text, items=(*pages, *reading))
    if other := entity.annotations.get(_OTHERS_DOCS):
        full = facts.as_ref(other)
        text = f"{entity.title} is documented with {desk.title(full)}."
        return answer_about(entity, asked, text, items=desk.items([full], detail="documentation"))
    text = f"{entity.title} has no documentation in the catalog."
    if reading:
        text += f" It links to {', '.join(f'{i.title} {i.url}' for i in reading)}."
    return answer_about(entity, asked, text, items=reading, notes=("It names no `backstage.io/techdocs-ref`.",))


def runbook(desk: Desk, asked: Understood, entity: Entity) -> Answer:
    """A link that is a runbook; else whatever the docs say."""
    if facts.has_link(entity, "runbook"):
        return facts.links(desk, replace(asked, intent="links"), entity)
    query = replace(asked, intent="docs", parsed=replace(asked.parsed, query="runbook"))
    return docs(desk, query, entity)

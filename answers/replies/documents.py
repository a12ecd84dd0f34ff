"""Documentation: where it is, and the passage that answers."""

import re
from dataclasses import replace
from typing import Final

from answers.desk import Desk, answer_about, contact_of, entity_item, evidence_of, joined, kind_of, number
from answers.followups import is_reading_on, position
from answers.model import Answer, Item, Quote, Topic
from answers.nouns import COMMON
from answers.replies import facts
from answers.text import clean, without_mention
from answers.understood import Understood
from callboard import entities
from catalog.model import Entity
from search.normalize import singular, words_of
from techdocs.portions import portions

_LIMIT: Final = 4
PIECE: Final = 2_400
"""Characters of a passage that are quoted at once, about."""
_LONGEST: Final = 600
_LAST_RESORT: Final = 0.3
"""How sure a question is that was only taken to the docs because nothing else understood it."""
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
        elsewhere = not quotes and ref is not None
        if elsewhere:
            quotes = tuple(desk.docs.find(desk.connection, question, ref=None, limit=_LIMIT, visible=desk.visible))
        if asked.confidence <= _LAST_RESORT:
            quotes = tuple(q for q in quotes if _tells(question, q))
        if quotes:
            answer = quoted(desk, quotes, confidence=asked.confidence, subject=entity)
            return replace(answer, notes=(_from_elsewhere(desk, entity),)) if elsewhere and entity else answer
    if entity is None:
        return Answer("unknown", "I found nothing about that in the docs or the catalog.", confidence=asked.confidence)
    return _whether(desk, asked, entity)


def _tells(question: str, quote: Quote) -> bool:
    """Whether a passage has at least half of the words that aren't everybody's."""
    wanted = {w for w in words_of(question) if len(w) > 2 and w not in COMMON}
    said = f"{quote.title} {quote.page} {quote.text}".lower()
    return bool(wanted) and 2 * sum(singular(w) in said for w in wanted) >= len(wanted)


def _from_elsewhere(desk: Desk, entity: Entity) -> str:
    if desk.docs is not None and desk.docs.pages(desk.connection, entity.ref):
        return f"The docs of {entity.title} don't say it; this stands elsewhere."
    return f"{entity.title} has no docs of its own; this stands in others'."


def quoted(
    desk: Desk, found: tuple[Quote, ...], *, part: int = 0, confidence: float = 1.0, subject: Entity | None = None
) -> Answer:
    """The first passage, a piece of it where it is long, and where the others stand."""
    pieces = portions(found[0].text, PIECE)
    first = replace(found[0], text=pieces[min(part, len(pieces) - 1)], goes_on=part + 1 < len(pieces))
    quotes = tuple(replace(q, owner=desk.title(q.owner) if q.owner else "") for q in (first, *found[1:]))
    items = tuple(Item(q.ref, q.title, kind_of(q.ref), q.page, url=q.url or None) for q in quotes)
    about = (subject.ref,) if subject else (first.ref,)
    return Answer(
        "docs", plain(first.text), entities=about, confidence=confidence, items=items, quotes=quotes,
        subject=subject, evidence=evidence_of(subject, desk.entity(first.ref)),
    )  # fmt: skip


def followed(desk: Desk, question: str, topic: Topic) -> tuple[Answer, Topic] | None:
    """`read on` and `the second one`, after passages of docs were quoted; None for anything else."""
    if desk.docs is None or not topic.places:
        return None
    bare = without_mention(clean(question))
    chosen = position(bare, len(topic.places))
    if chosen is not None:
        return _read(desk, replace(topic, at=chosen, part=0))
    if not is_reading_on(bare):
        return None
    here = desk.docs.at(desk.connection, topic.places[topic.at])
    if here is not None and topic.part + 1 < len(portions(here.text, PIECE)):
        return _read(desk, replace(topic, part=topic.part + 1))
    after = desk.docs.after(desk.connection, topic.places[topic.at]) if here is not None else None
    if after is None:
        return Answer("docs", "That was the end of these docs.", entities=topic.refs), topic
    places = tuple(after.place if n == topic.at else place for n, place in enumerate(topic.places))
    return _read(desk, replace(topic, places=places, part=0))


def _read(desk: Desk, topic: Topic) -> tuple[Answer, Topic] | None:
    """The passage that the topic points at, looked up again for whoever may read it."""
    assert desk.docs is not None
    place = topic.places[topic.at]
    found = desk.docs.at(desk.connection, place) if desk.sees(place.partition(" ")[0]) else None
    if found is None:
        return Answer("docs", "That passage isn't there any more.", entities=topic.refs), topic
    return quoted(desk, (found,), part=topic.part), topic


def plain(markdown: str) -> str:
    """The words of a passage; fences, emphasis and heading marks are the renderer's business."""
    text = "\n".join(line for line in markdown.splitlines() if not line.lstrip().startswith(("```", "~~~")))
    text = _LINK.sub(r"\1", _HEADING.sub("", text))
    text = _EMPHASIS.sub(r"\2", text).replace("`", "")
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rsplit(" ", 1)[0] + "…"


def _whether(desk: Desk, asked: Understood, entity: Entity) -> Answer:
    reading = tuple(
        i
        for i in facts.links_of(entity)
        if any(w in f"{i.title} {i.detail} {i.url}".lower() for w in ("doc", "runbook", "run book", "guide", "wiki"))
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
    return _without_docs(desk, asked, entity, reading)


def _without_docs(desk: Desk, asked: Understood, entity: Entity, reading: tuple[Item, ...]) -> Answer:
    """That there are none, and what may help instead: links that look like it, the source, the owner."""
    text = f"{entity.title} has no documentation in the catalog."
    if reading:
        text += f" It links to {', '.join(f'{i.title} {i.url}' for i in reading)}."
    source = tuple(i for i in facts.places_of(entity) if i.url not in {r.url for r in reading})
    if source:
        text += f" Its source is {source[0].url}."
    owner = desk.owner(entity)
    if owner is not None:
        reach = contact_of(owner)
        text += f" {owner.title} owns it{f'; reach them {reach}' if reach else ''}."
    items = (*reading, *source, *((entity_item(owner, "owner"),) if owner else ()))
    note = "Docs begin with `backstage.io/techdocs-ref: dir:.` in its catalog file."
    return answer_about(entity, asked, text, items=items, notes=(note,))


def runbook(desk: Desk, asked: Understood, entity: Entity) -> Answer:
    """A link that is a runbook; else whatever the docs say."""
    if facts.has_link(entity, "runbook"):
        return facts.links(desk, replace(asked, intent="links"), entity)
    query = replace(asked, intent="docs", parsed=replace(asked.parsed, query="runbook"))
    return docs(desk, query, entity)

"""Answers questions: the one brain behind every mouth."""

import re
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from threading import Lock
from typing import Final

from answers.clauses import MOST_AT_ONCE, asked_in_turn
from answers.desk import Desk, DocsFinder, evidence_of, kind_of
from answers.filters import ListQuery
from answers.mentions import Mentions, readings
from answers.model import Answer, Item, Topic
from answers.plugin_intents import PluginIntents
from answers.replies import absent, documents, facts, lists, ownership, people, relations, talk
from answers.text import clean
from answers.understanding import Understanding
from answers.understood import Understood
from answers.vocabulary import VocabularyReader
from callboard.chat import Actor
from callboard.db import Connection, Database
from callboard.parts import Intent
from callboard.ports import Authorizer, Visible, visible_to
from catalog import graph
from catalog.model import Entity
from search.names import Match, NameIndex, NamesInSight
from search.question import Synonyms

Reply = Callable[[Desk, Understood, Entity], Answer]
_REPLIES: Final[dict[str, Reply]] = {
    "owner": ownership.owner,
    "oncall": ownership.oncall,
    "dependents": relations.dependents,
    "dependencies": relations.dependencies,
    "dependencies_yes": relations.depends_on,
    "impact": relations.impact,
    "provides_api": relations.provides_api,
    "api_consumers": relations.api_consumers,
    "api_providers": relations.api_providers,
    "api_definition": relations.api_definition,
    "docs": documents.docs,
    "runbook": documents.runbook,
    "links": facts.links,
    "lifecycle": facts.lifecycle,
    "describe": facts.describe,
    "parts": people.parts,
    "team_members": people.team_members,
    "team_parent": people.team_parent,
    "team_children": people.team_children,
    "user_teams": people.user_teams,
    "person": people.person,
}
_NO_TOPIC: Final = frozenset({"greeting", "thanks", "help", "unknown", "not_found", "create"})
_CARDS: Final = frozenset({"owner", "oncall", "describe", "lifecycle"})
"""Intents whose answers are shown as a card."""
_UNTOLD: Final = frozenset({"unknown", "not_found", "ambiguous", "docs", "help", "greeting", "thanks", "create"})
"""Intents that make no half of a double question."""
_MOST_REMEMBERED: Final = 50


class Answerer:
    """Understands and answers. Keeps the catalog's words between questions; safe to use from many threads."""

    def __init__(
        self,
        *,
        database: Database,
        names: NameIndex,
        docs: DocsFinder | None = None,
        intents: Sequence[Intent] = (),
        authorizer: Authorizer | None = None,
        synonyms: Synonyms | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._names = names
        self._docs = docs
        self._plugins = PluginIntents(intents)
        self._authorizer = authorizer
        self._synonyms = synonyms
        self._clock = clock
        self._words = VocabularyReader()
        self._counting = Lock()
        self._given: Counter[str] = Counter()

    @property
    def given(self) -> Mapping[str, int]:
        """How many answers there were by intent, since the process began."""
        with self._counting:
            return dict(self._given)

    def answer(
        self, question: str, *, actor: Actor, topic: Topic | None = None, connection: Connection | None = None
    ) -> tuple[Answer, Topic]:
        """The answer, and what the conversation is about from now on."""
        with nullcontext(connection) if connection is not None else self._database.read() as reading:
            names, visible = self._sight(actor)
            desk = Desk(reading, names, actor, self._clock(), self._docs, visible, self._synonyms)
            answer, after = self._in_turn(desk, question, topic) or self._one(desk, question, topic)
        self._count(answer)
        return replace(answer, question=question), after

    def _one(self, desk: Desk, question: str, topic: Topic | None) -> tuple[Answer, Topic]:
        followed = documents.followed(desk, question, topic) if topic else None
        if followed is not None:
            return followed
        understood = self.understand(question, desk=desk, topic=topic)
        told = self._plugins.answer(desk, understood, question)
        answer = replace(told or _answered(desk, understood), question=question, guessed=understood.guessed)
        answer = _with_former_name(desk, understood, answer)
        return answer, _topic_after(question, understood, answer, topic)

    def _in_turn(self, desk: Desk, question: str, topic: Topic | None) -> tuple[Answer, Topic] | None:
        """`what depends on it and who owns it`: one after the other, when each of them has an answer."""
        parts: list[Answer] = []
        after = topic or Topic()
        for asked in asked_in_turn(question):
            answer, after = self._one(desk, asked, after)
            if answer.intent in _UNTOLD or not answer.entities:
                return None
            parts.append(answer)
        return (_together(parts), after) if parts else None

    def _count(self, answer: Answer) -> None:
        with self._counting:
            self._given[answer.intent] += 1

    def _sight(self, actor: Actor) -> tuple[NameIndex, Visible | None]:
        """The names that somebody may know of, and the rule behind it; None for everything."""
        visible = visible_to(self._authorizer, actor) if self._authorizer else None
        return (NamesInSight(self._names, visible) if visible else self._names), visible

    def named_in(self, text: str, actor: Actor) -> list[str]:
        """The entities that a text names as they are written, in its order; at most as many as are answered at once."""
        names, _visible = self._sight(actor)
        spots = sorted(Mentions(names).spotted(" ".join(clean(text).split())))
        return list(dict.fromkeys(match.ref for _start, _end, match in spots))[:MOST_AT_ONCE]

    def understand(self, question: str, *, desk: Desk, topic: Topic | None = None) -> Understood:
        """What a question asks, without answering it."""
        words = self._words.current(desk.connection, self._names.version)
        related = _RelatedThings(desk)
        understanding = Understanding(desk.names, words, topic, related=related, more=self._plugins.rules)
        return _fitted(understanding.of(question))


class _RelatedThings:
    """What belongs to the topic, looked up when a follow-up asks for it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def of_kind(self, topic: Topic, kinds: Sequence[str]) -> list[str]:
        """`the api`, `that team`: among what was answered, else among what the subject is related to."""
        answered = [r for r in topic.items if kind_of(r) in kinds]
        if answered:
            return answered if len(topic.refs) != 1 or kind_of(topic.refs[0]) not in kinds else [topic.refs[0]]
        if topic.refs and kind_of(topic.refs[0]) in kinds:
            return [topic.refs[0]]
        entity = self._desk.entity(topic.refs[0]) if topic.refs else None
        if entity is None:
            return []
        order = ("providesApi", "apiProvidedBy", "ownedBy", "partOf", "hasPart", "dependsOn", "consumesApi")
        for relation in order:
            found = [r for r in entity.targets(relation) if kind_of(r) in kinds]
            if found:
                return found
        return []


def _fitted(asked: Understood) -> Understood:
    """The intent that suits the kind of thing which was found."""
    if not asked.subject:
        return asked
    kind, intent = kind_of(asked.subject), asked.intent
    fitted = _BY_KIND.get((intent, kind)) or _OTHERWISE.get(intent, intent)
    if intent == "dependents" and kind == "api" and "depend" not in asked.parsed.text.lower():
        fitted = "api_consumers"
    if intent == "owner" and kind == "user" and not _OWNING.search(asked.parsed.text):
        fitted = "user_teams" if _TEAM.search(asked.parsed.text) else "person"
    if intent == "owner" and kind == "group" and _WORKING.search(asked.parsed.text):
        fitted = "team_members"
    return replace(asked, intent=fitted)


_OWNING: Final = re.compile(r"\b(?:own|maintain|responsible|in charge|look after)", re.IGNORECASE)
_TEAM: Final = re.compile(r"\b(?:team|squad|group|department|unit)s?\b", re.IGNORECASE)
_WORKING: Final = re.compile(r"\bwho (?:\w+ )?work", re.IGNORECASE)
_BY_KIND: Final = {
    ("consumers", "api"): "api_consumers",
    ("who", "user"): "person",
    ("who", "group"): "team_members",
    ("person", "user"): "person",
    ("person", "group"): "describe",
    ("channel", "group"): "describe",
    ("channel", "user"): "person",
    ("describe", "user"): "person",
    ("team_parent", "group"): "team_parent",
    ("team_parent", "user"): "user_teams",
    ("team_members", "group"): "team_members",
    ("team_children", "system"): "parts",
    ("team_children", "domain"): "parts",
    ("dependents", "user"): "owner",
    ("picture", "resource"): "dependents",
    ("picture", "api"): "dependents",
}
_OTHERWISE: Final = {
    "consumers": "dependents", "who": "owner", "person": "owner", "channel": "owner", "team_members": "owner",
    "team_parent": "owner", "howto": "docs", "picture": "dependencies",
}  # fmt: skip


def _answered(desk: Desk, asked: Understood) -> Answer:
    if asked.intent in {"greeting", "thanks", "help"}:
        return talk.small_talk(desk, asked.intent)
    if asked.intent == "ambiguous":
        return talk.ambiguous(asked)
    if asked.intent == "not_found":
        return absent.known_of(desk, asked) or talk.not_found(asked, _near(desk, asked))
    if asked.intent == "unknown":
        return talk.unknown(asked)
    if asked.query is not None:
        found = lists.listed(desk, asked, asked.query)
        return found if found.total else relations.needed_by_namesake(desk, asked, asked.query) or found
    if asked.intent == "create":
        return talk.create(desk, asked)
    if asked.intent == "changes":
        return talk.changes(desk, asked)
    if asked.intent == "mine":
        return lists.listed(desk, asked, ListQuery(mine=True))
    if asked.intent == "api_operation":
        return _operation(desk, asked)
    return _each(desk, asked) if asked.also else _about(desk, asked)


def _each(desk: Desk, asked: Understood) -> Answer:
    """The same question answered for each of several things."""
    return _together(
        [_about(desk, _fitted(replace(asked, subject=ref, also=()))) for ref in (asked.subject, *asked.also)]
    )


def _together(parts: Sequence[Answer]) -> Answer:
    """Several answers as one, the first of which says what it is about."""
    items = {(i.ref, i.title): i for part in parts for i in part.items}
    return Answer(
        parts[0].intent, "\n".join(p.text for p in parts), parts=tuple(parts),
        entities=tuple(dict.fromkeys(e for p in parts for e in p.entities)),
        confidence=min(p.confidence for p in parts), items=tuple(items.values()),
        evidence=tuple(dict.fromkeys(e for p in parts for e in p.evidence)),
        notes=tuple(dict.fromkeys(n for p in parts for n in p.notes)),
    )  # fmt: skip


def _with_former_name(desk: Desk, asked: Understood, answer: Answer) -> Answer:
    """Whoever knows it by the old name is told the new one."""
    subject = answer.subject
    if subject is None or not asked.parsed.subject:
        return answer
    said = (desk.names.former_name(subject.ref, text) for text, _kinds in readings(asked.parsed.subject))
    former = next((f for f in said if f), None)
    if former is None:
        return answer
    return replace(answer, notes=(f"{former} is called {subject.title} now ({subject.ref}).", *answer.notes))


def _near(desk: Desk, asked: Understood) -> list[Match]:
    return Mentions(desk.names).suggestions(asked.missing)


def _about(desk: Desk, asked: Understood) -> Answer:
    """The replies that speak of one entity."""
    if not asked.subject and asked.intent in {"user_teams", "person"}:
        if desk.actor.ref is None:
            return lists.listed(desk, replace(asked, intent="mine"), ListQuery(mine=True))
        asked = replace(asked, subject=desk.actor.ref)
    entity = desk.entity(asked.subject) if asked.subject else None
    if entity is None and asked.intent == "docs" and not asked.subject:
        return documents.docs(desk, asked, None)
    if entity is None:
        return talk.not_found(replace(asked, missing=asked.subject or asked.parsed.subject), ())
    if asked.intent in {"count_dependents", "count_members"}:
        return _counted(desk, asked, entity)
    reply = _REPLIES[asked.intent]
    answer = reply(desk, asked, entity)
    intent = {"dependencies_yes": "dependencies", "runbook": "docs"}.get(answer.intent, answer.intent)
    return replace(answer, intent=intent, direct=_direct(desk, entity) if intent in _CARDS else None)


def _direct(desk: Desk, entity: Entity) -> dict[str, int] | None:
    if kind_of(entity.ref) in {"group", "user", "template", "location"}:
        return None
    return {
        "dependents": len(desk.reached(graph.dependents, entity.ref, depth=1)),
        "dependencies": len(desk.reached(graph.dependencies, entity.ref, depth=1)),
    }


def _counted(desk: Desk, asked: Understood, entity: Entity) -> Answer:
    """How many members or dependents: their list, as a number first."""
    members = asked.intent == "count_members"
    whole = (people.team_members if members else relations.dependents)(desk, asked, entity)
    return replace(whole, intent="count")


def _operation(desk: Desk, asked: Understood) -> Answer:
    """The API that has a path or an operation."""
    from search import index
    from search.query import search

    found = search(
        desk.connection, asked.parsed.query, types=(index.API,), limit=10, visible=desk.visible, synonyms=desk.synonyms
    )
    path = asked.parsed.query.split()[-1].lower()
    ranked = sorted(found.items, key=lambda f: (path not in f.title.lower(), len(f.title)))
    items = {f.ref: Item(f.ref, desk.title(f.ref), kind_of(f.ref), f.title) for f in reversed(ranked)}
    if not items:
        return talk.not_found(replace(asked, missing=asked.parsed.query), ())
    items = dict(reversed(items.items()))
    first = next(iter(items.values()))
    text = f"{first.title} has {first.detail}."
    subject = desk.entity(first.ref)
    return Answer(
        "api_definition", text, entities=tuple(items)[:1], confidence=asked.confidence, items=tuple(items.values()),
        subject=subject, evidence=evidence_of(subject),
    )  # fmt: skip


def _topic_after(question: str, asked: Understood, answer: Answer, before: Topic | None) -> Topic:
    """What the next question may point back to."""
    if answer.intent in _NO_TOPIC and answer.intent != "not_found":
        return before or Topic()
    if answer.intent == "not_found":
        return before or Topic()
    if answer.intent == "ambiguous":
        refs = tuple(s.ref for s in answer.suggestions)
        return Topic(asked.parsed.intent, (), refs, question)
    items = tuple(i.ref for i in answer.items if i.ref)[:_MOST_REMEMBERED]
    if before is not None and len(items) <= 1 < len(before.items) and asked.subject in before.items:
        items = before.items  # after `the second one` there is still a first
    if answer.intent in {"list", "count", "mine"} and asked.query is not None:
        return Topic(answer.intent, (), items, asked.query.text or question)
    intent = "runbook" if asked.parsed.intent == "runbook" else answer.intent
    places = tuple(q.place for q in answer.quotes if q.path) or tuple(i.place for i in answer.items if i.place)
    return Topic(intent, answer.entities, items, question, places)


__all__ = ["Answerer", "DocsFinder"]

"""Answers that aren't about one entity: greetings, help, what can't be answered, and what is worth asking instead."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from answers import queries
from answers.desk import Desk, joined, kind_of, kind_word, number
from answers.model import Answer, Item, Suggestion
from answers.understood import Understood
from callboard.outbox import Event
from catalog.queries.predicates import matches
from search.names import Match

_DAY: Final = 86_400.0
_MOST_EVENTS: Final = 200
_FORMS: Final = {
    "owner": "who owns {}", "oncall": "who is on call for {}", "dependents": "what depends on {}",
    "consumers": "who consumes {}", "api_consumers": "who consumes {}", "dependencies": "what does {} depend on",
    "impact": "what breaks if {} goes down", "docs": "docs for {}", "links": "links of {}",
    "runbook": "runbook for {}", "lifecycle": "lifecycle of {}", "provides_api": "which APIs does {} provide",
    "api_providers": "who provides {}", "api_definition": "definition of {}", "parts": "what is in {}",
    "team_members": "who is in {}", "team_parent": "parent of {}", "team_children": "subteams of {}",
    "user_teams": "which teams is {} in", "person": "how do I reach {}", "changes": "what changed in {}",
    "list": "what does {} own", "count": "what does {} own",
}  # fmt: skip
_UNITS: Final = {"minute": 60.0, "hour": 3_600.0, "day": _DAY, "week": 7 * _DAY, "month": 31 * _DAY}
_SPAN: Final = re.compile(r"(?P<n>\d{1,3}) (?P<unit>minute|hour|day|week|month)s?\b")
_VERBS: Final = {
    "created": "was added", "renamed": "got a new name", "updated": "changed", "deleted": "was removed",
    "orphaned": "lost its file", "failed": "has an error", "recovered": "is well again",
}  # fmt: skip
_EXAMPLES: Final = (
    ("component", "who owns {}?"), ("resource", "what depends on {}?"), ("system", "what's in {}?"),
    ("group", "who is in {}?"), ("api", "who consumes {}?"),
)  # fmt: skip


def question_for(intent: str, ref: str) -> str:
    """What to type to ask the same of exactly this entity."""
    return _FORMS.get(intent, "tell me about {}").format(ref)


def suggestion(match: Match, intent: str) -> Suggestion:
    return Suggestion(match.ref, match.title, question_for(intent, match.ref))


def small_talk(desk: Desk, intent: str) -> Answer:
    examples = _examples(desk)
    name = f", {desk.actor.name.split()[0]}" if desk.actor.name.strip() else ""
    text = {
        "greeting": f"Hello{name}! Ask me who owns what, who is on call, what depends on what, or where the docs are.",
        "thanks": "You're welcome.",
        "help": "Ask in plain words who owns something, who is on call, what depends on it, what breaks without it, "
        "which APIs there are, who is in a team, where the docs are, or what is deprecated. "
        "Say “create” to start something new.",
    }[intent]
    return Answer(intent, text, suggestions=() if intent == "thanks" else examples)


def _examples(desk: Desk) -> tuple[Suggestion, ...]:
    """Questions about things that are really there."""
    found = []
    for kind, form in _EXAMPLES:
        some, _total = queries.listed(desk.connection, matches("kind", kind), limit=1, visible=desk.visible)
        found += [Suggestion(s.ref, form.format(s.title), form.format(s.ref)) for s in some]
    return tuple(found)


def ambiguous(asked: Understood) -> Answer:
    """Several things could be meant: which?"""
    intent = asked.parsed.intent
    options = tuple(suggestion(m, intent) for m in asked.options)
    named = [f"{m.title} ({kind_word(m.ref)})" for m in asked.options]
    what = f"“{asked.parsed.subject}”" if asked.parsed.subject else "that"
    text = f"I'm not sure what {what} means: {joined(named, last='or')}?"
    return Answer("ambiguous", text, confidence=asked.confidence, suggestions=options)


def not_found(asked: Understood, near: Sequence[Match]) -> Answer:
    """Says that it isn't there, and offers what is near, if anything is."""
    options = tuple(suggestion(m, asked.parsed.intent) for m in near)
    text = f"There is nothing called “{asked.missing[:80]}” in the catalog."
    if options:
        text += f" Did you mean {joined([f'{m.title} ({kind_word(m.ref)})' for m in near], last='or')}?"
    else:
        text += " Check the spelling, or ask for a list, such as “list services”."
    return Answer("not_found", text, confidence=asked.confidence, suggestions=options)


def unknown(asked: Understood) -> Answer:
    if asked.missing and asked.confidence >= 0.3:
        text = f"I don't know what “{asked.missing[:80]}” refers to. Name it, such as “who owns checkout?”."
    else:
        text = "I didn't understand that. Try “who owns …?”, “what depends on …?” or “help”."
    return Answer("unknown", text, confidence=asked.confidence)


def create(desk: Desk, asked: Understood) -> Answer:
    """The templates that fit what is wanted; all of them when none does."""
    found, _total = queries.listed(desk.connection, matches("kind", "template"), limit=50, visible=desk.visible)
    words = {w.lower().rstrip("s") for w in asked.parsed.subject.split() if len(w) > 1}
    scored = [(sum(w in f"{s.name} {s.title} {s.description} {s.type}".lower() for w in words), s) for s in found]
    best = max((score for score, _s in scored), default=0)
    fitting = [s for score, s in scored if score == best]
    items = tuple(Item(s.ref, s.title, "template", s.description[:120]) for s in fitting)
    if not items:
        return Answer("create", "There are no templates in the catalog yet.", confidence=asked.confidence)
    text = f"{number(len(items), 'template')} to start from: {joined([i.title for i in items])}."
    entities = tuple(i.ref for i in items) if best and len(items) == 1 else ()
    return Answer("create", text, entities=entities, confidence=asked.confidence, items=items)


def changes(desk: Desk, asked: Understood) -> Answer:
    """What happened to one entity or to all, newest first; of each entity only the newest."""
    since, words = _since(asked.parsed.text, desk.now, everything=not asked.subject)
    found = queries.changes(desk.connection, ref=asked.subject or None, since=since, limit=_MOST_EVENTS)
    newest: dict[str, Event] = {}
    for event in (e for e in found if kind_of(e.ref) != "location" and desk.sees(e.ref)):
        newest.setdefault(event.ref, event)
    items = tuple(
        Item(e.ref, desk.title(e.ref), kind_of(e.ref), f"{_VERBS.get(e.type, e.type)} {_ago(desk.now - e.at)}")
        for e in (found if asked.subject else newest.values())
    )
    subject = desk.entity(asked.subject) if asked.subject else None
    about = f" of {desk.title(asked.subject)}" if asked.subject else ""
    if items:
        told = joined([f"{i.title} {i.detail}" for i in items], most=5)
        text = f"{number(len(items), 'change')}{about} {words}: {told}."
    else:
        text = f"No changes{about} {words}."
    return Answer(
        "changes", text, entities=(asked.subject,) if asked.subject else (), confidence=asked.confidence, items=items,
        subject=subject, evidence=(subject.evidence,) if subject and subject.evidence else (), total=len(items),
    )  # fmt: skip


def _since(text: str, now: float, *, everything: bool) -> tuple[float, str]:
    """The moment that `today`, `this week` or `in the last hour` begins, and how to say it."""
    lowered = text.lower()
    midnight = datetime.fromtimestamp(now, UTC).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
    weekday = datetime.fromtimestamp(now, UTC).weekday()
    if span := _SPAN.search(lowered):
        seconds = int(span["n"]) * _UNITS[span["unit"]]
        return now - seconds, f"in the last {span['n']} {span['unit']}s"
    for word, start, said in (
        ("yesterday", midnight - _DAY, "since yesterday"),
        ("overnight", midnight - _DAY / 3, "since last night"),
        ("last night", midnight - _DAY / 3, "since last night"),
        ("today", midnight, "today"),
        ("this morning", midnight, "today"),
        ("last week", midnight - (weekday + 7) * _DAY, "since last week"),
        ("this week", midnight - weekday * _DAY, "this week"),
        ("week", now - 7 * _DAY, "in the last week"),
        ("month", now - 31 * _DAY, "in the last month"),
        ("hour", now - 3_600, "in the last hour"),
        ("monday", midnight - weekday * _DAY, "since Monday"),
        ("day", now - _DAY, "in the last day"),
    ):
        if word in lowered:
            return start, said
    return (now - 7 * _DAY, "in the last week") if everything else (0.0, "so far")


def _ago(seconds: float) -> str:
    for size, word in ((_DAY, "day"), (3_600.0, "hour"), (60.0, "minute")):
        if seconds >= size:
            return f"{number(int(seconds // size), word)} ago"
    return "just now"

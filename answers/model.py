"""Typed answers: what every mouth (Slack, command line, API) renders in its own way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from callboard.parts import CardParts
from catalog.model import Entity, Evidence, Impact, Reached

INTENTS: Final = (
    "owner", "oncall", "dependents", "dependencies", "impact", "provides_api", "api_consumers", "api_providers",
    "api_definition", "docs", "links", "lifecycle", "describe", "list", "count", "parts", "team_members",
    "team_parent", "team_children", "user_teams", "person", "mine", "changes", "create", "help", "thanks",
    "greeting", "ambiguous", "not_found", "unknown",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that answers the question; `detail` says how (a path, a role, a lifecycle)."""

    ref: str
    title: str
    kind: str = ""
    detail: str = ""
    path: tuple[str, ...] = ()
    url: str | None = None
    place: str = ""
    """Of a page of docs: what it is found by again, as `Quote.place`."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something that may have been meant, or asked next; `question` is what to ask to get it."""

    ref: str
    title: str
    question: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage of documentation that answers, with its place. `page` is the page's title, `owner` a title too."""

    text: str
    title: str
    page: str
    ref: str
    url: str = ""
    changed_at: float | None = None
    path: str = ""
    anchor: str = ""
    owner: str = ""
    goes_on: bool = False
    """The text is a piece, and there is more of it."""

    @property
    def place(self) -> str:
        """What it is found by again."""
        return f"{self.ref} {self.path}#{self.anchor}"


@dataclass(frozen=True, slots=True)
class Definition:
    """An API definition at a glance; `operations` are signatures with a few words about each."""

    kind: str
    text: str
    operations: tuple[tuple[str, str], ...] = ()
    title: str = ""
    version: str = ""
    servers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question. `subject` is the entity it is about, where there is exactly one."""

    intent: str
    text: str
    entities: tuple[str, ...] = ()
    confidence: float = 1.0
    items: tuple[Item, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    subject: Entity | None = None
    owner: Entity | None = None
    quotes: tuple[Quote, ...] = ()
    impacts: tuple[Impact, ...] = ()
    total: int | None = None
    """How many items there are in all, where `items` are only the first."""
    notes: tuple[str, ...] = ()
    """What the reader should know besides: a dangling target, a fallback that was taken."""
    question: str = ""
    """What was asked, to ask it again for the next page or for the channel."""
    parts: "tuple[Answer, ...]" = ()
    """One answer for each thing, where the question was about several; everything else here is theirs together."""
    direct: Mapping[str, int] | None = None
    """How many `dependents` and `dependencies` the subject has one step away, where a card wants to know."""
    definition: Definition | None = None
    contributed: CardParts | None = None
    """What a plugin's answer shows below its text; `intent` is the plugin's then."""
    guessed: bool = False
    """The subject's name was written differently; this is the nearest one."""

    def as_json(self) -> dict[str, Any]:
        """The shape of `callboard ask --json` and `/api/answers`; `quotes` only where docs are quoted."""
        return {
            "intent": self.intent,
            "entities": list(self.entities),
            "confidence": round(self.confidence, 2),
            "text": self.text,
            "items": [_item(i) for i in self.items],
            "evidence": [
                {"location": e.location, "line": e.line, "checkedAt": e.checked_at, "url": e.url} for e in self.evidence
            ],
            "suggestions": [{"ref": s.ref, "title": s.title} for s in self.suggestions],
            **({"quotes": [_quote(q) for q in self.quotes]} if self.quotes else {}),
        }


def _quote(quote: Quote) -> dict[str, Any]:
    return {
        "ref": quote.ref, "title": quote.title, "page": quote.page, "text": quote.text, "url": quote.url,
        "owner": quote.owner, "changedAt": quote.changed_at,
    }  # fmt: skip


def _item(item: Item) -> dict[str, Any]:
    extra = {"kind": item.kind, "detail": item.detail, "url": item.url, "path": list(item.path)}
    return {"ref": item.ref, "title": item.title} | {name: value for name, value in extra.items() if value}


@dataclass(frozen=True, slots=True)
class Topic:
    """What a conversation is about, so that "it", "the second one" and "what about …" can be understood."""

    intent: str = ""
    refs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    question: str = ""
    places: tuple[str, ...] = ()
    """Where passages of docs stand that were found."""
    at: int = 0
    """Which of them was read last, and …"""
    part: int = 0
    """… which piece of it."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a sentence was understood as, before anything is looked up.

    `intent` is one of INTENTS or a finer one that becomes one of them. `subject` and `object` are the words for
    what it is about; `noun` the sort of thing that is wanted; `query` words to be searched for.
    """

    intent: str
    subject: str = ""
    object: str = ""
    noun: str = ""
    query: str = ""
    me: bool = False
    text: str = ""


def titles(found: Sequence[Reached]) -> tuple[Item, ...]:
    """Graph results as items; the path is shown where it has something between its ends."""
    return tuple(
        Item(r.ref, r.summary.title if r.summary else r.ref, r.ref.partition(":")[0], path=r.path) for r in found
    )

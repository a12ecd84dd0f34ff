"""Reads questions kept as data, and judges answers against what they expect.

A line holds `question` and what is expected: `intent` (one or several that would do), `entities`, `items` (exactly),
`includes` and `excludes` (among the items), `count`, `text` (a part of it), `suggestions`. Refs leave `default/` out.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from answers.model import Answer, Topic
from answers.service import Answerer
from callboard.chat import Actor
from callboard.db import Database
from callboard.refs import parse_entity_ref
from catalog.queries import people

DATA = Path(__file__).parent / "data"
ASKS_BY_DEFAULT = "user:nora.finch"


@dataclass(frozen=True)
class Case:
    """One question with what should come of it."""

    question: str
    expected: dict[str, Any] = field(hash=False)
    before: tuple[str, ...] = ()
    asks: str = ASKS_BY_DEFAULT

    @property
    def id(self) -> str:
        return " / ".join((*self.before, self.question))[:80]


def read_cases(path: Path) -> list[Case]:
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [
        Case(
            line.pop("question"),
            before=tuple(line.pop("before", ())),
            asks=line.pop("as", ASKS_BY_DEFAULT),
            expected=line,
        )
        for line in lines
    ]


def ask(answerer: Answerer, database: Database, case: Case) -> Answer:
    """The answer to the last question of a talk."""
    ref = _full(case.asks) if case.asks else None
    with database.read() as connection:
        groups = people.groups_of(connection, ref) if ref else ()
        actor = Actor(id="U1", ref=ref, name="", groups=groups)
        topic: Topic | None = None
        for earlier in case.before:
            _answer, topic = answerer.answer(earlier, actor=actor, topic=topic, connection=connection)
        answer, _topic = answerer.answer(case.question, actor=actor, topic=topic, connection=connection)
    return answer


def faults(case: Case, answer: Answer) -> list[str]:
    """What is wrong with an answer; nothing when it is right."""
    expected, found = case.expected, []
    intents = expected["intent"] if isinstance(expected["intent"], list) else [expected["intent"]]
    if answer.intent not in intents:
        found.append(f"intent {answer.intent}, not {' or '.join(intents)}")
    items = [i.ref for i in answer.items]
    for name, got in (("entities", answer.entities), ("items", items)):
        if name in expected and set(got) != set(_refs(expected[name])):
            found.append(f"{name} {sorted(got)}, not {sorted(_refs(expected[name]))}")
    if missing := set(_refs(expected.get("includes", ()))) - set(items):
        found.append(f"items lack {sorted(missing)}")
    if extra := set(_refs(expected.get("excludes", ()))) & set(items):
        found.append(f"items have {sorted(extra)}")
    if "count" in expected and (answer.total != expected["count"] or str(expected["count"]) not in answer.text):
        found.append(f"counted {answer.total}, not {expected['count']}: {answer.text}")
    if expected.get("text", "").lower() not in answer.text.lower():
        found.append(f"{expected['text']!r} is not in {answer.text!r}")
    suggested = [s.ref for s in answer.suggestions]
    if "suggestions" in expected and suggested != _refs(expected["suggestions"]):
        found.append(f"suggests {suggested}, not {_refs(expected['suggestions'])}")
    return found


def _refs(short: Iterable[str]) -> list[str]:
    return [_full(s) for s in short]


def _full(short: str) -> str:
    return str(parse_entity_ref(short))

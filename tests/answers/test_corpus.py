"""Questions kept as data, each answered against a catalog.

The blind ones were written by somebody who hadn't seen the code: `blind.jsonl` before it was written (141 of 156 were
right at first), `blind-second.jsonl` long after (133 of 160 at first). `demo.jsonl` and `traps.jsonl` are what it was
tuned with.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from answers.model import INTENTS
from answers.service import Answerer
from callboard.db import Database, open_database
from search.names import NameIndex
from tests.answers.corpus import ASKS_BY_DEFAULT, DATA, Case, ask, faults, read_cases
from tests.conftest import catalog_of

_BLIND_AT_LEAST = 1.0
"""The share of the blind questions that was reached; it may only rise."""
_BLIND = read_cases(DATA / "blind.jsonl")
_SECOND = read_cases(DATA / "blind-second.jsonl")
_DEMO = read_cases(DATA / "demo.jsonl")
_TRAPS = read_cases(DATA / "traps.jsonl")


@pytest.fixture(scope="module")
def traps(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    path = tmp_path_factory.mktemp("traps") / "callboard.db"
    path.write_bytes(sqlite_template.read_bytes())
    opened = open_database(f"sqlite:///{path}", pool_size=2)
    catalog_of(opened, DATA / "traps.yaml").sync_locations()
    yield opened
    opened.dispose()


@pytest.fixture(scope="module")
def trap_answerer(traps: Database) -> Answerer:
    names = NameIndex(traps)
    names.refresh()
    return Answerer(database=traps, names=names)


def test_the_corpus_holds_more_than_three_hundred_questions() -> None:
    assert len({c.id for c in (*_BLIND, *_SECOND, *_DEMO, *_TRAPS)}) > 300


def test_blind_questions_are_answered_as_expected(answerer: Answerer, demo: Database) -> None:
    wrong = {c.id: found for c in _BLIND if (found := faults(c, ask(answerer, demo, c)))}
    assert 1 - len(wrong) / len(_BLIND) >= _BLIND_AT_LEAST, wrong


def test_blind_questions_are_answered_with_docs_at_hand(informed: tuple[Answerer, Database]) -> None:
    wrong = {c.id: found for c in _SECOND if (found := faults(c, ask(*informed, c)))}
    assert wrong == {}


@pytest.mark.parametrize("case", _DEMO, ids=lambda c: c.id)
def test_a_question_about_the_demo_is_answered(case: Case, answerer: Answerer, demo: Database) -> None:
    assert faults(case, ask(answerer, demo, case)) == []


@pytest.mark.parametrize("case", _TRAPS, ids=lambda c: c.id)
def test_a_name_made_of_question_words_is_understood(case: Case, trap_answerer: Answerer, traps: Database) -> None:
    asked = Case(case.question, case.expected, case.before, "" if case.asks == ASKS_BY_DEFAULT else case.asks)
    assert faults(asked, ask(trap_answerer, traps, asked)) == []


@pytest.mark.parametrize("case", [*_BLIND, *_DEMO], ids=lambda c: c.id)
def test_every_answer_keeps_the_promises_of_its_intent(case: Case, answerer: Answerer, demo: Database) -> None:
    answer = ask(answerer, demo, case)
    assert answer.intent in INTENTS
    assert answer.text
    assert 0 < answer.confidence <= 1
    assert all(ref == ref.lower() and ":" in ref and "/" in ref for ref in answer.entities)
    if answer.intent in {"not_found", "ambiguous", "unknown"}:
        assert answer.items == ()
    if answer.subject is not None:
        assert answer.evidence
        assert all(e.line >= 1 and e.location for e in answer.evidence)

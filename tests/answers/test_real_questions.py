"""Questions people really ask, with the public catalogs that they are about; skipped where those aren't at hand."""

import csv
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from answers.model import Answer
from answers.service import Answerer
from callboard.db import Database, open_database
from search.names import NameIndex
from tests.answers.corpus import Case, ask
from tests.conftest import catalog_of

_REAL = Path(os.environ.get("CALLBOARD_REAL") or Path(__file__).parents[3] / "shared" / "real")
_USUAL = "backstage__backstage"
_AT_MOST_WRONG = 2
_INTENTS = {
    "depends_on": {"dependencies"}, "list_owned": {"list", "mine"}, "list_filter": {"list"}, "system_parts": {"parts"},
    "docs": {"docs", "links"},
}  # fmt: skip


@dataclass(frozen=True)
class Question:
    """A row of the table."""

    question: str
    intent: str
    target: str
    folder: str


def _questions() -> list[Question]:
    path = _REAL / "questions.tsv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t"))[1:]
    return [Question(r[0], r[1], r[3], r[4] or _USUAL) for r in rows]


@pytest.fixture(scope="module")
def answerers(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, tuple[Answerer, Database]]]:
    found: dict[str, tuple[Answerer, Database]] = {}
    for folder in {q.folder for q in _questions()}:
        files = [p for part in ("catalog", "templates") for p in sorted((_REAL / part / folder).rglob("*.yaml"))]
        if not files:
            continue
        path = tmp_path_factory.mktemp("real") / f"{folder}.db"
        path.write_bytes(sqlite_template.read_bytes())
        opened = open_database(f"sqlite:///{path}", pool_size=2)
        catalog_of(opened, *files).sync_locations()
        names = NameIndex(opened)
        names.refresh()
        found[folder] = (Answerer(database=opened, names=names), opened)
    yield found
    for _answerer, database in found.values():
        database.dispose()


@pytest.mark.skipif(not _questions(), reason="the folder of real questions is not beside the repository")
def test_real_questions_are_answered_as_expected(answerers: dict[str, tuple[Answerer, Database]]) -> None:
    wrong = []
    for question in _questions():
        if question.folder in answerers:
            answer = ask(*answerers[question.folder], Case(question.question, {}, asks=""))
            if not _is_right(question, answer):
                wrong.append((question, answer.intent, answer.entities, answer.text))
    assert len(wrong) <= _AT_MOST_WRONG, wrong


def _is_right(question: Question, answer: Answer) -> bool:
    if "ambiguous" in question.target:
        return answer.intent == "ambiguous" and len(answer.suggestions) == 2
    if "no such entity" in question.target:
        return answer.intent == "not_found" and not answer.suggestions
    if answer.intent not in _INTENTS.get(question.intent, {question.intent}):
        return False
    named = re.findall(r"\b(?:component|api|resource|system|group|user|template):default/[\w.-]+", question.target)
    shown = [*answer.entities, *(i.ref for i in answer.items)]
    _before, arrow, after = question.target.partition("->")
    owners = (
        re.findall(r"[\w.-]+", after) if arrow and question.intent in {"owner", "team_members", "user_teams"} else []
    )
    return all(n in shown for n in named[:1]) and all(
        any(s.endswith(f"/{o}") for s in shown) for o in owners if o != "user"
    )

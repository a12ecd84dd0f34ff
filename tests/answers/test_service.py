"""The answerer with a catalog behind it: honesty, evidence, conversation, documentation, both databases."""

from collections.abc import Sequence

import pytest

from answers.desk import KIND_WORDS, DocsFinder
from answers.filters import EVERY_KIND
from answers.model import Answer, Item, Quote, Topic
from answers.service import Answerer
from callboard.chat import Actor
from callboard.db import Connection, Database
from callboard.ports import Visible
from search.names import NameIndex
from tests.conftest import LoadCatalog

_NOBODY = Actor()
_CATALOG = """
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: shop, annotations: {slack.com/channel: '#shop', callboard.dev/on-call: ada@example.com}}
spec: {type: team, profile: {email: shop@example.com}, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: ada}
spec: {profile: {displayName: Ada, email: ada@example.com}, memberOf: [shop]}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: till, tags: [python], description: 'Rings <!channel> & <@U123>'}
spec: {type: service, lifecycle: production, owner: shop, dependsOn: ['component:gone', 'resource:till-db']}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: lost}
spec: {type: service, lifecycle: experimental, owner: nobody-there}
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: till-db}
spec: {type: database, owner: shop}
"""


class _Handbook:
    """Finds one passage for whatever is asked, and remembers what that was."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str | None]] = []

    def find(
        self, connection: Connection, question: str, *, ref: str | None, limit: int, visible: Visible | None
    ) -> Sequence[Quote]:
        assert limit > 0
        assert visible is None
        assert not connection.closed
        self.asked.append((question, ref))
        quote = Quote(
            "Turn it off and on.", "Restarting", "runbook.md", "component:default/till", "https://d.example/r"
        )
        return [quote] if "restart" in question else []

    def at(self, connection: Connection, place: str) -> Quote | None:
        raise NotImplementedError

    after = at

    def pages(self, connection: Connection, ref: str) -> Sequence[Item]:
        assert not connection.closed
        return [Item(ref, "Overview", "component", url="https://d.example/")]


@pytest.fixture
def handbook() -> _Handbook:
    return _Handbook()


@pytest.fixture
def answerer(database: Database, load_catalog: LoadCatalog, handbook: DocsFinder) -> Answerer:
    load_catalog(database, _CATALOG)
    names = NameIndex(database)
    names.refresh()
    return Answerer(database=database, names=names, docs=handbook)


def _ask(answerer: Answerer, question: str, *, actor: Actor = _NOBODY, topic: Topic | None = None) -> Answer:
    return answerer.answer(question, actor=actor, topic=topic)[0]


def test_the_owner_comes_with_its_contact_and_evidence(answerer: Answerer) -> None:
    answer = _ask(answerer, "who owns till")
    assert answer.items[0].ref == "group:default/shop"
    assert "#shop or at shop@example.com" in answer.text
    assert {e.line for e in answer.evidence} == {2, 12}
    assert all(e.checked_at for e in answer.evidence)


def test_an_owner_that_does_not_exist_is_said_to_be_unknown(answerer: Answerer) -> None:
    answer = _ask(answerer, "who owns lost")
    assert answer.items == ()
    assert "group:default/nobody-there, but there is no such team" in answer.text


def test_on_call_falls_back_to_the_owner_and_says_so(answerer: Answerer) -> None:
    answer = _ask(answerer, "who is on call for till")
    assert [i.ref for i in answer.items] == ["user:default/ada"]
    assert "names nobody on call" in answer.text
    assert answer.notes


def test_on_call_of_something_with_an_unknown_owner_names_nobody(answerer: Answerer) -> None:
    answer = _ask(answerer, "who is on call for lost")
    assert answer.items == ()
    assert "not in the catalog" in answer.text


def test_a_dangling_dependency_is_shown_and_said(answerer: Answerer) -> None:
    answer = _ask(answerer, "what does till depend on")
    assert {i.ref for i in answer.items} == {"component:default/gone", "resource:default/till-db"}
    assert "component:default/gone is named but not in the catalog" in answer.notes[0]


def test_who_is_not_linked_is_told_how_to_be(answerer: Answerer) -> None:
    answer = _ask(answerer, "what do I own?")
    assert answer.intent == "mine"
    assert answer.items == ()
    assert "slack.com/user-id" in answer.text


def test_mine_is_what_my_groups_own(answerer: Answerer) -> None:
    ada = Actor(ref="user:default/ada", groups=("group:default/shop",))
    assert {i.ref for i in _ask(answerer, "what do I own?", actor=ada).items} == {
        "component:default/till", "resource:default/till-db",
    }  # fmt: skip


def test_a_list_counts_in_its_text(answerer: Answerer) -> None:
    answer = _ask(answerer, "how many python services are there")
    assert (answer.intent, answer.total) == ("count", 1)
    assert answer.text.startswith("1 python service: till")


def test_without_an_owner_counts_an_unknown_one(answerer: Answerer) -> None:
    assert [i.ref for i in _ask(answerer, "services without an owner").items] == ["component:default/lost"]


def test_a_list_of_an_unknown_team_says_that_it_is_unknown(answerer: Answerer) -> None:
    answer = _ask(answerer, "services owned by the marching band")
    assert answer.intent == "not_found"
    assert "marching band" in answer.text


def test_a_passage_of_the_docs_answers_a_how_question(answerer: Answerer, handbook: _Handbook) -> None:
    answer = _ask(answerer, "how do I restart till?")
    assert answer.intent == "docs"
    assert answer.quotes[0].title == "Restarting"
    assert handbook.asked[-1][1] == "component:default/till"


def test_a_how_question_about_nothing_known_searches_all_docs(answerer: Answerer, handbook: _Handbook) -> None:
    answer = _ask(answerer, "how do I restart the printer?")
    assert answer.entities == ("component:default/till",)
    assert handbook.asked[-1][1] is None


def test_docs_that_hold_no_answer_are_said_to_hold_none(answerer: Answerer) -> None:
    assert _ask(answerer, "how do I paint the ceiling?").intent == "unknown"


def test_changes_of_today_come_from_the_events(answerer: Answerer) -> None:
    answer = _ask(answerer, "what changed in the last 2 hours?")
    assert answer.intent == "changes"
    assert len(answer.items) == 5
    assert "was added" in answer.items[0].detail


def test_a_conversation_is_followed_by_its_topic(answerer: Answerer) -> None:
    _first, topic = answerer.answer("who owns till?", actor=_NOBODY)
    assert topic.refs == ("component:default/till",)
    _second, topic = answerer.answer("what does it depend on?", actor=_NOBODY, topic=topic)
    assert topic.items == ("component:default/gone", "resource:default/till-db")
    third, topic = answerer.answer("who owns the second one?", actor=_NOBODY, topic=topic)
    assert third.entities == ("resource:default/till-db",)


def test_a_list_is_still_there_after_one_of_its_things_was_asked_about(answerer: Answerer) -> None:
    _first, topic = answerer.answer("what does till depend on?", actor=_NOBODY)
    _second, topic = answerer.answer("the second one", actor=_NOBODY, topic=topic)
    assert topic.refs == ("resource:default/till-db",)
    _third, topic = answerer.answer("who owns it?", actor=_NOBODY, topic=topic)
    other, _topic = answerer.answer("what about the other one?", actor=_NOBODY, topic=topic)
    assert "gone" in other.text


def test_only_a_name_that_was_written_differently_is_guessed(answerer: Answerer) -> None:
    first, topic = answerer.answer("who owns till?", actor=_NOBODY)
    second, _topic = answerer.answer("what does it depend on?", actor=_NOBODY, topic=topic)
    assert [first.guessed, second.guessed, _ask(answerer, "who owns tilll?").guessed] == [False, False, True]


def test_thanks_leave_the_topic_as_it_was(answerer: Answerer) -> None:
    _first, topic = answerer.answer("who owns till?", actor=_NOBODY)
    assert answerer.answer("thanks!", actor=_NOBODY, topic=topic)[1] == topic


def test_it_without_anything_before_is_asked_back(answerer: Answerer) -> None:
    answer = _ask(answerer, "who owns it?")
    assert answer.intent == "unknown"
    assert "“it”" in answer.text


def test_a_new_entity_is_known_after_a_refresh(
    answerer: Answerer, database: Database, load_catalog: LoadCatalog
) -> None:
    assert _ask(answerer, "who owns drawer").intent == "not_found"
    more = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: drawer, tags: [rust]}\n"
    load_catalog(database, _CATALOG, f"{more}spec: {{type: service, lifecycle: production, owner: shop}}\n")
    answerer._names.refresh()
    assert _ask(answerer, "who owns drawer").intent == "owner"
    assert [i.ref for i in _ask(answerer, "rust services").items] == ["component:default/drawer"]


@pytest.mark.parametrize(
    "question",
    [
        "who owns " + "x" * 63,
        "ERROR: boom\n" * 250,
        "<!channel> <@U0> <#C0>",
        "%s {0} ${x} \\ ' \" ;--",
        "\x00\x07",
        "?!",
    ],
)
def test_strange_messages_get_an_answer(answerer: Answerer, question: str) -> None:
    answer = _ask(answerer, question)
    assert answer.text
    assert answer.items == ()


@pytest.mark.parametrize(
    "question",
    [
        "what's in the catalog?", "list everything", "show me all entities", "how many things are there",
        "how big is our catalog?", "list everything in the catalog",
    ],
)  # fmt: skip
def test_the_whole_catalog_is_told_by_kind(answerer: Answerer, question: str) -> None:
    answer = _ask(answerer, question)
    assert "in the catalog (2 components, 1 resource, " in answer.text
    assert answer.total == len(answer.items)


def test_an_empty_catalog_says_so_and_where_to_look(database: Database) -> None:
    answer = _ask(Answerer(database=database, names=NameIndex(database)), "list services")
    assert "The catalog is empty" in answer.text
    assert "callboard doctor" in answer.text


def test_a_question_with_a_long_name_stays_that_question(database: Database, load_catalog: LoadCatalog) -> None:
    long = "envelope-gateway-of-the-southern-box-office"
    load_catalog(
        database,
        "apiVersion: backstage.io/v1alpha1\nkind: Component\n"
        f"metadata: {{name: {long}}}\nspec: {{type: service, lifecycle: '-', owner: nobody}}",
    )
    names = NameIndex(database)
    names.refresh()
    answerer = Answerer(database=database, names=names)
    assert _ask(answerer, f"who ownes {long.replace('gateway', 'gatway')}").intent == "owner"
    assert _ask(answerer, f"how do I run {long}?").intent == "docs"
    assert "is a service, owned by" in _ask(answerer, f"what is {long}").text


def test_what_counts_as_the_catalog_is_every_kind_that_answers_have_a_word_for() -> None:
    assert set(EVERY_KIND) == set(KIND_WORDS) - {"location"}


def test_a_thing_named_like_its_team_is_asked_for_what_it_needs(database: Database, load_catalog: LoadCatalog) -> None:
    head = "apiVersion: backstage.io/v1alpha1\nkind: "
    load_catalog(
        database,
        f"{head}Group\nmetadata: {{name: box}}\nspec: {{type: team, children: []}}\n---\n"
        f"{head}Resource\nmetadata: {{name: box-db}}\nspec: {{type: database, owner: box-office}}\n---\n"
        f"{head}Component\nmetadata: {{name: box}}\n"
        "spec: {type: service, lifecycle: production, owner: box, dependsOn: ['resource:box-db']}",
    )
    names = NameIndex(database)
    names.refresh()
    answer = _ask(Answerer(database=database, names=names), "what is box's database?")
    assert [i.ref for i in answer.items] == ["resource:default/box-db"]

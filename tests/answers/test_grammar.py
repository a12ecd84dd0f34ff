"""Sentences are read without a catalog."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answers import followups
from answers.grammar import bare_phrases, parse
from answers.model import Topic
from answers.phrases import RULES
from answers.spelling import mended


def _first(question: str) -> tuple[str, str]:
    reading = parse(question)[0]
    return reading.intent, reading.subject


@pytest.mark.parametrize(
    ("question", "intent", "subject"),
    [
        ("what depends on x", "dependents", "x"),
        ("what does x depend on", "dependencies", "x"),
        ("what x depends on", "dependencies", "x"),
        ("who uses x", "dependents", "x"),
        ("what does x use", "dependencies", "x"),
        ("what is x used by", "dependents", "x"),
        ("dependencies of x", "dependencies", "x"),
        ("dependents of x", "dependents", "x"),
        ("graph of what depends on x", "dependents", "x"),
        ("which apis does x provide", "provides_api", "x"),
        ("who provides x", "api_providers", "x"),
        ("which apis does x consume", "dependencies", "x"),
        ("who consumes x", "consumers", "x"),
        ("what is x replaced by", "lifecycle", "x"),
        ("what replaces x", "lifecycle", "x"),
        ("who is in x", "team_members", "x"),
        ("what is in x", "parts", "x"),
        ("which team is x in", "user_teams", "x"),
        ("which teams are in x", "team_children", "x"),
        ("what's the parent of x", "team_parent", "x"),
        ("what breaks if x goes down", "impact", "x"),
        ("what breaks if we turn off x", "impact", "x"),
        ("who do I page if x breaks", "oncall", "x"),
        ("who do I ask about x", "owner", "x"),
        ("how do I reach x", "person", "x"),
    ],
)
def test_a_direction_is_read_from_the_sentence(question: str, intent: str, subject: str) -> None:
    assert _first(question) == (intent, subject)


def test_two_things_are_read_from_a_yes_or_no_question() -> None:
    reading = parse("does x depend on y?")[0]
    assert (reading.intent, reading.subject, reading.object) == ("dependencies_yes", "x", "y")


def test_the_wanted_sort_is_read() -> None:
    assert parse("which databases does x use")[0].noun == "databases"


def test_every_rule_names_an_intent_and_a_pattern() -> None:
    assert all(re.fullmatch(r"[a-z_]+ \| \S.*", rule) for rule in RULES)


@given(st.text(max_size=400))
def test_any_text_can_be_read(text: str) -> None:
    assert isinstance(parse(text), list)
    assert all(phrase.strip() for phrase in bare_phrases(text))


@pytest.mark.parametrize("text", ["who owns " * 60, "what does " + "a b " * 140, "is " * 190 + "on call for x"])
def test_reading_takes_no_longer_for_a_text_made_to_be_slow(text: str) -> None:
    began = time.process_time()
    parse(text)
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("onws", "owns"), ("depnds", "depends"), ("lsit", "list"), ("deprecatd", "deprecated"), ("owns", None),
     ("kafka", None), ("x1", None), ("on", None)],
)  # fmt: skip
def test_question_words_are_mended(typed: str, meant: str | None) -> None:
    assert meant == mended(typed)


@pytest.mark.parametrize(
    ("said", "ref"),
    [("the second one", "b"), ("2", "b"), ("#3", "c"), ("the last one", "c"), ("option 1", "a"), ("the first", "a"),
     ("the ninth one", None), ("checkout", None), ("42", None)],
)  # fmt: skip
def test_an_ordinal_points_into_the_list(said: str, ref: str | None) -> None:
    assert ref == followups.ordinal(said, Topic(items=("a", "b", "c")))


def test_an_ordinal_points_nowhere_without_a_list() -> None:
    assert followups.ordinal("the first one", Topic()) is None


@pytest.mark.parametrize(
    ("said", "rest"),
    [("what about refunds?", "refunds"), ("and for the api", "the api"), ("ok, how about team-b", "team-b"),
     ("who owns x", None)],
)  # fmt: skip
def test_what_about_leaves_the_new_subject(said: str, rest: str | None) -> None:
    assert rest == followups.about(said)

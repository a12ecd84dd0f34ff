"""What people type becomes plain words."""

import pytest

from answers.small_talk import talk
from answers.text import MAX_LENGTH, clean, sentences, variants


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("who owns “checkout”?", "who owns checkout ?"),
        ("who\u2019s on call", "who's on call"),
        ("/callboard who owns x", "who owns x"),
        ("callboard, who owns x", "who owns x"),
        ("who owns <https://git.example/acme/list-builder|list-builder>", "who owns list-builder"),
        ("who owns <https://git.example/acme/list-builder.git>", "who owns list-builder"),
        ("who owns <https://git.example/acme/list-builder/tree/main>", "who owns list-builder"),
        ("mail <mailto:a@example.com|a@example.com>", "mail a@example.com"),
        ("is <@U0ABCDEFG|ada> in <#C0ABCDEFG|team-a>", "is @U0ABCDEFG in #team-a"),
        ("ask <!subteam^S0ABCDEFG|@payments>", "ask payments"),
        ("<!channel> who owns x", "who owns x"),
        ("R&amp;D &lt;team&gt;", "R&D <team>"),
        ("who owns `orders-db` :pray: 🙏", "who owns orders-db"),
        ("what's On's owner", "what's On's owner"),
        ("component:default/x", "component:default/x"),
        ("zero\u200bwidth and\u00a0space", "zerowidth and space"),
    ],
)
def test_markup_and_marks_are_taken_off(typed: str, plain: str) -> None:
    assert plain == clean(typed)


def test_a_log_of_three_thousand_characters_is_cut() -> None:
    assert len(clean("ERROR at line 1\n" * 200)) <= MAX_LENGTH


def test_sentences_are_read_one_by_one() -> None:
    assert sentences("checkout is down! who do I call?") == ["checkout is down", "who do I call"]


def test_a_version_number_ends_no_sentence() -> None:
    assert sentences("who owns cart-v2.1 now") == ["who owns cart-v2.1 now"]


@pytest.mark.parametrize(
    ("polite", "bare"),
    [
        ("hey, can you please tell me who owns checkout right now", "who owns checkout"),
        ("do you happen to know who owns checkout", "who owns checkout"),
        ("could someone tell us what depends on orders-db these days thanks", "what depends on orders-db"),
        ("I'm looking for the docs of orders", "the docs of orders"),
        ("show me all apis", "apis"),
    ],
)
def test_politeness_is_taken_off(polite: str, bare: str) -> None:
    assert variants(polite)[-1] == bare
    assert variants(polite)[0] == polite


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("hi there 👋", "greeting"), ("", "greeting"), ("good morning everyone", "greeting"), ("thx!!", "thanks"),
        ("ok great, thank you so much", "thanks"), ("help", "help"), ("what can you do?", "help"),
        ("hello, what can I ask?", "help"), ("who owns checkout", None), ("help desk", None), ("hi-fi", None),
    ],
)  # fmt: skip
def test_small_talk_is_told_from_questions(said: str, intent: str | None) -> None:
    assert intent == talk(clean(said))

"""What people type after the command, click on an answer, and ask of a message."""

from collections.abc import Iterator

import pytest

from answers.plugin_intents import PluginIntents
from bot.runtime import Runtime
from callboard.errors import ConfigError, InputError
from callboard.parts import Intent
from handlers import ask, home, notices
from notifications.queries import followed_by
from tests.handlers import deploys
from tests.handlers.talk import Talk, buttons, open_demo, said


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    with open_demo(tmp_path_factory.mktemp("ask")) as opened:
        yield opened


@pytest.fixture
def talk(runtime: Runtime) -> Talk:
    return Talk(runtime)


@pytest.mark.parametrize("typed", ["create", "creat", "Create", "craete", "create please"])
def test_create_opens_the_templates_however_it_is_typed(talk: Talk, typed: str) -> None:
    reply = talk.command(typed)
    assert reply.view is not None
    assert reply.view["callback_id"] == "create.picker"


def test_a_word_that_only_looks_like_a_command_is_a_question(talk: Talk) -> None:
    assert "There is nothing called" in said(talk.command("crates"))
    assert "Ask in plain words" in said(talk.command("help"))


def test_following_by_name_can_be_taken_back(talk: Talk, runtime: Runtime) -> None:
    assert "I tell you when" in said(talk.command("follow the orders db"))
    with runtime.database.read() as connection:
        assert followed_by(connection, talk.user) == ["resource:default/orders-db"]
    assert "don't follow it any more" in said(talk.command("unfollow orders-db"))
    with runtime.database.read() as connection:
        assert followed_by(connection, talk.user) == []


def test_following_what_is_not_there_says_so_and_following_nothing_too(talk: Talk) -> None:
    assert "There is nothing called" in said(talk.command("follow the coffee machine"))
    with pytest.raises(InputError, match="Name what you want to follow"):
        talk.command("follow")


def test_owners_of_several_things_stand_below_each_other_and_open(talk: Talk) -> None:
    reply = talk.command("who owns checkout and refunds?")
    assert "Checkout (component) is owned by" in said(reply)
    assert "Refunds (component) is owned by" in said(reply)
    opened = talk.click(reply, "Open")
    assert "Turns a basket into a paid order" in said(opened)
    assert "Shared by" in said(talk.click(reply, "Share to channel"))


def test_the_owners_of_everything_that_a_message_names_are_shown(talk: Talk) -> None:
    text = "checkout times out on orders-db since 9, anybody?"
    reply = talk.act(ask.who_owns_message, kind="shortcut", text=text, trigger="1.2", private=True)
    assert reply.view is not None
    assert reply.view["title"]["text"] == "Who owns this?"
    assert "team-checkout" in said(reply)
    assert "team-data" in said(reply)


def test_a_message_that_names_nothing_says_so(talk: Talk) -> None:
    reply = talk.act(ask.who_owns_message, kind="shortcut", text="lunch?", trigger="1.2", private=True)
    assert "nothing of the catalog in that message" in said(reply)


def test_an_answer_in_a_window_is_followed_up_in_that_window(talk: Talk) -> None:
    text = "who looks after the pricing engine these days"
    reply = talk.act(ask.who_owns_message, kind="shortcut", text=text, trigger="1.2", private=True)
    assert reply.view is not None
    button = next(b for b in buttons(reply) if "depend" in b["text"]["text"].lower())
    again = talk.act(ask.click_question, value=button["value"], metadata=reply.view["private_metadata"], private=True)
    assert again.view_mode == "update"
    assert again.view is not None


def test_an_api_definition_is_summed_up_and_sent_as_a_file_when_wanted(talk: Talk) -> None:
    reply = talk.command("definition of the seat hold api")
    assert "SeatHolds.Hold" in said(reply) or "operations" in said(reply)
    assert reply.file is None
    sent = talk.click(reply, "Send me the file")
    assert sent.file is not None
    assert sent.file.name == "seat-hold-api.proto"
    assert "rpc " in sent.file.content


def test_in_a_thread_the_definition_comes_with_its_file(talk: Talk) -> None:
    reply = talk.act(ask.message, kind="mention", text="<@U0CALLBOARD> spec of checkout api", thread="1.1")
    assert reply.file is not None
    assert reply.file.name == "checkout-api.yaml"
    assert "Send me the file" not in said(reply)


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talk]:
    with open_demo(tmp_path_factory.mktemp("extended"), plugins=[deploys]) as opened:
        yield Talk(opened)


def test_a_plugin_adds_sections_and_buttons_to_a_card(extended: Talk) -> None:
    reply = extended.command("checkout")
    assert "Last on Tuesday 14:02 &amp; &lt;!here&gt;" in said(reply)
    links = [b["url"] for b in buttons(reply) if b["text"]["text"] in {"Pipeline", "Bad"}]
    assert links == ["https://ci.example/x"]


def test_a_plugin_that_breaks_costs_only_its_own_part(extended: Talk) -> None:
    reply = extended.command("who owns refunds")
    assert "team-payments" in said(reply)


@pytest.mark.parametrize("typed", ["when was checkout last deployed?", "hey, deployment of chekout please"])
def test_a_plugin_answers_its_own_kind_of_question_with_our_evidence(extended: Talk, typed: str) -> None:
    shown = said(extended.command(typed))
    assert "deployed on Tuesday 14:02, as Nora Finch may see" in shown
    assert "4.2 &lt;!channel&gt;" in shown
    assert "checkout/catalog-info.yaml:" in shown


@pytest.mark.parametrize("name", ["orders", "refunds"])
def test_a_plugin_that_knows_nothing_or_breaks_leaves_a_card(extended: Talk, name: str) -> None:
    reply = extended.command(f"when was {name} deployed")
    assert "I know nothing about that" in said(reply)
    assert [b for b in buttons(reply) if b["text"]["text"] == "Follow"]


@pytest.mark.parametrize(
    ("intent", "problem"),
    [
        (Intent("owner", ("who S",), lambda _asked: None), "another one has that name"),
        (Intent("fresh", ("when ( S",), lambda _asked: None), "is no regular expression"),
    ],
)
def test_an_intent_that_cannot_work_is_refused_at_the_start(intent: Intent, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        PluginIntents([intent])


def test_home_opens_what_it_lists_and_finds_anything(talk: Talk) -> None:
    talk.command("who owns orders-db")
    tab = talk.act(home.publish, kind="home", channel=None, private=True)
    shown = said(tab)
    assert "Recently viewed" in shown
    assert "is new" not in shown  # everything was, when the catalog began
    assert "/callboard who owns " in shown
    card = talk.click(tab, "Open")
    assert card.view is not None
    assert "Edit source" in said(card) or "Follow" in said(card)
    offered = talk.act(home.suggest, kind="options", text="ordrs-db").options or []
    assert offered[0]["value"] == "resource:default/orders-db"
    found = talk.act(home.open_found, value="resource:default/orders-db", channel=None)
    assert "What depends on it (" in said(found)


def test_a_button_is_there_only_when_it_leads_to_something(talk: Talk) -> None:
    labels = [b["text"]["text"] for b in buttons(talk.command("tell me about whats-on-web"))]
    assert not [label for label in labels if label.startswith(("What depends on it", "What if it goes"))]
    assert [label for label in labels if label.startswith("Depends on (")]


def test_what_is_clicked_in_a_window_stays_in_windows(talk: Talk) -> None:
    card = talk.act(home.open_found, value="api:default/checkout-api", channel=None)
    assert card.view is not None
    inside = {"metadata": card.view["private_metadata"], "channel": None, "private": False}
    by_label = {b["text"]["text"]: b for b in buttons(card)}
    definition = talk.act(ask.click_question, value=by_label["Definition"]["value"], **inside)
    assert definition.view is not None
    assert "POST /v1/checkouts" in said(definition)
    refreshed = talk.act(ask.refresh, value=by_label["Refresh"]["value"], **inside)
    assert refreshed.view_mode == "update"
    followed = talk.act(notices.follow, value=by_label["Follow"]["value"], **inside)
    assert followed.view_mode == "push"
    assert "I tell you when" in said(followed)

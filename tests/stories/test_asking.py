"""Questions whose answers bring more than a message, over both of Slack's transports."""

from playground.client import Predicate
from tests.stories.conftest import NORA, Company
from tests.stories.test_stories import said


def test_definitions_links_and_names_are_answered_where_they_stand(company: Company) -> None:
    control, channel = company.control, company.channels["team-checkout"]
    bot = company.replica.workspace.workspace.app.bot_user_id  # type: ignore[union-attr]

    shared = control.message(NORA, channel, "is https://github.com/gods-and-stalls/checkout ours?")
    ts = shared.get("ts") or shared["message"]["ts"]
    control.wait_for_message(channel, lambda m: m["ts"] == ts and "Turns a basket" in str(m.get("attachments")))

    asked = control.message(NORA, channel, f"<@{bot}> spec of checkout api")
    thread = asked.get("ts") or asked["message"]["ts"]
    control.wait_for_message(channel, lambda m: m.get("thread_ts") == thread and "POST /v1/checkouts" in said(m))
    with_file = control.wait_for_message(channel, lambda m: m.get("thread_ts") == thread and bool(m.get("files")))
    assert with_file["files"][0]["name"] == "checkout-api.yaml"

    control.shortcut(NORA, "who_owns_this", channel=channel, ts=thread)
    window = control.wait_for_modal(NORA, lambda v: "is owned by" in str(v))
    assert "team-checkout" in str(window)


def test_slack_that_wants_less_gets_the_answer_to_the_person_all_the_same(company: Company) -> None:
    control, channel = company.control, company.channels["team-checkout"]
    bot = company.replica.workspace.workspace.app.bot_user_id  # type: ignore[union-attr]
    control.fault("ratelimit", method="chat.postMessage", times=1, retry_after=1)
    control.message(NORA, channel, f"<@{bot}> who owns refunds?")
    control.message(NORA, channel, f"<@{bot}> who owns checkout?")
    control.wait_for_message(channel, lambda m: "Refunds (component) is owned by" in said(m), timeout=10)
    control.wait_for_message(channel, lambda m: "Checkout (component) is owned by" in said(m), timeout=10)
    answers = [m for m in control.messages(channel) if "is owned by" in m.get("text", "")]
    assert len(answers) == 2


def test_a_socket_dropped_and_events_that_come_twice_answer_once(company: Company) -> None:
    control, channel = company.control, company.channels["team-checkout"]
    bot = company.replica.workspace.workspace.app.bot_user_id  # type: ignore[union-attr]
    asked = {"duplicate": "refunds", "drop_after_send": "checkout", "timeout": "orders"}
    for kind, name in asked.items():
        control.fault(kind, delivery="events_api", times=1)
        control.message(NORA, channel, f"<@{bot}> who owns {name}?")
        control.wait_for_message(channel, _names(name.title()), timeout=15)
        if kind == "drop_after_send" and control.state()["app"]["transport"] == "socket":
            control.wait_until(lambda: control.state()["app"]["connections"] > 0, timeout=15, what="another socket")
    control.command(NORA, channel, "/callboard who owns payouts")
    control.wait_for_message(channel, _names("Payouts"), timeout=15)
    answers = [m["text"] for m in control.messages(channel) if "(component) is owned by" in m.get("text", "")]
    assert len(answers) == len(set(answers)) == 4


def _names(title: str) -> Predicate:
    return lambda message: f"{title} (component) is owned" in said(message)


def test_a_window_that_came_too_late_is_told_of(company: Company) -> None:
    control, general = company.control, company.channels["general"]
    control.fault("error", method="views.open", error="expired_trigger_id")
    control.command(NORA, general, "/callboard create")
    told = control.wait_for_message(general, lambda m: "three seconds" in m["text"])
    assert told["ephemeral_to"] == NORA
    assert "once more" in told["text"]
    control.command(NORA, general, "/callboard create")
    assert control.wait_for_modal(NORA)["callback_id"] == "create.picker"

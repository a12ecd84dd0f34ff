"""A deprecation seen from both sides in the local workspace, and the page on which people choose."""

from collections.abc import Mapping
from typing import Any

import pytest

from blocks import ids
from tests.stories.conftest import NORA, Company

pytestmark = pytest.mark.parametrize("transport", ["socket"], indirect=True)
DATA = "U07MENSAH00"
"""A member of the team that owns the old cart."""
Json = dict[str, Any]


def said(message: Mapping[str, Any]) -> str:
    return f"{message.get('text', '')} {message.get('blocks', '')}"


def edit(company: Company, name: str, before: str, after: str) -> None:
    file = company.folder / "catalog" / name / "catalog-info.yaml"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")


def deprecate(company: Company) -> Json:
    edit(company, "legacy-cart", "lifecycle: production", "lifecycle: deprecated")
    channel = company.channels["team-checkout"]
    return company.control.wait_for_message(channel, lambda m: "was marked deprecated" in said(m), timeout=40)


def element(holder: Mapping[str, Any], action: str) -> tuple[str, Json]:
    """The block and the element of an action id in a message or a view."""
    for block in holder["blocks"]:
        for found in [*block.get("elements", ()), block.get("element") or {}]:
            if found.get("action_id") == action:
                return block["block_id"], found
    raise AssertionError(action)


def press(company: Company, message: Json, action: str, *, who: str = NORA) -> None:
    block, found = element(message, action)
    company.control.click(who, message, action, block_id=block, value=found["value"])


def choose(company: Company, message: Json, words: str, *, who: str = NORA) -> None:
    """Pick from the menu of a notice."""
    block, found = element(message, ids.NOTICE_MORE)
    option = next(o for o in found["options"] if words in o["text"]["text"])
    company.control.click(who, message, ids.NOTICE_MORE, block_id=block, value=option["value"])


def shown(company: Company, channel: str, ts: str) -> str:
    return said(next(m for m in company.control.messages(channel) if m["ts"] == ts))


def test_a_team_promises_moves_and_both_sides_see_it_end(company: Company) -> None:
    control, channel = company.control, company.channels["team-checkout"]
    notice = deprecate(company)
    assert "Cart v2" in said(notice)
    assert "31 March 2027" in said(notice)
    owners = company.channels["team-data"]
    card = control.wait_for_message(owners, lambda m: "this shows who has moved" in said(m), timeout=15)
    assert "Checkout" in said(card)
    press(company, notice, ids.NOTICE_ACKNOWLEDGE)
    control.wait_for_modal(NORA, lambda v: v["callback_id"] == ids.NOTICE_ACKNOWLEDGE_MODAL)
    control.submit(NORA, {ids.NOTICE_DAY: {ids.NOTICE_DAY: "2027-02-28"}})
    control.wait_until(lambda: "done by 28 February 2027" in shown(company, channel, notice["ts"]), timeout=15)
    control.wait_until(lambda: "by 28 February 2027" in shown(company, owners, card["ts"]), timeout=15)
    edit(company, "checkout", "    - component:legacy-cart\n", "")
    edit(company, "checkout", " cart-api-v1,", "")
    done = control.wait_for_message(channel, lambda m: "Done: nothing of yours" in said(m), timeout=20)
    assert done["thread_ts"] == notice["ts"]
    control.wait_until(lambda: "*Checkout* has moved" in shown(company, owners, card["ts"]), timeout=15)
    assert ids.NOTICE_ACKNOWLEDGE not in shown(company, channel, notice["ts"])


def test_why_how_and_a_question_are_a_click_away(company: Company) -> None:
    control, channel = company.control, company.channels["team-checkout"]
    notice = deprecate(company)
    choose(company, notice, "Why do I get this")
    control.wait_for_message(channel, lambda m: "Why you get this" in said(m) and "legacy-cart" in said(m))
    press(company, notice, ids.NOTICE_PATH)
    control.wait_for_message(channel, lambda m: "How you depend on Legacy cart" in said(m))
    press(company, notice, ids.NOTICE_ASK)
    control.wait_for_modal(NORA, lambda v: v["callback_id"] == ids.NOTICE_ASK_MODAL)
    control.submit(NORA, {ids.NOTICE_QUESTION: {ids.NOTICE_QUESTION: "Can vouchers move too?"}})
    owners = company.channels["team-data"]
    asked = control.wait_for_message(owners, lambda m: "Can vouchers move too?" in said(m), timeout=15)
    assert f"<@{NORA}>" in said(asked)


def test_a_mute_is_for_the_team_and_only_its_members_may(company: Company) -> None:
    control, channel = company.control, company.channels["team-checkout"]
    notice = deprecate(company)
    choose(company, notice, "Mute this kind", who=DATA)
    control.wait_for_message(channel, lambda m: "This was sent to team-checkout" in said(m))
    choose(company, notice, "Mute this kind")
    control.wait_for_message(channel, lambda m: "No more messages of this kind for team-checkout" in said(m))


def test_the_settings_page_keeps_what_is_chosen_and_refuses_what_cannot_be(company: Company) -> None:
    control = company.control
    control.open_home(NORA)
    home = control.wait_for_home(NORA, lambda v: ids.SETTINGS in str(v))
    block, button = element(home, ids.SETTINGS)
    control.action(NORA, ids.SETTINGS, view_id="home", block_id=block, value=button["value"])
    control.wait_for_modal(NORA, lambda v: v["callback_id"] == ids.SETTINGS_FORM)
    control.submit(NORA, {"settings.quiet": {ids.SETTINGS_VALUE: "nights"}})
    refused = control.wait_for_modal(NORA, lambda v: bool(v.get("errors")))
    assert "20:00-08:00" in str(refused["errors"])
    block, _select = element(refused, ids.SETTINGS_FOLLOW)
    offered = control.suggest(NORA, ids.SETTINGS_FOLLOW, "payment gate", view_id=refused["id"], block_id=block)
    value = offered["options"][0]["value"]
    control.submit(
        NORA,
        {
            "settings.follow": {ids.SETTINGS_FOLLOW: value},
            "settings.quiet": {ids.SETTINGS_VALUE: "18:00-09:00"},
            "settings.topic.deprecated": {ids.SETTINGS_VALUE: "dm"},
        },
    )
    control.wait_until(lambda: control.modal(NORA) is None, what="the window to close")
    with company.replica.runtime.database.read() as connection:
        chosen = dict(company.replica.runtime.notices.settings(connection, "user:default/nora.finch"))
    assert value == "component:default/payment-gateway"
    assert chosen.pop(f"follow:{value}")
    assert chosen == {"quiet": "18:00-09:00", "topic:deprecated": "dm"}


def test_a_test_message_arrives_where_notices_do(company: Company) -> None:
    control = company.control
    control.open_home(NORA)
    home = control.wait_for_home(NORA, lambda v: ids.SETTINGS in str(v))
    block, button = element(home, ids.SETTINGS)
    control.action(NORA, ids.SETTINGS, view_id="home", block_id=block, value=button["value"])
    page = control.wait_for_modal(NORA, lambda v: v["callback_id"] == ids.SETTINGS_FORM)
    block, select = element(page, ids.SETTINGS_WHO)
    team = next(o for o in select["options"] if o["text"]["text"] == "Checkout")
    control.action(NORA, ids.SETTINGS_WHO, view_id=page["id"], block_id=block, value=team["value"])
    page = control.wait_for_modal(NORA, lambda v: "settings.channel" in str(v))
    block, button = element(page, ids.SETTINGS_TEST)
    control.action(NORA, ids.SETTINGS_TEST, view_id=page["id"], block_id=block, value=button["value"])
    channel = company.channels["team-checkout"]
    control.wait_for_message(channel, lambda m: "This is where notices arrive" in said(m), timeout=15)


def test_a_migration_begins_with_its_template(company: Company) -> None:
    edit(
        company,
        "legacy-cart",
        "    callboard.dev/end-of-life",
        "    callboard.dev/migration-template: new-service\n    callboard.dev/end-of-life",
    )
    notice = deprecate(company)
    press(company, notice, ids.NOTICE_MIGRATE)
    form = company.control.wait_for_modal(NORA, lambda v: v["callback_id"] == ids.TEMPLATE_FORM)
    assert form["blocks"]


def test_a_team_without_a_channel_is_asked_for_one_and_reads_there_from_then_on(company: Company) -> None:
    control = company.control
    org = company.folder / "catalog" / "org" / "front-of-house.yaml"
    text = org.read_text(encoding="utf-8")
    org.write_text(text.replace("    slack.com/channel: '#team-checkout'\n", ""), encoding="utf-8")
    edit(company, "legacy-cart", "lifecycle: production", "lifecycle: deprecated")

    def direct(words: str) -> Json | None:
        channels = [c["id"] for c in control.state()["channels"] if c["id"].startswith("D")]
        mine = (m for c in channels for m in control.messages(c) if words in said(m))
        return next(mine, None)

    control.wait_until(lambda: direct("was marked deprecated"), timeout=20, what="a direct message")
    question = control.wait_until(lambda: direct("Where does team-checkout read"), timeout=20, what="the question")
    block, _select = element(question, ids.NOTICE_CHANNEL)
    channel = company.channels["team-checkout"]
    control.click(NORA, question, ids.NOTICE_CHANNEL, block_id=block, value=channel)

    def stored() -> bool:
        with company.replica.runtime.database.read() as connection:
            team = "group:default/team-checkout"
            return company.replica.runtime.notices.settings(connection, team).get("channel") == channel

    control.wait_until(stored, what="the choice")

"""Docs in a workspace: quoted, opened in a window, turned, picked from, searched."""

import pytest

from tests.stories.conftest import NORA, Company
from tests.stories.test_stories import said

pytestmark = pytest.mark.parametrize("transport", ["socket"], indirect=True)


def test_a_quote_opens_the_reader_and_its_pages_are_turned(company: Company) -> None:
    control, channel = company.control, company.channels["team-checkout"]
    control.command(NORA, channel, "/callboard docs how do I roll back checkout")
    answer = control.wait_for_message(channel, lambda m: "Read" in said(m) and "oll back" in said(m))
    assert "owned by" in said(answer)
    control.click(NORA, answer, "read")
    opened = control.wait_for_modal(NORA, lambda v: v["callback_id"] == "reader")
    assert "Rolling back takes about three minutes" in str(opened)
    turn = next(b for b in opened["blocks"] if "read.on" in str(b))
    control.action(NORA, "read.on", view_id=opened["id"], block_id=turn["block_id"])
    after = control.wait_for_modal(NORA, lambda v: v["hash"] != opened["hash"] and v["callback_id"] == "reader")
    assert "Rolling back takes about three minutes" not in str(after)
    menu = next(b for b in after["blocks"] if "read.page" in str(b))
    control.suggest(NORA, "read.page", "runbook", view_id=after["id"], block_id=menu["block_id"])
    chosen = {"text": {"type": "plain_text", "text": "Runbook"}, "value": "runbook.md"}
    control.action(NORA, "read.page", view_id=after["id"], block_id=menu["block_id"], selected_option=chosen)
    control.wait_for_modal(NORA, lambda v: "Rolling back takes about three minutes" in str(v))


def test_a_search_is_answered_with_something_to_read(company: Company) -> None:
    control, channel = company.control, company.channels["team-checkout"]
    control.command(NORA, channel, "/callboard search rolbback in:docs")
    found = control.wait_for_message(channel, lambda m: "Near it" in said(m))
    control.click(NORA, found, "read", block_id=next(b["block_id"] for b in found["blocks"] if "accessory" in b))
    control.wait_for_modal(NORA, lambda v: v["callback_id"] == "reader")

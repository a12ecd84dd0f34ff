"""The main job, end to end: what `make run` promises, without a browser, over both of Slack's transports."""

import subprocess
from collections.abc import Mapping
from typing import Any

from tests.stories.conftest import NORA, Company


def said(message: Mapping[str, Any]) -> str:
    """Everything a person reads in a message."""
    return f"{message.get('text', '')} {message.get('blocks', '')}"


def test_a_command_is_answered_with_a_card_that_names_owner_and_source(company: Company) -> None:
    channel = company.channels["team-checkout"]
    company.control.command(NORA, channel, "/callboard who owns checkout?")
    answer = company.control.wait_for_message(channel, lambda m: "Checkout" in said(m))
    assert "checkout/catalog-info.yaml" in said(answer)
    assert "team-checkout" in said(answer).lower()


def test_a_typo_is_asked_back_or_understood(company: Company) -> None:
    channel = company.channels["team-checkout"]
    company.control.command(NORA, channel, "/callboard who owns chekcoutt")
    answer = company.control.wait_for_message(channel, lambda m: "heckout" in said(m))
    assert "checkout" in said(answer).lower()


def test_a_mention_in_a_thread_is_answered_there_with_a_list(company: Company) -> None:
    channel = company.channels["team-checkout"]
    first = company.control.message(NORA, channel, "I am about to touch the orders database")
    bot = company.replica.workspace.workspace.app.bot_user_id  # type: ignore[union-attr]
    thread = first["message"]["ts"] if "message" in first else first["ts"]
    company.control.message(NORA, channel, f"<@{bot}> what depends on orders-db?", thread_ts=thread)
    answer = company.control.wait_for_message(channel, lambda m: "Payouts" in said(m) or "payouts" in said(m))
    assert answer["thread_ts"] == thread


def test_a_service_is_created_from_a_template(company: Company) -> None:
    control, channel = company.control, company.channels["team-checkout"]
    control.command(NORA, channel, "/callboard create")
    picker = control.wait_for_modal(NORA)
    buttons = [b["accessory"] for b in picker["blocks"] if b.get("accessory")]
    service = next(b for b in buttons if "new-service" in b["value"])
    control.action(NORA, service["action_id"], view_id=picker["id"], value=service["value"])
    form = control.wait_for_modal(NORA, lambda v: v["callback_id"] == "create.form")
    assert form["blocks"]


def test_a_deprecation_reaches_the_team_that_depends_on_it_once(company: Company) -> None:
    file = company.folder / "catalog" / "legacy-cart" / "catalog-info.yaml"
    file.write_text(file.read_text().replace("lifecycle: production", "lifecycle: deprecated"), encoding="utf-8")
    channel = company.channels["team-checkout"]
    notice = company.control.wait_for_message(channel, lambda m: "deprecated" in said(m), timeout=10)
    assert "Checkout" in said(notice)
    file.touch()
    company.control.command(NORA, channel, "/callboard is legacy-cart deprecated?")
    company.control.wait_for_message(channel, lambda m: "checked" in said(m))
    told = [m for m in company.control.messages(channel) if "depends on it" in said(m)]
    assert len(told) == 1


def test_docs_are_quoted(company: Company) -> None:
    channel = company.channels["team-checkout"]
    company.control.command(NORA, channel, "/callboard docs how do I roll back checkout")
    answer = company.control.wait_for_message(channel, lambda m: "oll back" in said(m) and "book" in said(m))
    assert "runbook" in said(answer).lower()


def test_a_new_repository_is_known_at_the_next_tick(company: Company) -> None:
    channel = company.channels["team-checkout"]
    subprocess.run(
        ["cp", "-r", company.folder / "github-later" / "encore", company.folder / "github"], check=True, timeout=10
    )

    def known() -> bool | None:
        company.replica.runtime.names.refresh()
        return "component:default/encore" in company.replica.runtime.names or None

    company.control.wait_until(known, timeout=15, what="encore")
    company.control.command(NORA, channel, "/callboard who owns encore")
    assert company.control.wait_for_message(channel, lambda m: "ncore" in said(m))

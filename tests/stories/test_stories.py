"""The main job, end to end: what `make run` promises, without a browser, over both of Slack's transports."""

import subprocess
import time
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
    offered = next(b for b in picker["blocks"] if "new-service" in str(b.get("accessory")))
    chosen = offered["accessory"]
    control.action(NORA, chosen["action_id"], view_id=picker["id"], block_id=offered["block_id"], value=chosen["value"])
    control.wait_for_modal(NORA, lambda v: v["callback_id"] == "create.form")

    pick_owner(company)
    fill(company, name="Interval Drinks", description="Lets people order a drink before the interval")
    control.submit(NORA)
    refused = control.modal(NORA)
    assert refused is not None
    assert "Lowercase letters, digits and dashes only" in str(refused["errors"]["f:name"])

    fill(company, name="interval-drinks")
    control.submit(NORA)
    second = control.wait_for_modal(NORA, lambda v: "f:language" in str(v))
    assert "f:databaseName" not in str(second)
    control.submit(NORA)
    review = control.wait_for_modal(NORA, lambda v: v["callback_id"] == "create.review")
    assert "interval-drinks" in str(review)
    control.submit(NORA)

    done = control.wait_for_message(channel, lambda m: "is done" in said(m), timeout=20)
    assert "Repository" in said(done) or "catalog" in said(done)
    states = shown_states(company, done["ts"])
    assert len(dict.fromkeys(states)) >= 3
    assert "is done" in states[-1]
    repository = company.folder / "git" / "gods-and-stalls" / "interval-drinks.git"
    log = subprocess.run(["git", "-C", repository, "log", "--oneline", "main"], capture_output=True, check=True)
    assert len(log.stdout.splitlines()) == 1
    control.command(NORA, channel, "/callboard who owns interval-drinks")
    assert control.wait_for_message(channel, lambda m: "nterval" in said(m) and "Checkout" in said(m))


def pick_owner(company: Company) -> None:
    """Type into the owner's menu and take what it offers."""
    view = company.control.wait_for_modal(NORA)
    action = next(b["element"]["action_id"] for b in view["blocks"] if b.get("block_id") == "f:owner")
    offered = company.control.suggest(NORA, action, "checkout", view_id=view["id"], block_id="f:owner")
    option = offered["options"][0]
    assert option["value"] == "group:default/team-checkout"
    company.control.fill(NORA, action, view_id=view["id"], block_id="f:owner", selected_option=option)


def fill(company: Company, **values: str) -> None:
    view = company.control.wait_for_modal(NORA)
    for name, value in values.items():
        company.control.fill(NORA, "create.value", view_id=view["id"], block_id=f"f:{name}", value=value)


def shown_states(company: Company, ts: str) -> list[str]:
    """What the message `ts` said, one state after the other, as the app sent them."""
    sent = [e for e in company.control.log() if e["name"] in {"chat.postMessage", "chat.update"}]
    return [str(e["payload"].get("blocks")) for e in sent if ts in {e["payload"].get("ts"), e["outcome"].get("ts")}]


def test_a_deprecation_reaches_the_team_that_depends_on_it_once(company: Company) -> None:
    file = company.folder / "catalog" / "legacy-cart" / "catalog-info.yaml"
    file.write_text(file.read_text().replace("lifecycle: production", "lifecycle: deprecated"), encoding="utf-8")
    channel = company.channels["team-checkout"]
    notice = company.control.wait_for_message(channel, lambda m: "deprecated" in said(m), timeout=30)
    assert "Checkout" in said(notice)
    file.touch()
    company.control.command(NORA, channel, "/callboard is legacy-cart deprecated?")
    company.control.wait_for_message(channel, lambda m: "checked" in said(m))
    told = [m for m in company.control.messages(channel) if "was marked deprecated" in said(m)]
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

    names = company.replica.runtime.names
    deadline = time.monotonic() + 15
    while "component:default/encore" not in names and time.monotonic() < deadline:
        time.sleep(0.1)
        names.refresh()
    company.control.command(NORA, channel, "/callboard who owns encore")
    assert company.control.wait_for_message(channel, lambda m: "ncore" in said(m))

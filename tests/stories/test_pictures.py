"""A picture of the graph, from the button on a card to bytes that a person sees, over both of Slack's transports."""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx

from tests.stories.conftest import NORA, Company

PNG = b"\x89PNG\r\n\x1a\n"


def image_of(message: Mapping[str, Any]) -> Mapping[str, Any] | None:
    return next((b for b in message.get("blocks") or [] if b["type"] == "image"), None)


def button(message: Mapping[str, Any], action: str) -> Mapping[str, Any]:
    elements = [e for b in message["blocks"] if b["type"] == "actions" for e in b["elements"]]
    return next(e for e in elements if e["action_id"] == action)


def press(company: Company, message: Mapping[str, Any], action: str) -> None:
    block = next(b for b in message["blocks"] if action in str(b))
    company.control.click(
        NORA, dict(message), action, block_id=block["block_id"], value=button(message, action)["value"]
    )


def card(company: Company, question: str = "/callboard who owns checkout?") -> tuple[str, Mapping[str, Any]]:
    channel = company.channels["team-checkout"]
    company.control.command(NORA, channel, question)
    return channel, company.control.wait_for_message(channel, lambda m: "'picture'" in str(m.get("blocks")))


def picture(company: Company, channel: str, words: str, *, timeout: float = 30.0) -> Mapping[str, Any]:
    return company.control.wait_for_message(
        channel, lambda m: image_of(m) is not None and words in m["text"], timeout=timeout
    )


def wait_for_github(company: Company) -> None:
    """What its repositories say of Checkout belongs to the picture, so a picture from before is another one."""
    names = company.replica.runtime.names
    deadline = time.monotonic() + 15
    while not all(f"component:default/{name}" in names for name in ("queue-room", "programme-printer")):
        assert time.monotonic() < deadline, "the provider never ran"
        time.sleep(0.1)
        names.refresh()


def test_the_picture_of_a_card_is_private_like_the_card_and_said_in_words(company: Company) -> None:
    channel, answer = card(company)
    press(company, answer, "picture")
    shown = picture(company, channel, "Around Checkout")
    image = image_of(shown)
    assert image is not None
    assert shown["ephemeral_to"] == NORA
    assert "Checkout depends on" in image["alt_text"]
    stored = next(f for f in company.control.state()["files"] if f["id"] == image["slack_file"]["id"])
    content = httpx.get(stored["url_private"], trust_env=False).content
    assert content.startswith(PNG)


def test_a_picture_turns_in_its_place_and_is_shared_to_the_channel(company: Company) -> None:
    channel, answer = card(company)
    press(company, answer, "picture")
    press(company, picture(company, channel, "Around Checkout"), "picture.dependents")
    turned = picture(company, channel, "What depends on Checkout")
    assert not [m for m in company.control.messages(channel) if "Around Checkout" in m["text"]]
    press(company, turned, "picture.share")
    company.control.wait_for_message(
        channel, lambda m: image_of(m) is not None and not m.get("ephemeral_to"), timeout=15
    )


def test_a_picture_waits_until_slack_has_processed_its_file(company: Company) -> None:
    workspace = company.replica.workspace.workspace  # type: ignore[union-attr]
    workspace.timing = replace(workspace.timing, file_processing_seconds=0.8)
    channel, answer = card(company)
    press(company, answer, "picture")
    assert picture(company, channel, "Around Checkout")["ephemeral_to"] == NORA


def test_the_same_picture_is_drawn_and_uploaded_once(company: Company) -> None:
    wait_for_github(company)
    channel, answer = card(company)
    press(company, answer, "picture")
    picture(company, channel, "Around Checkout")
    press(company, answer, "picture")
    company.control.wait_until(
        lambda: len([m for m in company.control.messages(channel) if image_of(m)]) == 2 or None, timeout=15
    )
    uploads = [e for e in company.control.log() if e["name"] == "files.completeUploadExternal"]
    assert len(uploads) == 1
    files = {image["slack_file"]["id"] for m in company.control.messages(channel) if (image := image_of(m))}
    assert len(files) == 1


def test_an_upload_that_slack_refuses_is_said_to_the_person(company: Company) -> None:
    company.control.fault("error", method="files.getUploadURLExternal", error="internal_error", status=500, times=9)
    channel, answer = card(company)
    press(company, answer, "picture")
    told = company.control.wait_for_message(channel, lambda m: ":warning:" in str(m.get("blocks")), timeout=15)
    assert told["ephemeral_to"] == NORA


def test_a_picture_asked_for_in_a_thread_is_shown_in_that_thread(company: Company) -> None:
    channel = company.channels["team-checkout"]
    bot = company.replica.workspace.workspace.app.bot_user_id  # type: ignore[union-attr]
    company.control.message(NORA, channel, f"<@{bot}> who owns checkout?")
    answer = company.control.wait_for_message(channel, lambda m: "'picture'" in str(m.get("blocks")))
    press(company, answer, "picture")
    shown = picture(company, channel, "Around Checkout")
    assert shown["thread_ts"] == answer["thread_ts"]
    assert "picture.share" not in str(shown["blocks"])

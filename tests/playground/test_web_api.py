"""The Web API refuses what Slack refuses, in Slack's words."""

from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from playground.client import Control
from playground.server import RunningWorkspace

Json = dict[str, Any]
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "x"}}
TITLE = {"type": "plain_text", "text": "x"}
MODAL = {"type": "modal", "title": TITLE, "blocks": []}
GONE = "1.000000"

REFUSALS: list[tuple[str, str, Json]] = [
    ("no_text", "chat.postMessage", {"channel": "C0GENERAL"}),
    ("channel_not_found", "chat.postMessage", {"channel": "C0NOWHERE", "text": "x"}),
    ("channel_not_found", "chat.postMessage", {"text": "x"}),
    ("channel_not_found", "chat.postMessage", {"channel": "C0PRIVATE", "text": "x"}),
    ("not_in_channel", "chat.postMessage", {"channel": "#random", "text": "x"}),
    ("msg_too_long", "chat.postMessage", {"channel": "C0GENERAL", "text": "x" * 40_001}),
    ("invalid_blocks", "chat.postMessage", {"channel": "C0GENERAL", "blocks": [SECTION] * 51}),
    ("invalid_blocks", "chat.postMessage", {"channel": "C0GENERAL", "blocks": [{"type": "nope"}]}),
    ("invalid_blocks_format", "chat.postMessage", {"channel": "C0GENERAL", "blocks": "[{"}),
    ("only_one_table_allowed", "chat.postMessage",
     {"channel": "C0GENERAL", "blocks": [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}] * 2}),
    ("markdown_text_conflict", "chat.postMessage", {"channel": "C0GENERAL", "text": "x", "markdown_text": "x"}),
    ("thread_not_found", "chat.postMessage", {"channel": "C0GENERAL", "text": "x", "thread_ts": GONE}),
    ("invalid_metadata_format", "chat.postMessage",
     {"channel": "C0GENERAL", "text": "x", "metadata": {"event_type": "x"}}),
    ("message_not_found", "chat.update", {"channel": "C0GENERAL", "ts": GONE, "text": "x"}),
    ("message_not_found", "chat.delete", {"channel": "C0GENERAL", "ts": GONE}),
    ("message_not_found", "chat.getPermalink", {"channel": "C0GENERAL", "message_ts": GONE}),
    ("user_not_in_channel", "chat.postEphemeral", {"channel": "C0GENERAL", "user": "U0NOBODY", "text": "x"}),
    ("invalid_trigger_id", "views.open", {"trigger_id": "1.2.3", "view": MODAL}),
    ("invalid_arguments", "views.open", {"trigger_id": "1.2.3", "view": {"type": "modal", "blocks": []}}),
    ("invalid_arguments", "views.publish", {"user_id": "U0ADA", "view": MODAL}),
    ("user_not_found", "views.publish", {"user_id": "U0NOBODY", "view": {"type": "home", "blocks": []}}),
    ("not_found", "views.update", {"view_id": "V0", "view": MODAL}),
    ("user_not_found", "users.info", {"user": "U0NOBODY"}),
    ("users_not_found", "users.lookupByEmail", {"email": "nobody@example.com"}),
    ("users_not_found", "users.lookupByEmail", {"email": "dan@example.com"}),
    ("channel_not_found", "conversations.info", {"channel": "C0PRIVATE"}),
    ("not_in_channel", "conversations.history", {"channel": "C0RANDOM"}),
    ("invalid_types", "conversations.list", {"types": "public"}),
    ("invalid_cursor", "conversations.list", {"cursor": "!"}),
    ("name_taken", "conversations.create", {"name": "general"}),
    ("file_not_found", "files.completeUploadExternal", {"files": [{"id": "F0"}]}),
    ("unknown_method", "chat.postMassage", {}),
]  # fmt: skip


@pytest.mark.parametrize(("error", "method", "arguments"), REFUSALS)
def test_a_call_is_refused_as_by_slack(api: WebClient, error: str, method: str, arguments: Json) -> None:
    with pytest.raises(SlackApiError) as refused:
        api.api_call(method, json=arguments)
    assert error == refused.value.response["error"]


def test_a_refused_block_is_named_by_a_pointer(api: WebClient) -> None:
    blocks = [SECTION, {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]
    with pytest.raises(SlackApiError) as refused:
        api.chat_postMessage(channel="C0GENERAL", text="x", blocks=blocks)
    messages = refused.value.response["response_metadata"]["messages"]
    assert messages == ["[ERROR] must have at most 150 characters, has 151 [json-pointer:/blocks/1/text/text]"]


@pytest.mark.parametrize(
    ("token", "method", "error"),
    [
        (None, "auth.test", "not_authed"),
        ("xoxb-wrong", "auth.test", "invalid_auth"),
        ("xapp-local-playground", "auth.test", "not_allowed_token_type"),
        ("xoxb-local-playground", "apps.connections.open", "not_allowed_token_type"),
        ("xoxb-local-playground", "auth.test", None),
        (None, "api.test", None),
    ],
)
def test_a_token_must_be_the_right_one(
    running: RunningWorkspace, token: str | None, method: str, error: str | None
) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    body = httpx.post(running.api_url + method, headers=headers).json()
    assert error == body.get("error")


def test_metadata_comes_back_only_when_asked_for(api: WebClient) -> None:
    metadata = {"event_type": "card", "event_payload": {"ref": "component:default/x"}}
    api.chat_postMessage(channel="general", text="x", metadata=metadata)
    plain = api.conversations_history(channel="C0GENERAL")["messages"]
    whole = api.conversations_history(channel="C0GENERAL", include_all_metadata=True)["messages"]
    assert [None, metadata] == [plain[0].get("metadata"), whole[0]["metadata"]]


def test_a_person_can_change_only_what_is_theirs(api: WebClient, control: Control) -> None:
    ts = control.message("ada", "general", "mine")["ts"]
    with pytest.raises(SlackApiError, match="cant_update_message"):
        api.chat_update(channel="C0GENERAL", ts=ts, text="yours")


def test_an_update_without_blocks_takes_them_away(api: WebClient, control: Control) -> None:
    ts = api.chat_postMessage(channel="general", text="x", blocks=[SECTION])["ts"]
    api.chat_update(channel="C0GENERAL", ts=ts, text="y")
    message = control.messages("C0GENERAL")[0]
    assert (message["text"], message.get("blocks")) == ("y", None)


def test_lists_come_in_pages(api: WebClient) -> None:
    first = api.users_list(limit=4)
    second = api.users_list(limit=4, cursor=first["response_metadata"]["next_cursor"])
    assert [len(first["members"]), len(second["members"])] == [4, 2]
    assert second["response_metadata"]["next_cursor"] == ""


def test_a_file_goes_up_in_two_steps_and_comes_down(api: WebClient, control: Control) -> None:
    answer = api.files_upload_v2(channel="C0GENERAL", content=b"hello", filename="a.txt", title="A")
    file = answer["files"][0]
    content = httpx.get(file["url_private"])
    assert (content.content, content.headers["content-disposition"]) == (b"hello", "attachment")
    assert [file["id"]] == [each["id"] for each in control.messages("C0GENERAL")[0]["files"]]


def test_an_ordered_rate_limit_says_when_to_come_back(running: RunningWorkspace, control: Control) -> None:
    control.fault("ratelimit", method="chat.postMessage", retry_after=7)
    url, headers = running.api_url + "chat.postMessage", {"Authorization": f"Bearer {running.bot_token}"}
    limited, fine = (httpx.post(url, headers=headers, json={"channel": "general", "text": "x"}) for _ in range(2))
    assert (limited.status_code, limited.headers["retry-after"], limited.json()["error"]) == (429, "7", "ratelimited")
    assert fine.json()["ok"]


def test_a_permalink_opens_the_message(api: WebClient, running: RunningWorkspace) -> None:
    ts = api.chat_postMessage(channel="general", text="look here")["ts"]
    link = api.chat_getPermalink(channel="C0GENERAL", message_ts=ts)["permalink"]
    assert "look here" in httpx.get(link).text


def test_other_sites_are_kept_out(running: RunningWorkspace) -> None:
    url = f"{running.url}/_control/state"
    foreign = [{"Origin": "https://evil.example"}, {"Host": "evil.example"}]
    assert [httpx.get(url, headers=headers).status_code for headers in foreign] == [403, 403]


def test_the_log_holds_no_secrets(api: WebClient, control: Control, running: RunningWorkspace) -> None:
    api.chat_postMessage(channel="general", text=f"my token is {running.bot_token}")
    log = str(control.log())
    assert "my token is [redacted]" in log
    assert running.bot_token not in log

"""The page: everything people wrote is text, every block is drawn, no secret is in it."""

import json
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient

from playground.client import Control
from playground.errors import SeedError
from playground.mrkdwn import Mrkdwn, markdown
from playground.seed import WorkspaceSeed
from playground.server import RunningWorkspace

Json = dict[str, Any]
EVIL = "<script>alert(1)</script>"
MRKDWN = Mrkdwn(user=lambda _: "ada", channel=lambda _: "general", group=lambda _: "office")


def plain(text: str = EVIL) -> Json:
    return {"type": "plain_text", "text": text}


def option(value: str = EVIL) -> Json:
    return {"text": plain(), "value": value, "description": plain()}


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*b* _i_ ~s~ `c`", "<strong>b</strong> <em>i</em> <s>s</s> <code>c</code>"),
        ("snake_case_name 2*3*4", "snake_case_name 2*3*4"),
        ("```a *b* <c>```", "<pre>a *b* &lt;c&gt;</pre>"),
        ("<@U0ADA> <#C0GENERAL>", '<span class="mention">@ada</span> <span class="mention">#general</span>'),
        ("<!here>", '<span class="mention loud">@here</span>'),
        ("<!subteam^S1>", '<span class="mention">@office</span>'),
        ("&lt;!channel&gt; &amp;", "&lt;!channel&gt; &amp;"),
        (
            "<https://e.example/?a=1&amp;b=2|x &lt;y&gt;>",
            '<a href="https://e.example/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">x &lt;y&gt;</a>',
        ),
        ("<javascript:alert(1)|x>", "&lt;javascript:alert(1)|x&gt;"),
        ("<!date^x^{date}|never>", "<time>never</time>"),
        ("&gt; one\n&gt; two\nthree", "<blockquote>one<br>two</blockquote>three"),
        (":tada: :nope:", "🎉 :nope:"),
        ('"><img onerror=x>', "&#34;&gt;&lt;img onerror=x&gt;"),
        ("\x000\x00", "0"),
    ],
)
def test_mrkdwn_becomes_html(text: str, html: str) -> None:
    assert html == str(MRKDWN(text))


@pytest.mark.parametrize("text", [EVIL, "[x](javascript:alert(1))", "![x](https://e.example/x.png)", '<img src="x">'])
def test_markdown_lets_no_code_and_no_picture_in(text: str) -> None:
    html = markdown(text)
    assert not any(bad in html for bad in ("<script", "<img", 'href="javascript'))


SELECTS = [
    {"type": "static_select", "options": [option()]},
    {"type": "multi_static_select", "options": [option()], "initial_options": [option()]},
    {"type": "external_select", "initial_option": option()},
    {"type": "multi_external_select"},
    {"type": "users_select"},
    {"type": "multi_users_select", "initial_users": ["U0BO"]},
    {"type": "conversations_select"},
    {"type": "channels_select"},
    {"type": "checkboxes", "options": [option()]},
    {"type": "radio_buttons", "options": [option()]},
    {"type": "datepicker"},
    {"type": "timepicker"},
    {"type": "datetimepicker"},
]
TYPED = ["plain_text_input", "email_text_input", "url_text_input", "rich_text_input"]
BLOCKS: list[Json] = [
    {"type": "header", "text": plain()},
    {"type": "section", "text": {"type": "mrkdwn", "text": EVIL}, "fields": [plain()]},
    {"type": "section", "text": plain(), "accessory": {"type": "overflow", "options": [option()]}},
    {"type": "divider"},
    {"type": "context", "elements": [plain()]},
    {"type": "actions", "elements": [{"type": "button", "text": plain(), "value": EVIL}, *SELECTS]},
    {"type": "image", "image_url": "https://e.example/x.png", "alt_text": EVIL, "title": plain()},
    *({"type": "input", "label": plain(), "hint": plain(), "element": {"type": kind}} for kind in TYPED),
    {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": EVIL}]}]},
]
MESSAGE_BLOCKS: list[Json] = [
    {"type": "markdown", "text": EVIL},
    {"type": "table", "rows": [[{"type": "raw_text", "text": EVIL}]]},
    {"type": "task_card", "task_id": "t", "title": EVIL},
    {"type": "card", "title": plain()},
    {"type": "context_actions", "elements": [{"type": "icon_button", "icon": "trash", "text": plain()}]},
    {"type": "auth_provider", "text": EVIL},
]


def pages(running: RunningWorkspace) -> str:
    paths = ["/?user=U0ADA", "/?user=U0ADA&channel=D0ADA&tab=home", "/_ui/inspector?user=U0ADA"]
    answers = [httpx.get(running.url + path) for path in paths]
    assert [answer.status_code for answer in answers] == [200] * 3
    return "".join(answer.text for answer in answers)


def test_every_block_is_drawn_and_nothing_in_it_is_code(
    running: RunningWorkspace, api: WebClient, control: Control
) -> None:
    api.chat_postMessage(channel="general", text="x", blocks=[*BLOCKS, *MESSAGE_BLOCKS])
    api.views_publish(user_id="U0ADA", view={"type": "home", "blocks": BLOCKS})
    control.message("ada", "general", EVIL)
    html = pages(running)
    assert "alert(1)" in html
    assert EVIL not in html
    assert "doesn&#39;t draw <code>auth_provider</code>" in html or "doesn't draw <code>auth_provider</code>" in html
    assert html.count("doesn't draw") == 1


def test_no_secret_is_in_the_page(running: RunningWorkspace, api: WebClient) -> None:
    api.chat_postMessage(channel="general", text="x")
    html = pages(running)
    secrets = [running.bot_token, running.app_token, running.signing_secret]
    assert [secret in html for secret in secrets] == [False] * 3


def test_a_private_message_is_on_one_persons_page_only(running: RunningWorkspace, api: WebClient) -> None:
    api.chat_postEphemeral(channel="C0GENERAL", user="U0ADA", text="psst")
    shown = ["psst" in httpx.get(f"{running.url}/?user={user}").text for user in ("U0ADA", "U0BO")]
    assert shown == [True, False]


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({"users": [], "chanels": []}, "did you mean 'channels'?"),
        ({"users": [{"nam": "x"}], "channels": []}, "seed.users[0] has no key 'nam'; did you mean 'name'?"),
        ({"users": []}, "seed needs 'channels'"),
        ({"users": ["x"], "channels": []}, "seed.users[0] must be an object, not str"),
    ],
)
def test_a_wrong_seed_says_where_and_what(document: Json, told: str) -> None:
    with pytest.raises(SeedError) as wrong:
        WorkspaceSeed.from_json(json.loads(json.dumps(document)))
    assert told in str(wrong.value)

"""The manifest says what the code does."""

import ast
import json
import os
import re
from pathlib import Path

import jsonschema_rs
import pytest

from bot import routing
from bot.app import SlackApp
from bot.manifest import EVENTS, SCOPES, build_manifest
from handlers import commands

ROOT = Path(__file__).resolve().parents[2]
_FAMILIES = ("chat_", "conversations_", "users_", "views_", "files_")
SCHEMA = Path(os.environ.get("CALLBOARD_MANIFEST_SCHEMA", ROOT.parent / "shared/reference/slack-manifest.schema.json"))
SCOPE_OF_METHOD = {
    "chat_postMessage": "chat:write",
    "users_lookupByEmail": "users:read.email",
    "chat_update": "chat:write",
    "chat_unfurl": "links:write",
    "conversations_list": "channels:read",
    "users_info": "users:read",
    "views_open": "",
    "views_push": "",
    "views_update": "",
    "views_publish": "",
    "conversations_history": "",
    "files_getUploadURLExternal": "files:write",
    "files_completeUploadExternal": "files:write",
    "files_upload_v2": "files:write",
    "chat_postEphemeral": "chat:write",
    "conversations_info": "channels:read",
    "files_info": "files:write",
    "conversations_open": "",
    "conversations_replies": "",
}


def test_the_committed_manifest_is_the_default_one() -> None:
    assert build_manifest() == json.loads((ROOT / "manifest.json").read_text(encoding="utf-8"))


def test_every_shortcut_of_the_manifest_has_a_handler_and_the_reverse() -> None:
    declared = {s["callback_id"] for s in build_manifest()["features"]["shortcuts"]}
    assert declared == set(routing.SHORTCUTS)


def test_every_event_of_the_manifest_is_listened_to() -> None:
    source = (ROOT / "bot" / "app.py").read_text(encoding="utf-8")
    for event in EVENTS:
        assert f'event("{event.partition(".")[0]}")' in source
    assert SlackApp.__name__ in source


def test_every_web_api_method_in_use_has_its_scope() -> None:
    used = {
        node.attr
        for file in (ROOT / "bot").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr.startswith(_FAMILIES)
    }
    unknown = used - set(SCOPE_OF_METHOD)
    assert not unknown
    needed = {SCOPE_OF_METHOD[m] for m in used} - {""}
    assert needed <= set(SCOPES)


@pytest.mark.skipif(not SCHEMA.exists(), reason="Slack's manifest schema isn't here; set CALLBOARD_MANIFEST_SCHEMA")
@pytest.mark.parametrize("http", [False, True])
def test_the_manifest_is_valid_by_slacks_schema(*, http: bool) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    made = build_manifest(http=http, base_url="https://callboard.example.com", unfurl_domains=("example.com",))
    assert list(jsonschema_rs.validator_for(schema).iter_errors(made)) == []


def test_every_scope_is_explained_where_people_read_before_they_install() -> None:
    page = (ROOT / "docs" / "slack.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `([a-z:._]+)` \| (.+) \|$", page, re.MULTILINE))
    assert told == SCOPES


def test_every_word_after_the_command_is_on_the_page_about_slack() -> None:
    page = (ROOT / "docs" / "slack.md").read_text(encoding="utf-8")
    assert [word for word in commands.WORDS if not re.search(rf"`[^`\n]*\b{word}\b", page)] == []

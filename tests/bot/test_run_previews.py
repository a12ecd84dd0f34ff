"""The preview of a form that is about to be submitted, as a file in the person's own conversation."""

from pathlib import Path

import httpx

from bot.run_messages import RunMessages
from callboard.chat import Actor
from handlers.run_jobs import PREVIEW
from jobs.queue import Task
from scaffolder.drafts import repository as drafts
from scaffolder.drafts.model import Draft
from tests.bot.test_run_messages import ACTOR, NORA, Floor, floor

__all__ = ["floor"]  # a fixture
PAGE = {"required": ["name"], "properties": {"name": {"type": "string"}, "size": {"type": "integer", "default": 3}}}
STEPS = [
    {"id": "f", "action": "fetch:template", "input": {"url": "./s", "values": {"n": "${{ parameters.name }}"}}},
    {
        "action": "roadiehq:utils:fs:append",
        "input": {"path": "a.txt", "content": "size ${{ parameters.size }} ${{ secrets.key }}\n"},
    },
    {"action": "publish:git", "input": {"repoUrl": "local?owner=acme&repo=x"}},
]


def preview(floor: Floor, messages: RunMessages, draft: Draft, actor: Actor = ACTOR) -> None:
    spec = {"draft": draft.id, "actor": {"id": actor.id, "ref": actor.ref, "groups": [], "is_admin": False}}
    messages.handlers()[PREVIEW](Task(1, "notifications", PREVIEW, spec, 1))


def draft_of(floor: Floor, ref: str) -> Draft:
    draft = Draft(drafts.new_id(), NORA, ref, values={"name": "foyer"})
    with floor.bench.database.write() as connection:
        drafts.save(connection, draft, now=1.0)
    return draft


def direct(floor: Floor) -> str:
    return str(next(c["id"] for c in floor.control.state()["channels"] if c.get("kind") == "im" or c.get("is_im")))


def test_preview_comes_as_a_file_with_tree_changes_and_log(floor: Floor, tmp_path: Path) -> None:
    messages = floor.attend()
    floor.bench.file("s/a.txt", "for ${{ values.n }}\n")
    secrets = {"schema": {"required": ["key"], "properties": {"key": {"type": "string"}}}}
    ref = floor.bench.template({"parameters": PAGE, "steps": STEPS, "secrets": secrets}, title="A thing")

    preview(floor, messages, draft_of(floor, ref))

    posted = floor.control.wait_for_message(direct(floor), lambda m: bool(m.get("files")))
    token = {"Authorization": f"Bearer {floor.workspace.bot_token}"}
    text = httpx.get(posted["files"][0]["url_private"], headers=token, trust_env=False).text
    assert text.startswith("Preview of A thing. Nothing has happened.\nIt would succeed.\n")
    assert "a.txt" in text
    assert "--- a/a.txt\n+++ b/a.txt\n@@ -1 +1,2 @@\n for foyer\n+size 3 ***\n" in text
    assert "Skipping because publish:git does not support dry-run" in text
    assert not (tmp_path / "remotes").exists()


def test_preview_that_can_not_be_made_is_said(floor: Floor) -> None:
    messages = floor.attend()
    ref = floor.bench.template({"parameters": PAGE, "steps": [{"action": "no:such"}]})

    preview(floor, messages, draft_of(floor, ref))

    assert floor.control.wait_for_message(direct(floor), lambda m: "There is no preview" in m["text"])


def test_preview_of_a_form_that_was_submitted_meanwhile_is_left_out(floor: Floor) -> None:
    messages = floor.attend()

    preview(floor, messages, Draft(drafts.new_id(), NORA, "template:default/t1"))

    assert floor.control.messages(direct(floor)) == []

"""Copying as it is: `fetch:plain` and `fetch:plain:file`."""

from collections.abc import Mapping
from typing import Any

from callboard.errors import NotFoundError
from scaffolder import sources
from scaffolder.actions.base import Action, ActionContext, Example, Fields
from scaffolder.rendering import copy_tree, write_file
from scaffolder.workspace import Allowance


class PlainInput(Fields):
    url: str
    target_path: str = "."
    token: str | None = None


class PlainFileInput(Fields):
    url: str
    target_path: str
    token: str | None = None


def _plain(context: ActionContext, given: PlainInput) -> Mapping[str, Any] | None:
    target = context.workspace.resolve(given.target_path)
    with sources.tree(context, given.url, given.token) as folder:
        count = copy_tree(folder, target, Allowance(context.workspace), context.check)
    context.workspace.check_size()
    context.tell(f"Copied {count} files")
    return None


def _plain_file(context: ActionContext, given: PlainFileInput) -> Mapping[str, Any] | None:
    target = context.workspace.resolve(given.target_path)
    fetched = sources.file(context, given.url, given.token)
    if not target.parent.is_dir():
        parent = context.workspace.relative(target.parent)
        raise NotFoundError(f"ENOENT: no such directory, copyfile to {parent}", hint="`fetch:template:file` makes it.")
    write_file(target, fetched.data, fetched.mode)
    return None


PLAIN = Action(
    id="fetch:plain",
    description="Copies a folder into the workspace as it is.",
    input=PlainInput,
    run=_plain,
    supports_dry_run=True,
    examples=(
        Example(
            "Copy a folder that lies beside the template",
            [{"action": "fetch:plain", "input": {"url": "./static", "targetPath": "./assets"}}],
            files={"static/logo.svg": "<svg/>"},
            leaves=["assets/logo.svg"],
        ),
    ),
)
PLAIN_FILE = Action(
    id="fetch:plain:file",
    description="Copies one file into the workspace as it is.",
    input=PlainFileInput,
    run=_plain_file,
    supports_dry_run=True,
    examples=(
        Example(
            "Copy a licence",
            [{"action": "fetch:plain:file", "input": {"url": "./LICENSE", "targetPath": "LICENSE"}}],
            files={"LICENSE": "Do as you like.\n"},
            leaves=["LICENSE"],
        ),
    ),
)

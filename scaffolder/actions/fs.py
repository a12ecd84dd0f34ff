"""Files of the workspace: `fs:delete`, `fs:rename`, `fs:read`, `fs:readdir`."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field

from callboard.errors import CallboardError, ConflictError, InputError, NotAllowedError
from scaffolder import globs
from scaffolder.actions.base import Action, ActionContext, Example, Fields
from scaffolder.rendering import read_text

_LARGEST = 1_000_000


class DeleteInput(Fields):
    files: list[str] = Field(description="Paths or globs.")


class Move(Fields):
    source: str = Field(alias="from")
    to: str
    overwrite: bool = False


class RenameInput(Fields):
    files: list[Move]


class ReadInput(Fields):
    path: str


class ReadOutput(Fields):
    content: str


class ReaddirInput(Fields):
    paths: list[str]
    recursive: bool = False


class ReaddirOutput(Fields):
    files: list[Any]
    folders: list[Any]


def _delete(context: ActionContext, given: DeleteInput) -> Mapping[str, Any] | None:
    workspace = context.workspace
    for pattern in given.files:
        if pattern.startswith("/") or ".." in pattern.split("/"):
            raise NotAllowedError("Relative path is not allowed to refer to a directory outside its parent")
    everything = {workspace.relative(p): p for p in workspace.walk() if p.is_symlink() or not p.is_dir()}
    chosen = globs.select(everything, given.files, dot=False)
    chosen |= {name for name in everything if any(_is_within(name, f) for f in given.files)}
    for name in sorted(chosen):
        everything[name].unlink()
        context.tell(f"File {name} deleted successfully")
    return None


def _is_within(name: str, folder: str) -> bool:
    cleaned = folder.removeprefix("./").rstrip("/")
    return name == cleaned or name.startswith(f"{cleaned}/")


def _rename(context: ActionContext, given: RenameInput) -> Mapping[str, Any] | None:
    for move in given.files:
        source, target = context.workspace.place(move.source), context.workspace.place(move.to)
        root = context.workspace.root.resolve()
        if root in {source, target} or target.is_relative_to(source):
            raise InputError(f"`{move.source}` can't be moved to `{move.to}`.")
        if not source.exists() and not source.is_symlink():
            raise MissingFileError(f"ENOENT: no such file or directory, {move.source}")
        if target.exists() or target.is_symlink():
            if not move.overwrite:
                raise ConflictError("dest already exists.", hint=f"Set `overwrite: true` to replace {move.to}.")
            _remove(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        source.rename(target)
        context.tell(f"File {move.source} renamed to {move.to} successfully")
    return None


class MissingFileError(CallboardError):
    """There is no such file in the workspace."""


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _read(context: ActionContext, given: ReadInput) -> Mapping[str, Any]:
    return {"content": read_text(context.workspace, given.path, _LARGEST)}


def _readdir(context: ActionContext, given: ReaddirInput) -> Mapping[str, Any]:
    found: dict[str, list[dict[str, str]]] = {"files": [], "folders": []}
    for path in given.paths:
        folder = context.workspace.folder(path)
        for entry in context.workspace.walk(folder) if given.recursive else sorted(folder.iterdir()):
            name = context.workspace.relative(entry)
            parent = name.rpartition("/")[0] or "."
            row = {"name": entry.name, "path": parent, "fullPath": name}
            found["folders" if entry.is_dir() and not entry.is_symlink() else "files"].append(row)
    return found


DELETE = Action(
    id="fs:delete",
    description="Deletes files of the workspace; what isn't there is no error.",
    input=DeleteInput,
    run=_delete,
    supports_dry_run=True,
    examples=(
        Example(
            "Delete by name and by glob",
            [
                {"action": "fetch:plain", "input": {"url": "./files"}},
                {"action": "fs:delete", "input": {"files": ["drafts", "*.tmp"]}},
            ],
            files={"files/a.txt": "a", "files/b.tmp": "b", "files/drafts/c.txt": "c"},
            leaves=["a.txt"],
        ),
    ),
)
RENAME = Action(
    id="fs:rename",
    description="Moves files and folders of the workspace.",
    input=RenameInput,
    run=_rename,
    supports_dry_run=True,
    examples=(
        Example(
            "Move a file, replacing one that is there",
            [
                {"action": "fetch:plain", "input": {"url": "./files"}},
                {"action": "fs:rename", "input": {"files": [{"from": "a.txt", "to": "b.txt", "overwrite": True}]}},
            ],
            files={"files/a.txt": "a", "files/b.txt": "b"},
            leaves=["b.txt"],
        ),
    ),
)
READ = Action(
    id="fs:read",
    description="Reads a text file of the workspace.",
    input=ReadInput,
    output=ReadOutput,
    run=_read,
    supports_dry_run=True,
    examples=(
        Example(
            "Read a version and log it",
            [
                {"action": "fetch:plain", "input": {"url": "./files"}},
                {"id": "version", "action": "fs:read", "input": {"path": "VERSION"}},
                {"action": "debug:log", "input": {"message": "${{ steps.version.output.content }}"}},
            ],
            files={"files/VERSION": "1.2.0"},
            leaves=["VERSION"],
        ),
    ),
)
READDIR = Action(
    id="fs:readdir",
    description="Lists files and folders of the workspace.",
    input=ReaddirInput,
    output=ReaddirOutput,
    run=_readdir,
    supports_dry_run=True,
    examples=(
        Example(
            "List everything",
            [
                {"action": "fetch:plain", "input": {"url": "./files"}},
                {"action": "fs:readdir", "input": {"paths": ["."], "recursive": True}},
            ],
            files={"files/a/b.txt": "b"},
            leaves=["a/b.txt"],
        ),
    ),
)

"""Files by value: `roadiehq:utils:fs:write`, `:append`, `:parse`, `:replace`."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from callboard.errors import InputError, NotFoundError
from callboard.yaml12 import YamlDocument, YamlError, parse_documents, parse_one
from scaffolder.actions.base import Action, ActionContext, Example, Fields


class WriteInput(Fields):
    path: str
    content: str
    preserve_formatting: bool = False


class AppendInput(Fields):
    path: str
    content: str


class ParseInput(Fields):
    path: str
    parser: str | None = None


class Replacement(Fields):
    file: str
    find: str
    replace_with: str


class ReplaceInput(Fields):
    files: list[Replacement]


class PathOutput(Fields):
    path: str


class ParseOutput(Fields):
    content: Any = None


def _write(context: ActionContext, given: WriteInput) -> Mapping[str, Any]:
    target = context.workspace.place(given.path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    text = given.content if given.preserve_formatting else _pretty(target.suffix, given.content)
    target.write_text(text, encoding="utf-8", newline="")
    context.tell(f"Wrote {given.path}")
    return {"path": context.workspace.relative(target)}


def _pretty(suffix: str, content: str) -> str:
    """JSON is laid out in lines; everything else stays as it is."""
    if suffix != ".json":
        return content
    try:
        return json.dumps(json.loads(content), indent=2, ensure_ascii=False)
    except ValueError:
        return content


def _append(context: ActionContext, given: AppendInput) -> Mapping[str, Any]:
    target = context.workspace.resolve(given.path)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("a", encoding="utf-8", newline="") as file:
        file.write(given.content)
    return {"path": context.workspace.relative(target)}


def _parse(context: ActionContext, given: ParseInput) -> Mapping[str, Any]:
    path = _existing(context, given.path)
    text = path.read_text(encoding="utf-8")
    parser = given.parser or {".json": "json", ".yaml": "yaml", ".yml": "yaml"}.get(path.suffix, "")
    if parser == "":
        return {"content": text}
    if parser not in {"json", "yaml", "multiyaml"}:
        raise InputError(f"`{parser}` is not a parser.", hint="Use `json`, `yaml` or `multiyaml`.")
    try:
        return {"content": _parsed(parser, text)}
    except ValueError as error:
        raise InputError(f"{given.path} is not {parser}: {error}") from None


def _parsed(parser: str, text: str) -> Any:
    if parser == "json":
        return json.loads(text)
    if parser == "yaml":
        return parse_one(text).value
    found = list(parse_documents(text))
    for document in found:
        if isinstance(document, YamlError):
            raise document
    return [d.value for d in found if isinstance(d, YamlDocument)]


def _replace(context: ActionContext, given: ReplaceInput) -> Mapping[str, Any] | None:
    for one in given.files:
        path = _existing(context, one.file)
        text = path.read_bytes().decode()
        path.write_bytes(text.replace(one.find, one.replace_with).encode())
        context.tell(f"{one.file}: {text.count(one.find)} replaced")
    return None


def _existing(context: ActionContext, name: str) -> Path:
    path = context.workspace.resolve(name)
    if not path.is_file():
        raise NotFoundError(f"ENOENT: no such file, {name}")
    return path


WRITE = Action(
    id="roadiehq:utils:fs:write",
    description="Writes a text into a file of the workspace.",
    input=WriteInput,
    output=PathOutput,
    run=_write,
    supports_dry_run=True,
    examples=(
        Example(
            "Write a version file",
            [{"action": "roadiehq:utils:fs:write", "input": {"path": "meta/VERSION", "content": "0.1.0\n"}}],
            leaves=["meta/VERSION"],
        ),
    ),
)
APPEND = Action(
    id="roadiehq:utils:fs:append",
    description="Appends a text to a file of the workspace, which is made if it isn't there.",
    input=AppendInput,
    output=PathOutput,
    run=_append,
    supports_dry_run=True,
    examples=(
        Example(
            "Append a line",
            [{"action": "roadiehq:utils:fs:append", "input": {"path": "OWNERS", "content": "team-a\n"}}],
            leaves=["OWNERS"],
        ),
    ),
)
PARSE = Action(
    id="roadiehq:utils:fs:parse",
    description="Reads a JSON or YAML file of the workspace as a value.",
    input=ParseInput,
    output=ParseOutput,
    run=_parse,
    supports_dry_run=True,
    examples=(
        Example(
            "Read a file and use what is in it",
            [
                {"action": "fetch:plain", "input": {"url": "./files"}},
                {"id": "data", "action": "roadiehq:utils:fs:parse", "input": {"path": "data.yaml"}},
                {"action": "debug:log", "input": {"message": "${{ steps.data.output.content.name }}"}},
            ],
            files={"files/data.yaml": "name: seat-map\n"},
            leaves=["data.yaml"],
        ),
    ),
)
REPLACE = Action(
    id="roadiehq:utils:fs:replace",
    description="Replaces a text in files of the workspace, everywhere it occurs.",
    input=ReplaceInput,
    run=_replace,
    supports_dry_run=True,
    examples=(
        Example(
            "Rename something",
            [
                {"action": "fetch:plain", "input": {"url": "./files"}},
                {
                    "action": "roadiehq:utils:fs:replace",
                    "input": {"files": [{"file": "a.txt", "find": "old", "replaceWith": "new"}]},
                },
            ],
            files={"files/a.txt": "an old name"},
            leaves=["a.txt"],
        ),
    ),
)

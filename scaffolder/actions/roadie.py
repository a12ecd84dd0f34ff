"""Texts and values: `roadiehq:utils:fs:*` and `roadiehq:utils:serialize:*`."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from callboard.errors import InputError
from callboard.yaml12 import YamlDocument, YamlError, parse_documents, parse_one
from scaffolder import globs
from scaffolder.actions.base import Action, ActionContext, Example, Fields
from scaffolder.rendering import as_text, read_text
from scaffolder.texts import encoded


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


class SerializeInput(Fields):
    data: Any


class SerializeOutput(Fields):
    serialized: str


class PathOutput(Fields):
    path: str


class ParseOutput(Fields):
    content: Any = None


def _write(context: ActionContext, given: WriteInput) -> Mapping[str, Any]:
    target = context.workspace.place(given.path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    text = given.content if given.preserve_formatting else _pretty(target.suffix, given.content)
    target.write_bytes(encoded(text))
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
    with target.open("ab") as file:
        file.write(encoded(given.content))
    return {"path": context.workspace.relative(target)}


def _parse(context: ActionContext, given: ParseInput) -> Mapping[str, Any]:
    text = read_text(context.workspace, given.path)
    parser = given.parser or {".json": "json", ".yaml": "yaml", ".yml": "yaml"}.get(Path(given.path).suffix, "")
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
        for path in _matching(context, one.file):
            text = as_text(path.read_bytes())
            if text is not None:
                path.write_bytes(encoded(text.replace(one.find, one.replace_with)))
                context.tell(f"{context.workspace.relative(path)}: {text.count(one.find)} replaced")
    return None


def _matching(context: ActionContext, pattern: str) -> list[Path]:
    """A file by its name, or all that a glob matches."""
    if not any(sign in pattern for sign in "*?[{"):
        return [context.workspace.file(pattern)]
    files = dict(context.workspace.files())
    return [files[name] for name in sorted(globs.select(files, [pattern], dot=False))]


def _serialize(text: Callable[[Any], str]) -> Callable[[ActionContext, SerializeInput], Mapping[str, Any]]:
    def run(_context: ActionContext, given: SerializeInput) -> Mapping[str, Any]:
        return {"serialized": text(given.data)}

    return run


def _as_json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _as_yaml(value: Any) -> str:
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True)


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
SERIALIZE_JSON = Action(
    id="roadiehq:utils:serialize:json",
    description="Gives a value as JSON text.",
    input=SerializeInput,
    output=SerializeOutput,
    run=_serialize(_as_json),
    supports_dry_run=True,
    examples=(
        Example(
            "Write a value as a file",
            [
                {"id": "text", "action": "roadiehq:utils:serialize:json", "input": {"data": {"name": "seat-map"}}},
                {
                    "action": "roadiehq:utils:fs:write",
                    "input": {"path": "package.json", "content": "${{ steps.text.output.serialized }}"},
                },
            ],
            leaves=["package.json"],
        ),
    ),
)
SERIALIZE_YAML = Action(
    id="roadiehq:utils:serialize:yaml",
    description="Gives a value as YAML text.",
    input=SerializeInput,
    output=SerializeOutput,
    run=_serialize(_as_yaml),
    supports_dry_run=True,
    examples=(
        Example(
            "Log a value as YAML",
            [
                {"id": "text", "action": "roadiehq:utils:serialize:yaml", "input": {"data": {"name": "seat-map"}}},
                {"action": "debug:log", "input": {"message": "${{ steps.text.output.serialized }}"}},
            ],
        ),
    ),
)

"""Rendering: `fetch:template`, `fetch:template:file`, and the same within the workspace."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field

from callboard.errors import InputError
from scaffolder import sources
from scaffolder.actions.base import Action, ActionContext, Example, Fields
from scaffolder.expressions import TextOptions
from scaffolder.rendering import Renderer, Rules, as_text, write_file
from scaffolder.texts import encoded
from scaffolder.workspace import Allowance

_LOGGED = 2_000


class FileRules(Fields):
    values: dict[str, Any] = Field(default_factory=dict)
    cookiecutter_compat: bool = False
    replace: bool = False
    trim_blocks: bool = False
    lstrip_blocks: bool = False


class TreeRules(FileRules):
    target_path: str = "."
    copy_without_templating: list[str] | None = None
    copy_without_render: list[str] | None = None
    template_file_extension: bool | str = False


class TemplateInput(TreeRules):
    url: str
    token: str | None = None


class TemplateFileInput(FileRules):
    url: str
    target_path: str
    token: str | None = None


class WorkspaceTemplateInput(TreeRules):
    source_path: str


class WorkspaceTemplateFileInput(FileRules):
    source_path: str
    target_path: str


def _rules(given: TreeRules) -> Rules:
    if given.copy_without_render is not None and given.copy_without_templating is not None:
        raise InputError(
            "Fetch action input copyWithoutRender and copyWithoutTemplating can not be used at the same time"
        )
    raw = given.copy_without_templating or given.copy_without_render or []
    has_raw = given.copy_without_templating is not None or given.copy_without_render is not None
    extension: str | None = None
    if given.template_file_extension:
        if has_raw or given.cookiecutter_compat:
            raise InputError(
                "Fetch action input extension incompatible with copyWithoutTemplating and cookiecutterCompat"
            )
        named = given.template_file_extension
        extension = ".njk" if named is True else str(named)
        extension = extension if extension.startswith(".") else f".{extension}"
    legacy = given.copy_without_render is not None
    return Rules(raw, raw_names=legacy, extension=extension, replace=given.replace, options=_options(given))


def _options(given: FileRules) -> TextOptions:
    return TextOptions(given.cookiecutter_compat, given.trim_blocks, given.lstrip_blocks)


def _renderer(context: ActionContext, given: FileRules, rules: Rules) -> Renderer:
    return Renderer(given.values, rules, context.extras, context.tell, context.check, Allowance(context.workspace))


def _render_tree(context: ActionContext, given: TreeRules, source: Path, rules: Rules) -> None:
    target = context.workspace.resolve(given.target_path)
    shown = json.dumps(given.values, ensure_ascii=False)
    context.tell(f"Rendering with input values {shown[:_LOGGED]}")
    target.mkdir(parents=True, exist_ok=True)
    _renderer(context, given, rules).tree(source, target)
    context.workspace.check_size()
    context.tell(f"Template result written to {context.workspace.relative(target)}")


def _template(context: ActionContext, given: TemplateInput) -> Mapping[str, Any] | None:
    rules = _rules(given)
    context.workspace.resolve(given.target_path)
    with sources.tree(context, given.url, given.token) as folder:
        _render_tree(context, given, folder, rules)
    return None


def _workspace_template(context: ActionContext, given: WorkspaceTemplateInput) -> Mapping[str, Any] | None:
    _render_tree(context, given, context.workspace.resolve(given.source_path), _rules(given))
    return None


def _render_file(context: ActionContext, given: FileRules, target_path: str, data: bytes, mode: int) -> None:
    target = context.workspace.place(target_path)
    if target.exists() and not given.replace:
        context.tell(f"{target_path} is there already and stays as it is")
        return
    text = as_text(data)
    rendered = (
        data
        if text is None
        else encoded(_renderer(context, given, Rules(options=_options(given))).text(text, target_path))
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    write_file(target, rendered, mode)


def _template_file(context: ActionContext, given: TemplateFileInput) -> Mapping[str, Any] | None:
    fetched = sources.file(context, given.url, given.token)
    _render_file(context, given, given.target_path, fetched.data, fetched.mode)
    return None


def _workspace_template_file(context: ActionContext, given: WorkspaceTemplateFileInput) -> Mapping[str, Any] | None:
    source = context.workspace.resolve(given.source_path)
    _render_file(context, given, given.target_path, source.read_bytes(), source.stat().st_mode)
    return None


TEMPLATE = Action(
    id="fetch:template",
    description="Renders a folder of templates into the workspace: names and contents.",
    input=TemplateInput,
    run=_template,
    supports_dry_run=True,
    examples=(
        Example(
            "Render a skeleton that lies beside the template",
            [{"action": "fetch:template", "input": {"url": "./skeleton", "values": {"name": "seat-map"}}}],
            files={"skeleton/${{ values.name }}/README.md": "# ${{ values.name }}\n"},
            leaves=["seat-map/README.md"],
        ),
        Example(
            "Leave workflow files alone",
            [
                {
                    "action": "fetch:template",
                    "input": {"url": "./skeleton", "values": {}, "copyWithoutTemplating": [".github/**"]},
                }
            ],
            files={"skeleton/.github/workflows/ci.yaml": "run: ${{ github.sha }}\n"},
            leaves=[".github/workflows/ci.yaml"],
        ),
    ),
)
TEMPLATE_FILE = Action(
    id="fetch:template:file",
    description="Renders one file into the workspace.",
    input=TemplateFileInput,
    run=_template_file,
    supports_dry_run=True,
    examples=(
        Example(
            "Render a file under another name",
            [
                {
                    "action": "fetch:template:file",
                    "input": {"url": "./owners.tpl", "targetPath": "meta/OWNERS", "values": {"owner": "team-a"}},
                }
            ],
            files={"owners.tpl": "${{ values.owner }}\n"},
            leaves=["meta/OWNERS"],
        ),
    ),
)
WORKSPACE_TEMPLATE = Action(
    id="workspace:template",
    description="Renders a folder of the workspace into another one.",
    input=WorkspaceTemplateInput,
    run=_workspace_template,
    supports_dry_run=True,
    examples=(
        Example(
            "Fetch first, render later",
            [
                {"action": "fetch:plain", "input": {"url": "./skeleton", "targetPath": "raw"}},
                {
                    "action": "workspace:template",
                    "input": {"sourcePath": "raw", "targetPath": "done", "values": {"name": "seat-map"}},
                },
            ],
            files={"skeleton/name.txt": "${{ values.name }}"},
            leaves=["raw/name.txt", "done/name.txt"],
        ),
    ),
)
WORKSPACE_TEMPLATE_FILE = Action(
    id="workspace:template:file",
    description="Renders one file of the workspace into another one.",
    input=WorkspaceTemplateFileInput,
    run=_workspace_template_file,
    supports_dry_run=True,
    examples=(
        Example(
            "Render one file",
            [
                {"action": "fetch:plain:file", "input": {"url": "./a.tpl", "targetPath": "a.tpl"}},
                {
                    "action": "workspace:template:file",
                    "input": {"sourcePath": "a.tpl", "targetPath": "a.txt", "values": {"name": "seat-map"}},
                },
            ],
            files={"a.tpl": "${{ values.name }}"},
            leaves=["a.tpl", "a.txt"],
        ),
    ),
)

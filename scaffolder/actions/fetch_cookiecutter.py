"""`fetch:cookiecutter`: skeletons of cookiecutter, rendered by its own library."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import Field

from callboard.errors import InputError
from scaffolder import sources
from scaffolder.actions.base import Action, ActionContext, Example, Fields
from scaffolder.child import finished
from scaffolder.rendering import copy_tree
from scaffolder.workspace import Allowance, Workspace

_CHILD: Final = Path(__file__).parents[1] / "cookiecutter_child.py"
_CONTENTS: Final = "{{cookiecutter and 'contents'}}"
_SETTINGS: Final = "cookiecutter.json"
_SECONDS: Final = 60
_MEMORY: Final = 1024 * 1024 * 1024
_HOOKS: Final = ("pre_prompt", "pre_gen_project", "post_gen_project")
_BLOCKS: Final = frozenset({"trim_blocks", "lstrip_blocks"})


class CookiecutterInput(Fields):
    url: str
    target_path: str = "."
    values: dict[str, Any]
    copy_without_render: list[str] = Field(default_factory=list)
    extensions: list[str] = Field(default_factory=list, description="Refused: they are programs.")
    image_name: str | None = Field(default=None, description="Not used: cookiecutter runs here.")
    token: str | None = None


def _cookiecutter(context: ActionContext, given: CookiecutterInput) -> Mapping[str, Any] | None:
    target = context.workspace.resolve(given.target_path)
    if given.image_name:
        context.warn("`imageName` is not used: cookiecutter runs without a container.")
    with tempfile.TemporaryDirectory(prefix="callboard-cookiecutter-") as name:
        folder = Path(name).resolve()
        contents = folder / "template" / _CONTENTS
        allowance = Allowance(context.workspace)
        with sources.tree(context, given.url, given.token) as skeleton:
            copy_tree(skeleton, contents, allowance, context.check)
        settings = _settings(contents, given)
        (folder / "template" / _SETTINGS).write_text(json.dumps(settings), encoding="utf-8")
        _render(context, folder)
        made = folder / "output" / "contents"
        count = copy_tree(made, target, Allowance(context.workspace), context.check) if made.is_dir() else 0
    context.workspace.check_size()
    context.tell(f"Cookiecutter wrote {count} files")
    return None


def _settings(contents: Path, given: CookiecutterInput) -> dict[str, Any]:
    """The skeleton's own `cookiecutter.json` under the step's values; raises InputError for what starts programs."""
    file = contents / _SETTINGS
    own = _read(file) if file.is_file() else {}
    file.unlink(missing_ok=True)  # the skeleton's, no file of what it makes
    found = {**own, **given.values}
    if given.copy_without_render:
        found["_copy_without_render"] = given.copy_without_render
    if given.extensions or found.get("_extensions"):
        raise InputError("Extensions of cookiecutter are Python programs and are not loaded.", hint="Leave them out.")
    hooks = sorted(p.name for p in (contents / "hooks").glob("*") if p.stem in _HOOKS)
    if hooks:
        raise InputError(
            f"The skeleton has hooks ({', '.join(hooks)}), which are programs and are not run.",
            hint="Remove `hooks/`, and do their work in further steps.",
        )
    for name in ("template", "templates"):
        if name in found:
            raise InputError(f"`{name}` in {_SETTINGS} leads to another skeleton.", hint="Name that one in `url`.")
    options = found.get("_jinja2_env_vars")
    if options and not (isinstance(options, Mapping) and set(options) <= _BLOCKS):
        raise InputError(f"`_jinja2_env_vars` may set {' and '.join(sorted(_BLOCKS))} only.")
    return found


def _read(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError(f"{_SETTINGS} of the skeleton is not JSON: {error}") from None
    if not isinstance(found, dict):
        raise InputError(f"{_SETTINGS} of the skeleton should hold an object.")
    return found


def _render(context: ActionContext, folder: Path) -> None:
    """Run it in a process that has little of everything and whose size is watched."""
    (folder / "output").mkdir()
    watched = Workspace(folder, context.workspace.max_bytes * 2, context.workspace.max_files * 2)
    job = {
        "root": str(folder),
        "template": str(folder / "template"),
        "output": str(folder / "output"),
        "bytes": context.workspace.max_bytes,
        "memory": _MEMORY,
        "seconds": _SECONDS,
    }

    def check() -> None:
        context.check()
        watched.check_size()

    process = subprocess.Popen(  # noqa: S603 - our own file; what comes from outside travels on stdin
        [sys.executable, "-I", str(_CHILD)],
        cwd=folder,
        env={"PATH": os.defpath, "HOME": str(folder), "LANG": "C.UTF-8", "TZ": "UTC"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    _, complaint = finished(process, check, json.dumps(job))
    if process.returncode:
        raise InputError(f"Cookiecutter can't render this skeleton. {_said(process.returncode, complaint, folder)}")


def _said(code: int, complaint: str, folder: Path) -> str:
    if code < 0:
        return f"It took more than the {_SECONDS} seconds or the memory that it may have."
    lines = [line for line in complaint.splitlines() if line.strip()]
    return (lines[-1] if lines else "It said nothing.").replace(f"{folder}/", "")[:1_000]


ACTION = Action(
    id="fetch:cookiecutter",
    description="Renders a cookiecutter skeleton into the workspace; its hooks and extensions are refused.",
    input=CookiecutterInput,
    run=_cookiecutter,
    supports_dry_run=True,
    examples=(
        Example(
            "Render a skeleton with defaults of its own",
            [{"action": "fetch:cookiecutter", "input": {"url": "./skeleton", "values": {"name": "Seat map"}}}],
            files={
                "skeleton/cookiecutter.json": '{"name": "", "slug": "{{ cookiecutter.name | slugify }}"}',
                "skeleton/{{cookiecutter.slug}}/README.md": "# {{ cookiecutter.name }}\n",
            },
            leaves=["seat-map/README.md"],
        ),
    ),
)

"""Copies and renders skeletons: `fetch:template` in detail."""

import os
import shutil
import stat
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from callboard.errors import InputError, NotAllowedError
from scaffolder import globs
from scaffolder.expressions import Extras, TemplateError, TextOptions, render_text
from scaffolder.texts import encoded
from scaffolder.workspace import Allowance, Workspace, check_name, resolve_inside, walk

_LOOK_AT: Final = 8_000
_MOST_READ: Final = 5_000_000


@dataclass(frozen=True, slots=True)
class Rules:
    """What is rendered, what is copied, and what happens to files that are there already.

    `raw` are globs of entries whose content is left alone; `raw_names` leaves their names alone too. With an
    `extension` only files that end in it are rendered, and lose it.
    """

    raw: Sequence[str] = ()
    raw_names: bool = False
    extension: str | None = None
    replace: bool = False
    options: TextOptions = field(default_factory=TextOptions)


@dataclass(frozen=True, slots=True)
class Renderer:
    """Renders one skeleton into a folder."""

    values: Mapping[str, Any]
    rules: Rules
    extras: Extras
    tell: Callable[[str], None]
    check: Callable[[], None]
    allowance: Allowance

    @property
    def context(self) -> dict[str, Any]:
        name = "cookiecutter" if self.rules.options.cookiecutter_compat else "values"
        return {name: self.values}

    def text(self, source: str, where: str) -> str:
        """Raises TemplateError that names the file."""
        try:
            return render_text(source, self.context, options=self.rules.options, extras=self.extras)
        except TemplateError as error:
            raise type(error)(
                error.problem, error.place, hint=f"It is in {where}. {error.hint or ''}".strip()
            ) from None

    def tree(self, source: Path, target: Path) -> None:
        """Everything below `source` into `target`."""
        entries = {p.relative_to(source).as_posix(): p for p in walk(source)}
        raw = globs.select(entries, self.rules.raw)
        self.tell(f"Processing {len(entries)} template files/directories")
        for name, path in entries.items():
            self.check()
            is_raw = name in raw
            placed = self._name(name, is_raw=is_raw)
            if placed is not None:
                self._entry(source, path, target, placed, is_raw=is_raw or not self._renders(name))

    def _renders(self, name: str) -> bool:
        return self.rules.extension is None or name.endswith(self.rules.extension)

    def _name(self, name: str, *, is_raw: bool) -> str | None:
        """Where an entry goes; None leaves it out, which is how a template makes a file depend on a value."""
        if is_raw and self.rules.raw_names:
            return name
        extension = self.rules.extension
        if extension and name.endswith(extension):
            name = name.removesuffix(extension)
        placed = self.text(name, f"the name of `{name}`")
        left_out = placed == "" or placed.startswith("/") or placed.endswith("/") or "//" in placed
        return None if left_out else placed

    def _entry(self, source: Path, path: Path, target: Path, placed: str, *, is_raw: bool) -> None:
        parent, _, last = placed.rpartition("/")
        check_name(last)
        goal = resolve_inside(target, parent or ".") / last
        if last in {".", ".."}:
            raise NotAllowedError(f"`{placed}` is no name for a file.")
        if path.is_dir() and not path.is_symlink():
            resolve_inside(target, placed).mkdir(parents=True, exist_ok=True)
            return
        if os.path.lexists(goal) and not self.rules.replace:
            return
        goal.parent.mkdir(parents=True, exist_ok=True)
        if path.is_symlink():
            copy_link(source, path, target, goal)
            return
        self.tell(f"{'Copying' if is_raw else 'Writing'} file {placed}")
        self._file(path, goal, placed, is_raw=is_raw)

    def _file(self, path: Path, goal: Path, placed: str, *, is_raw: bool) -> None:
        data = path.read_bytes()
        text = None if is_raw else as_text(data)
        written = data if text is None else encoded(self.text(text, placed))
        self.allowance.take(len(written))
        write_file(goal, written, path.stat().st_mode)


def as_text(data: bytes) -> str | None:
    """The text of a file, or None for a binary one: rendering what isn't UTF-8 would damage it."""
    if b"\0" in data[:_LOOK_AT]:
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def read_text(workspace: Workspace, name: str, most: int = _MOST_READ) -> str:
    """A text file of the workspace. Raises NotFoundError, or InputError for what is no text or too long."""
    path = workspace.file(name)
    if path.stat().st_size > most:
        raise InputError(f"{name} has more than the {most:,} bytes that a step reads.")
    text = as_text(path.read_bytes())
    if text is None:
        raise InputError(f"{name} is not UTF-8 text.")
    return text


def write_file(goal: Path, data: bytes, mode: int) -> None:
    """A new file, never through a symlink that lies in its place."""
    goal.unlink(missing_ok=True)
    goal.write_bytes(data)
    goal.chmod(stat.S_IMODE(mode) & 0o777)


def copy_link(source: Path, link: Path, target: Path, goal: Path) -> None:
    """The link itself, if it stays inside where it comes from and where it goes."""
    points_at = link.readlink()
    inside = not points_at.is_absolute() and link.resolve().is_relative_to(source.resolve())
    if not inside or not (goal.parent / points_at).resolve().is_relative_to(target.resolve()):
        name = link.relative_to(source).as_posix()
        raise NotAllowedError(f"The symlink `{name}` leads out of its folder and is not copied.")
    goal.unlink(missing_ok=True)
    goal.symlink_to(points_at)


def copy_tree(source: Path, target: Path, allowance: Allowance, check: Callable[[], None]) -> int:
    """Everything below `source`, untouched; the number of files."""
    count = 0
    target.mkdir(parents=True, exist_ok=True)
    for path in walk(source):
        check()
        name = path.relative_to(source).as_posix()
        goal = resolve_inside(target, name.rpartition("/")[0] or ".") / path.name
        if path.is_symlink():
            copy_link(source, path, target, goal)
        elif path.is_dir():
            resolve_inside(target, name).mkdir(parents=True, exist_ok=True)
        else:
            goal.unlink(missing_ok=True)
            allowance.take(path.stat().st_size)
            shutil.copyfile(path, goal)
            goal.chmod(stat.S_IMODE(path.stat().st_mode) & 0o777)
            count += 1
    return count

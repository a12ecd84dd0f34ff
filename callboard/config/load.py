"""Reads app-config files the way Backstage does: several files merged, `${ENV}` and `$env/$file/$include` resolved.

The result keeps where each value came from, so that a complaint about it can name file and line.
"""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import orjson

from callboard.errors import ConfigError
from callboard.yaml12 import YamlDocument, YamlError, parse_one

DEFAULT_FILES: Final = ("app-config.yaml", "app-config.local.yaml")
_VARIABLE = re.compile(r"(\$+)\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")
_DIRECTIVES: Final = ("$env", "$file", "$include")
_MAX_INCLUDES: Final = 10
KeyPath = tuple[str | int, ...]


class _Absent:
    """The value of a key whose variable isn't set: as if the key had not been written."""


_ABSENT: Final = _Absent()


@dataclass(frozen=True, slots=True)
class Origin:
    """The file and line that a value was written on; no file for an environment variable."""

    file: Path | None
    line: int
    variable: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.file else f"environment variable {self.variable}"


@dataclass(slots=True)
class RawConfig:
    """The merged tree and, beside it, the origin of each path in it."""

    data: dict[str, Any] = field(default_factory=dict)
    origins: dict[KeyPath, Origin] = field(default_factory=dict)

    def origin_of(self, path: Sequence[str | int]) -> Origin | None:
        """Where the value at `path`, or its nearest written parent, came from."""
        for length in range(len(path), 0, -1):
            origin = self.origins.get(tuple(path[:length]))
            if origin:
                return origin
        return None


def load_config(
    files: Sequence[Path] | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    directory: Path | None = None,
) -> RawConfig:
    """The merged config of exactly `files`, or of the default files that exist in `directory`.

    Raises ConfigError with every problem of every file.
    """
    environment = os.environ if environ is None else environ
    folder = directory or Path.cwd()
    chosen = [Path(f) for f in files] if files else [folder / n for n in DEFAULT_FILES if (folder / n).exists()]
    merged, problems = RawConfig(), list[str]()
    for file in chosen:
        reader = _Reader(file.absolute(), environment)
        tree = reader.read()
        problems += reader.problems
        _merge(merged, tree, reader.origins)
    _apply_environment(merged, environment)
    if problems:
        raise ConfigError(problems)
    return merged


class _Reader:
    """One config file: parsed, directives followed, variables filled in."""

    def __init__(self, file: Path, environment: Mapping[str, str], depth: int = 0) -> None:
        self.file = file
        self.environment = environment
        self.problems: list[str] = []
        self.origins: dict[KeyPath, Origin] = {}
        self._depth = depth

    def read(self) -> dict[str, Any]:
        value = self.parse()
        if value is None:
            return {}
        if isinstance(value, dict):
            return value
        self.problems.append(f"{self.file}:1: a config file holds keys at its top, not a {type(value).__name__}")
        return {}

    def parse(self) -> Any:
        try:
            document = parse_one(self.file.read_text(encoding="utf-8"))
        except YamlError as error:
            if "found 0" in error.message:
                return None
            self.problems.append(f"{self.file}:{error.line}: {error.message}")
        except (OSError, UnicodeDecodeError) as error:
            self.problems.append(f"{self.file}: can't be read: {_reason(error)}")
        else:
            return self._resolve(document.value, (), document)
        return None

    def _resolve(self, value: Any, path: KeyPath, document: YamlDocument) -> Any:
        if path:
            self.origins[path] = Origin(self.file, document.line_of(path))
        if isinstance(value, str):
            return substitute(value, self.environment)
        if isinstance(value, list):
            items = (self._resolve(v, (*path, i), document) for i, v in enumerate(value))
            return [i for i in items if i is not _ABSENT]
        if isinstance(value, dict):
            if any(k in _DIRECTIVES for k in value):
                return self._directive(value, path)
            items_of = {k: self._resolve(v, (*path, k), document) for k, v in value.items()}
            return {k: v for k, v in items_of.items() if v is not _ABSENT}
        return value

    def _directive(self, value: dict[str, Any], path: KeyPath) -> Any:
        directive, argument = next((k, v) for k, v in value.items() if k in _DIRECTIVES)
        if len(value) != 1 or not isinstance(argument, str):
            self._problem(path, f"`{directive}` takes one text and stands alone, without other keys beside it")
            return _ABSENT
        argument = substitute(argument, self.environment)
        if not isinstance(argument, str):
            return _ABSENT
        if directive == "$env":
            return self.environment.get(argument, _ABSENT)
        return self._file(argument, path) if directive == "$file" else self._include(argument, path)

    def _file(self, argument: str, path: KeyPath) -> Any:
        try:
            return (self.file.parent / argument).read_text(encoding="utf-8").rstrip()
        except (OSError, UnicodeDecodeError) as error:
            self._problem(path, f"`$file: {argument}` can't be read: {_reason(error)}")
            return _ABSENT

    def _include(self, argument: str, path: KeyPath) -> Any:
        if self._depth >= _MAX_INCLUDES:
            self._problem(path, f"`$include: {argument}` is nested more than {_MAX_INCLUDES} files deep")
            return _ABSENT
        name, _, inner = argument.partition("#")
        reader = _Reader(self.file.parent / name, self.environment, self._depth + 1)
        value = reader.parse()
        self.problems += reader.problems
        for step in inner.split(".") if inner else ():
            value = value.get(step, _ABSENT) if isinstance(value, dict) else _ABSENT
        return value

    def _problem(self, path: KeyPath, message: str) -> None:
        self.problems.append(f"{self.origins[path]}: {dotted(path)}: {message}")


def substitute(text: str, environment: Mapping[str, str]) -> str | _Absent:
    """Fill in `${NAME}` and `${NAME:-default}`; an unset variable makes the whole value absent."""
    missing = False

    def fill(match: re.Match[str]) -> str:
        nonlocal missing
        dollars, name, default = match.groups()
        if len(dollars) > 1:
            return match[0][1:]
        value = environment.get(name)
        if default is not None and not value:
            value = default or None
        if value is None:
            missing = True
            return ""
        return value

    filled = _VARIABLE.sub(fill, text)
    return _ABSENT if missing else filled


def dotted(path: Sequence[str | int]) -> str:
    """`('a', 0, 'b')` as people write it: `a[0].b`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def _merge(into: RawConfig, tree: dict[str, Any], origins: Mapping[KeyPath, Origin]) -> None:
    into.data = _merged(into.data, tree)
    into.origins.update(origins)


def _merged(below: Any, above: Any) -> Any:
    if not isinstance(below, dict) or not isinstance(above, dict):
        return above
    result = dict(below)
    for key, value in above.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = _merged(result[key], value) if key in result else _without_nulls(value)
    return result


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_nulls(v) for k, v in value.items() if v is not None}
    return value


def _apply_environment(config: RawConfig, environment: Mapping[str, str]) -> None:
    """`APP_CONFIG_a_b=value` sets `a.b`, above every file; the value is JSON where it parses as JSON."""
    for name, text in sorted(environment.items()):
        if not name.startswith("APP_CONFIG_"):
            continue
        path = tuple(name.removeprefix("APP_CONFIG_").split("_"))
        value: Any
        try:
            value = orjson.loads(text)
        except orjson.JSONDecodeError:
            value = text
        for step in reversed(path):
            value = {step: value}
        config.data = _merged(config.data, value)
        config.origins[path] = Origin(None, 0, name)


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return "it is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else error.strerror or str(error)

"""`$text`, `$json`, `$yaml`, `$openapi` and `$asyncapi` anywhere in an entity.

An object with exactly one key that is one of these is replaced by what its file holds; any other object with a
`$` key is left as it is, as in Backstage. Relative paths work for file locations too.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import orjson
import yaml

from callboard.errors import CallboardError, InputError
from callboard.yaml12 import YamlError, parse_one

KEYS: Final = frozenset({"$text", "$json", "$yaml", "$openapi", "$asyncapi"})
_MAX_DEPTH: Final = 100
_MAX_REFERENCES: Final = 2_000
Fetch = Callable[[str, str], tuple[str, str]]
"""`(reference, base location)` → `(text, location of it)`; raises CallboardError."""


class PlaceholderError(InputError):
    """A placeholder that can't be filled; `path` says where it stands."""

    def __init__(self, message: str, path: tuple[str | int, ...]) -> None:
        super().__init__(message)
        self.path = path


def has_placeholder(value: Any) -> bool:
    """Whether anything in `value` would be replaced; cheap enough for every document."""
    if isinstance(value, Mapping):
        if len(value) == 1 and next(iter(value)) in KEYS:
            return True
        return any(has_placeholder(v) for v in value.values() if isinstance(v, dict | list))
    return any(has_placeholder(v) for v in value if isinstance(v, dict | list)) if isinstance(value, list) else False


def resolve(value: Any, fetch: Fetch, base: str, path: tuple[str | int, ...] = ()) -> Any:
    """A copy of `value` with every placeholder filled; raises PlaceholderError for the first that can't be."""
    if isinstance(value, dict):
        if len(value) == 1:
            key, argument = next(iter(value.items()))
            if key in KEYS:
                return _fill(key, argument, fetch, base, path)
        return {k: resolve(v, fetch, base, (*path, k)) for k, v in value.items()}
    if isinstance(value, list):
        return [resolve(v, fetch, base, (*path, i)) for i, v in enumerate(value)]
    return value


def _fill(key: str, argument: Any, fetch: Fetch, base: str, path: tuple[str | int, ...]) -> Any:
    if not isinstance(argument, str):
        raise PlaceholderError(
            f"Placeholder {key} expected a string value parameter, in the form of an absolute URL or a relative path",
            path,
        )
    try:
        text, location = fetch(argument, base)
        if key == "$text":
            return text
        if key == "$json":
            return orjson.loads(text)
        parsed = parse_one(text).value
        if key == "$yaml":
            return parsed
        whole = _Bundle(fetch).expand(parsed, location, 0)
    except YamlError as error:
        raise PlaceholderError(f"Placeholder {key}: {argument}:{error.line}: {error.message}", path) from None
    except orjson.JSONDecodeError as error:
        raise PlaceholderError(f"Placeholder {key}: {argument} is not JSON: {error}", path) from None
    except CallboardError as error:
        raise PlaceholderError(f"Placeholder {key} could not read {argument}: {error.user_text}", path) from None
    return yaml.dump(whole, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120)


class _Plain(yaml.SafeDumper):
    """Writes shared values out in full: a definition is for people and generators, not for anchors."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the signature is PyYAML's
        return True


class _Bundle:
    """Pulls `$ref`s to other files into one definition; those within the file stay references."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._open: list[str] = []
        self._left = _MAX_REFERENCES

    def expand(self, value: Any, base: str, depth: int) -> Any:
        if depth > _MAX_DEPTH:
            raise InputError("its `$ref`s are nested too deeply")
        if isinstance(value, list):
            return [self.expand(v, base, depth + 1) for v in value]
        if not isinstance(value, dict):
            return value
        reference = value.get("$ref")
        if isinstance(reference, str) and reference and not (reference.startswith("#") and not self._open):
            return self._include(reference, base, depth)
        return {k: self.expand(v, base, depth + 1) for k, v in value.items()}

    def _include(self, reference: str, base: str, depth: int) -> Any:
        self._left -= 1
        file, _, pointer = reference.partition("#")
        key = f"{base} {reference}"
        if key in self._open or self._left < 0:
            raise InputError(f"`$ref: {reference}` leads back to itself" if self._left >= 0 else "too many `$ref`s")
        text, location = self._fetch(file or base, base)
        self._open.append(key)
        found = _at_pointer(parse_one(text).value, pointer, reference)
        expanded = self.expand(found, location, depth + 1)
        self._open.pop()
        return expanded


def _at_pointer(value: Any, pointer: str, reference: str) -> Any:
    for step in pointer.strip("/").split("/") if pointer.strip("/") else ():
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            raise InputError(f"`$ref: {reference}` points at nothing")
    return value

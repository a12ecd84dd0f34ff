"""Formats of the fields around `spec`: names, keys, tags, links."""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from callboard import entities
from catalog.relations import dotted
from catalog.validation.envelope import OUTPUT_FIELDS
from catalog.validation.finding import Finding, Path
from catalog.validation.formats import FieldFormats, Format, is_absolute_url

REMEMBERED: Final = 50_000
"""Verdicts kept per format: the same keys, tags and owners come back in every document."""

_SHOWN: Final = 200
"""Characters of a bad value that a message repeats."""


class FieldCheck:
    """Checks what has the right type; the rest is the schema's to say."""

    def __init__(self, formats: FieldFormats) -> None:
        self._formats = formats
        self._label_key = _remember(self._formats.label_key)
        self._label_value = _remember(self._formats.label_value)
        self._annotation_key = _remember(self._formats.annotation_key)
        self._tag = _remember(self._formats.tag)
        self._kind = _remember(self._formats.kind)
        self._api_version = _remember(self._formats.api_version)
        self._namespace = _remember(self._formats.namespace)
        self._name = self._formats.name.accepts

    def findings(self, document: entities.Document) -> Iterator[Finding]:
        formats, metadata = self._formats, document["metadata"]
        if not self._api_version(document["apiVersion"]):
            yield _format(document, ("apiVersion",), document["apiVersion"], formats.api_version)
        if not self._kind(document["kind"]):
            yield _format(document, ("kind",), document["kind"], formats.kind)
        if not self._name(metadata["name"]):
            yield _format(document, ("metadata", "name"), metadata["name"], formats.name)
        if "namespace" in metadata and not self._namespace(metadata["namespace"]):
            yield _format(document, ("metadata", "namespace"), metadata["namespace"], formats.namespace)
        for name in OUTPUT_FIELDS:
            if name in document:
                hint = f"The catalog adds `{name}` itself; remove it from the file."
                yield policy_finding(document, f"Unknown field {name}", (name,), hint)
        yield from self._bad_maps(document, metadata)
        yield from self._bad_lists(document, metadata)

    def _bad_maps(self, document: entities.Document, metadata: Mapping[str, Any]) -> Iterator[Finding]:
        formats = self._formats
        for key, value in _items(metadata.get("labels")):
            path: Path = ("metadata", "labels", key)
            if not self._label_key(key):
                yield _format(document, path, key, formats.label_key, f"labels.{key}")
            if isinstance(value, str) and not self._label_value(value):
                yield _format(document, path, value, formats.label_value, f"labels.{key}")
        for key, _value in _items(metadata.get("annotations")):
            if not self._annotation_key(key):
                path = ("metadata", "annotations", key)
                yield _format(document, path, key, formats.annotation_key, f"annotations.{key}")

    def _bad_lists(self, document: entities.Document, metadata: Mapping[str, Any]) -> Iterator[Finding]:
        for index, tag in enumerate(_list(metadata.get("tags"))):
            if isinstance(tag, str) and tag and not self._tag(tag):
                yield _format(document, ("metadata", "tags", index), tag, self._formats.tag, f"tags.{index}")
        for index, link in enumerate(_list(metadata.get("links"))):
            if isinstance(link, Mapping):
                yield from _bad_link(document, link, index)


def _remember(form: Format) -> Callable[[str], bool]:
    return lru_cache(maxsize=REMEMBERED)(form.accepts)


def _items(value: object) -> list[tuple[str, Any]]:
    return [(str(k), v) for k, v in value.items()] if isinstance(value, Mapping) else []


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def policy_finding(document: entities.Document, message: str, path: Path, hint: str | None) -> Finding:
    ref = entities.ref_of(document)
    return Finding(f"Policy check failed for {ref}; caused by Error: {message}", path, hint=hint)


def _format(document: entities.Document, path: Path, found: str, form: Format, field: str | None = None) -> Finding:
    field = field or dotted(path)
    near = form.nearest(found)
    shown = found if len(found) <= _SHOWN else f"{found[:_SHOWN]}…"
    message = f'"{field}" is not valid; expected {form.expectation} but found "{shown}".'
    return policy_finding(document, message, path, f"`{near}` would be valid." if near else None)


def _bad_link(document: entities.Document, link: Mapping[str, Any], index: int) -> Iterator[Finding]:
    url = link.get("url")
    if isinstance(url, str) and url and not is_absolute_url(url):
        message = f'"links.{index}.url" is not valid; expected a string that is a valid url but found "{url}".'
        hint = "Links need the whole address, for example `https://example.com/page`."
        yield policy_finding(document, message, ("metadata", "links", index, "url"), hint)
    for name in ("title", "icon"):
        text = link.get(name)
        if isinstance(text, str) and text and not text.strip():
            message = f'"links.{index}.{name}" is not valid; expected a non empty string but found "{text}".'
            yield policy_finding(document, message, ("metadata", "links", index, name), f"Fill `{name}` or remove it.")

"""The order of checks: envelope, fields and formats, kind, refs; a good document passes each at its cheapest."""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from callboard import entities
from callboard.errors import FormatError, InputError
from callboard.refs import parse_entity_ref
from catalog.kinds import KindRegistry, KindSpec
from catalog.relations import RefUse, dotted, ref_uses
from catalog.validation.envelope import ENTITY, ENVELOPE, METADATA_FIELDS, OUTPUT_FIELDS
from catalog.validation.finding import Finding, Path
from catalog.validation.formats import FieldFormats, Format, is_absolute_url
from catalog.validation.hints import kind_hint, misspelt, ref_hint, value_at
from catalog.validation.schema import SchemaCheck

_METADATA_NAMES: Final = frozenset(METADATA_FIELDS)
_REMEMBERED: Final = 50_000
"""Verdicts kept per format: the same keys, tags and owners come back in every document."""


class Validator:
    """Says everything that is wrong with a document; raises nothing."""

    def __init__(self, registry: KindRegistry, formats: FieldFormats | None = None) -> None:
        self._registry = registry
        self._formats = formats or FieldFormats()
        self._envelope = SchemaCheck(ENVELOPE)
        self._entity = SchemaCheck(ENTITY)
        self._kinds: dict[int, tuple[SchemaCheck, frozenset[str]]] = {}
        self._label_key = _remember(self._formats.label_key)
        self._label_value = _remember(self._formats.label_value)
        self._annotation_key = _remember(self._formats.annotation_key)
        self._tag = _remember(self._formats.tag)
        self._kind = _remember(self._formats.kind)
        self._api_version = _remember(self._formats.api_version)
        self._namespace = _remember(self._formats.namespace)
        self._name = self._formats.name.accepts

    def validate(self, document: object, *, placeholders_unresolved: bool = False) -> list[Finding]:
        """Errors and warnings, those of the envelope alone when it is broken.

        With `placeholders_unresolved` an object like `{$text: …}` may stand for any value.
        """
        findings = list(self._check(document))
        if placeholders_unresolved and findings:
            return [f for f in findings if not _in_placeholder(document, f.path)]
        return findings

    def _check(self, document: object) -> Iterator[Finding]:
        well_formed = self._entity.passes(document)
        if not well_formed and not self._envelope.passes(document):
            for error in self._envelope.errors(document):
                yield Finding(error.text, error.path, error_name="TypeError", hint=error.hint)
            return
        assert isinstance(document, dict)
        if not well_formed:
            yield from self._malformed(document)
        yield from self._bad_formats(document)
        yield from self._kind_findings(document)

    def _malformed(self, document: entities.Document) -> Iterator[Finding]:
        for error in self._entity.errors(document):
            yield _policy(document, f"Malformed envelope, {error.brief}", error.path, error.hint)

    def _bad_formats(self, document: entities.Document) -> Iterator[Finding]:
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
                yield _policy(document, f"Unknown field {name}", (name,), hint)
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

    def _kind_findings(self, document: entities.Document) -> Iterator[Finding]:
        kind, api_version = document["kind"], document["apiVersion"]
        spec = self._registry.get(kind, api_version)
        if spec is None:
            ref = entities.ref_of(document)
            message = (
                f"No processor recognized the entity {ref} as valid, possibly caused by a foreign kind or apiVersion"
            )
            at = "apiVersion" if self._registry.api_versions(kind) else "kind"
            yield Finding(message, (at,), hint=kind_hint(kind, api_version, self._registry))
            return
        spec_part = document.get("spec")
        if spec_part is not None and not isinstance(spec_part, dict):
            return  # said already, of the envelope
        check, known = self._compiled(spec)
        if not check.passes(document):
            for error in check.errors(document):
                yield Finding(f"{_while_validating(document, spec)}{error.text}", error.path, hint=error.hint)
        if spec_part is not None:
            yield from _bad_refs(spec_part, spec)
            yield from _misspelt_in("spec", spec_part, known)
        yield from _misspelt_in("metadata", document["metadata"], _METADATA_NAMES)

    def _compiled(self, spec: KindSpec) -> tuple[SchemaCheck, frozenset[str]]:
        found = self._kinds.get(id(spec))
        if found is None:
            found = self._kinds[id(spec)] = (SchemaCheck(spec.schema), spec.fields)
        return found


def _remember(form: Format) -> Callable[[str], bool]:
    return lru_cache(maxsize=_REMEMBERED)(form.accepts)


def _items(value: object) -> list[tuple[str, Any]]:
    return [(str(k), v) for k, v in value.items()] if isinstance(value, Mapping) else []


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _policy(document: entities.Document, message: str, path: Path, hint: str | None) -> Finding:
    ref = entities.ref_of(document)
    return Finding(f"Policy check failed for {ref}; caused by Error: {message}", path, hint=hint)


def _format(document: entities.Document, path: Path, found: str, form: Format, field: str | None = None) -> Finding:
    field = field or dotted(path)
    near = form.nearest(found)
    message = f'"{field}" is not valid; expected {form.expectation} but found "{found}".'
    return _policy(document, message, path, f"`{near}` would be valid." if near else None)


def _bad_link(document: entities.Document, link: Mapping[str, Any], index: int) -> Iterator[Finding]:
    url = link.get("url")
    if isinstance(url, str) and url and not is_absolute_url(url):
        message = f'"links.{index}.url" is not valid; expected a string that is a valid url but found "{url}".'
        hint = "Links need the whole address, for example `https://example.com/page`."
        yield _policy(document, message, ("metadata", "links", index, "url"), hint)
    for name in ("title", "icon"):
        text = link.get(name)
        if isinstance(text, str) and text and not text.strip():
            message = f'"links.{index}.{name}" is not valid; expected a non empty string but found "{text}".'
            yield _policy(document, message, ("metadata", "links", index, name), f"Fill `{name}` or remove it.")


def _while_validating(document: entities.Document, spec: KindSpec) -> str:
    if spec.processor is None:
        return f"Validation of {spec.kind} entity failed: "
    ref = entities.ref_of(document)
    return f"Processor {spec.processor} threw an error while validating the entity {ref}; caused by TypeError: "


def _bad_refs(spec_part: Mapping[str, Any], spec: KindSpec) -> Iterator[Finding]:
    for use in ref_uses(spec_part, spec):
        if not use.text or _is_ref(use.text, use.field.default_kind):
            continue  # the schema speaks of empty ones
        yield _bad_ref(use, spec)


@lru_cache(maxsize=_REMEMBERED)
def _is_ref(text: str, default_kind: str | None) -> bool:
    try:
        parse_entity_ref(text, default_kind=default_kind)
    except InputError:
        return False
    return True


def _bad_ref(use: RefUse, spec: KindSpec) -> Finding:
    try:
        parse_entity_ref(use.text, default_kind=use.field.default_kind)
        reason = ""
    except FormatError as error:
        reason = f"TypeError: {error.message}"
    except InputError as error:
        reason = f"Error: {error.message}"
    processor = spec.processor or f"of {spec.kind}"
    message = f"Processor {processor} threw an error while postprocessing; caused by {reason}"
    return Finding(message, use.path, hint=ref_hint(use.text, use.field.path, use.field.default_kind))


def _misspelt_in(part: str, present: Mapping[str, Any], known: frozenset[str]) -> Iterator[Finding]:
    if present.keys() <= known:
        return
    for name, meant in misspelt((str(key) for key in present), known):
        message = f"`{part}.{name}` means nothing here and is kept as it is"
        yield Finding(message, (part, name), severity="warning", hint=f"Did you mean `{meant}`?")


def _in_placeholder(document: object, path: Path) -> bool:
    return any(_is_placeholder(value_at(document, path[:depth])) for depth in range(1, len(path) + 1))


def _is_placeholder(value: object) -> bool:
    return isinstance(value, Mapping) and len(value) == 1 and str(next(iter(value))).startswith("$")

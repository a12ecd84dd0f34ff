"""The order of checks: envelope, fields and formats, kind, refs; a good document passes each at its cheapest."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from callboard import entities
from callboard.errors import FormatError, InputError
from callboard.refs import parse_entity_ref
from catalog.kinds import KindRegistry, KindSpec
from catalog.relations import RefUse, ref_uses
from catalog.validation.envelope import ENTITY, ENVELOPE, METADATA_FIELDS
from catalog.validation.fields import REMEMBERED, FieldCheck, policy_finding
from catalog.validation.finding import Finding, Path
from catalog.validation.formats import FieldFormats
from catalog.validation.hints import kind_hint, misspelt, ref_hint, value_at
from catalog.validation.schema import SchemaCheck
from catalog.validation.storable import unstorable

_METADATA_NAMES: Final = frozenset(METADATA_FIELDS)


class Validator:
    """Says everything that is wrong with a document; raises nothing."""

    def __init__(self, registry: KindRegistry, formats: FieldFormats | None = None) -> None:
        self._registry = registry
        self._envelope = SchemaCheck(ENVELOPE)
        self._entity = SchemaCheck(ENTITY)
        self._kinds: dict[int, tuple[SchemaCheck, frozenset[str]]] = {}
        self._fields = FieldCheck(formats or FieldFormats())

    def validate(self, document: object, *, placeholders_unresolved: bool = False) -> list[Finding]:
        """Errors and warnings, those of the envelope alone when it is broken.

        With `placeholders_unresolved` an object like `{$text: …}` may stand for any value.
        """
        findings = list(self._check(document))
        if placeholders_unresolved and findings:
            findings = [f for f in findings if not _in_placeholder(document, f.path)]
        return [f.storable() for f in findings]

    def _check(self, document: object) -> Iterator[Finding]:
        well_formed = self._entity.passes(document)
        if not well_formed and not self._envelope.passes(document):
            for error in self._envelope.errors(document):
                yield Finding(error.text, error.path, error_name="TypeError", hint=error.hint)
            return
        assert isinstance(document, dict)
        if not well_formed:
            yield from self._malformed(document)
        yield from self._fields.findings(document)
        yield from unstorable(document)
        yield from self._kind_findings(document)

    def _malformed(self, document: entities.Document) -> Iterator[Finding]:
        for error in self._entity.errors(document):
            yield policy_finding(document, f"Malformed envelope, {error.brief}", error.path, error.hint)

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
            yield from _misspelt_in(kind, "spec", spec_part, known)
        yield from _misspelt_in(kind, "metadata", document["metadata"], _METADATA_NAMES)

    def _compiled(self, spec: KindSpec) -> tuple[SchemaCheck, frozenset[str]]:
        found = self._kinds.get(id(spec))
        if found is None:
            found = self._kinds[id(spec)] = (SchemaCheck(spec.schema), spec.fields)
        return found


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


@lru_cache(maxsize=REMEMBERED)
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


def _misspelt_in(kind: str, part: str, present: Mapping[str, Any], known: frozenset[str]) -> Iterator[Finding]:
    if present.keys() <= known:
        return
    for name, meant in misspelt((str(key) for key in present), known):
        message = f"`{part}.{name}` is not a field of {kind}; it is kept, but nothing reads it"
        yield Finding(message, (part, name), severity="warning", hint=f"Did you mean `{meant}`?")


def _in_placeholder(document: object, path: Path) -> bool:
    return any(_is_placeholder(value_at(document, path[:depth])) for depth in range(1, len(path) + 1))


def _is_placeholder(value: object) -> bool:
    return isinstance(value, Mapping) and len(value) == 1 and str(next(iter(value))).startswith("$")

"""One file's bytes to candidates: parse, fill placeholders, validate, annotate; an error stays with its document."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from callboard import entities
from callboard.refs import LocationRef
from callboard.yaml12 import YamlDocument, YamlError, parse_documents
from catalog.ingest import placeholders
from catalog.ingest.candidate import Candidate, ChildLocation, Failure, ParsedTarget
from catalog.ingest.locations import location_annotations
from catalog.kinds import KindRegistry
from catalog.relations import emit_relations, prepare
from catalog.validation import Finding, Validator

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_JSON_TYPES = {list: "array", str: "string", bool: "boolean", int: "number", float: "number", type(None): "null"}


@dataclass(frozen=True, slots=True)
class Origin:
    """What a file's entities inherit from the way they were reached."""

    location: LocationRef
    root: LocationRef
    allows: Callable[[Mapping[str, Any]], bool] = lambda _document: True


class DocumentParser:
    """Stateless but for what it was built with; `fetch` reads placeholder files and is the only way out."""

    def __init__(
        self, registry: KindRegistry, validator: Validator | None = None, github_hosts: Sequence[str] = ("github.com",)
    ) -> None:
        self.registry = registry
        self._validator = validator or Validator(registry)
        self._github_hosts = github_hosts

    def parse(self, content: bytes, origin: Origin, fetch: placeholders.Fetch) -> ParsedTarget:
        """Everything the file holds; raises nothing."""
        result = ParsedTarget()
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            result.failures.append(Failure(f"{origin.location} is not UTF-8 text (is it binary?)", line, name="Error"))
            result.unidentified = True
            return result
        may_have_placeholders = "$" in text
        for document in parse_documents(text):
            if isinstance(document, YamlError):
                message = f"YAML error at {origin.location}, line {document.line}: {document.message}"
                result.failures.append(Failure(message, document.line, name="Error"))
                result.unidentified = True
            else:
                self._take(result, document, origin, fetch if may_have_placeholders else None)
        _drop_repeated(result)
        return result

    def parse_generated(self, document: dict[str, Any], origin: Origin) -> ParsedTarget:
        """A document that didn't come from a file."""
        result = ParsedTarget()
        self._admit(result, document, origin, lambda _path: 1)
        return result

    def _take(
        self, result: ParsedTarget, document: YamlDocument, origin: Origin, fetch: placeholders.Fetch | None
    ) -> None:
        value = document.value
        if not isinstance(value, dict):
            found = _JSON_TYPES.get(type(value), type(value).__name__)
            result.failures.append(Failure(f"Expected object at root, got {found}", document.line, name="TypeError"))
            result.unidentified = True
            return
        if fetch is not None and placeholders.has_placeholder(value):
            try:
                value = placeholders.resolve(value, fetch, str(origin.location))
            except placeholders.PlaceholderError as error:
                line, ref = document.line_of(error.path), _claimed_ref(value)
                result.failures.append(Failure(error.user_text, line, _pointer(error.path), ref))
                result.unidentified = result.unidentified or ref is None
                return
        self._admit(result, value, origin, document.line_of)

    def _admit(
        self, result: ParsedTarget, value: dict[str, Any], origin: Origin, line_of: Callable[[Sequence[str | int]], int]
    ) -> None:
        ref = _claimed_ref(value)
        findings = self._validator.validate(value)
        result.failures += [_failure(f, line_of, ref) for f in findings]
        if any(f.severity == "error" for f in findings):
            result.unidentified = result.unidentified or ref is None
            return
        assert ref is not None
        if not origin.allows(value):
            kind = value["kind"]
            where = f"Entity {ref} at {origin.location}, originated at {origin.root}"
            message = f"{where}, is not of an allowed kind for that location."
            message += f" Add `{kind}` to an `allow` list under `catalog.rules` in app-config."
            failure = Failure(message, line_of(("kind",)), "/kind", ref, name="NotAllowedError")
            result.failures.append(failure)
            return
        candidate = self._candidate(value, ref, origin, line_of(()))
        result.candidates.append(candidate)
        if value["kind"] == "Location":
            result.children += _children(value, origin.location, line_of)

    def _candidate(self, value: dict[str, Any], ref: str, origin: Origin, line: int) -> Candidate:
        spec = self.registry.get(value["kind"], value["apiVersion"])
        assert spec is not None
        document = prepare(value, spec)
        metadata = {k: v for k, v in document["metadata"].items() if k not in {"uid", "etag"}}
        metadata["annotations"] = {
            **location_annotations(origin.location, origin.root, self._github_hosts),
            **(metadata.get("annotations") or {}),
        }
        document = {**document, "metadata": metadata}
        return Candidate(ref, document, emit_relations(document, spec), digest_of(document), line)


def digest_of(document: Mapping[str, Any]) -> str:
    """Equal for documents that mean the same, whatever the order of their keys."""
    packed = orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha1(packed, usedforsecurity=False).hexdigest()


def _claimed_ref(value: Mapping[str, Any]) -> str | None:
    """The ref a document means even if the rest of it is wrong; None when that can't be told."""
    metadata = value.get("metadata")
    kind = value.get("kind")
    name = metadata.get("name") if isinstance(metadata, Mapping) else None
    if not (isinstance(kind, str) and kind and isinstance(name, str) and name):
        return None
    ref = str(entities.ref_of({"kind": kind, "metadata": {"name": name, "namespace": _text(metadata, "namespace")}}))
    return None if _UNSTORABLE.search(ref) else ref


def _text(mapping: Any, key: str) -> str | None:
    value = mapping.get(key)
    return value if isinstance(value, str) else None


def _failure(finding: Finding, line_of: Callable[[Sequence[str | int]], int], ref: str | None) -> Failure:
    return Failure(
        finding.text, line_of(finding.path), _pointer(finding.path), ref, finding.severity, finding.error_name
    )


def _pointer(path: Sequence[str | int]) -> str:
    return "".join(f"/{step}" for step in path)


def _children(
    value: Mapping[str, Any], location: LocationRef, line_of: Callable[[Sequence[str | int]], int]
) -> list[ChildLocation]:
    spec = entities.spec_of(value)
    kind = str(spec.get("type") or location.type)
    presence = str(spec.get("presence") or "required")
    found = []
    if spec.get("target"):
        found.append(ChildLocation(kind, str(spec["target"]), presence, line_of(("spec", "target"))))
    for index, target in enumerate(spec.get("targets") or ()):
        found.append(ChildLocation(kind, str(target), presence, line_of(("spec", "targets", index))))
    return found


def _drop_repeated(result: ParsedTarget) -> None:
    """The last of several documents with one ref stands; the earlier ones are a warning."""
    last = {c.ref: c for c in result.candidates}
    if len(last) == len(result.candidates):
        return
    for candidate in result.candidates:
        winner = last[candidate.ref]
        if winner is not candidate:
            message = f"{candidate.ref} stands again in line {winner.line} of this file; the last one counts."
            result.failures.append(Failure(message, candidate.line, ref=candidate.ref, kind="warning"))
    result.candidates = [c for c in result.candidates if last[c.ref] is c]

"""Files looked at as their author would have it before a push: every document, every finding, nothing stored."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from callboard import entities
from callboard.errors import CallboardError
from callboard.refs import LocationRef
from callboard.yaml12 import YamlDocument, YamlError, parse_documents
from catalog.ingest import placeholders
from catalog.ingest.locations import resolve_target
from catalog.ingest.reading import UrlReader, confinement_for, read_file
from catalog.validation import Finding, Validator

_SUFFIXES: Final = (".yaml", ".yml")
_JSON_TYPES: Final = {list: "array", str: "string", bool: "boolean", type(None): "null"}


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to say about a place in a file."""

    line: int
    path: str
    message: str


@dataclass(frozen=True, slots=True)
class CheckedDocument:
    """One document and what is to be said of it; `ref` None when that can't be told."""

    file: Path
    line: int
    ref: str | None
    errors: tuple[Remark, ...] = ()
    warnings: tuple[Remark, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.errors


def catalog_files(paths: Iterable[Path]) -> Iterator[tuple[Path, bool]]:
    """The files meant, and whether each was named itself; in a folder that is every YAML file, hidden ones apart."""
    for path in paths:
        if not path.is_dir():
            yield path, True
            continue
        for file in sorted(p for p in path.rglob("*") if p.suffix in _SUFFIXES and p.is_file()):
            if not any(part.startswith(".") for part in file.relative_to(path).parts):
                yield file, False


def check_file(file: Path, validator: Validator, *, foreign: bool = False) -> list[CheckedDocument]:
    """Every document of a file; with `foreign`, a file that holds no entity at all is none of our business."""
    try:
        text = read_file(file, confinement_for(file.absolute().parent)).decode("utf-8-sig")
    except CallboardError as error:
        return [CheckedDocument(file, 1, None, (Remark(1, "", error.user_text),))]
    except UnicodeDecodeError:
        return [CheckedDocument(file, 1, None, (Remark(1, "", f"{file} is not UTF-8 text (is it binary?)"),))]
    documents = list(parse_documents(text))
    if foreign and not any(_is_entity(d) for d in documents):
        return []
    checked = [_checked(file, d, validator) for d in documents]
    return _with_repeats(checked)


def _is_entity(document: YamlDocument | YamlError) -> bool:
    value = getattr(document, "value", None)
    return isinstance(value, Mapping) and ("apiVersion" in value or "kind" in value) and "metadata" in value


def _checked(file: Path, document: YamlDocument | YamlError, validator: Validator) -> CheckedDocument:
    if isinstance(document, YamlError):
        return CheckedDocument(file, document.line, None, (Remark(document.line, "", document.message),))
    if not isinstance(document.value, dict):
        found = _JSON_TYPES.get(type(document.value), "number")
        message = f"Expected object at root, got {found}"
        return CheckedDocument(file, document.line, None, (Remark(document.line, "", message),))
    try:
        value = placeholders.resolve(document.value, Includes(file), f"file:{file.absolute()}")
        findings = validator.validate(value)
    except _ElsewhereError:
        findings = validator.validate(document.value, placeholders_unresolved=True)
    except placeholders.PlaceholderError as error:
        findings = [Finding(error.user_text, error.path)]
    remarks = {
        severity: tuple(_remark(document, f) for f in findings if f.severity == severity)
        for severity in ("error", "warning")
    }
    return CheckedDocument(file, document.line, _ref(document.value), remarks["error"], remarks["warning"])


def _remark(document: YamlDocument, finding: Finding) -> Remark:
    return Remark(document.line_of(finding.path), "".join(f"/{step}" for step in finding.path), finding.text)


def _ref(value: Mapping[str, Any]) -> str | None:
    metadata = value.get("metadata")
    if not isinstance(metadata, Mapping) or not isinstance(value.get("kind"), str):
        return None
    if not isinstance(metadata.get("name"), str) or not isinstance(metadata.get("namespace", ""), str):
        return None
    return str(entities.ref_of(value))


def _with_repeats(checked: list[CheckedDocument]) -> list[CheckedDocument]:
    """The last of several documents with one ref counts; the earlier ones are warned of."""
    last = {c.ref: c for c in checked if c.ref}
    found = []
    for one in checked:
        winner = last.get(one.ref) if one.ref else one
        if winner is not one and winner is not None:
            message = f"{one.ref} stands again in line {winner.line} of this file; the last one counts."
            warnings = (*one.warnings, Remark(one.line, "", message))
            found.append(CheckedDocument(one.file, one.line, one.ref, one.errors, warnings))
        else:
            found.append(one)
    return found


class _ElsewhereError(Exception):
    """A placeholder names a URL, and checking files leaves the network alone."""


class Includes:
    """Reads what the placeholders of a local file name; URLs only where there is a reader for them."""

    def __init__(self, file: Path, urls: UrlReader | None = None) -> None:
        self._confinement = confinement_for(file.absolute().parent)
        self._urls = urls

    def __call__(self, reference: str, base: str) -> tuple[str, str]:
        kind, _, place = base.partition(":")
        target = resolve_target(LocationRef(kind, place), reference)
        if "://" not in target:
            return read_file(Path(target), self._confinement).decode("utf-8-sig"), f"file:{target}"
        if self._urls is None:
            raise _ElsewhereError(target)
        return (self._urls.read(target, "").data or b"").decode("utf-8-sig"), f"url:{target}"

"""Catalog files of public repositories: what Backstage refuses is refused, everything else accepted."""

import csv
import os
from pathlib import Path

import pytest

from callboard.yaml12 import YamlError, parse_documents
from catalog.kinds import KindRegistry
from catalog.validation import Validator

REAL = Path(os.environ.get("CALLBOARD_REAL") or Path(__file__).parents[2] / ".." / "shared" / "real")
NEWER_THAN_THE_LIST = ("unknown kind AiResource", "spec.definition missing")
"""Marked by a model that had neither AiResource nor API types without a definition; ours has both."""

pytestmark = pytest.mark.skipif(
    not (REAL / "MANIFEST.tsv").is_file(), reason="needs a folder of real catalogs, named by CALLBOARD_REAL"
)


def rows() -> list[tuple[str, str]]:
    if not (REAL / "MANIFEST.tsv").is_file():
        return []
    with (REAL / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        found = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(r["file"], r["note"]) for r in found if "kinds=" in r["note"] or "template-entity" in r["note"]]


def errors_in(path: Path) -> list[str]:
    validator, found = Validator(KindRegistry()), []
    for document in parse_documents(path.read_text(encoding="utf-8")):
        if isinstance(document, YamlError):
            found.append(f"{document.line}: {document.message}")
            continue
        findings = validator.validate(document.value, placeholders_unresolved=True)
        found += [f"{document.line_of(f.path)}: {f.text}" for f in findings if f.severity == "error"]
    return found


def test_files_marked_invalid_are_refused_and_no_others() -> None:
    for name, note in rows():
        marked = "INVALID" in note and not any(reason in note for reason in NEWER_THAN_THE_LIST)
        errors = errors_in(REAL / name)
        assert marked == bool(errors), (name, note, errors)


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("catalog/0x29a__clone_course/catalog-info.yaml", 5),
        ("catalog/1-Platform__one-platform/catalog/resources/CouchDB.yaml", 23),
        ("catalog/elastic__connectors/catalog-info.yaml", 232),
        ("templates/telia-oss__casf-scaffolder-templates/vratemplate/template.yml", 9),
    ],
)
def test_an_error_names_the_line_to_look_at(file: str, line: int) -> None:
    [error] = errors_in(REAL / file)
    assert error.startswith(f"{line}: ")

"""Templates in local files: read with the parts that they name, and asked for the lines of what is wrong with them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from callboard.errors import InputError
from callboard.refs import LocationRef

if TYPE_CHECKING:
    from bot.runtime import Runtime
    from callboard.yaml12 import YamlDocument
    from scaffolder.model import Template


def from_file(file: Path, runtime: "Runtime", root: Path | None = None) -> "Template":
    """The first template of a file, its placeholders filled. Raises InputError with the line that is wrong.

    Its relative addresses may lead anywhere below `root`, which is the git work tree around it unless one is named.
    """
    from callboard.entities import ref_of
    from catalog.ingest import placeholders
    from catalog.ingest.check import Includes
    from catalog.ingest.reading import work_tree
    from scaffolder.templates import read_template

    for document in _templates(file):
        try:
            includes = Includes(file, runtime.urls)
            filled = placeholders.resolve(document.value, includes, f"file:{file.resolve()}")
        except placeholders.PlaceholderError as error:
            raise InputError(f"{file}:{document.line_of(error.path)}: {error.user_text}") from None
        found = read_template(str(ref_of(filled)), filled, LocationRef("file", str(file.resolve())))
        return replace(found, reach=root or work_tree(file))
    raise InputError(f"There is no template in {file}.")


def place_of(template: "Template", path: Sequence[str | int]) -> str | None:
    """`file:line` of a part of a template that lies in a local file; None where it can't be told."""
    base = template.base
    if base is None or base.type != "file" or not Path(base.target).is_file():
        return None
    name = template.document["metadata"].get("name")
    try:
        own = [d for d in _templates(Path(base.target)) if d.value["metadata"].get("name") == name]
    except (InputError, KeyError, AttributeError):
        return None
    return f"{base.target}:{own[0].line_of(tuple(path))}" if own else None


def _templates(file: Path) -> "Iterator[YamlDocument]":
    from callboard.yaml12 import YamlError, parse_documents

    for document in parse_documents(file.read_text(encoding="utf-8")):
        if isinstance(document, YamlError):
            raise InputError(f"{file}:{document.line}: {document.message}")
        if isinstance(document.value, Mapping) and str(document.value.get("kind")).lower() == "template":
            yield document

"""Where an entity's docs are: what `backstage.io/techdocs-ref` and `techdocs-entity` mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from callboard import entities
from callboard.errors import InputError, NotAllowedError
from callboard.refs import LocationRef, parse_entity_ref, parse_location_ref
from catalog.ingest.locations import resolve_target
from catalog.ingest.reading import Confinement
from techdocs.tree import LocalTree, Tree, TreeReader, UrlTree

TECHDOCS_ENTITY: Final = "backstage.io/techdocs-entity"
TECHDOCS_ENTITY_PATH: Final = "backstage.io/techdocs-entity-path"


@dataclass(frozen=True, slots=True)
class Alias:
    """Another entity's docs, from a page of them on."""

    ref: str
    path: str = ""


def alias_of(annotations: Mapping[str, str]) -> Alias | None:
    """The entity whose docs are shown instead. Raises a CallboardError for a ref that can't be one."""
    written = annotations.get(TECHDOCS_ENTITY)
    if not written:
        return None
    path = str(annotations.get(TECHDOCS_ENTITY_PATH) or "").strip().strip("/")
    return Alias(str(parse_entity_ref(str(written))), path)


def docs_location(annotations: Mapping[str, str], github_hosts: Sequence[str] = ("github.com",)) -> LocationRef | None:
    """The folder of an entity's docs as a `file` or `url` location, None when it names none.

    Raises FormatError for a ref that isn't one, NotAllowedError for a folder outside the descriptor's.
    """
    written = annotations.get(entities.TECHDOCS_REF)
    if not written:
        return None
    ref = parse_location_ref(str(written))
    if ref.type == "url":
        return ref
    if ref.type != "dir":
        raise InputError(
            f"`{entities.TECHDOCS_REF}: {written}` has the type `{ref.type}`, and docs are read from `dir` and `url`.",
            hint="Write `dir:.` for docs beside the catalog file.",
        )
    base = parse_location_ref(annotations.get(entities.SOURCE_LOCATION) or annotations.get(entities.MANAGED_BY) or "")
    if base.type == "url":
        return LocationRef("url", resolve_target(base, ref.target, github_hosts))
    return LocationRef("file", str(_local(base, ref.target)))


def _local(base: LocationRef, target: str) -> Path:
    descriptor = Path(base.target)
    folder = (descriptor if descriptor.is_dir() else descriptor.parent).resolve()
    found = (folder / target).resolve()
    if not found.is_relative_to(folder):
        raise NotAllowedError(
            f"`dir:{target}` leads out of the folder of the catalog file.",
            hint="Move the docs below it, or name them with a `url:` location.",
        )
    return found


def open_tree(
    location: LocationRef,
    urls: TreeReader | None,
    forbidden: Sequence[Path] = (),
    *,
    kept: dict[tuple[str, str], bytes] | None = None,
) -> Tree:
    """The files at a location; see `UrlTree` for `kept`. Raises InputError when there is no way to read it."""
    if location.type == "file":
        root = Path(location.target)
        return LocalTree(root, Confinement((root.resolve(),), tuple(f.resolve() for f in forbidden)))
    if urls is None:
        raise InputError(f"{location.target} can't be read: no reader for URLs is set up.")
    return UrlTree(location.target, urls, kept)

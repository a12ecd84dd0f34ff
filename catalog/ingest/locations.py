"""Arithmetic on locations: what a relative target means, and the annotations that follow from where a file lies."""

import glob
import hashlib
import os.path
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin, urlsplit, urlunsplit

from callboard import entities
from callboard.refs import LocationRef
from catalog.ingest.globs import braces

_GLOB: Final = re.compile(r"[*?\[{]")
_BLOB: Final = re.compile(
    r"^/(?P<owner>[^/]+)/(?P<repo>[^/]+)/(?P<view>blob|tree|raw|edit)/(?P<ref>[^/]+)(?P<path>/.*)?$"
)
_COMMIT: Final = re.compile(r"[0-9a-f]{40,}")


def is_glob(target: str) -> bool:
    return bool(_GLOB.search(target))


def resolve_target(base: LocationRef, target: str, github_hosts: Sequence[str] = ("github.com",)) -> str:
    """What `target`, written in the file at `base`, points at: an absolute path or URL."""
    if base.type != "url":
        return target if "://" in target else os.path.normpath(Path(base.target).parent / target)
    if "://" in target:
        return target
    parts = urlsplit(base.target)
    blob = _BLOB.match(parts.path)
    if parts.netloc not in github_hosts or blob is None:
        return urljoin(base.target, target)
    root = f"/{blob['owner']}/{blob['repo']}/tree/{blob['ref']}"
    folder = (blob["path"] or "/").rpartition("/")[0]
    inner = target if target.startswith("/") else f"{folder}/{target}"
    path = os.path.normpath(f"/{inner.lstrip('/')}")
    return urlunsplit((parts.scheme, parts.netloc, root + path, "", ""))


def kind_of(written: str, base: LocationRef, target: str) -> str:
    """How a resolved target is read: what lies beside a file is a file, what lies beside a URL a URL."""
    if written not in {"file", "url"}:
        return written
    return "url" if base.type == "url" or "://" in target else "file"


def expand_glob(pattern: str) -> list[str]:
    """The files that match, sorted; `**` crosses folders, `{a,b}` is either."""
    found = {p for one in braces(pattern) for p in glob.glob(one, recursive=True, include_hidden=False)}  # noqa: PTH207 - absolute patterns
    return sorted(p for p in found if Path(p).is_file())


def glob_root(target: str) -> str:
    """The folder that everything matching lies in."""
    fixed: list[str] = []
    for part in Path(target).parts:
        if is_glob(part):
            return str(Path(*fixed))
        fixed.append(part)
    return str(Path(target).parent)


def generated_name(location: LocationRef) -> str:
    """The name of the Location entity that stands for a registration or a config entry."""
    return f"generated-{hashlib.sha1(str(location).encode(), usedforsecurity=False).hexdigest()}"


def generated_location(location: LocationRef, presence: str) -> dict[str, Any]:
    """The entity that stands for a root location."""
    spec = {"type": location.type, "target": location.target}
    if presence != "required":
        spec["presence"] = presence
    return {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Location",
        "metadata": {"name": generated_name(location), "namespace": "default"},
        "spec": spec,
    }


def location_annotations(
    location: LocationRef, origin: LocationRef, github_hosts: Sequence[str] = ("github.com",)
) -> dict[str, str]:
    """What the catalog says of where an entity came from; the author's own values stand above these."""
    found = {entities.MANAGED_BY: str(location), entities.MANAGED_BY_ORIGIN: str(origin)}
    if location.type != "url":
        return found
    found[entities.VIEW_URL] = location.target
    parts = urlsplit(location.target)
    blob = _BLOB.match(parts.path)
    if parts.netloc not in github_hosts or blob is None:
        return found
    repository = f"/{blob['owner']}/{blob['repo']}"
    path = blob["path"] or "/"
    if not _COMMIT.fullmatch(blob["ref"]):
        edit = f"{repository}/edit/{blob['ref']}{path}"
        found[entities.EDIT_URL] = urlunsplit((parts.scheme, parts.netloc, edit, "", ""))
    folder = f"{repository}/tree/{blob['ref']}{path.rpartition('/')[0]}/"
    found[entities.SOURCE_LOCATION] = "url:" + urlunsplit((parts.scheme, parts.netloc, folder, "", ""))
    return found

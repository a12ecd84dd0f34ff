"""Somebody's catalog without any configuration: `--catalog` with a folder, a file or a URL.

Slack's tokens, integrations and the rest of a configuration hold as ever; what is read, and where it is kept, is the
given catalog's own, so that trying one out leaves an installation's data alone.
"""

import hashlib
import os
import re
import socket
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from callboard.config.build import build_config
from callboard.config.load import RawConfig, load_config
from callboard.config.model import (
    AllowedHost,
    AppConfig,
    Catalog,
    CatalogLocation,
    DatabaseSettings,
    Listen,
    Rule,
)  # fmt: skip
from callboard.errors import InputError, ServiceUnavailableError, did_you_mean
from callboard.refs import LocationRef

if TYPE_CHECKING:
    from bot.runtime import Runtime
    from callboard.db import Connection
    from catalog.model import Problem

_REPOSITORY: Final = re.compile(
    r"/(?P<owner>[^/]+)/(?P<repo>[^/]+?)(?:\.git)?(?:/tree/(?P<ref>[^/]+)(?P<path>/.*)?)?/?"
)
_CATALOG_FILES: Final = "**/catalog-info*.{yaml,yml}"
_BROKEN: Final = ("failing-source", "failing-location", "error", "conflict")
_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class GivenCatalog:
    """What was named: a folder that is read whole, or one location."""

    name: str
    folder: Path | None = None
    location: LocationRef | None = None

    @property
    def data_name(self) -> str:
        """A name of its own for where this catalog's data is kept."""
        digest = hashlib.sha256(str(self.folder or self.location).encode()).hexdigest()[:8]
        stem = re.sub(r"[^A-Za-z0-9._-]+", "-", (self.folder or Path(self.name)).name).strip("-.")
        return f"{stem or 'catalog'}-{digest}"


def given_catalog(target: str, github_hosts: frozenset[str]) -> GivenCatalog:
    """What the text names; a GitHub repository or a folder of one stands for its catalog files."""
    if target.startswith(("http://", "https://")):
        return GivenCatalog(target, location=LocationRef("url", _files_of_repository(target, github_hosts)))
    path = Path(target.removeprefix("file:")).expanduser().absolute()
    if path.is_dir():
        return GivenCatalog(str(path), folder=path.resolve())
    if path.is_file():
        return GivenCatalog(str(path), location=LocationRef("file", str(path)))
    beside = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
    hint = did_you_mean(path.name, beside) or "Name a folder, a catalog file, or a URL that starts with https://."
    raise InputError(f"{target} does not exist.", hint=hint)


def _files_of_repository(url: str, github_hosts: frozenset[str]) -> str:
    parts = urlsplit(url)
    match = _REPOSITORY.fullmatch(parts.path)
    if parts.netloc.lower() not in github_hosts or match is None:
        return url
    folder = f"{(match['path'] or '').rstrip('/')}/{_CATALOG_FILES}"
    return f"{parts.scheme}://{parts.netloc}/{match['owner']}/{match['repo']}/blob/{match['ref'] or 'HEAD'}{folder}"


def runtime_for(target: str, files: list[Path] | None = None) -> "Runtime":
    """A runtime that reads what `target` names, all kinds of it, and keeps its data apart."""
    from bot.runtime import Runtime

    raw = load_config(files)
    base = build_config(raw)
    given = given_catalog(target, frozenset({"github.com", *(g.host.lower() for g in base.integrations.github)}))
    kinds = Runtime(base).kinds.names()
    locations = []
    if given.location is not None:
        locations = [
            CatalogLocation(type="url" if given.location.type == "url" else "file", target=given.location.target)
        ]
    settings = Catalog(
        locations=locations,
        rules=[Rule.model_validate({"allow": kinds})],
        processing_interval=base.catalog.processing_interval,
        orphan_grace_time=base.catalog.orphan_grace_time,
    )
    config = base.model_copy(
        update={
            "catalog": settings,
            "backend": _backend(base, raw, given),
            "playground": base.playground.model_copy(
                update={"listen": _listen(raw, "playground", base.playground.listen)}
            ),
            "callboard": base.callboard.model_copy(update={"data_dir": _data_dir(base, raw, given)}),
        }
    )
    used = tuple(sorted({o.file for o in raw.origins.values() if o.file}))
    return Runtime(config, files=used, folders=(given.folder,) if given.folder else ())


def _backend(base: AppConfig, raw: RawConfig, given: GivenCatalog) -> Any:
    allowed = base.backend.reading.allow
    if given.location is not None and given.location.type == "url":  # whoever starts the process has named this host
        allowed = [*allowed, AllowedHost(host=urlsplit(given.location.target).netloc)]
    update = {
        "database": DatabaseSettings(),
        "reading": base.backend.reading.model_copy(update={"allow": allowed}),
        "listen": _listen(raw, "backend", base.backend.listen),
    }
    return base.backend.model_copy(update=update)


def _listen(raw: RawConfig, section: str, listen: Listen) -> Listen:
    """A port that nobody chose needn't be the one that something else uses already."""
    if raw.origin_of((section, "listen")) is not None and "listen" in (raw.data.get(section) or {}):
        return listen
    for port in (listen.port, 0):
        try:
            with socket.create_server((listen.host, port)) as probe:
                return listen.model_copy(update={"port": probe.getsockname()[1]})
        except OSError:
            continue
    return listen


def _data_dir(base: AppConfig, raw: RawConfig, given: GivenCatalog) -> Path:
    """Beside the configured data folder's own, or where programs of this user keep theirs."""
    if "dataDir" in (raw.data.get("callboard") or {}):
        folder = base.callboard.data_dir / "catalogs" / given.data_name
    else:
        home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
        folder = Path(home) / "callboard" / given.data_name
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        hint = "Name a folder that can be written: APP_CONFIG_callboard_dataDir=/some/folder."
        raise ServiceUnavailableError(f"{folder} can't be made: {error.strerror}.", hint=hint) from None
    return folder


def summary(runtime: "Runtime") -> Iterator[str]:
    """What was read and what of it is broken, each with file and line, for the person who named it."""
    from catalog.queries.attention import attention
    from catalog.queries.facets import facets_of
    from catalog.queries.sources import files_read

    with runtime.database.read() as connection:
        files = files_read(connection)
        kinds = facets_of(connection, ["kind"])["kind"]
        problems = attention(connection)
        yield from _counted(files, _without_ours(connection, kinds))
    broken = [p for p in problems if p.kind in _BROKEN]
    if broken:
        yield f"{len(broken)} {'thing' if len(broken) == 1 else 'things'} can't be used as written:"
        yield from _listed(broken)
    others = Counter(p.kind for p in problems if p.kind not in _BROKEN)
    for kind, words in _WORDS.items():
        if others[kind]:
            yield f"{others[kind]} {words}"


_WORDS: Final = {
    "ownerless": "without an owner",
    "unknown-owner": "owned by somebody who isn't in this catalog",
    "dangling": "references to what isn't in this catalog",
    "orphan": "in no file any more",
}


def _counted(files: int, kinds: list[tuple[str, int]]) -> Iterator[str]:
    if not kinds:
        yield "Nothing in it is a catalog entity. A catalog file holds apiVersion, kind, metadata and spec."
        return
    found = ", ".join(f"{count} {kind if count == 1 else _plural(kind)}" for kind, count in kinds)
    yield f"Read {files} {'file' if files == 1 else 'files'}: {found}."


def _plural(kind: str) -> str:
    return f"{kind}s" if not kind.endswith("y") else f"{kind[:-1]}ies"


def _without_ours(connection: "Connection", kinds: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Without the Locations that stand for what was named."""
    from catalog.queries.sources import source_states

    ours = len(source_states(connection))
    counts = [(kind, count - ours if kind == "Location" else count) for kind, count in kinds]
    return [(kind, count) for kind, count in counts if count > 0]


def _listed(broken: "list[Problem]") -> Iterator[str]:
    for problem in broken[:_SHOWN]:
        place = problem.location.removeprefix("file:").removeprefix("url:")
        yield f"  {place}:{problem.line}: {problem.message}"
    if len(broken) > _SHOWN:
        yield f"  … and {len(broken) - _SHOWN} more"

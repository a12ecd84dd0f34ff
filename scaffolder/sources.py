"""Where `url` of a fetch action leads: beside the template, or to a repository that an integration knows."""

import re
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from callboard.config.model import GithubIntegration
from callboard.errors import InputError, NotAllowedError, NotFoundError
from catalog.ingest.locations import resolve_target
from scaffolder.actions.base import ActionContext
from scaffolder.actions.github_support import token_for
from scaffolder.git import Git, basic_header
from scaffolder.workspace import MAX_BYTES, beside, resolve_inside

_VIEW: Final = re.compile(
    r"/(?P<owner>[^/]+)/(?P<repo>[^/]+?)(?:\.git)?(?:/(?:tree|blob)/(?P<ref>[^/]+)(?P<path>/.*)?)?/?"
)


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """A file's bytes and whether it may be executed."""

    data: bytes
    mode: int


@contextmanager
def tree(context: ActionContext, url: str, token: str | None = None) -> Iterator[Path]:
    """The folder that `url` names; a remote one is a copy that goes away afterwards."""
    target = _target(context, url)
    if isinstance(target, Path):
        if not target.is_dir():
            raise NotFoundError(f"ENOENT: no such directory, {url}", hint=beside(target, url, folders=True))
        yield target
        return
    context.tell("Fetching template content from remote URL")
    with _checkout(context, target, token) as folder:
        yield folder


def file(context: ActionContext, url: str, token: str | None = None) -> FetchedFile:
    """The file that `url` names."""
    target = _target(context, url)
    if isinstance(target, Path):
        return _local(target, url)
    host = urlsplit(target).netloc
    if _integration(context, host) is None or token:
        return FetchedFile(context.services.urls.read(target, "").data or b"", 0o644)
    folder, _, name = target.rpartition("/")
    with _checkout(context, folder.replace("/blob/", "/tree/", 1), token) as checkout:
        return _local(resolve_inside(checkout, unquote(name)), url)


def _local(path: Path, url: str) -> FetchedFile:
    if not path.is_file():
        raise NotFoundError(f"ENOENT: no such file, {url}", hint=beside(path, url, folders=False))
    status = path.stat()
    if status.st_size > MAX_BYTES:
        raise InputError(f"{url} has {status.st_size // 1024 // 1024} MB, more than a run may hold.")
    return FetchedFile(path.read_bytes(), stat.S_IMODE(status.st_mode))


def _target(context: ActionContext, url: str) -> Path | str:
    """A path below the template's folder, or an absolute http(s) URL."""
    if "://" in url:
        if urlsplit(url).scheme not in {"http", "https"}:
            raise NotAllowedError(f"Templates may fetch http and https URLs, not {url}")
        return url
    if context.base is None:
        raise InputError(f"{url} is relative, and this template has no location that it could count from.")
    if context.base.type == "url":
        hosts = ("github.com", *(g.host for g in context.services.config.integrations.github))
        return resolve_target(context.base, url, hosts)
    place = Path(context.base.target)
    folder = place if place.is_dir() else place.parent
    return resolve_inside(context.reach or folder, str(folder.resolve() / url))


def _integration(context: ActionContext, host: str) -> GithubIntegration | None:
    known = context.services.config.integrations.github
    return next((g for g in known if g.host == host), GithubIntegration(host=host) if host == "github.com" else None)


@contextmanager
def _checkout(context: ActionContext, url: str, token: str | None) -> Iterator[Path]:
    parts = urlsplit(url)
    integration = _integration(context, parts.netloc)
    match = _VIEW.fullmatch(parts.path)
    if integration is None:
        hint = "Add the host under `integrations.github` in the configuration."
        raise NotAllowedError(f"Reading from '{parts.netloc}' is not allowed.", hint=hint)
    if match is None:
        raise InputError(f"{url} doesn't name a repository, like https://{parts.netloc}/owner/repo/tree/main/folder")
    secret = token or token_for(integration, match["owner"])
    with tempfile.TemporaryDirectory(prefix="callboard-fetch-") as name:
        folder = Path(name) / "tree"
        folder.mkdir()
        git = Git(
            folder,
            check=context.check,
            header=basic_header(secret) if secret else None,
            protocols=parts.scheme,
            variables={"GIT_DIR": f"{name}/git", "GIT_WORK_TREE": str(folder)},
        )
        git("init", "--quiet")
        remote = f"{parts.scheme}://{parts.netloc}/{match['owner']}/{match['repo']}.git"
        git("fetch", "--quiet", "--depth=1", "--no-tags", remote, unquote(match["ref"] or "HEAD"))
        git("checkout", "--quiet", "FETCH_HEAD")
        found = resolve_inside(folder, unquote((match["path"] or "").strip("/")))
        if not found.is_dir():
            raise NotFoundError(f"ENOENT: no such directory, {url}")
        yield found

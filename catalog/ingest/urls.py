"""Reads http(s) locations: GitHub through its API, anything else only from hosts that `backend.reading` allows.

Every address is checked after DNS and again at each redirect: a name that leads to a private or loopback address
is refused, unless the operator allowed that very host and port or configured it as an integration.
"""

import posixpath
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

import httpx
import orjson

from callboard.config.model import AllowedHost, AppConfig, GithubIntegration
from catalog.ingest.globs import compile_glob
from catalog.ingest.guard import PORTS, GuardedTransport, host_and_port, no_longer_than
from catalog.ingest.reading import MAX_BYTES, Content, MissingError, ReadError, UnansweredError

_TIMEOUT: Final = httpx.Timeout(10.0, connect=5.0)
_IN_ALL: Final = 30.0
"""Seconds for one read, redirects and the slowest body included."""
_MAX_REDIRECTS: Final = 5
_MAX_REMEMBERED: Final = 300_000
"""Paths of repositories whose lists are kept for the next time."""
_BLOB: Final = re.compile(r"^/(?P<owner>[^/]+)/(?P<repo>[^/]+)/(?:blob|tree|raw|edit)/(?P<ref>[^/]+)/(?P<path>.+)$")
_RAW: Final = re.compile(r"^/(?P<owner>[^/]+)/(?P<repo>[^/]+)/(?:refs/heads/)?(?P<ref>[^/]+)/(?P<path>.+)$")


@dataclass(frozen=True, slots=True)
class _GithubFile:
    """A file on GitHub, taken apart."""

    integration: GithubIntegration
    owner: str
    repo: str
    ref: str
    path: str

    @property
    def contents_url(self) -> str:
        place = f"{self.integration.api_url}/repos/{self.owner}/{self.repo}/contents/{quote(self.path)}"
        return f"{place}?ref={quote(self.ref, safe='')}"

    @property
    def raw_url(self) -> str | None:
        base = _raw_base(self.integration)
        return base and f"{base}/{self.owner}/{self.repo}/{quote(self.ref)}/{quote(self.path)}"

    @property
    def tree_url(self) -> str:
        place = f"{self.integration.api_url}/repos/{self.owner}/{self.repo}/git/trees"
        return f"{place}/{quote(self.ref, safe='')}?recursive=1"


class HttpUrlReader:
    """The `UrlReader` of a running installation."""

    def __init__(self, config: AppConfig, *, timeout: float = _IN_ALL) -> None:
        self._seconds = timeout
        self._trees: dict[str, tuple[str, dict[str, str]]] = {}
        self._remembering = threading.Lock()
        self._allowed = config.backend.reading.allow
        self._integrations = {g.host.lower(): g for g in config.integrations.github}
        self._integrations.setdefault("github.com", GithubIntegration(host="github.com"))
        trusted = {host_and_port(u) for g in config.integrations.github for u in (g.api_url, _raw_base(g)) if u}
        trusted |= {host_and_port(f"{scheme}://{a.host}") for a in self._allowed for scheme in PORTS}
        self._client = httpx.Client(
            transport=GuardedTransport(trusted), timeout=_TIMEOUT, trust_env=False, follow_redirects=False
        )

    def close(self) -> None:
        """Let go of open connections."""
        self._client.close()

    def check(self, url: str) -> None:
        """Raises ReadError where reading isn't allowed; reads nothing."""
        if self._github_file(url) is None:
            self._check_allowed(url, url)

    def read(self, url: str, version: str) -> Content:
        """The bytes at `url`, or none when they are still those of `version` (an ETag)."""
        file = self._github_file(url)
        if file is not None:
            raw = file.raw_url
            if raw is not None and not file.integration.token:  # without a token the API allows sixty reads an hour
                return self._get(raw, version, {}, shown=url, trusted=True)
            headers = {"Accept": "application/vnd.github.raw+json", **_authorization(file.integration)}
            return self._get(file.contents_url, version, headers, shown=url, trusted=True)
        return self._get(url, version, {}, shown=url, trusted=False)

    def search(self, url: str) -> list[str]:
        """The files of a GitHub repository that match a glob in the URL's path."""
        file = self._github_file(url)
        if file is None:
            raise ReadError(
                f"{url} is a glob, and only GitHub URLs can be searched.", hint="Name the files one by one."
            )
        wanted = compile_glob(file.path)
        matches = [path for path in self._blobs(file, url) if wanted.fullmatch(path)]
        prefix = f"{urlsplit(url).scheme}://{file.integration.host}/{file.owner}/{file.repo}/blob/{file.ref}/"
        return sorted(prefix + quote(path) for path in matches)

    def listing(self, folder: str) -> Mapping[str, str]:
        """The files below a folder of a GitHub repository by their path in it, each with what changes when it does."""
        file = self._github_file(f"{folder.rstrip('/')}/*")
        if file is None:
            hint = "Name a folder on GitHub, or a folder of this machine."
            raise ReadError(f"{folder} can't be listed: only folders on GitHub can.", hint=hint)
        prefix = file.path.removesuffix("*")
        return {p.removeprefix(prefix): sha for p, sha in self._blobs(file, folder).items() if p.startswith(prefix)}

    def _blobs(self, file: _GithubFile, shown: str) -> Mapping[str, str]:
        """Every file of a repository with the id of its content; asked again, it is sent only if it changed."""
        etag, known = self._trees.get(file.tree_url, ("", {}))
        found = self._get(file.tree_url, etag, _authorization(file.integration), shown=shown, trusted=True)
        if found.data is None:
            return known
        tree = _json(found.data, shown)
        if tree.get("truncated"):
            hint = "Name the files one by one."
            raise ReadError(f"{file.owner}/{file.repo} has more files than GitHub lists at once.", hint=hint)
        blobs = {e["path"]: e["sha"] for e in tree.get("tree") or () if e.get("type") == "blob"}
        self._remember(file.tree_url, found.version, blobs)
        return blobs

    def _remember(self, url: str, etag: str, blobs: dict[str, str]) -> None:
        with self._remembering:
            self._trees.pop(url, None)
            self._trees[url] = (etag, blobs)
            while len(self._trees) > 1 and sum(len(b) for _etag, b in self._trees.values()) > _MAX_REMEMBERED:
                self._trees.pop(next(iter(self._trees)))

    def _github_file(self, url: str) -> _GithubFile | None:
        parts = _split(url)
        host = parts.netloc.lower()
        integration, pattern = self._integrations.get(host), _BLOB
        if host == "raw.githubusercontent.com":
            integration, pattern = self._integrations["github.com"], _RAW
        match = pattern.match(unquote(parts.path)) if integration else None
        return _GithubFile(integration, **match.groupdict()) if integration and match else None

    def _get(self, url: str, version: str, headers: dict[str, str], *, shown: str, trusted: bool) -> Content:
        with no_longer_than(self._seconds):
            return self._following(url, version, headers, shown=shown, trusted=trusted)

    def _following(self, url: str, version: str, headers: dict[str, str], *, shown: str, trusted: bool) -> Content:
        if version:
            headers = {**headers, "If-None-Match": version}
        for _hop in range(_MAX_REDIRECTS + 1):
            if not trusted:
                self._check_allowed(url, shown)
            try:
                with self._client.stream("GET", url, headers=headers) as response:
                    if response.has_redirect_location:
                        following = urljoin(url, response.headers.get("location", ""))
                        if host_and_port(following) != host_and_port(url):
                            headers = {k: v for k, v in headers.items() if k != "Authorization"}
                            trusted = False
                        url = following
                        continue
                    return _content(response, shown)
            except httpx.TimeoutException:
                raise UnansweredError(f"Unable to read url, {shown} took too long to answer") from None
            except httpx.TransportError as error:
                raise UnansweredError(f"Unable to read url, {shown}: {error or type(error).__name__}") from None
            except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
                raise ReadError(f"Unable to read url, {shown}: {error or type(error).__name__}") from None
        raise ReadError(f"Unable to read url, {shown} redirects more than {_MAX_REDIRECTS} times")

    def _check_allowed(self, url: str, shown: str) -> None:
        parts = _split(url)
        if parts.scheme in PORTS and any(
            _allows(a, parts.netloc, parts.hostname or "", parts.path) for a in self._allowed
        ):
            return
        raise ReadError(
            f"Reading from '{shown}' is not allowed. You may need to configure an integration for the target host, "
            "or add it to the configured list of allowed hosts at 'backend.reading.allow'"
        )


def _split(url: str) -> SplitResult:
    """Raises ReadError for what is no http(s) URL, or carries a password that every error message would show."""
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError as error:
        raise ReadError(f"`{url}` is not a URL: {error}") from None
    if "@" in parts.netloc:
        place = parts.netloc.rpartition("@")[2]
        hint = "Configure it under `integrations` instead."
        raise ReadError(f"The URL of {place} has a user name or password in it, and those are not sent.", hint=hint)
    return parts


def _raw_base(integration: GithubIntegration) -> str | None:
    if integration.raw_base_url:
        return integration.raw_base_url.rstrip("/")
    return "https://raw.githubusercontent.com" if integration.host == "github.com" else None


def _authorization(integration: GithubIntegration) -> dict[str, str]:
    return {"Authorization": f"Bearer {integration.token.get_secret_value()}"} if integration.token else {}


def _allows(entry: AllowedHost, netloc: str, hostname: str, path: str) -> bool:
    host = entry.host.lower()
    matches = hostname.endswith(host[1:]) if host.startswith("*.") else host in {netloc.lower(), hostname}
    if not matches or (":" in host and host != netloc.lower()):
        return False
    prefixes: Sequence[str] = entry.paths or ["/"]
    path = posixpath.normpath("/" + unquote(path).replace("\\", "/").lstrip("/"))
    return any(path == p or path.startswith(p.rstrip("/") + "/") for p in prefixes)


def _json(data: bytes, shown: str) -> dict[str, Any]:
    try:
        found = orjson.loads(data)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        hint = "Is there a proxy with a page of its own in between?"
        raise ReadError(f"Unable to read url, {shown} was answered with something that is no list of files.", hint=hint)
    return found


def _content(response: httpx.Response, shown: str) -> Content:
    if response.status_code == httpx.codes.NOT_MODIFIED:
        return Content(None, response.headers.get("etag", ""))
    if response.status_code in {404, 410}:
        raise MissingError(f"Unable to read url, no matching files found for {shown}")
    if response.status_code in {401, 403, 429}:
        limited = (
            response.status_code == 429
            or response.headers.get("x-ratelimit-remaining") == "0"
            or "retry-after" in response.headers
        )
        why = "rate limit exceeded" if limited else f"access was refused ({response.status_code}); check the token"
        raise ReadError(f"Unable to read url, {shown}: {why}")
    if response.status_code != httpx.codes.OK:
        raise ReadError(f"Unable to read url, {shown} answered {response.status_code}")
    data = bytearray()
    for piece in response.iter_bytes():
        data += piece
        if len(data) > MAX_BYTES:
            limit = MAX_BYTES // 1024 // 1024
            raise ReadError(f"Unable to read url, {shown} has more than the {limit} MB that a catalog file may have")
    return Content(bytes(data), response.headers.get("etag", ""))

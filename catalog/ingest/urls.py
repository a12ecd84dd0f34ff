"""Reads http(s) locations: GitHub through its API, anything else only from hosts that `backend.reading` allows.

Every address is checked after DNS and again at each redirect: a name that leads to a private or loopback address
is refused, unless the operator allowed that very host and port or configured it as an integration.
"""

import fnmatch
import ipaddress
import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote, urljoin, urlsplit

import httpx
import orjson

from callboard.config.model import AllowedHost, AppConfig, GithubIntegration
from catalog.ingest.reading import MAX_BYTES, Content, MissingError, ReadError

_TIMEOUT: Final = httpx.Timeout(10.0, connect=5.0)
_MAX_REDIRECTS: Final = 5
_BLOB: Final = re.compile(r"^/(?P<owner>[^/]+)/(?P<repo>[^/]+)/(?:blob|tree|raw|edit)/(?P<ref>[^/]+)/(?P<path>.+)$")
_RAW: Final = re.compile(r"^/(?P<owner>[^/]+)/(?P<repo>[^/]+)/(?:refs/heads/)?(?P<ref>[^/]+)/(?P<path>.+)$")
_PORTS: Final = {"http": 80, "https": 443}


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
    def tree_url(self) -> str:
        place = f"{self.integration.api_url}/repos/{self.owner}/{self.repo}/git/trees"
        return f"{place}/{quote(self.ref, safe='')}?recursive=1"


class HttpUrlReader:
    """The `UrlReader` of a running installation."""

    def __init__(self, config: AppConfig) -> None:
        self._allowed = config.backend.reading.allow
        self._integrations = {g.host: g for g in config.integrations.github}
        self._integrations.setdefault("github.com", GithubIntegration(host="github.com"))
        trusted = {_address(g.api_url) for g in config.integrations.github}
        trusted |= {_address(f"https://{a.host}") for a in self._allowed} | {
            _address(f"http://{a.host}") for a in self._allowed
        }
        self._client = httpx.Client(
            transport=_GuardedTransport(trusted), timeout=_TIMEOUT, trust_env=False, follow_redirects=False
        )

    def check(self, url: str) -> None:
        """Raises ReadError where reading isn't allowed; reads nothing."""
        if self._github_file(url) is None:
            self._check_allowed(url, url)

    def read(self, url: str, version: str) -> Content:
        """The bytes at `url`, or none when they are still those of `version` (an ETag)."""
        file = self._github_file(url)
        if file is not None:
            headers = {"Accept": "application/vnd.github.raw+json", **_authorization(file.integration)}
            return self._get(file.contents_url, version, headers, shown=url, trusted=True)
        return self._get(url, version, {}, shown=url, trusted=False)

    def search(self, url: str) -> list[str]:
        """The files of a GitHub repository that match a glob in the URL's path."""
        file = self._github_file(url)
        if file is None:
            raise ReadError(f"{url} is a glob, and only GitHub URLs can be searched", hint="Name the files one by one.")
        found = self._get(file.tree_url, "", _authorization(file.integration), shown=url, trusted=True)
        tree = orjson.loads(found.data or b"{}").get("tree") or []
        matches = (e["path"] for e in tree if e.get("type") == "blob" and _fits(e["path"], unquote(file.path)))
        prefix = url[: url.index(file.path)] if file.path in url else url.rpartition("/")[0] + "/"
        return sorted(prefix + quote(path) for path in matches)

    def _github_file(self, url: str) -> _GithubFile | None:
        parts = urlsplit(url)
        integration, pattern = self._integrations.get(parts.netloc), _BLOB
        if parts.netloc == "raw.githubusercontent.com":
            integration, pattern = self._integrations["github.com"], _RAW
        match = pattern.match(unquote(parts.path)) if integration else None
        return _GithubFile(integration, **match.groupdict()) if integration and match else None

    def _get(self, url: str, version: str, headers: dict[str, str], *, shown: str, trusted: bool) -> Content:
        if version:
            headers = {**headers, "If-None-Match": version}
        for _hop in range(_MAX_REDIRECTS + 1):
            if not trusted:
                self._check_allowed(url, shown)
            try:
                with self._client.stream("GET", url, headers=headers) as response:
                    if response.is_redirect:
                        following = urljoin(url, response.headers.get("location", ""))
                        if _address(following) != _address(url):
                            headers = {k: v for k, v in headers.items() if k != "Authorization"}
                        url = following
                        continue
                    return _content(response, shown)
            except httpx.TimeoutException:
                raise ReadError(f"Unable to read url, {shown} took too long to answer") from None
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise ReadError(f"Unable to read url, {shown}: {error or type(error).__name__}") from None
        raise ReadError(f"Unable to read url, {shown} redirects more than {_MAX_REDIRECTS} times")

    def _check_allowed(self, url: str, shown: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in _PORTS and any(
            _allows(a, parts.netloc, parts.hostname or "", parts.path) for a in self._allowed
        ):
            return
        raise ReadError(
            f"Reading from '{shown}' is not allowed. You may need to configure an integration for the target host, "
            "or add it to the configured list of allowed hosts at 'backend.reading.allow'"
        )


class _GuardedTransport(httpx.HTTPTransport):
    """Resolves a name itself, refuses addresses that aren't public, and connects to the one it checked."""

    def __init__(self, trusted: set[tuple[str, int]]) -> None:
        super().__init__(retries=0)
        self._trusted = trusted

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        host, port = _address(str(request.url))
        address = self._resolve(host, port)
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=address)
        return super().handle_request(request)

    def _resolve(self, host: str, port: int) -> str:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError:
            raise httpx.ConnectError(f"the name {host} isn't known") from None
        addresses = [str(entry[4][0]) for entry in found]
        if (host, port) not in self._trusted:
            refused = [a for a in addresses if not _is_public(a)]
            if refused:
                raise httpx.ConnectError(f"{host} leads to {refused[0]}, which is a private address")
        return addresses[0]


def _is_public(address: str) -> bool:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_global and not parsed.is_multicast


def _address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return (parts.hostname or "").lower(), parts.port or _PORTS.get(parts.scheme, 443)


def _authorization(integration: GithubIntegration) -> dict[str, str]:
    return {"Authorization": f"Bearer {integration.token.get_secret_value()}"} if integration.token else {}


def _allows(entry: AllowedHost, netloc: str, hostname: str, path: str) -> bool:
    host = entry.host.lower()
    matches = hostname.endswith(host[1:]) if host.startswith("*.") else host in {netloc.lower(), hostname}
    if not matches or (":" in host and host != netloc.lower()):
        return False
    prefixes: Sequence[str] = entry.paths or ["/"]
    return any(path == p or path.startswith(p.rstrip("/") + "/") for p in prefixes)


def _content(response: httpx.Response, shown: str) -> Content:
    if response.status_code == httpx.codes.NOT_MODIFIED:
        return Content(None, response.headers.get("etag", ""))
    if response.status_code in {404, 410}:
        raise MissingError(f"Unable to read url, no matching files found for {shown}")
    if response.status_code in {401, 403}:
        limited = response.headers.get("x-ratelimit-remaining") == "0" or "retry-after" in response.headers
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


def _fits(path: str, pattern: str) -> bool:
    """`**/` also matches nothing, `*` stays within a folder."""
    expression = fnmatch.translate(pattern.replace("**/", "\0")).replace(".*", "[^/]*").replace("\0", "(?:.*/)?")
    return re.match(expression, path) is not None

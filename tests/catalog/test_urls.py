"""Reading URLs: who may be asked, what the answers mean, and that nobody holds ingestion up."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callboard.config.model import AllowedHost, AppConfig, Backend, Integrations, Reading
from catalog.ingest.guard import is_public
from catalog.ingest.reading import MissingError, ReadError
from catalog.ingest.urls import HttpUrlReader
from tests.standins.github import GithubStandIn
from tests.standins.github.fixtures import github, github_server

__all__ = ["github", "github_server"]
Handle = Callable[[BaseHTTPRequestHandler], None]


class Web:
    """A server on loopback: `pages` by path, either a text or what to do with the request."""

    def __init__(self) -> None:
        self.pages: dict[str, str | Handle] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                web.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
                page = web.pages.get(self.path)
                if page is None:
                    answer(self, 404)
                elif isinstance(page, str):
                    answer(self, 200, page)
                else:
                    page(self)

            def log_message(self, *_args: Any) -> None:
                """Not into the test's output."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.host = f"127.0.0.1:{self.server.server_address[1]}"
        self.url = f"http://{self.host}"


def answer(request: BaseHTTPRequestHandler, status: int, text: str = "", **headers: str) -> None:
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name.replace("_", "-"), value)
    request.send_header("Content-Length", str(len(text.encode())))
    request.end_headers()
    request.wfile.write(text.encode())


@pytest.fixture
def web() -> Iterator[Web]:
    made = Web()
    thread = Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join(timeout=5)


@contextmanager
def reader(*allow: AllowedHost | str, timeout: float = 5.0) -> Iterator[HttpUrlReader]:
    hosts = [AllowedHost(host=a) if isinstance(a, str) else a for a in allow]
    made = HttpUrlReader(AppConfig(backend=Backend(reading=Reading(allow=hosts))), timeout=timeout)
    try:
        yield made
    finally:
        made.close()


def test_an_allowed_host_is_read_even_on_loopback(web: Web) -> None:
    web.pages["/x.yaml"] = "kind: A\n"
    with reader(web.host) as urls:
        assert urls.read(f"{web.url}/x.yaml", "").data == b"kind: A\n"


NOT_ALLOWED = [
    ("{host}", "{other}/x.yaml"),
    ("127.0.0.1", "http://127.0.0.2/x.yaml"),
    ("*.example.com", "http://example.com/x.yaml"),
    ("*.example.com", "http://badexample.com/x.yaml"),
    ("example.com:8080", "http://example.com/x.yaml"),
    ("example.com", "ftp://example.com/x.yaml"),
    ("example.com", "file:///etc/passwd"),
    ("example.com", "gopher://example.com/"),
]


@pytest.mark.parametrize(("allowed", "url"), NOT_ALLOWED)
def test_a_host_that_nobody_allowed_is_not_asked(web: Web, allowed: str, url: str) -> None:
    expected = r"is not allowed\. You may need to configure an integration"
    with reader(allowed.format(host=web.host)) as urls, pytest.raises(ReadError, match=expected):
        urls.read(url.format(other="http://127.0.0.1:1"), "")
    assert web.asked == []


@pytest.mark.parametrize(
    ("path", "allowed"), [("/a", True), ("/a/x.yaml", True), ("/ab/x.yaml", False), ("/x.yaml", False)]
)
def test_paths_narrow_an_allowed_host_at_segments(web: Web, path: str, allowed: bool) -> None:  # noqa: FBT001 - a column
    web.pages[path] = "kind: A\n"
    with reader(AllowedHost(host=web.host, paths=["/a"])) as urls:
        if allowed:
            assert urls.read(web.url + path, "").data
        else:
            with pytest.raises(ReadError, match="is not allowed"):
                urls.read(web.url + path, "")


@pytest.mark.parametrize("path", ["/a/../secret.yaml", "/a/%2e%2e/secret.yaml", "/a/..%2fsecret.yaml"])
def test_paths_can_t_be_climbed_out_of(web: Web, path: str) -> None:
    web.pages |= {"/secret.yaml": "secret", path: "secret"}
    with reader(AllowedHost(host=web.host, paths=["/a"])) as urls, pytest.raises(ReadError, match="is not allowed"):
        urls.read(web.url + path, "")


PRIVATE = [
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
    "169.254.169.254", "10.0.0.1", "192.168.1.1", "172.16.0.1", "100.64.0.1", "0", "[fd00::1]", "[fe80::1]",
    "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "localhost",
]  # fmt: skip


@pytest.mark.parametrize("host", PRIVATE)
def test_a_wildcard_doesn_t_open_private_addresses(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setattr(HttpUrlReader, "_check_allowed", lambda *_args: None)
    with reader() as urls, pytest.raises(ReadError, match="which is a private address"):
        urls.read(f"http://{host}/x.yaml", "")


def test_a_name_that_leads_to_a_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(2, 1, 6, "", ("93.184.216.34", 80)), (2, 1, 6, "", ("10.0.0.7", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: found)
    with reader("*.example.com") as urls, pytest.raises(ReadError, match=r"inner\.example\.com leads to 10\.0\.0\.7"):
        urls.read("http://inner.example.com/x.yaml", "")


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::808:808"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


def test_a_redirect_is_followed_within_what_is_allowed(web: Web) -> None:
    web.pages |= {"/old": lambda r: answer(r, 302, Location="/new"), "/new": "kind: A\n"}
    with reader(web.host) as urls:
        assert urls.read(f"{web.url}/old", "").data == b"kind: A\n"


@pytest.mark.parametrize(
    "place", ["http://169.254.169.254/latest", "http://127.0.0.1:1/x", "file:///etc/passwd", "//["]
)
def test_a_redirect_is_checked_like_the_first_address(web: Web, place: str) -> None:
    web.pages["/x"] = lambda r: answer(r, 302, Location=place)
    with reader(web.host) as urls, pytest.raises(ReadError):
        urls.read(f"{web.url}/x", "")
    assert len(web.asked) == 1


def test_redirects_end(web: Web) -> None:
    web.pages["/x"] = lambda r: answer(r, 302, Location="/x")
    with reader(web.host) as urls, pytest.raises(ReadError, match="redirects more than 5 times"):
        urls.read(f"{web.url}/x", "")


def test_an_etag_saves_the_second_reading(web: Web) -> None:
    def page(request: BaseHTTPRequestHandler) -> None:
        same = request.headers.get("If-None-Match") == '"one"'
        answer(request, 304 if same else 200, "" if same else "kind: A\n", ETag='"one"')

    web.pages["/x"] = page
    with reader(web.host) as urls:
        first = urls.read(f"{web.url}/x", "")
        second = urls.read(f"{web.url}/x", first.version)
    assert (first.data, first.version) == (b"kind: A\n", '"one"')
    assert (second.data, second.version) == (None, '"one"')


ANSWERS = [
    (404, {}, "no matching files found for"),
    (410, {}, "no matching files found for"),
    (401, {}, "access was refused (401); check the token"),
    (403, {}, "access was refused (403); check the token"),
    (403, {"Retry_After": "60"}, "rate limit exceeded"),
    (429, {"Retry_After": "60"}, "rate limit exceeded"),
    (429, {}, "rate limit exceeded"),
    (500, {}, "answered 500"),
    (204, {}, "answered 204"),
]


@pytest.mark.parametrize(("status", "headers", "message"), ANSWERS)
def test_an_answer_that_isn_t_the_file_says_what_to_do(
    web: Web, status: int, headers: dict[str, str], message: str
) -> None:
    web.pages["/x"] = lambda r: answer(r, status, **headers)
    with reader(web.host) as urls, pytest.raises(ReadError) as caught:
        urls.read(f"{web.url}/x", "")
    assert message in caught.value.message
    assert (status in {404, 410}) == isinstance(caught.value, MissingError)


def test_a_body_past_the_limit_is_cut_off(web: Web) -> None:
    def endless(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        piece = b"x" * 1024 * 1024
        for _megabyte in range(200):
            request.wfile.write(piece)

    web.pages["/x"] = endless
    with reader(web.host) as urls, pytest.raises(ReadError, match="more than the 20 MB"):
        urls.read(f"{web.url}/x", "")


@pytest.mark.parametrize("part", ["head", "body"])
def test_a_server_that_drips_is_given_up(web: Web, part: str) -> None:
    def drip(request: BaseHTTPRequestHandler) -> None:
        if part == "body":
            request.send_response(200)
            request.end_headers()
        for _times in range(100):
            request.wfile.write(b"x")
            request.wfile.flush()
            time.sleep(0.1)

    web.pages["/x"] = drip
    with reader(web.host, timeout=0.5) as urls, pytest.raises(ReadError, match="took too long to answer"):
        urls.read(f"{web.url}/x", "")


def test_a_password_in_a_url_is_neither_sent_nor_shown(web: Web) -> None:
    with reader(web.host) as urls, pytest.raises(ReadError) as caught:
        urls.read(f"http://me:hunter2@{web.host}/x", "")
    assert "hunter2" not in caught.value.user_text
    assert web.asked == []


CLOSED = HttpUrlReader(AppConfig())
"""Nobody is allowed."""


@settings(deadline=None, max_examples=40)
@given(st.text(max_size=40) | st.text("ht:/[]@%.#?x1\x00 ", max_size=30).map("http://".__add__))
def test_any_text_for_a_url_is_a_read_error(text: str) -> None:
    with pytest.raises(ReadError):
        CLOSED.read(text, "")


def test_only_github_can_be_searched(web: Web) -> None:
    with reader(web.host) as urls, pytest.raises(ReadError, match="only GitHub URLs can be searched"):
        urls.search(f"{web.url}/*.yaml")


@pytest.fixture
def urls(github: GithubStandIn) -> Iterator[HttpUrlReader]:
    made = HttpUrlReader(AppConfig(integrations=Integrations(github=[github.integration()])))
    yield made
    made.close()


@pytest.mark.parametrize("view", ["blob", "tree", "raw", "edit"])
def test_a_file_on_github_is_read_through_its_api(github: GithubStandIn, urls: HttpUrlReader, view: str) -> None:
    github.add_repository("shop", {"sub dir/catalog-info.yaml": "kind: A\n"})
    url = f"{github.url}/acme/shop/{view}/main/sub%20dir/catalog-info.yaml"
    first = urls.read(url, "")
    assert first.data == b"kind: A\n"
    assert urls.read(url, first.version).data is None


def test_a_missing_file_on_github_is_missing_and_a_bad_token_is_refused(github: GithubStandIn) -> None:
    github.add_repository("shop", {"catalog-info.yaml": "kind: A\n"})
    url = f"{github.url}/acme/shop/blob/main"
    integration = github.integration(token="ghp_wrong")
    urls = HttpUrlReader(AppConfig(integrations=Integrations(github=[integration])))
    with pytest.raises(ReadError, match=r"access was refused \(401\); check the token"):
        urls.read(f"{url}/catalog-info.yaml", "")
    urls.close()
    urls = HttpUrlReader(AppConfig(integrations=Integrations(github=[github.integration()])))
    with pytest.raises(MissingError):
        urls.read(f"{url}/nothing.yaml", "")
    urls.close()


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.yaml", ["a.yaml"]),
        (
            "**/catalog-info.yaml",
            ["catalog-info.yml/catalog-info.yaml", "x/catalog-info.yaml", "x/y/catalog-info.yaml"],
        ),
        ("x/*/*.yaml", ["x/y/catalog-info.yaml"]),
        ("{x,z}/*.yaml", ["x/catalog-info.yaml", "z/b%20c.yaml"]),
        ("nothing*.yaml", []),
    ],
)
def test_a_glob_on_github_finds_files(
    github: GithubStandIn, urls: HttpUrlReader, pattern: str, found: list[str]
) -> None:
    paths = [
        "a.yaml",
        "x/catalog-info.yaml",
        "x/y/catalog-info.yaml",
        "catalog-info.yml/catalog-info.yaml",
        "z/b c.yaml",
    ]
    github.add_repository("shop", dict.fromkeys(paths, "kind: A\n"))
    base = f"{github.url}/acme/shop/blob/main/"
    assert [base + path for path in found] == urls.search(base + pattern)
    assert all(urls.read(base + path, "").data for path in found)

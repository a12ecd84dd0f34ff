"""Docs in the browser: pages, pictures, search, and nothing that could act."""

import contextlib
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from api.docs import DocsPages, DocsSite, docs_router
from callboard.db import Database
from techdocs.access import DocsAccess
from techdocs.assets import DocsAssets
from techdocs.finder import DocsFinder
from techdocs.indexer import DocsIndexer
from tests.api.server import running
from tests.authorizers import Secretive
from tests.conftest import LoadCatalog
from tests.techdocs.conftest import DEMO, drain, entity, write_tree

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20
HOSTILE = """# Hostile <script>alert(1)</script>

<script>alert(2)</script>
<img src=x onerror="alert(3)"> <a href="javascript:alert(4)">a</a> <a href=" java&#115;cript:alert(5)">b</a>
[c](javascript:alert(6)) ![d](data:text/html,alert) <svg onload=alert(7)></svg>

<iframe src="https://evil.example"></iframe>
<p style="position:fixed" class="top" onclick="alert(8)">styled</p>
<form action="https://evil.example"><input name=password></form>

`<script>alert(9)</script>`

```html
<script>alert(10)</script>
```

<details><summary>More</summary>

**inside**

</details>
"""

Serve = Callable[..., httpx.Client]


@pytest.fixture
def serve(sqlite_database: Database, load_catalog: LoadCatalog) -> Iterator[Serve]:
    with contextlib.ExitStack() as stack:

        def start(
            *files: Path, hidden: str = "", everybody: bool = True, clock: Callable[[], float] = time.time
        ) -> httpx.Client:
            load_catalog(sqlite_database, *files)
            drain(sqlite_database)
            DocsIndexer(sqlite_database).sync_all()
            site = DocsSite(sqlite_database, DocsPages(organization="Acme"), DocsAssets(), DocsFinder())
            app = FastAPI()
            access = DocsAccess(Secretive(hidden), secret="a key of this test", everybody=everybody, clock=clock)
            app.include_router(docs_router(site, access))
            url = stack.enter_context(running(app))
            return stack.enter_context(httpx.Client(base_url=url, trust_env=False, timeout=20))

        yield start


@pytest.fixture
def demo(serve: Serve) -> httpx.Client:
    return serve(DEMO / "all.yaml")


def test_a_page_has_its_text_nav_owner_and_anchors(demo: httpx.Client) -> None:
    answer = demo.get("/docs/default/component/checkout/runbook/")
    assert answer.status_code == 200
    assert '<h2 id="roll-back-checkout">' in answer.text
    assert 'href="/docs/default/component/checkout/reference/errors/"' in answer.text
    assert 'aria-current="page">Runbook</a>' in answer.text
    assert "owned by <b>Checkout</b>" in answer.text
    assert '<span class="hl-' in answer.text
    assert '<div class="admonition warning">' in answer.text


def test_a_site_opens_at_its_front_page(demo: httpx.Client) -> None:
    answer = demo.get("/docs/default/component/checkout/")
    assert "<h1" in answer.text
    assert 'rel="next" href="/docs/default/component/checkout/runbook/"' in answer.text


@pytest.mark.parametrize(
    ("asked", "status", "where"),
    [
        ("/docs/default/component/checkout", 301, "/docs/default/component/checkout/"),
        ("/docs/Default/Component/Checkout/runbook/", 301, "/docs/default/component/checkout/runbook/"),
        ("/docs/default/component/checkout/runbook.md", 302, "/docs/default/component/checkout/runbook/"),
        ("/docs/default/component/checkout/runbook", 302, "/docs/default/component/checkout/runbook/"),
        ("/docs/default/component/checkout/index.md", 302, "/docs/default/component/checkout/"),
    ],
)
def test_other_spellings_of_an_address_lead_to_the_page(
    demo: httpx.Client, asked: str, status: int, where: str
) -> None:
    answer = demo.get(asked)
    assert (answer.status_code, answer.headers["location"]) == (status, where)


def test_search_in_a_site_and_over_all(demo: httpx.Client) -> None:
    inside = demo.get("/docs/default/component/checkout/", params={"q": "rollback"})
    assert "/docs/default/component/checkout/runbook/#roll-back-checkout" in inside.text
    everywhere = demo.get("/docs/", params={"q": "settlement stuck"})
    assert "/docs/default/component/payment-gateway/runbook/#a-settlement-is-stuck" in everywhere.text
    assert "Nothing about" in demo.get("/docs/", params={"q": "xyzzy"}).text


def test_a_search_word_is_shown_and_does_nothing(demo: httpx.Client) -> None:
    answer = demo.get("/docs/", params={"q": '"><script>alert(1)</script>'})
    assert "<script" not in answer.text


def test_a_missing_page_offers_near_ones(demo: httpx.Client) -> None:
    answer = demo.get("/docs/default/component/checkout/runbok/")
    assert answer.status_code == 404
    assert 'href="/docs/default/component/checkout/runbook/"' in answer.text


def test_an_entity_without_docs_is_not_found(demo: httpx.Client) -> None:
    assert demo.get("/docs/default/component/nobody/").status_code == 404


def test_all_docs_are_listed(demo: httpx.Client) -> None:
    assert 'href="/docs/default/component/checkout/"' in demo.get("/docs/").text


def test_what_may_not_be_seen_is_not_there(serve: Serve) -> None:
    client = serve(DEMO / "all.yaml", hidden="component:default/checkout")
    assert client.get("/docs/default/component/checkout/runbook/").status_code == 404
    assert "component/checkout/" not in client.get("/docs/").text
    assert "component/checkout/" not in client.get("/docs/", params={"q": "roll back checkout"}).text


CHECKOUT = "/docs/default/component/checkout"


def link_to(ref: str, address: str, *, made_at: float = 0.0) -> str:
    """What the app hands out in Slack."""
    signer = DocsAccess(Secretive(ref), secret="a key of this test", clock=lambda: made_at or time.time())
    return signer.link(ref, address)


def test_a_link_from_the_app_opens_the_docs_of_its_entity_and_no_others(serve: Serve) -> None:
    client = serve(DEMO / "all.yaml", everybody=False)
    assert client.get(f"{CHECKOUT}/runbook/").status_code == 404
    link = link_to("component:default/checkout", f"{CHECKOUT}/runbook/#roll-back-checkout")
    assert link.endswith("#roll-back-checkout")
    first = client.get(link)
    assert (first.status_code, first.headers["location"]) == (303, f"{CHECKOUT}/runbook/")
    cookie = first.headers["set-cookie"]
    assert f"Path={CHECKOUT}/" in cookie
    assert "HttpOnly" in cookie
    assert "Roll back" in client.get(f"{CHECKOUT}/runbook/").text
    assert client.get(f"{CHECKOUT}/reference/errors/").status_code == 200
    assert client.get("/docs/default/component/payment-gateway/runbook/").status_code == 404
    assert "checkout" not in client.get("/docs/").text.lower()


def test_a_link_runs_out(serve: Serve) -> None:
    client = serve(DEMO / "all.yaml", everybody=False, clock=lambda: 1_000_000.0)
    old = client.get(link_to("component:default/checkout", f"{CHECKOUT}/runbook/", made_at=900_000.0))
    assert old.status_code == 403
    assert "Ask for them again in Slack" in old.text


@pytest.mark.parametrize("key", ["x", "f" * 11 + ".AAAA", "ffffffff.", "-1.AAAA", "é.AAAA", "9" * 5_000])
def test_a_key_that_was_not_made_here_opens_nothing(serve: Serve, key: str) -> None:
    client = serve(DEMO / "all.yaml", everybody=False)
    assert client.get(f"{CHECKOUT}/runbook/", params={"key": key}).status_code == 404
    assert client.get(f"{CHECKOUT}/runbook/", headers={"Cookie": f"callboard_docs={key.encode()!r}"}).status_code == 404


def test_docs_that_anybody_may_read_have_plain_addresses(serve: Serve) -> None:
    access = DocsAccess(Secretive("component:default/secret"), base_url="https://portal.example", secret="a key")
    assert access.link("component:default/checkout", f"{CHECKOUT}/") == f"https://portal.example{CHECKOUT}/"
    assert "?key=" in access.link("component:default/secret", "/docs/default/component/secret/")


def test_no_page_has_script_and_the_policy_forbids_it(serve: Serve, tmp_path: Path) -> None:
    write_tree(tmp_path, {"catalog-info.yaml": entity("evil"), "docs/index.md": HOSTILE})
    answer = serve(tmp_path / "catalog-info.yaml").get("/docs/default/component/evil/")
    page = answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "script-src" not in answer.headers["content-security-policy"]
    acting = (r"<script", r"<iframe", r"<svg", r"<[^>]*\son\w+=", r"(href|src)=.(javascript|data)", r"<p[^>]* style")
    for forbidden in acting:
        assert not re.search(forbidden, page, re.IGNORECASE), forbidden
    assert "<details><summary>More</summary>" in page
    assert "<strong>inside</strong>" in page
    assert "evil.example" not in page


def test_pictures_are_served_and_only_pictures(serve: Serve, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "catalog-info.yaml": entity("drawn"),
        "mkdocs.yml": "site_name: Drawn\ndocs_dir: pages\n",
        "pages/index.md": "# Drawn\n\n![A plan](img/plan.png)\n",
        "pages/img/plan.png": PNG,
        "pages/img/fake.png": "<script>alert(1)</script>",
        "pages/img/page.html": "<script>alert(1)</script>",
        "pages/img/tool.exe": b"MZ",
        "secret.txt": "secret",
    }
    write_tree(tmp_path, files)
    client = serve(tmp_path / "catalog-info.yaml")
    base = "/docs/default/component/drawn/"
    assert f'src="{base}img/plan.png"' in client.get(base).text
    picture = client.get(f"{base}img/plan.png")
    assert (picture.content, picture.headers["content-type"]) == (PNG, "image/png")
    assert picture.headers["x-content-type-options"] == "nosniff"
    assert client.get(f"{base}img/page.html").headers["content-type"].startswith("text/plain")
    for refused in ("img/fake.png", "img/tool.exe", "img/none.png", "..%2fsecret.txt", "%2e%2e/secret.txt"):
        assert client.get(base + refused).status_code == 404, refused


def test_another_entitys_docs_are_shown_where_an_entity_points_to_them(serve: Serve, tmp_path: Path) -> None:
    pointing = entity("pointing").replace(
        "backstage.io/techdocs-ref: dir:.", "backstage.io/techdocs-entity: component:default/checkout"
    )
    pointing = pointing.replace("spec:", "    backstage.io/techdocs-entity-path: /runbook\nspec:", 1)
    write_tree(tmp_path, {"catalog-info.yaml": pointing})
    client = serve(DEMO / "all.yaml", tmp_path / "catalog-info.yaml")
    answer = client.get("/docs/default/component/pointing/")
    assert answer.headers["location"] == "/docs/default/component/checkout/runbook/"


def test_problems_are_told_on_the_page(serve: Serve, tmp_path: Path) -> None:
    nav = "nav: [index.md, {Gone: gone.md}]\n"
    write_tree(tmp_path, {"catalog-info.yaml": entity("part"), "mkdocs.yml": nav, "docs/index.md": "# Part\n"})
    page = serve(tmp_path / "catalog-info.yaml").get("/docs/default/component/part/").text
    assert "1 problem with these docs" in page
    assert "names a page that doesn&#39;t exist" in page


def test_the_style_comes_from_us(demo: httpx.Client) -> None:
    css = demo.get("/docs/_/docs.css")
    assert css.headers["content-type"].startswith("text/css")
    assert "@import" not in css.text
    assert "http" not in css.text

"""Docs read in a window: through a whole site, page by page, by those who may."""

from pathlib import Path

import pytest

from blocks import ids
from blocks.reader import Place, page_key
from blocks.state import OutdatedStateError
from callboard.chat import Actor
from callboard.db import Database
from callboard.errors import NotFoundError
from techdocs.indexer import DocsIndexer
from tests.authorizers import Secretive
from tests.conftest import LoadCatalog
from tests.handlers.asker import PORTAL, Asker, services_for
from tests.techdocs.conftest import DEMO, drain, entity, write_tree

REF = "component:default/svc"
LONG_NAME = "a" * 200
NAV = (
    f"nav: [index.md, {{'Everything at length': long.md}}, {{Last: {LONG_NAME}.md}}]\nsite_name: All about the service"
)


@pytest.fixture
def site(database: Database, load_catalog: LoadCatalog, tmp_path: Path) -> Database:
    steps = "".join(f"## Step {n}\n\n{'Do this and that. ' * 40}\n\n```bash\nmake step{n}\n```\n\n" for n in range(40))
    table = "| a | b |\n|---|---|\n| one | two |\n"
    files: dict[str, str | bytes] = {
        "catalog-info.yaml": entity("svc"),
        "mkdocs.yml": NAV,
        "docs/index.md": f"# Welcome\n\nSee [the rest](long.md#step-3).\n\n{table}",
        "docs/long.md": f"# Everything\n\n{steps}",
        f"docs/{LONG_NAME}.md": "# Last\n\n<!channel> & <script>alert(1)</script>\n",
    }
    load_catalog(database, write_tree(tmp_path / "repo", files) / "catalog-info.yaml")
    drain(database)
    DocsIndexer(database).sync_all()
    return database


def reader_of(database: Database, place: Place, asker: Asker | None = None) -> Asker:
    reading = asker or Asker(services_for(database))
    reading.act(ids.READ, place.encoded())
    return reading


def title(asker: Asker) -> str:
    return str(asker.shown["blocks"][0]["text"]["text"])


def test_a_site_is_read_from_its_front_page_to_its_last_and_back(site: Database) -> None:
    reading = reader_of(site, Place(REF))
    assert reading.shown["title"]["text"] == "All about the service"[:24]
    assert (title(reading), f"<{PORTAL}/docs/default/component/svc/long/#step-3|the rest>" in reading.text) == (
        "Welcome",
        True,
    )
    seen, steps = [title(reading)], set()
    while "Next →" in reading.text:
        reading.click("Next →")
        seen.append(title(reading))
        steps |= {n for n in range(40) if f"make step{n}" in reading.text}
    assert list(dict.fromkeys(seen)) == ["Welcome", "Everything at length", "Last"]
    assert steps == set(range(40))
    for _turn in seen[1:-1]:
        reading.click("← Previous")
    assert "part 1 of" in reading.text
    reading.click("← Previous")
    assert (title(reading), "← Previous" in reading.text) == ("Welcome", False)


def test_the_reader_opens_at_a_section(site: Database) -> None:
    reading = reader_of(site, Place(REF, "long.md", anchor="step-30"))
    assert "make step30" in reading.text
    assert "make step1\\n" not in reading.text


def test_a_page_is_picked_from_a_menu(site: Database) -> None:
    reading = reader_of(site, Place(REF))
    assert [o["text"]["text"] for o in reading.suggest(ids.READ_PAGE, "")] == [
        "Welcome",
        "Everything at length",
        "Last",
    ]
    (option,) = reading.suggest(ids.READ_PAGE, "LAST")
    assert option["value"] == page_key(f"{LONG_NAME}.md")
    reading.act(ids.READ_PAGE, option["value"])
    assert title(reading) == "Last"
    assert "<!channel>" not in reading.text
    assert "alert(1)" not in reading.text


@pytest.mark.parametrize("place", [Place(REF, "gone.md"), Place(REF, "index.md", 99), Place(REF, "index.md", -3)])
def test_a_place_that_is_gone_opens_the_nearest(site: Database, place: Place) -> None:
    assert title(reader_of(site, place)) == "Welcome"


def test_what_a_button_remembers_fits_into_it(site: Database) -> None:
    reading = reader_of(site, Place(REF, "long.md"))
    reading.act(ids.READ_PAGE, page_key(f"{LONG_NAME}.md"))
    assert len(reading.button("← Previous")["value"]) < 300
    assert len(reading.shown["private_metadata"]) < 300


def test_reading_is_allowed_anew_at_every_click(site: Database) -> None:
    rules = Secretive(friends=("user:default/ann",))
    services = services_for(site, rules)
    reading = reader_of(site, Place(REF), Asker(services))
    rules.hidden.add(REF)
    reading.click("Next →")
    assert title(reading) == "Everything at length"
    assert "?key=" in reading.button("Open on the web")["url"]
    rules.friends.clear()
    assert "has no docs here" in reading.click("Next →")
    stranger = Asker(services, Actor("U2"))
    with pytest.raises(NotFoundError, match="has no docs here"):
        stranger.act(ids.READ, Place(REF).encoded())
    with pytest.raises(NotFoundError, match="has no docs here"):
        stranger.act(ids.READ, Place("component:default/nothing").encoded())


def test_a_button_of_another_version_says_so(site: Database) -> None:
    with pytest.raises(OutdatedStateError):
        Asker(services_for(site)).act(ids.READ, '{"v":1,"page":"x"}')


def test_every_page_of_the_demo_company_fits_a_window(sqlite_database: Database, load_catalog: LoadCatalog) -> None:
    load_catalog(sqlite_database, DEMO / "all.yaml")
    DocsIndexer(sqlite_database).sync_all()
    reading = reader_of(sqlite_database, Place("component:default/checkout"))
    pages = {title(reading)}
    while "Next →" in reading.text:
        reading.click("Next →")
        pages.add(title(reading))
    assert len(pages) > 3

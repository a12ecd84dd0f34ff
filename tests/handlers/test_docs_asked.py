"""Docs where one asks: quoted with their place, read on, chosen among, on cards, and missing."""

from pathlib import Path

import pytest

from callboard.chat import Actor
from callboard.db import Database
from techdocs.indexer import DocsIndexer
from tests.authorizers import Secretive
from tests.conftest import LoadCatalog
from tests.handlers.asker import PORTAL, Asker, services_for
from tests.techdocs.conftest import drain, entity, write_tree

TEAM = """
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team-a, title: Team A, annotations: {slack.com/channel: '#team-a'}}
spec: {type: team, children: []}
---
"""
BARE = """
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: bare
  annotations: {github.com/project-slug: acme/bare}
  links: [{url: 'https://wiki.example/bare-runbook', title: When it breaks}, {url: 'https://x.example', title: Chart}]
spec: {type: service, lifecycle: production, owner: team-a}
"""
REF = "component:default/turbine"
STEPS = "".join(f"{n}. Turn valve number {n} by a quarter and wait until it stops.\n" for n in range(1, 80))


@pytest.fixture
def plant(database: Database, load_catalog: LoadCatalog, tmp_path: Path) -> Database:
    pages = {
        "docs/index.md": "# Turbine\n\nSpins.\n\n## Stopping the turbine\n\nPress red.\n",
        "docs/runbook.md": f"# Runbook\n\n## Starting the turbine\n\n{STEPS}\n## After the start\n\nListen to it.\n",
        "docs/spares.md": "# Parts\n\n## Oil of the turbine\n\nStarting needs oil.\n",
    }
    root = write_tree(tmp_path / "plant", {"catalog-info.yaml": TEAM + entity("turbine") + BARE, **pages})
    load_catalog(database, root / "catalog-info.yaml")
    drain(database)
    DocsIndexer(database).sync_all()
    return database


@pytest.fixture
def ann(plant: Database) -> Asker:
    return Asker(services_for(plant))


def test_a_quote_names_its_page_entity_owner_and_age(ann: Asker) -> None:
    said = ann.say("how do I stop the turbine?")
    assert "Press red." in said
    assert f"<{PORTAL}/docs/default/component/turbine/#stopping-the-turbine|Turbine> of `turbine`" in said
    assert "owned by *Team A* · changed <!date^" in said
    assert "Read the page" in said


def test_a_long_passage_is_read_on_to_its_end_and_further(ann: Asker) -> None:
    said = [ann.say("how do I start the turbine?")]
    assert "Turn valve number 1 by" in said[0]
    assert ann.button("Read on")
    while "Listen to it." not in said[-1] and len(said) < 10:
        said.append(ann.say("read on"))
    assert all(any(f"valve number {n} by" in s for s in said) for n in range(1, 80))
    assert "After the start" in said[-1]
    assert "Oil of the turbine" in ann.say("more")
    assert "That was the end of these docs." in ann.say("continue")


def test_one_of_the_other_passages_is_chosen_by_its_number(ann: Asker) -> None:
    first = ann.say("how do I start the turbine?")
    assert "*Also*" in first
    second = ann.say("the second one")
    assert "*Also*" not in second
    third = ann.say("number 3")
    assert second.splitlines()[0] != third.splitlines()[0]
    assert "valve number 1 by" in ann.say("the first one")


def test_reading_on_needs_something_to_have_been_read(ann: Asker) -> None:
    assert "valve" not in ann.say("read on", thread="9.9")


def test_a_passage_that_may_no_longer_be_read_is_not_read_on(plant: Database) -> None:
    rules = Secretive()
    ann = Asker(services_for(plant, rules))
    ann.say("how do I start the turbine?")
    rules.hidden.add(REF)
    assert "That passage isn't there any more." in ann.say("read on")


def test_links_for_those_who_may_read_open_what_is_not_open_to_all(plant: Database) -> None:
    rules = Secretive(REF, friends=("user:default/ann",))
    services = services_for(plant, rules)
    assert "/docs/default/component/turbine/?key=" in Asker(services).say("how do I stop the turbine?")
    assert "Press red" not in Asker(services, Actor("U9")).say("how do I stop the turbine?", thread="2.0")


def test_a_card_shows_the_first_pages_and_reads_them(ann: Asker) -> None:
    card = ann.command("tell me about turbine")
    assert f"*Docs*\\n<{PORTAL}/docs/default/component/turbine/runbook/|Runbook> · " in card
    assert "|Turbine>" in card
    assert "Spins." in ann.click("Read the docs")


def test_a_card_says_when_there_are_no_docs(ann: Asker) -> None:
    assert "*Docs*\\nnone" in ann.command("tell me about bare")


def test_an_entity_without_docs_is_answered_with_what_may_help(ann: Asker) -> None:
    said = ann.command("where are the docs of bare?")
    assert "bare has no documentation in the catalog." in said
    assert "https://wiki.example/bare-runbook" in said
    assert "https://github.com/acme/bare" in said
    assert "Team A" in said
    assert "x.example" not in said


def test_a_question_to_an_entity_without_docs_says_whose_words_these_are(ann: Asker) -> None:
    said = ann.say("how do I stop bare when the turbine is stopping?")
    assert "bare has no docs of its own" in said or "has no documentation" in said


def test_what_is_wrong_with_docs_stands_on_the_card(plant: Database, tmp_path: Path) -> None:
    write_tree(tmp_path / "plant", {"mkdocs.yml": "nav: [index.md, {Gone: gone.md}]", "docs/bad.md": b"# Bad \xff\n"})
    DocsIndexer(plant).sync_all()
    card = Asker(services_for(plant)).command("tell me about turbine")
    assert ":warning: Docs: mkdocs.yml: nav: `Gone: gone.md` names a page that doesn't exist" in card
    assert "not valid UTF-8" in card

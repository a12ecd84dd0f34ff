"""What was renamed is found by the name that people still know."""

from pathlib import Path

from answers.service import Answerer
from callboard.chat import Actor
from callboard.db import Database
from search.names import NameIndex
from tests.conftest import catalog_of

OLD = """apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: basket, title: Basket, description: Holds what one wants to buy, tags: [python]}
spec: {type: service, lifecycle: production, owner: team-a, system: shop}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team-a}
spec: {type: team, children: []}
"""


def ask(database: Database, names: NameIndex, question: str) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
    names.refresh()
    answer, _topic = Answerer(database=database, names=names).answer(question, actor=Actor())
    return answer.entities, answer.text, answer.notes


def rewritten(database: Database, folder: Path, *versions: str) -> NameIndex:
    """An index that has followed a file through its versions."""
    file = folder / "catalog-info.yaml"
    file.write_text(versions[0])
    catalog, names = catalog_of(database, file), NameIndex(database)
    for version in versions:
        file.write_text(version)
        catalog.sync_locations()
        names.refresh()
    return names


def test_a_renamed_component_answers_to_both_names(database: Database, tmp_path: Path) -> None:
    names = rewritten(database, tmp_path, OLD, OLD.replace("name: basket, title: Basket", "name: cart"))
    for index in (names, NameIndex(database)):  # one that followed, one that starts now
        entities, _text, notes = ask(database, index, "who owns basket?")
        assert entities == ("component:default/cart",)
        assert notes[0].startswith("basket is called cart now")
        assert ask(database, index, "who owns cart")[2] == ()


def test_a_former_title_is_found_too(database: Database, tmp_path: Path) -> None:
    trolley = OLD.replace("title: Basket", "title: Shopping Trolley")
    names = rewritten(database, tmp_path, trolley, trolley.replace("Shopping Trolley", "Pannier"))
    entities, _text, notes = ask(database, names, "who owns the shopping trolley")
    assert entities == ("component:default/basket",)
    assert notes[0].startswith("Shopping Trolley is called Pannier now")


def test_something_else_in_its_place_is_not_its_successor(database: Database, tmp_path: Path) -> None:
    other = """apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: mailer, description: Sends letters}
spec: {type: website, lifecycle: experimental, owner: team-b}
"""
    names = rewritten(database, tmp_path, OLD, other)
    entities, text, _notes = ask(database, names, "who owns basket")
    assert entities == ("component:default/basket",)
    assert "team-a" in text


def test_another_service_of_another_team_is_not_taken_for_it(database: Database, tmp_path: Path) -> None:
    """What it shares with the old one is what every service of the file has: kind, type, lifecycle, system, place."""
    other = OLD.replace("name: basket, title: Basket, description: Holds what one wants to buy", "name: mailer")
    names = rewritten(database, tmp_path, OLD, other)
    assert ask(database, names, "who owns basket")[0] == ("component:default/basket",)
    theirs = OLD.replace("name: basket, title: Basket", "name: cart").replace("owner: team-a", "owner: team-b")
    names = rewritten(database, tmp_path, OLD, theirs)
    assert ask(database, names, "who owns basket")[0] == ("component:default/basket",)


def test_two_that_look_alike_are_not_guessed_between(database: Database, tmp_path: Path) -> None:
    one, two = (OLD.replace("name: basket, title: Basket", f"name: {n}") for n in ("cart", "trolley"))
    names = rewritten(database, tmp_path, OLD, f"{one}---\n{two.split('---')[0]}")
    assert ask(database, names, "who owns basket")[0] == ("component:default/basket",)


def test_a_name_that_comes_back_is_its_own_again(database: Database, tmp_path: Path) -> None:
    renamed = OLD.replace("name: basket, title: Basket", "name: cart")
    back = f"{renamed}---\n{OLD.split('---', maxsplit=1)[0]}"
    names = rewritten(database, tmp_path, OLD, renamed, back)
    assert ask(database, names, "who owns basket")[0] == ("component:default/basket",)

"""A small company: team-data has a cart that team-shop and team-box use."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from callboard.config.model import Admins
from callboard.config.notifications import Notifications
from callboard.db import Database
from callboard.ports import Person
from tests.notifications.newsroom import Newsroom, component, group, user

PEOPLE = (
    group("company", "#company")
    + group("team-data", "#data", "company")
    + group("team-shop", "#shop", "company")
    + group("team-box", "#box", "company")
    + user("dora", "team-data")
    + user("sam", "team-shop")
    + user("bea", "team-box")
    + user("root", "company")
)
END = "callboard.dev/end-of-life: '2027-03-31', callboard.dev/replaced-by: cart-v2"
Build = Callable[..., Newsroom]


def build(database: Database, folder: Path, *, people: str = PEOPLE, **config: Any) -> Newsroom:
    room = Newsroom(database, folder / "catalog", Notifications(**config), Admins(users=["root"]))
    for name in ("dora", "sam", "bea", "root"):
        room.workspace.people[f"U{name.upper()}"] = Person(f"U{name.upper()}", name, f"{name}@example.com", "UTC")
    room.write("people", people)
    room.write("cart", component("cart", "team-data", annotations=END))
    room.write("cart-v2", component("cart-v2", "team-data"))
    room.write("shop", component("shop", "team-shop", dependsOn="[component:cart]"))
    room.write("till", component("till", "team-box", dependsOn="[component:cart]"))
    room.sync()
    return room


@pytest.fixture
def newsroom(database: Database, tmp_path: Path) -> Newsroom:
    """On both databases."""
    return build(database, tmp_path)


@pytest.fixture
def local(sqlite_database: Database, tmp_path: Path) -> Newsroom:
    """For what doesn't depend on the database."""
    return build(sqlite_database, tmp_path)


@pytest.fixture
def make(sqlite_database: Database, tmp_path: Path) -> Build:
    """With settings or people of the test's own."""
    return lambda **given: build(sqlite_database, tmp_path, **given)

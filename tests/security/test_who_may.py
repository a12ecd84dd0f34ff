"""Whom the bot talks to, and what is for admins alone."""

from collections.abc import Callable, Mapping
from typing import Any, cast

import pytest
from slack_sdk import WebClient

from bot.authorization import ADMIN_ONLY, CatalogAuthorizer
from bot.identity import Identity
from callboard.chat import Actor, Interaction
from callboard.config.model import Access, Admins, Callboard
from callboard.db import Database
from callboard.errors import NotAllowedError
from catalog.service import Catalog
from handlers import register
from handlers.services import Scope
from tests.conftest import LoadCatalog

ORGANISATION = """apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: nora}
spec: {profile: {email: nora@acme.test}, memberOf: [platform]}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: platform}
spec: {type: team, children: []}
"""
GUEST, STRANGER, MEMBER = {"is_restricted": True}, {"is_stranger": True}, dict[str, Any]()


class Workspace:
    """Slack's `users.info` for one person."""

    def __init__(self, **person: Any) -> None:
        self._person = {"profile": {"display_name": "Somebody"}, **person}

    def users_info(self, *, user: str) -> Mapping[str, Any]:
        return {"ok": True, "user": {"id": user, **self._person}}


def actor_of(database: Database, settings: Callboard | None = None, **person: Any) -> Actor:
    with database.read() as connection:
        client = cast("WebClient", Workspace(**person))
        return Identity(client, settings or Callboard()).actor(connection, "U1")


@pytest.fixture
def catalog(sqlite_database: Database, load_catalog: LoadCatalog) -> Catalog:
    return load_catalog(sqlite_database, ORGANISATION)


@pytest.mark.parametrize(
    "person", [GUEST, {"is_ultra_restricted": True}, STRANGER], ids=["guest", "single", "external"]
)
def test_guests_and_people_of_other_workspaces_are_refused(sqlite_database: Database, person: dict[str, Any]) -> None:
    with pytest.raises(NotAllowedError) as refused:
        actor_of(sqlite_database, **person)
    assert "members of this workspace" in refused.value.user_text


def test_each_of_them_can_be_let_in(sqlite_database: Database) -> None:
    guests, external = Callboard(access=Access(guests=True)), Callboard(access=Access(external=True))
    assert actor_of(sqlite_database, guests, **GUEST).id == "U1"
    assert actor_of(sqlite_database, external, **STRANGER).id == "U1"
    with pytest.raises(NotAllowedError):
        actor_of(sqlite_database, guests, **STRANGER)


def test_an_admin_is_who_the_configuration_and_the_catalog_say(catalog: Catalog) -> None:
    nora = {"profile": {"email": "Nora@acme.test"}}
    by_name, by_group = Callboard(admins=Admins(users=["nora"])), Callboard(admins=Admins(groups=["platform"]))
    assert [actor_of(catalog.database, s, **nora).is_admin for s in (by_name, by_group, Callboard())] == [
        True, True, False,
    ]  # fmt: skip
    display_name = {"profile": {"display_name": "nora", "real_name": "nora"}, "name": "nora"}
    assert not actor_of(catalog.database, by_name, **display_name).is_admin


@pytest.mark.parametrize("permission", sorted(ADMIN_ONLY))
def test_what_changes_the_catalog_is_for_admins(permission: str) -> None:
    assert not CatalogAuthorizer().may(Actor("U1"), permission)
    assert CatalogAuthorizer().may(Actor("U1", is_admin=True), permission)


@pytest.mark.parametrize("step", [register.preview, register.confirm])
def test_nobody_else_registers_a_location_not_even_by_the_second_step_alone(
    catalog: Catalog, step: Callable[[Interaction, Scope], Any]
) -> None:
    from types import SimpleNamespace

    scope = cast("Scope", SimpleNamespace(services=SimpleNamespace(authorizer=CatalogAuthorizer(), catalog=catalog)))
    interaction = Interaction("command", Actor("U1"), text="register https://x.example/catalog-info.yaml")
    with pytest.raises(NotAllowedError) as refused:
        step(interaction, scope)
    assert "callboard.admins" in refused.value.user_text

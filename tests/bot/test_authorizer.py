"""An installation's own rules take the place of the built-in ones, everywhere."""

from pathlib import Path

import pytest

from bot.authorization import CatalogAuthorizer
from bot.runtime import Runtime
from callboard.chat import Actor
from callboard.config.model import AppConfig
from callboard.plugin import hookimpl
from callboard.ports import READ_ENTITY, Authorizer, visible_to
from tests.authorizers import Secretive

SECRET = "component:default/secret"


class Rules:
    @hookimpl
    def callboard_authorizer(self) -> Authorizer:
        return Secretive(SECRET, friends=("user:default/ann",))


def runtime_in(folder: Path) -> Runtime:
    return Runtime(AppConfig.model_validate({"callboard": {"dataDir": folder, "secretKey": "a key of this test"}}))


def test_without_a_plugin_everybody_sees_everything(tmp_path: Path) -> None:
    runtime = runtime_in(tmp_path)
    assert isinstance(runtime.authorizer, CatalogAuthorizer)
    assert visible_to(runtime.authorizer, Actor()) is None


def test_a_plugins_rules_reach_all_who_ask(tmp_path: Path) -> None:
    runtime = runtime_in(tmp_path)
    runtime.plugins.register(Rules())
    services = runtime.services
    assert services.authorizer is runtime.authorizer is runtime.scaffolder.authorizer
    assert not runtime.docs_access.is_open(SECRET)
    assert "?key=" in runtime.docs_access.link(SECRET, "/docs/default/component/secret/")
    runtime.close()


@pytest.mark.parametrize(("actor", "sees"), [(Actor(), False), (Actor("U1", "user:default/ann"), True)])
def test_somebody_sees_what_the_rules_say(actor: Actor, sees: bool) -> None:  # noqa: FBT001 - a table's column
    visible = visible_to(Rules().callboard_authorizer(), actor)
    assert visible is not None
    assert (visible(SECRET), visible("component:default/other")) == (sees, True)
    assert Rules().callboard_authorizer().may(actor, READ_ENTITY, SECRET) is sees

"""Where rules judge each entity, what is hidden stays hidden, whichever way somebody comes to it."""

import pytest
from slack_sdk import WebClient

from bot.identity import Identity
from bot.scope import Runner
from callboard.chat import Actor, Interaction
from callboard.config.model import Callboard
from callboard.db import Database
from callboard.errors import NotFoundError
from catalog.picture import picture_of
from handlers import ask, definitions, home
from handlers.pickers import fitting_refs
from handlers.services import Scope, Services
from scaffolder.forms import EntityOptions
from tests.authorizers import Secretive
from tests.conftest import LoadCatalog
from tests.handlers.asker import services_for

SECRET = "component:default/merger-tool"
CATALOG = """apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: shop}
spec: {type: service, lifecycle: production, owner: team-a, dependsOn: [component:merger-tool]}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: merger-tool, title: Merger Tool}
spec: {type: service, lifecycle: production, owner: team-a}
"""


@pytest.fixture
def services(sqlite_database: Database, load_catalog: LoadCatalog) -> Services:
    load_catalog(sqlite_database, CATALOG)
    return services_for(sqlite_database, Secretive(SECRET))


def test_pictures_pickers_and_buttons_show_nobody_what_is_hidden(services: Services) -> None:
    actor = Actor("U1", "user:default/ann", "Ann")
    asked = Interaction("action", actor, channel="C1", value=f'{{"v":1,"ref":"{SECRET}"}}', text="merger")
    visible = Secretive(SECRET)
    with services.database.unit_of_work() as uow:
        scope = Scope(services, uow)
        graph = picture_of(
            uow.connection, "component:default/shop", direction="both", visible=lambda r: visible.may(actor, "", r)
        )
        assert graph is not None
        assert [n.ref for n in graph.nodes if "merger" in n.ref] == []
        assert SECRET not in fitting_refs(EntityOptions(), actor, "merger", scope, limit=20)
        assert SECRET not in fitting_refs(EntityOptions(), actor, "", scope, limit=20)
        assert not home.suggest(asked, scope).options
        for handler in (definitions.send_file, ask.refresh):
            with pytest.raises(NotFoundError):
                handler(asked, scope)


def test_nobody_is_let_in_while_slack_does_not_say_who_it_is(services: Services) -> None:
    nowhere = WebClient(token="xoxb-none", base_url="http://127.0.0.1:9/api/", timeout=1)
    runner = Runner(services, Identity(nowhere, Callboard()))

    def build(who: Actor) -> Interaction:
        return Interaction("command", who, text="who owns shop", channel="C1", private=True)

    reply = runner.run(ask.command, build, user="U0STRANGER", delivery="")
    assert reply is not None
    assert reply.message is not None
    assert "can't find out who you are" in reply.message.text

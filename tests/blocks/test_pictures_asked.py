"""What a click on a picture's button comes to, up to where Slack begins."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest

from blocks import ids
from blocks.pictures.message import picture_button
from bot.authorization import CatalogAuthorizer
from callboard.chat import Actor, Interaction, Reply
from callboard.db import Database
from callboard.errors import NotFoundError
from catalog.picture import Direction, Graph
from handlers import pictures
from handlers.services import Scope
from tests.conftest import LoadCatalog

SHOP = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: shop, title: The <Shop>}
spec: {type: website, lifecycle: production, owner: team-a, dependsOn: [resource:gone]}
"""


@pytest.fixture
def scope(sqlite_database: Database, load_catalog: LoadCatalog) -> Iterator[Scope]:
    load_catalog(sqlite_database, SHOP)
    drawn: list[Graph] = []

    def upload(graph: Graph) -> str:
        drawn.append(graph)
        return f"F{len(drawn)}"

    with sqlite_database.unit_of_work() as uow:
        yield Scope(cast("Any", SimpleNamespace(pictures=upload, authorizer=CatalogAuthorizer())), uow)


def click(
    ref: str, direction: Direction, *, action: str = ids.PICTURE, private: bool = True, channel: str | None = "C1"
) -> Interaction:
    value = picture_button(ref, direction)["value"]
    return Interaction("action", Actor("U1"), channel=channel, action=action, value=value, private=private)


def made(reply: Reply) -> Reply:
    assert reply.message is None
    assert reply.later is not None
    return reply.later()


def test_nothing_is_drawn_before_the_interaction_is_over(scope: Scope) -> None:
    reply = pictures.show(click("component:default/shop", "both"), scope)
    shown = made(reply)
    assert shown.message is not None
    assert shown.message.blocks[0]["slack_file"] == {"id": "F1"}
    assert "The <Shop> depends on gone" in shown.message.blocks[0]["alt_text"]
    assert "<Shop>" not in shown.message.text


@pytest.mark.parametrize(
    ("action", "private", "channel", "to", "replace"),
    [
        (ids.PICTURE, True, "C1", "person", False),
        (ids.PICTURE_BOTH, True, "C1", "person", True),
        (ids.PICTURE, False, "C1", "thread", False),
        (ids.PICTURE_MORE, False, "C1", "thread", False),
        (ids.PICTURE, False, None, "person", False),
    ],
)
def test_a_picture_goes_where_the_click_was(
    scope: Scope,
    *,
    action: str,
    private: bool,
    channel: str | None,
    to: str,
    replace: bool,
) -> None:
    asked = click("component:default/shop", "both", action=action, private=private, channel=channel)
    shown = made(pictures.show(asked, scope))
    assert (shown.to, shown.replace) == (to, replace)


def test_a_shared_picture_goes_to_the_channel_and_cannot_be_shared_again(scope: Scope) -> None:
    shown = made(pictures.share(click("component:default/shop", "both", action=ids.PICTURE_SHARE), scope))
    assert shown.to == "channel"
    assert shown.message is not None
    assert ids.PICTURE_SHARE not in str(shown.message.blocks)


def test_no_picture_is_drawn_of_one_thing_alone(scope: Scope) -> None:
    reply = pictures.show(click("component:default/shop", "dependents"), scope)
    assert reply.later is None
    assert reply.message is not None
    assert reply.message.text == "Nothing depends on The &lt;Shop&gt;."


def test_what_is_gone_but_still_needed_is_drawn(scope: Scope) -> None:
    shown = made(pictures.show(click("resource:default/gone", "dependents"), scope))
    assert shown.message is not None
    assert "Not in the catalog: gone." in shown.message.blocks[0]["alt_text"]


@pytest.mark.parametrize("ref", ["component:default/never", "resource:default/gone"])
def test_what_is_gone_and_alone_is_said_to_be_gone(scope: Scope, ref: str) -> None:
    with pytest.raises(NotFoundError, match="not in the catalog any more"):
        pictures.show(click(ref, "dependencies"), scope)

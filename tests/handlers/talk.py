"""Somebody who talks to the demo company's Callboard: handlers called directly, what they show checked."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from blocks.limits import check_message, check_view
from bot import routing
from bot.docs import docs_consumers
from bot.runtime import Runtime
from callboard.chat import Actor, Interaction, Reply
from callboard.config.model import AppConfig
from callboard.outbox import feed
from catalog.queries import people
from handlers import commands
from handlers.services import Scope
from tests.conftest import ALL_KINDS

DEMO = Path(__file__).parents[2] / "demo" / "catalog" / "all.yaml"
Handler = Callable[[Interaction, Scope], Reply | None]


@contextmanager
def open_demo(folder: Path, *locations: Path, plugins: Sequence[object] = ()) -> Iterator[Runtime]:
    """A runtime that has read the demo's catalog and docs, with further plugins."""
    files = [{"type": "file", "target": str(path)} for path in locations or (DEMO,)]
    settings = {
        "callboard": {"dataDir": str(folder)},
        "catalog": {"rules": [{"allow": ALL_KINDS}], "locations": files},
    }
    runtime = Runtime(AppConfig.model_validate(settings))
    for plugin in plugins:
        runtime.plugins.register(plugin)
    runtime.migrate()
    runtime.catalog.sync_locations()
    runtime.docs.sync_all()
    for consumer in docs_consumers(runtime):
        while feed(runtime.database, consumer):
            pass
    runtime.names.refresh()
    try:
        yield runtime
    finally:
        runtime.close()


@dataclass
class Talk:
    """One person's side of it; every reply is checked against Slack's limits."""

    runtime: Runtime
    user: str = "user:default/nora.finch"
    slack_id: str = "U07FINCH000"

    def command(self, text: str) -> Reply:
        handler, meant = commands.find(text, is_name=self.runtime.names.knows_word)
        return self.act(handler, kind="command", text=meant, private=True, trigger="1.2")

    def act(self, handler: Handler, **fields: Any) -> Reply:
        """What comes back of one interaction; everything it writes is kept."""
        with self.runtime.database.unit_of_work() as uow:
            groups = tuple(people.groups_of(uow.connection, self.user)) if self.user else ()
            actor = Actor(self.slack_id, self.user or None, "Nora Finch" if self.user else "", groups=groups)
            interaction = replace(Interaction("action", actor, channel="C1"), **fields)
            reply = handler(interaction, Scope(self.runtime.services, uow))
        assert reply is not None
        _checked(reply)
        return reply

    def click(self, reply: Reply, label: str) -> Reply:
        """Use a button of a reply by what it says."""
        button = next(b for b in buttons(reply) if b["text"]["text"].startswith(label))
        handler = routing.find(routing.ACTIONS, button["action_id"])
        return self.act(handler, action=button["action_id"], value=button.get("value", ""), private=True)


def said(reply: Reply) -> str:
    """Everything that a person reads in a reply."""
    shown: list[Any] = []
    if reply.message is not None:
        shown += [reply.message.text, list(reply.message.blocks)]
    if reply.view is not None:
        shown.append(reply.view)
    return orjson.dumps(shown).decode()


def buttons(reply: Reply) -> list[dict[str, Any]]:
    """The buttons of a reply's blocks, sections' accessories too."""
    blocks = reply.message.blocks if reply.message is not None else (reply.view or {})["blocks"]
    found = [e for b in blocks for e in (*b.get("elements", ()), b.get("accessory") or {})]
    return [e for e in found if e.get("type") == "button"]


def _checked(reply: Reply) -> None:
    if reply.message is not None:
        assert check_message({"text": reply.message.text, "blocks": list(reply.message.blocks)}) == []
    if reply.view is not None:
        assert check_view(dict(reply.view)) == []

"""A person with a window open: what Slack's client keeps and checks, and the routes behind it, without Slack."""

import itertools
from dataclasses import MISSING, fields
from typing import Any

from blocks import forms
from blocks.limits import check_message, check_view
from bot import routing
from bot.authorization import CatalogAuthorizer
from callboard.chat import Actor, Interaction, Reply
from callboard.db import Database
from handlers import create
from handlers.services import Scope, Services
from playground.choices import chosen
from playground.forms import STATEFUL, elements, initial_values, with_block_ids
from playground.records import View
from playground.seed import WorkspaceSeed
from playground.store import Store
from playground.submitting import local_errors
from search.names import NameIndex
from tests.scaffolder.bench import JANE, Bench


def services_of(bench: Bench, **others: Any) -> Services:
    """What creation needs; what other handlers need is left empty."""
    known = {
        "config": bench.config, "database": bench.database, "catalog": bench.catalog,
        "names": NameIndex(bench.database), "scaffolder": bench.scaffolder, "clock": itertools.count(1_000).__next__,
        "authorizer": CatalogAuthorizer(),
    } | others  # fmt: skip
    needed: list[str] = [f.name for f in fields(Services) if f.default is MISSING]
    given: dict[str, Any] = {name: known.get(name) for name in needed}
    return Services(**given)


class Person:
    """`view` is the window on top, `state` what its inputs hold, `errors` what stands beside them."""

    def __init__(self, services: Services, actor: Actor = JANE) -> None:
        self.services = services
        self.actor = actor
        self.view: dict[str, Any] = {}
        self.state: dict[str, Any] = {}
        self.errors: dict[str, str] = {}
        self.said: list[str] = []
        self._store = Store(WorkspaceSeed(users=(), channels=()))

    @property
    def database(self) -> Database:
        return self.services.database

    @property
    def text(self) -> str:
        return str(self.view.get("blocks"))

    @property
    def callback(self) -> str:
        return str(self.view.get("callback_id"))

    def start(self, template: str, channel: str | None = "C1") -> None:
        """`/callboard create`, and a template chosen."""
        self.take(self.run(create.open_picker, self.interaction("command", channel=channel)))
        value = f'{{"v":1,"t":"{template}"}}'
        self.take(self.act("create.template", value=value))

    def enter(self, path: str, part: str = "", **what: Any) -> None:
        """Into the input of a field, without anybody being told: `value=…` as for the control API."""
        block, element = self.locate(path, part)
        view = View("V1", "U1", self.view, "h", "V1", None)
        self.state[block["block_id"]] = {element["action_id"]: chosen(self._store, view, element, what)}

    def choose(self, path: str, **what: Any) -> None:
        """The same where the app is told at once."""
        block, element = self.locate(path, "")
        assert block.get("dispatch_action"), f"{path} doesn't tell"
        self.enter(path, **what)
        state = self.state[block["block_id"]][element["action_id"]]
        picked = state.get("selected_option") or {}
        self.take(self.act(element["action_id"], block_id=block["block_id"], value=str(picked.get("value", ""))))

    def locate(self, path: str, part: str) -> tuple[dict[str, Any], dict[str, Any]]:
        identifier = forms.block_id(tuple(int(p) if p.isdigit() else p for p in path.split("/")), part)
        block = next(b for b in self.view["blocks"] if b.get("block_id") == identifier)
        return block, elements(block)[0]

    def click(self, text: str) -> None:
        """A button by what it says."""
        for block in self.view["blocks"]:
            for element in elements(block):
                if element["type"] == "button" and element["text"]["text"] == text:
                    value = element.get("value", "")
                    self.take(self.act(element["action_id"], block_id=block["block_id"], value=value))
                    return
        raise AssertionError(f"there is no button {text!r} in {self.text}")

    def item(self, path: str, what: str) -> None:
        """`edit` or `remove` an item of a list."""
        block, element = self.locate(path, "item")
        self.take(self.act(element["action_id"], block_id=block["block_id"], value=what))

    def suggest(self, path: str, typed: str = "") -> list[dict[str, Any]]:
        block, element = self.locate(path, "")
        interaction = self.interaction("options", action=element["action_id"], block=block["block_id"], text=typed)
        reply = self.run(routing.find(routing.OPTIONS, element["action_id"]), interaction)
        options = [dict(o) for o in (reply.options if reply else None) or ()]
        assert len(options) <= 100
        return options

    def pick(self, path: str, typed: str = "", number: int = 0) -> None:
        """Type into a search and take what it offers."""
        option = self.suggest(path, typed)[number]
        _block, element = self.locate(path, "")
        key = STATEFUL[element["type"]][0]
        self.choose(path, **{key: option if key == "selected_option" else [option]})

    def submit(self) -> bool:
        """Slack's own checks first; False when errors are shown."""
        view = View("V1", "U1", self.view, "h", "V1", None)
        view.values = self.state
        self.errors = local_errors(view)
        if not self.errors:
            handler = routing.find(routing.SUBMISSIONS, self.callback)
            self.take(self.run(handler, self.interaction("submission", action=self.callback)))
        return not self.errors

    def close(self) -> None:
        handler = routing.CLOSED.get(self.callback)
        if handler is not None:
            self.run(handler, self.interaction("closed", action=self.callback))
        self.view, self.state = {}, {}

    def act(self, action: str, *, block_id: str = "", value: str = "", **where: Any) -> Reply | None:
        handler = routing.find(routing.ACTIONS, action)
        return self.run(handler, self.interaction("action", action=action, block=block_id, value=value, **where))

    def interaction(self, kind: Any, **more: Any) -> Interaction:
        metadata, values = self.view.get("private_metadata", ""), self.state
        return Interaction(kind, self.actor, metadata=metadata, values=values, view_id="V1", **more)

    def run(self, handler: Any, interaction: Interaction) -> Reply | None:
        with self.database.unit_of_work() as uow:
            reply: Reply | None = handler(interaction, Scope(self.services, uow))
        return reply

    def take(self, reply: Reply | None) -> None:
        """Show what came back, refused as Slack would refuse it."""
        if reply is None:
            return
        self.errors = dict(reply.errors or {})
        if reply.message is not None:
            assert check_message({"text": reply.message.text, "blocks": list(reply.message.blocks)}) == []
            self.said.append(reply.message.text)
        if reply.view is not None:
            problems = check_view(dict(reply.view))
            assert problems == [], problems
            self.view = dict(reply.view) | {"blocks": with_block_ids(self._store, list(reply.view["blocks"]))}
            self.state = initial_values(self.view["blocks"], self.state)
        for block in self.errors:
            inputs = [b["block_id"] for b in self.view["blocks"] if b["type"] == "input"]
            assert block in inputs, f"{block} is no input"

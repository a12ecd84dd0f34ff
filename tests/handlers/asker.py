"""A person who asks, searches and reads: real services over a catalog with docs, without Slack."""

from typing import Any

from answers.service import Answerer
from blocks.limits import check_message, check_view
from bot import routing
from bot.docs import DocsForAnswers
from bot.runtime import attention_of
from callboard.chat import Actor, Interaction, Reply
from callboard.config.model import AppConfig
from callboard.db import Database
from callboard.plugin import plugin_manager
from callboard.ports import Authorizer
from handlers import ask, commands
from handlers.services import Scope, Services
from playground.forms import elements
from search.names import NameIndex
from search.question import Synonyms
from techdocs.access import DocsAccess
from tests.authorizers import Secretive

PORTAL = "https://portal.example"


def services_for(
    database: Database, authorizer: Authorizer | None = None, synonyms: Synonyms | None = None
) -> Services:
    """What asking needs; the rest is left empty."""
    names, rules = NameIndex(database), authorizer or Secretive()
    names.refresh()
    access = DocsAccess(rules, base_url=PORTAL, secret="a key of this test")
    words = synonyms or Synonyms()
    docs = DocsForAnswers(access, words)
    empty: Any = None
    return Services(
        config=AppConfig.model_validate({"backend": {"baseUrl": PORTAL}}),
        database=database,
        catalog=empty,
        authorizer=rules,
        names=names,
        answerer=Answerer(database=database, names=names, docs=docs, authorizer=rules, synonyms=words),
        scaffolder=empty,
        notices=empty,
        plugins=plugin_manager(),
        clock=lambda: 1_000.0,
        attention=attention_of,
        synonyms=words,
        docs_access=access,
    )


class Asker:
    """`shown` is the last message or view."""

    def __init__(self, services: Services, actor: Actor | None = None) -> None:
        self.services = services
        self.actor = actor or Actor("U1", "user:default/ann", "Ann")
        self.shown: dict[str, Any] = {}

    @property
    def text(self) -> str:
        return str(self.shown)

    def command(self, text: str) -> str:
        handler, meant = commands.find(text, is_name=self.services.names.knows_word)
        return self._take(handler, Interaction("command", self.actor, meant, channel="C1", private=True))

    def say(self, text: str, thread: str = "1.0") -> str:
        """In a thread, after a mention."""
        return self._take(ask.message, Interaction("mention", self.actor, text, channel="C1", thread=thread))

    def button(self, text: str) -> dict[str, Any]:
        """A button by what it says."""
        found = [e for b in self.shown["blocks"] for e in elements(b) if e["type"] == "button"]
        return next(e for e in found if e["text"]["text"] == text)

    def click(self, text: str) -> str:
        return self.act(self.button(text)["action_id"], self.button(text).get("value", ""))

    def act(self, action: str, value: str) -> str:
        """A click or a choice where the last thing was shown."""
        in_view = {"metadata": self.shown.get("private_metadata", ""), "view_id": "V1"} if "type" in self.shown else {}
        interaction = Interaction("action", self.actor, action=action, value=value, channel="C1", **in_view)
        return self._take(routing.find(routing.ACTIONS, action), interaction)

    def submit(self, values: dict[str, Any]) -> str:
        callback = self.shown["callback_id"]
        metadata = self.shown.get("private_metadata", "")
        interaction = Interaction("submission", self.actor, action=callback, values=values, metadata=metadata)
        return self._take(routing.find(routing.SUBMISSIONS, callback), interaction)

    def suggest(self, action: str, typed: str) -> list[dict[str, Any]]:
        metadata = self.shown.get("private_metadata", "")
        interaction = Interaction("options", self.actor, typed, action=action, metadata=metadata)
        reply = self.run(routing.find(routing.OPTIONS, action), interaction)
        return [dict(o) for o in reply.options or ()]

    def run(self, handler: Any, interaction: Interaction) -> Reply:
        with self.services.database.unit_of_work() as uow:
            reply = handler(interaction, Scope(self.services, uow))
        assert isinstance(reply, Reply)
        return reply

    def _take(self, handler: Any, interaction: Interaction) -> str:
        reply = self.run(handler, interaction)
        if reply.view is not None:
            self.shown = dict(reply.view)
            assert check_view(self.shown) == []
        else:
            assert reply.message is not None
            self.shown = {"text": reply.message.text, "blocks": [dict(b) for b in reply.message.blocks]}
            assert check_message(self.shown) == []
        return self.text

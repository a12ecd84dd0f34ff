"""One question with who asks it and what was asked before, as programs put it: the command line and the API alike."""

from collections.abc import Sequence

from answers.model import Answer, Topic
from answers.service import Answerer
from callboard.chat import Actor
from callboard.db import Connection
from callboard.errors import InputError
from callboard.refs import parse_entity_ref
from catalog.queries import lookup, people


def ask(
    answerer: Answerer,
    connection: Connection,
    question: str,
    *,
    as_user: str = "",
    before: Sequence[str] = (),
    caller: Actor | None = None,
) -> Answer:
    """The answer to `as_user`, else to `caller`, with `before` (the oldest first) as the talk so far.

    Raises InputError for an unknown person.
    """
    actor = actor_of(connection, as_user) if as_user or caller is None else caller
    topic: Topic | None = None
    for earlier in before:
        _answer, topic = answerer.answer(earlier, actor=actor, topic=topic, connection=connection)
    answer, _topic = answerer.answer(question, actor=actor, topic=topic, connection=connection)
    return answer


def actor_of(connection: Connection, who: str) -> Actor:
    """The person behind a ref, an address or a Slack id; nobody in particular for an empty text."""
    if not who:
        return Actor()
    ref = people.find_user(connection, slack_id=who, email=who)
    if ref is None and "@" not in who:
        ref = str(parse_entity_ref(who, default_kind="user"))
    found = lookup.get_entity(connection, ref) if ref and ref.startswith("user:") else None
    if ref is None or found is None:
        hint = "Use a ref, an e-mail address or a Slack id."
        raise InputError(f"There is no User `{who}` in the catalog.", hint=hint)
    return Actor(id=who, ref=ref, name=found.title, groups=people.groups_of(connection, ref))

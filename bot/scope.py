"""The wrapper around every handler: once only, one transaction, a known actor, an answer whatever happens.

It stands around the handler itself and not in Bolt's middleware, whose `next()` returns before the listener runs.
"""

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from threading import BoundedSemaphore
from typing import Final

import structlog
from sqlalchemy.exc import DBAPIError

from blocks import notes
from blocks.state import OutdatedStateError
from bot.identity import Identity
from bot.repository import first_time
from callboard import turns
from callboard.chat import Actor, Interaction, Reply
from callboard.db import Connection
from callboard.errors import CallboardError
from callboard.logs import get_logger
from handlers.commands import ONLY_ANSWERS
from handlers.services import Scope, Services

Handler = Callable[[Interaction, Scope], Reply | None]
_QUESTIONS: Final = BoundedSemaphore(4)
"""More questions at once would take one another's turns, and those of acknowledgements: answers are Python's work."""
_log = get_logger("slack")


class RepeatedError(Exception):
    """Somebody is being answered for this delivery already."""


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs handlers for the runtime; knows nothing of Bolt."""

    services: Services
    identity: Identity
    after_write: Callable[[], None] = lambda: None

    def run(self, handler: Handler, build: Callable[[Actor], Interaction], *, user: str, delivery: str) -> Reply | None:
        """The handler's reply; None when this delivery was acted on before.

        An error becomes a reply that a person can act on; what we didn't foresee is logged under a short
        reference that the reply names.
        """
        began = time.perf_counter()
        with structlog.contextvars.bound_contextvars(user=user, delivery=delivery, handler=handler.__name__):
            try:
                reply = self._within_transaction(handler, build, user, delivery)
            except RepeatedError:
                return None
            except Exception as error:  # noqa: BLE001 - the person gets an answer whatever happens
                if handler in ONLY_ANSWERS and not self._is_first(delivery):
                    return None
                reply = self._apology(error)
            _log.debug("handled", seconds=round(time.perf_counter() - began, 4))
        return reply

    def _apology(self, error: Exception) -> Reply:
        match error:
            case OutdatedStateError():
                return Reply(notes.outdated())
            case CallboardError():
                _log.info("refused", reason=error.message)
                return Reply(notes.refusal(error))
            case DBAPIError():
                if not self.services.database.outage.lasts:  # it has been told
                    _log.error("database away", exc_info=error)
                return Reply(notes.database_away())
            case _:
                reference = uuid.uuid4().hex[:8]
                _log.error("handler failed", reference=reference, exc_info=error)
                return Reply(notes.defect(reference))

    def _is_first(self, delivery: str) -> bool:
        """Whether nobody else apologizes for the same; a database that can't tell lets it be said twice."""
        try:
            with self.services.database.write() as connection:
                _claim(connection, delivery=delivery)
        except RepeatedError:
            return False
        except DBAPIError:
            _log.debug("delivery not noted", delivery=delivery, exc_info=True)
        return True

    def _within_transaction(
        self, handler: Handler, build: Callable[[Actor], Interaction], user: str, delivery: str
    ) -> Reply | None:
        self.identity.prepare(self.services.database, user)
        only_answers = handler in ONLY_ANSWERS
        with _thinking() if only_answers else nullcontext(), self.services.database.unit_of_work() as uow:
            if only_answers:  # in one go with what the answer leaves; until it is sent nothing has happened
                uow.at_end(partial(_claim, delivery=delivery))
            elif delivery:
                _claim(uow.writing(), delivery=delivery)
                uow.commit()  # remembered whatever comes of it: a failed act isn't repeated by a retry
            actor = self.identity.actor(uow.connection, user)
            reply = handler(build(actor), Scope(self.services, uow))
        if not only_answers:
            self.after_write()
        return reply


@contextmanager
def _thinking() -> Iterator[None]:
    """Before what is in the background; not for what may itself wait for that, such as a file that is read again."""
    with _QUESTIONS, turns.first():
        yield


def _claim(connection: Connection, *, delivery: str) -> None:
    """Raises RepeatedError for a delivery that was acted on before; those without an id are always the first."""
    if delivery and not first_time(connection, delivery, time.time()):
        raise RepeatedError

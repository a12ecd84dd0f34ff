"""The wrapper around every handler: once only, one transaction, a known actor, an answer whatever happens.

It stands around the handler itself and not in Bolt's middleware, whose `next()` returns before the listener runs.
"""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import DBAPIError, OperationalError

from blocks import notes
from blocks.state import OutdatedStateError
from bot.identity import Identity
from bot.repository import first_time
from callboard.chat import Actor, Interaction, Reply
from callboard.errors import CallboardError
from callboard.logs import get_logger
from handlers.services import Scope, Services

Handler = Callable[[Interaction, Scope], Reply | None]
_log = get_logger("slack")


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
            except OutdatedStateError:
                reply = Reply(notes.outdated())
            except CallboardError as error:
                _log.info("refused", reason=error.message)
                reply = Reply(notes.refusal(error))
            except (OperationalError, DBAPIError):
                if not self.services.database.outage.lasts:  # it has been told
                    _log.exception("database away")
                reply = Reply(notes.database_away())
            except Exception:  # noqa: BLE001 - the person gets an answer whatever happens
                reference = uuid.uuid4().hex[:8]
                _log.exception("handler failed", reference=reference)
                reply = Reply(notes.defect(reference))
            _log.debug("handled", seconds=round(time.perf_counter() - began, 4))
        return reply

    def _within_transaction(
        self, handler: Handler, build: Callable[[Actor], Interaction], user: str, delivery: str
    ) -> Reply | None:
        self.identity.prepare(self.services.database, user)
        with self.services.database.unit_of_work() as uow:
            if delivery and not first_time(uow.writing(), delivery, time.time()):
                return None
            uow.commit()  # remembered whatever comes of it: a failed act isn't repeated by a retry
            actor = self.identity.actor(uow.connection, user)
            reply = handler(build(actor), Scope(self.services, uow))
        self.after_write()
        return reply

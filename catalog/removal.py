"""Taking one entity out by hand."""

from sqlalchemy import select, update

from callboard import outbox
from callboard.db import Database
from callboard.outbox import Event
from catalog.ingest import rows
from catalog.ingest.apply import INGEST_LOCK, delete_entities
from catalog.ingest.owners import Owners
from catalog.tables import entities, refs, targets
from catalog.version import bump


def remove_entity(database: Database, *, uid: str) -> bool:
    """Delete the entity with this uid; False when there is none.

    Its file counts as unread from then on: if it still names the entity, that comes back at the next read, with
    another uid. An orphan stays away.
    """
    if "\0" in uid:
        return False
    with database.write() as connection:
        database.serialize(connection, INGEST_LOCK)
        query = select(entities.c.id, entities.c.target_id, refs.c.ref).join(refs, refs.c.id == entities.c.id)
        row = connection.execute(query.where(entities.c.uid == uid.lower())).one_or_none()
        if row is None:
            return False
        owners = Owners()
        owners.watch(connection, [row.id])
        delete_entities(connection, rows.key_ids(), [row.id])
        if row.target_id is not None:
            unread = update(targets).where(targets.c.id == row.target_id).values(digest="", version="")
            connection.execute(unread)
        events = [Event("deleted", row.ref)]
        outbox.append(database, connection, [*events, *owners.settle(connection, events)])
        bump(connection)
    return True

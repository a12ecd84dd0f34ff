"""Locations that people registered: what the API lists, finds, replaces and removes by id."""

from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from callboard.errors import ConflictError, NotFoundError
from callboard.refs import LocationRef
from catalog.ingest.locations import generated_name
from catalog.service import Catalog
from catalog.tables import sources


@dataclass(frozen=True, slots=True)
class Registration:
    """A registered location and the id that clients know it by."""

    id: str
    location: LocationRef
    presence: str = "required"

    @property
    def entity_ref(self) -> str:
        return f"location:default/{generated_name(self.location)}"


def registrations(connection: Connection) -> list[Registration]:
    """All of them, the oldest first."""
    query = select(sources.c.uid, sources.c.type, sources.c.target, sources.c.presence)
    rows = connection.execute(query.where(sources.c.kind == "registered").order_by(sources.c.id))
    return [Registration(row.uid, LocationRef(row.type, row.target), row.presence) for row in rows]


def registration(connection: Connection, uid: str) -> Registration:
    """The one with this id. Raises NotFoundError."""
    found = next((r for r in registrations(connection) if r.id == uid), None)
    if found is None:
        raise NotFoundError(f"Found no location with ID {uid}")
    return found


def registration_of(connection: Connection, location: LocationRef) -> Registration:
    """The one of this location. Raises NotFoundError."""
    found = next((r for r in registrations(connection) if r.location == location), None)
    if found is None:
        raise NotFoundError(f"Found no location with type {location.type} and target {location.target}")
    return found


def replace(catalog: Catalog, *, uid: str, location: LocationRef, presence: str = "required") -> Registration:
    """Let a registration lead to another location, under the same id. Raises NotFoundError, ConflictError."""
    with catalog.database.read() as connection:
        old = registration(connection, uid)
        others = [r.location for r in registrations(connection) if r.id != uid]
    if location in others:
        raise ConflictError(f"Location {location} already exists")
    catalog.unregister(old.location)
    catalog.register(location, presence=presence)
    with catalog.database.write() as connection:
        connection.execute(update(sources).where(sources.c.key == f"registered:{location}").values(uid=uid))
    return Registration(uid, location, presence)

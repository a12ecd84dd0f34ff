"""Brings a database to the newest schema; several processes starting at once are fine."""

from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, text

from callboard.db.engine import Database

LOCK: Final = 0x0CA11B0B
"""Held by whoever changes the schema."""
_SCRIPTS: Final = Path(__file__).resolve().parents[2] / "migrations"


def alembic_config() -> Any:
    """Alembic's configuration for our scripts; it needs no ini file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    return config


def upgrade(database: Database) -> None:
    """Apply what is missing. One process does it, the others wait and find nothing to do."""
    if revision_of(database) == head():
        return
    from alembic import command

    config = alembic_config()
    with database.write() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def head() -> str:
    """The newest revision that this version of Callboard knows."""
    revisions = sorted(p.stem.partition("_")[0] for p in (_SCRIPTS / "versions").glob("[0-9]*.py"))
    return revisions[-1]


def revision_of(database: Database) -> str | None:
    """The revision a database is at, None for an empty one."""
    with database.read() as connection:
        if not connection.dialect.has_table(connection, "alembic_version"):
            return None
        return _version(connection)


def _version(connection: Connection) -> str | None:
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return None if found is None else str(found)

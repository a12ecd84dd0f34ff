"""One database for everything: SQLite with nothing to install, PostgreSQL for replicas."""

from sqlalchemy import Connection

from callboard.db.engine import Database, insist, open_database
from callboard.db.schema import ID, TEXT, metadata
from callboard.db.unit_of_work import UnitOfWork

__all__ = ["ID", "TEXT", "Connection", "Database", "UnitOfWork", "insist", "metadata", "open_database"]

"""One database for one test after the other: a copy of the schema for each costs more than most tests."""

from pathlib import Path

import psycopg

from callboard.db import Database, open_database
from tests.schema import metadata

_DISCONNECT_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"


class EmptiedDatabase:
    """On PostgreSQL, made from `template_callboard`."""

    def __init__(self, server: str) -> None:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("CREATE DATABASE emptied TEMPLATE template_callboard")
        self._url = server.replace("/postgres?", "/emptied?")
        self._opened = open_database(self._url.replace("postgresql:", "postgresql+psycopg:"), pool_size=8)

    def open(self) -> Database:
        """With the schema and no rows; whoever is still connected to it isn't any more."""
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(_DISCONNECT_OTHERS)
            tables = {name for (name,) in connection.execute(_TABLES)}
            for name in tables - set(metadata.tables):
                connection.execute(f'DROP TABLE "{name}"'.encode())
            look = " UNION ALL ".join(f"SELECT '{t}' WHERE EXISTS (SELECT FROM \"{t}\")" for t in metadata.tables)  # noqa: S608 - our own names
            filled = [f'"{name}"' for (name,) in connection.execute(look.encode())]
            if filled:
                connection.execute(f"TRUNCATE {', '.join(filled)} RESTART IDENTITY CASCADE".encode())
        return Database(self._opened.engine)  # what it has compiled serves the next one too


class EmptiedFile:
    """On SQLite, a copy of a file that has the schema; those who still have the old one open keep that."""

    def __init__(self, template: Path, path: Path) -> None:
        self._template, self._path = template.read_bytes(), path
        self._opened = open_database(f"sqlite:///{path}", pool_size=8)

    def open(self) -> Database:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self._path}{suffix}").unlink(missing_ok=True)
        self._path.write_bytes(self._template)
        return Database(self._opened.engine)

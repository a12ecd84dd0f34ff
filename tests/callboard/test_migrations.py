"""The revisions lead to the schema that the code declares."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from callboard.db import Database, open_database
from callboard.db.migrate import head, revision_of, upgrade
from tests.schema import import_all_tables, metadata

_NOT_OURS = ("search_fts", "alembic_version")


def _differences(database: Database) -> list[str]:
    import_all_tables()

    def ours(_object: object, name: str | None, kind: str, _reflected: object, _other: object) -> bool:
        return not (kind == "table" and str(name).startswith(_NOT_OURS))

    with database.read() as connection:
        options = {"include_object": ours, "compare_type": False}
        found = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
    return [str(f) for f in found if "search_documents_vector" not in str(f)]


def test_an_empty_sqlite_file_gets_the_declared_schema(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/empty.db")
    assert revision_of(database) is None
    upgrade(database)
    assert revision_of(database) == head()
    assert _differences(database) == []
    upgrade(database)
    database.dispose()


def test_an_empty_postgres_database_gets_the_declared_schema(postgres: str) -> None:
    import psycopg

    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("CREATE DATABASE migrated")
    url = postgres.replace("/postgres?", "/migrated?").replace("postgresql:", "postgresql+psycopg:")
    database = open_database(url)
    upgrade(database)
    assert _differences(database) == []
    database.dispose()


@pytest.mark.parametrize("lock", sorted(Path("requirements").glob("*.lock")), ids=lambda p: p.name)
def test_lock_files_name_no_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert "--hash=sha256:" in text

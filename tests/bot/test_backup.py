"""Backup and restore as docs/operations.md describes them, tried."""

import os
import shutil
import subprocess
import threading
from pathlib import Path

import psycopg
import pytest

from callboard.db import Database, open_database
from callboard.db.backup import copy_sqlite
from callboard.errors import ConflictError, InputError, ServiceUnavailableError
from catalog.ingest.target import Counts
from catalog.queries.lookup import get_entity
from catalog.service import Catalog
from tests.catalog.petstore import SHOP
from tests.conftest import LoadCatalog, catalog_of
from tests.postgres import find_binaries


def petstore(database: Database) -> str | None:
    with database.read() as connection:
        found = get_entity(connection, "component:default/petstore")
    return found.title if found else None


def test_a_copy_made_while_others_write_is_whole(
    sqlite_database: Database, load_catalog: LoadCatalog, tmp_path: Path
) -> None:
    catalog = load_catalog(sqlite_database, SHOP)
    stopped = threading.Event()

    def write() -> None:
        while not stopped.is_set():
            catalog.sync_locations(force=True)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        size = copy_sqlite(sqlite_database, tmp_path / "copy.db")
    finally:
        stopped.set()
        writer.join()
    restored = open_database(f"sqlite:///{tmp_path / 'copy.db'}")
    assert size == (tmp_path / "copy.db").stat().st_size
    assert petstore(restored) == "The Pet Store"
    restored.dispose()


def test_a_restored_copy_goes_on_where_it_was(
    sqlite_database: Database, load_catalog: LoadCatalog, tmp_path: Path
) -> None:
    catalog = load_catalog(sqlite_database, SHOP)
    copy_sqlite(sqlite_database, tmp_path / "copy.db")
    data = tmp_path / "restored"
    data.mkdir()
    shutil.copy(tmp_path / "copy.db", data / "callboard.db")
    restored = open_database(f"sqlite:///{data / 'callboard.db'}")
    counts = _again(catalog, restored)
    assert (counts.created, counts.updated, counts.errors) == (0, 0, 0)
    assert petstore(restored) == "The Pet Store"
    restored.dispose()


def _again(catalog: Catalog, database: Database) -> Counts:
    return catalog_of(database, *[loc.target for loc in catalog.config.catalog.locations]).sync_locations()


def test_what_is_there_is_not_replaced_and_no_half_copy_stays(sqlite_database: Database, tmp_path: Path) -> None:
    (tmp_path / "there.db").write_text("mine", encoding="utf-8")
    with pytest.raises(ConflictError):
        copy_sqlite(sqlite_database, tmp_path / "there.db")
    assert (tmp_path / "there.db").read_text(encoding="utf-8") == "mine"
    with pytest.raises(ServiceUnavailableError) as refused:
        copy_sqlite(sqlite_database, tmp_path / "no-such-folder" / "copy.db")
    assert "no-such-folder" in refused.value.user_text


def test_postgresql_is_sent_to_its_own_tools(postgres: str, tmp_path: Path) -> None:
    database = open_database(postgres.replace("postgresql:", "postgresql+psycopg:"))
    with pytest.raises(InputError) as refused:
        copy_sqlite(database, tmp_path / "copy.db")
    database.dispose()
    assert "pg_dump" in refused.value.user_text


def test_a_dump_of_postgresql_is_restored_whole(postgres: str, load_catalog: LoadCatalog, tmp_path: Path) -> None:
    tools = find_binaries()
    if tools is None or not (tools / "pg_dump").exists():
        pytest.skip("this PostgreSQL comes without pg_dump")
    with psycopg.connect(postgres, autocommit=True) as connection:
        for name in ("backed_up", "restored"):
            connection.execute(f"DROP DATABASE IF EXISTS {name}".encode())
        connection.execute("CREATE DATABASE backed_up TEMPLATE template_callboard")
        connection.execute("CREATE DATABASE restored")
    url = postgres.replace("/postgres?", "/{}?")
    original = open_database(url.format("backed_up").replace("postgresql:", "postgresql+psycopg:"))
    catalog = load_catalog(original, SHOP)
    environment = {**os.environ, "PGUSER": "callboard"}
    dump = tmp_path / "callboard.dump"
    for command in (
        ["pg_dump", "--format=custom", f"--file={dump}", url.format("backed_up")],
        ["pg_restore", "--no-owner", f"--dbname={url.format('restored')}", str(dump)],
    ):
        done = subprocess.run([tools / command[0], *command[1:]], env=environment, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
    restored = open_database(url.format("restored").replace("postgresql:", "postgresql+psycopg:"))
    counts = _again(catalog, restored)
    assert (counts.created, counts.updated, counts.errors) == (0, 0, 0)
    assert petstore(restored) == "The Pet Store"
    restored.dispose()
    original.dispose()

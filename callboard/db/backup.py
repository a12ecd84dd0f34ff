"""A consistent copy of an SQLite database that is in use."""

import sqlite3
from contextlib import closing
from pathlib import Path

from callboard.db.engine import Database
from callboard.errors import ConflictError, InputError, ServiceUnavailableError


def copy_sqlite(database: Database, file: Path) -> int:
    """The size of the copy in bytes. A file that is there stays; a copy that didn't come out whole is removed."""
    if not database.is_sqlite:
        hint = "Use `pg_dump --format=custom --file=callboard.dump` with the database's URL, `pg_restore` to go back."
        raise InputError("This installation's database is PostgreSQL, which has its own way.", hint=hint)
    source = Path(database.engine.url.database or "")
    if not source.is_file():
        raise InputError(f"There is no database at {source} yet.", hint="Has anything run with this configuration?")
    if file.exists():
        raise ConflictError(f"{file} is there already.", hint="Name a file that isn't.")
    try:
        _copy(source, file)
    except (sqlite3.Error, OSError) as error:
        file.unlink(missing_ok=True)
        raise ServiceUnavailableError(f"No copy could be made at {file}: {error}.") from None
    return file.stat().st_size


def _copy(source: Path, file: Path) -> None:
    with closing(sqlite3.connect(source)) as running, closing(sqlite3.connect(file)) as copy:
        running.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        found = copy.execute("PRAGMA integrity_check").fetchone()[0]
        if found != "ok":
            raise sqlite3.DatabaseError(f"it isn't whole: {found}")

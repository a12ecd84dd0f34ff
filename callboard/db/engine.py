"""Opens the database and says how a read and a write begin on each of the two engines."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from contextvars import ContextVar
from typing import Any, Final, TypeVar

import orjson
from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, make_url, text

from callboard.config.model import AppConfig, DatabaseSettings
from callboard.db.fair_lock import FairLock
from callboard.db.outage import Outage
from callboard.db.readers import KEPT, Readers
from callboard.db.unit_of_work import UnitOfWork
from callboard.errors import ConfigError, ServiceUnavailableError

_BUSY_MS: Final = 10_000
T = TypeVar("T")
_WRITE: Final = "callboard_write"
_PRAGMAS: Final = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=NORMAL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-16384",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA wal_autocheckpoint=8000",  # half as many slow the reading of a large catalog, twice as many a writer
    "PRAGMA mmap_size=268435456",
    f"PRAGMA busy_timeout={_BUSY_MS}",
)


Fence = Callable[[Connection], None]


class Database:
    """The engine and the ways into it: `look()`, `read()` and `unit_of_work()`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._writers: AbstractContextManager[None] = FairLock() if self.is_sqlite else nullcontext()
        self.outage = Outage()
        self._readers = Readers(engine, self.outage)
        self._fence: ContextVar[Fence | None] = ContextVar("fence", default=None)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent snapshot; never takes the write lock."""
        with self._connected(write=False) as connection:
            yield connection

    def look(self, work: Callable[[Connection], T]) -> T:
        """`work(connection)` for reads alone, which may be done twice; the cheapest way in.

        A snapshot holds for one statement on PostgreSQL, for all of them on SQLite.
        """
        return self._readers.run(work)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that holds the write lock from its start, committed on a clean exit."""
        with self._writers, self._connected(write=True) as connection:
            if (check := self._fence.get()) is not None:
                check(connection)
            yield connection

    @contextmanager
    def _connected(self, *, write: bool) -> Iterator[Connection]:
        asked = time.monotonic()
        with ExitStack() as stack:
            stack.enter_context(self.outage.working())  # the commit too
            with self.outage.connecting():
                plain = stack.enter_context(self.engine.connect())
                connection = plain.execution_options(**{_WRITE: True}) if write else plain
                stack.enter_context(connection.begin())
            self.outage.over(asked)
            yield connection

    @contextmanager
    def fenced(self, check: Fence) -> Iterator[None]:
        """Every write transaction of this thread begins with `check`, which raises where nothing may be written."""
        before = self._fence.set(check)
        try:
            yield
        finally:
            self._fence.reset(before)

    @contextmanager
    def unit_of_work(self) -> Iterator[UnitOfWork]:
        """One interaction's transaction: reads until something asks to write, committed on a clean exit."""
        unit = UnitOfWork(self.read, self.write)
        try:
            yield unit
        except BaseException as error:
            unit.close(error)
            raise
        unit.commit()

    def now(self, connection: Connection) -> float:
        """Seconds since the epoch by the clock that all replicas share."""
        if self.is_sqlite:
            return time.time()
        return float(connection.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one())

    def serialize(self, connection: Connection, key: int) -> None:
        """Let one transaction at a time past this point, on all replicas; SQLite's one writer is that already."""
        if not self.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})

    def dispose(self) -> None:
        self._readers.close()
        self.engine.dispose()


def database_url(config: AppConfig) -> URL:
    """The SQLAlchemy URL that `backend.database` means."""
    settings = config.backend.database
    if settings.is_sqlite:
        return _sqlite_url(config, settings)
    connection = settings.connection
    if isinstance(connection, str):
        try:
            url = make_url(connection)
        except exc.ArgumentError:
            problem = "backend.database.connection: is no URL; write it like postgresql://user:password@host:5432/name"
            raise ConfigError([problem]) from None
        return url.set(drivername="postgresql+psycopg") if url.drivername in {"postgres", "postgresql"} else url
    if connection is None:
        return URL.create("postgresql+psycopg", database="callboard")
    secret = connection.password.get_secret_value() if connection.password else None
    return URL.create(
        "postgresql+psycopg", connection.user, secret, connection.host, connection.port, connection.database
    )


def _sqlite_url(config: AppConfig, settings: DatabaseSettings) -> URL:
    connection = settings.connection
    if isinstance(connection, str):
        return URL.create("sqlite", database=connection)
    folder = config.callboard.data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        hint = "Let the process write there, or set `callboard.dataDir`."
        raise ServiceUnavailableError(f"The data folder {folder} can't be made: {error.strerror}.", hint=hint) from None
    return URL.create("sqlite", database=str(folder / "callboard.db"))


def open_database(url: URL | str, *, pool_size: int = 20) -> Database:
    """An engine with our settings; connects lazily."""
    url = make_url(url)
    options: dict[str, Any] = {
        "json_serializer": _dumps,
        "json_deserializer": orjson.loads,
        "pool_pre_ping": True,
    }
    if url.get_backend_name() == "sqlite":
        if url.database in {None, "", ":memory:"}:
            raise ServiceUnavailableError("An in-memory database is lost at exit and can't be shared; name a file.")
        engine = create_engine(url, connect_args={"check_same_thread": False}, pool_size=pool_size, **options)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(url, pool_size=pool_size, max_overflow=10, **options)
        event.listen(engine, "connect", _prepare_postgres)
    return Database(engine)


def wait_for_database(database: Database, *, seconds: float = 30.0, pause: float = 1.0) -> None:
    """Return once the database answers; raises ServiceUnavailableError with the reason when it doesn't in time."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            with database.read() as connection:
                connection.execute(text("SELECT 1"))
        except exc.OperationalError as error:
            if time.monotonic() >= deadline:
                where = database.engine.url.render_as_string(hide_password=True)
                raise ServiceUnavailableError(f"The database {where} doesn't answer: {error.orig}") from None
            time.sleep(pause)
        else:
            return


def insist(database: Database, work: Callable[[], T], *, times: int = 5) -> T:
    """`work()`, once more where its connection was lost: for what a start can't do without, and may do twice.

    Raises ServiceUnavailableError when the database doesn't come back, DBAPIError when it is lost again and again.
    """
    for _attempt in range(times - 1):
        try:
            return work()
        except exc.DBAPIError as error:
            if not error.connection_invalidated:
                raise
            wait_for_database(database)
    return work()


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we begin transactions ourselves
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _prepare_postgres(connection: Any, _record: Any) -> None:
    """Twenty rows by key are twenty index lookups: the default prices are a spinning disk's and make it a full scan."""
    with connection.cursor() as cursor:
        cursor.execute("SET random_page_cost = 1.1")
        cursor.execute("SET jit = off")
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get(_WRITE):
        _begin_immediate(connection)
    elif not options.get(KEPT):
        connection.exec_driver_sql("BEGIN")


def _begin_immediate(connection: Connection) -> None:
    """Look for the write lock every millisecond.

    SQLite's own way to wait sleeps up to 100 ms at a time and so misses every gap that another process's ingestion
    leaves between its transactions.
    """
    driver: Any = connection.connection.driver_connection
    deadline = time.monotonic() + _BUSY_MS / 1000
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while time.monotonic() < deadline:
            with suppress(sqlite3.OperationalError):
                driver.execute("BEGIN IMMEDIATE")
                return
            time.sleep(0.001)
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        driver.execute(f"PRAGMA busy_timeout={_BUSY_MS}")

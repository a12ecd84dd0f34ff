"""One interaction, one transaction."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack

from sqlalchemy import Connection

Opener = Callable[[], AbstractContextManager[Connection]]


class UnitOfWork:
    """Lends a reading connection until the first write, then a writing one; the edge commits.

    Turning to writing ends the read snapshot, because SQLite can't upgrade one safely: a service that writes
    reads again what its decision rests on.
    """

    def __init__(self, read: Opener, write: Opener) -> None:
        self._openers = {False: read, True: write}
        self._stack = ExitStack()
        self._connection: Connection | None = None
        self._writes = False
        self._at_end: list[Callable[[Connection], None]] = []
        self._after_commit: list[Callable[[], None]] = []

    @property
    def connection(self) -> Connection:
        """For reading; the writing connection once there is one."""
        if self._connection is None:
            self._open(writes=False)
        assert self._connection is not None
        return self._connection

    def writing(self) -> Connection:
        """The connection that holds the write lock, taken now if it wasn't."""
        if not self._writes:
            self._stack.close()
            self._open(writes=True)
        assert self._connection is not None
        return self._connection

    def at_end(self, action: Callable[[Connection], None]) -> None:
        """Let `action` write as the last thing before the commit, so that nobody waits for the lock while we think."""
        self._at_end.append(action)

    def after_commit(self, action: Callable[[], None]) -> None:
        """Run `action` once the transaction is in the database; never when it is rolled back."""
        self._after_commit.append(action)

    def commit(self) -> None:
        try:
            while self._at_end:
                self._at_end.pop(0)(self.writing())
        except BaseException as error:
            self.close(error)
            raise
        self._stack.close()
        self._connection = None
        self._writes = False
        for action in self._drain():
            action()

    def close(self, error: BaseException) -> None:
        """Roll back because of `error`; what comes afterwards is a transaction of its own."""
        self._at_end.clear()
        self._after_commit.clear()
        self._connection = None
        self._writes = False
        self._stack.__exit__(type(error), error, error.__traceback__)

    def _open(self, *, writes: bool) -> None:
        self._connection = self._stack.enter_context(self._openers[writes]())
        self._writes = writes

    def _drain(self) -> Iterator[Callable[[], None]]:
        while self._after_commit:
            yield self._after_commit.pop(0)

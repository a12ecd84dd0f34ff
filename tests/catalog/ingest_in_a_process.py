"""One ingestion in a process of its own, which may be told to die at its n-th statement: URL FOLDER [N]."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import event

from callboard.db import open_database
from tests.catalog.ingesting import Folder
from tests.schema import import_all_tables


def main() -> None:
    url, folder, *rest = sys.argv[1:]
    import_all_tables()
    database = open_database(url)
    if rest:
        left = iter(range(int(rest[0]), 0, -1))

        def count(*_args: Any) -> None:
            if next(left, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(database.engine, "before_cursor_execute", count)
    counts = Folder(database, Path(folder), ["*.yaml"]).sync()
    sys.stdout.write(f"{counts.created}\n")


if __name__ == "__main__":
    main()

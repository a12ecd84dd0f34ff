"""A replica without Slack and HTTP, as `callboard worker` is one, but with a lease that tests can wait for.

`python -m tests.bot.replica_process CONFIG LEASE` runs until it is told to stop.
"""

import signal
import sys
import threading
from pathlib import Path

from bot.process import Process
from bot.runtime import runtime_from_files
from callboard import logs
from jobs.queue import Queue


def main() -> None:
    config, lease = Path(sys.argv[1]), float(sys.argv[2])
    logs.configure(level="warning")
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    runtime = runtime_from_files([config])
    runtime.migrate()
    runtime.queue = Queue(runtime.database, lease=lease)
    process = Process(runtime)
    process.start()
    stop.wait()
    process.stop()
    runtime.close()


if __name__ == "__main__":
    main()

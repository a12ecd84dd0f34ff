"""One replica's HTTP side, without Slack, clock or workers: `python -m benchmarks.rest_server URL [ROOT]`.

Prints its port when it answers. ROOT is the file that the catalog reads, for requests that refresh.
"""

import socket
import sys
from pathlib import Path

import uvicorn

from api.app import ApiServices, create_app
from api.server import settings
from benchmarks.ingest_once import KINDS
from callboard.config.model import AppConfig
from callboard.db import open_database
from catalog.ingest.urls import HttpUrlReader
from catalog.service import build_catalog

TOKEN = "the-token-of-the-benchmark"


def config_for(root: Path | None) -> AppConfig:
    places = [{"type": "file", "target": str(root)}] if root else []
    return AppConfig.model_validate(
        {
            "backend": {"auth": {"externalAccess": [{"type": "static", "options": {"token": TOKEN, "subject": "x"}}]}},
            "catalog": {"locations": places, "rules": [{"allow": KINDS}]},
        }
    )


def main() -> None:
    config = config_for(Path(sys.argv[2]) if len(sys.argv) > 2 else None)
    database = open_database(sys.argv[1])
    catalog = build_catalog(database, config, urls=HttpUrlReader(config))
    app = create_app(ApiServices(database, catalog, config, "bench"))
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    uvicorn.Server(settings(app)).run([listener])


if __name__ == "__main__":
    main()

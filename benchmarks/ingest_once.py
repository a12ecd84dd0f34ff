"""One ingestion in a process of its own: `python -m benchmarks.ingest_once URL ROOT STARTED`; figures as JSON."""

import json
import resource
import sys
import time
from pathlib import Path

from benchmarks.rows import cpu_seconds
from callboard.config.model import AppConfig
from callboard.db import Database, open_database
from callboard.db.migrate import upgrade
from callboard.outbox import Pump
from catalog.service import Catalog, build_catalog

KINDS = ["component", "api", "resource", "system", "domain", "group", "user", "location"]


def open_catalog(url: str, *roots: Path) -> Catalog:
    """The product's own catalog over some files, on a database with the schema."""
    from catalog.ingest.urls import HttpUrlReader

    database = open_database(url)
    upgrade(database)
    places = {"locations": [{"type": "file", "target": str(root)} for root in roots], "rules": [{"allow": KINDS}]}
    config = AppConfig.model_validate({"catalog": places})
    return build_catalog(database, config, urls=HttpUrlReader(config))


def index(database: Database) -> None:
    """Bring the search index level."""
    from search.entities import SearchConsumer

    Pump(database, [SearchConsumer()]).drain()


def main() -> None:
    url, root, started = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])
    catalog = open_catalog(url, root)
    counts = catalog.sync_locations()
    figures: dict[str, float] = {"created": counts.created, "unchanged": counts.unchanged, "errors": counts.errors}
    figures |= {"seconds": time.time() - started, "cpu": cpu_seconds()}
    figures["rss"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    index(catalog.database)
    figures |= {"searchable": time.time() - started, "searchable_cpu": cpu_seconds()}
    print(json.dumps(figures))


if __name__ == "__main__":
    main()

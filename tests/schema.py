"""Every table of the product, gathered by importing the modules that declare them."""

import importlib
from pathlib import Path

from callboard.db import metadata

ROOT = Path(__file__).resolve().parents[1]
_PACKAGES = (
    "callboard", "catalog", "search", "techdocs", "scaffolder", "notifications",
    "insights", "answers", "jobs", "bot",
)  # fmt: skip


def import_all_tables() -> None:
    importlib.import_module("callboard.outbox")
    importlib.import_module("scaffolder.audit.tables")
    importlib.import_module("scaffolder.drafts.tables")
    for package in _PACKAGES:
        if (ROOT / package / "tables.py").exists():
            importlib.import_module(f"{package}.tables")


__all__ = ["import_all_tables", "metadata"]

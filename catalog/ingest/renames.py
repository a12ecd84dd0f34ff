"""Entities that go on under another name or title: noted as events, so that people find them by the old one."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson

from catalog.ingest.candidate import Candidate
from catalog.ingest.fields import flatten
from catalog.ingest.store import Transaction, documents_of
from catalog.ingest.target import Arrival

RENAMED: Final = "renamed"
_ALIKE: Final = 0.5
"""The share of fields that two documents have in common when one is the other under a new name."""
_MOST: Final = 50
"""More than so many names gone from one file at once is a rewrite, in which nobody can tell what became what."""


def report_renames(work: Transaction, arrival: Arrival, gone: Sequence[Any]) -> None:
    """`gone` are the rows that a target gave up; each may have become one that the target has brought in."""
    fresh = [c for c in arrival.parsed.candidates if c.ref in arrival.created]
    if not fresh or not 0 < len(gone) <= _MOST or len(fresh) > _MOST:
        return
    documents = documents_of(work.connection, [row.id for row in gone])
    for row in gone:
        before = orjson.loads(documents[row.id].document)
        alike = [c for c in fresh if c.ref.partition(":")[0] == row.ref.partition(":")[0] and _is_alike(before, c)]
        if len(alike) == 1:
            work.report(arrival, RENAMED, alike[0].ref, {"from": before["metadata"]["name"], "ref": row.ref})


def _is_alike(before: Mapping[str, Any], candidate: Candidate) -> bool:
    old, new = flatten(before), flatten(candidate.document)
    return len(old & new) >= _ALIKE * len(old | new)

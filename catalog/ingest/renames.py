"""Entities that go on under another name or title: noted as events, so that people find them by the old one."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson

from catalog.ingest.candidate import Candidate
from catalog.ingest.fields import Field, flatten
from catalog.ingest.store import Transaction, documents_of
from catalog.ingest.target import Arrival

RENAMED: Final = "renamed"
_ALIKE: Final = 0.5
"""The share of fields that two documents have in common when one is the other under a new name."""
_OWNER: Final = "spec.owner"
_TELLING: Final = frozenset(
    {"metadata.title", "metadata.description", "metadata.annotations.github.com/project-slug", "spec.profile.email",
     "spec.profile.displayname"}
)  # fmt: skip
_COMMON: Final = ("apiversion", "metadata.annotations.backstage.io/", "spec.type", "spec.lifecycle")
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
    """The same owner, something that two things rarely share, and most of the rest.

    What every entity of a file has in common, such as where it stands, tells nothing.
    """
    old, new = _told(before), _told(candidate.document)
    shared = old & new
    tells = any(field[0] in _TELLING for field in shared)
    same_owner = {f for f in old if f[0] == _OWNER} == {f for f in new if f[0] == _OWNER}
    return tells and same_owner and len(shared) >= _ALIKE * len(old | new)


def _told(document: Mapping[str, Any]) -> set[Field]:
    return {f for f in flatten(document) if not f[0].startswith(_COMMON)}

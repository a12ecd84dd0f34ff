"""Docs that lie where nothing may be read: told once each, and not tried one by one on every pass.

A catalog of ten thousand entities often names docs on hosts that this installation has no access to.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence

from callboard.db import Connection, Database
from callboard.errors import CallboardError
from callboard.refs import EntityRef
from techdocs import queries, repository
from techdocs.source import TECHDOCS_ENTITY, docs_location

Check = Callable[[str], None]
"""Raises ReadError for a URL that may not be read; reads nothing."""
_SLICE = 200


def refused_docs(
    connection: Connection, wanted: Sequence[str], check: Check, github_hosts: Sequence[str]
) -> dict[str, str]:
    """Why, by ref, for those of `wanted` that have no docs stored and whose address may not be read."""
    annotations = queries.location_annotations(connection)
    stored = queries.with_pages(connection)
    found = {}
    for ref in wanted:
        reason = _refusal(annotations.get(ref, {}), check, github_hosts) if ref not in stored else None
        if reason:
            found[ref] = reason
    return found


def _refusal(annotations: Mapping[str, str], check: Check, github_hosts: Sequence[str]) -> str | None:
    if TECHDOCS_ENTITY in annotations:
        return None
    try:
        location = docs_location(annotations, github_hosts)
    except CallboardError:
        return None  # reading it says what is wrong
    if location is None or location.type != "url":
        return None
    try:
        check(location.target)
    except CallboardError as error:
        return error.user_text
    return None


def tell(database: Database, refused: Mapping[str, str]) -> int:
    """Write down what isn't written down yet; how many there were."""
    with database.read() as connection:
        told = queries.told_problems(connection)
    fresh = [(ref, reason) for ref, reason in sorted(refused.items()) if told.get(ref) != [_problem(reason)]]
    for start in range(0, len(fresh), _SLICE):
        with database.write() as connection:
            now = database.now(connection)
            rows = [_row(ref, reason) | {"indexed_at": now} for ref, reason in fresh[start : start + _SLICE]]
            repository.put_sites(connection, rows)
    return len(fresh)


def _row(ref: str, reason: str) -> dict[str, object]:
    problems = [_problem(reason)]
    digest = hashlib.sha1(f"{ref} {reason}".encode(), usedforsecurity=False).hexdigest()
    return {"ref": ref, "title": EntityRef.from_full(ref).name, "nav": [], "problems": problems, "digest": digest}


def _problem(reason: str) -> dict[str, str]:
    return {"message": reason, "path": ""}

"""Which of what was read before a change in a repository concerns."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import Connection, String, cast, func, or_, select

from catalog.queries.filters import parse_filters
from catalog.queries.listing import EntityQuery, matching_ids
from catalog.tables import refs, sources, targets

_VIEWS: Final = ("blob", "tree", "raw", "edit")
_SAFE: Final = "/!$&'()*+,;=:@[]{}"
_DEEPEST: Final = 50


@dataclass(frozen=True, slots=True)
class Touched:
    """A file right under its source that is touched itself, includes what is, or leads there."""

    kind: str
    source: str
    location: str
    version: str


def touched(connection: Connection, repository_url: str, branch: str, paths: Collection[str]) -> list[Touched]:
    """`repository_url` as a browser shows it; the branch that was pushed to and the files that changed there."""
    names = _names(repository_url, branch, paths)
    prefix = f"url:{repository_url}/".lower()
    near = func.lower(targets.c.location).startswith(prefix, autoescape=True)
    including = func.lower(cast(targets.c.includes, String)).contains(prefix, autoescape=True)
    found: dict[int, Touched] = {}
    for row in connection.execute(select(targets).where(or_(near, including))).all():
        if row.location.lower() in names or any(i.lower() in names for i in row.includes or ()):
            one = _top(connection, row)
            if one is not None:
                found[one.id] = Touched(one.kind, one.key, one.location, one.version)
    return list(found.values())


def _names(repository_url: str, branch: str, paths: Collection[str]) -> set[str]:
    found: set[str] = set()
    for path in paths:
        for written in (path, quote(path, safe=_SAFE)):
            found |= {f"url:{repository_url}/{view}/{branch}/{written}".lower() for view in _VIEWS}
    return found


def _top(connection: Connection, row: Any) -> Any:
    """The ancestor that stands directly under its source; None when its source is gone."""
    for _ in range(_DEEPEST):
        parent = connection.execute(select(targets).where(targets.c.id == row.parent_id)).one_or_none()
        if parent is None or parent.location.startswith("source:"):
            break
        row = parent
    query = select(targets.c.id, targets.c.location, targets.c.version, sources.c.kind, sources.c.key)
    query = query.join(sources, sources.c.id == targets.c.source_id).where(targets.c.id == row.id)
    return connection.execute(query).one_or_none()


def user_with_login(connection: Connection, login: str) -> str | None:
    """The User whose `github.com/user-login` that is; None when nobody's or several people's."""
    if not login.replace("-", "").replace("_", "").isalnum():
        return None
    query = EntityQuery(parse_filters([f"kind=user,metadata.annotations.github.com/user-login={login}"]))
    found = matching_ids(connection, query)
    if len(found) != 1:
        return None
    ref: str | None = connection.execute(select(refs.c.ref).where(refs.c.id == found[0])).scalar_one_or_none()
    return ref

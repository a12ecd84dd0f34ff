"""Brings the catalog level with one push: only the files that it touched, and what includes or leads to them."""

from collections.abc import Iterator
from dataclasses import replace

from callboard.logs import get_logger
from callboard.refs import parse_location_ref
from catalog.ingest.locations import is_glob
from catalog.ingest.source import SourceFailure, SourceFile
from catalog.ingest.target import Counts
from catalog.providers.github import GithubProvider
from catalog.providers.github_push import Push, files_of
from catalog.queries.touched import Touched, touched, user_with_login
from catalog.service import Catalog

_log = get_logger("push")


def apply_push(catalog: Catalog, push: Push) -> Counts:
    """Raises what reading from GitHub raises; whatever was read before that is kept."""
    with catalog.database.read() as connection:
        found = touched(connection, push.repository.url, push.branch, push.paths)
        actor = (user_with_login(connection, push.login) or f"github:{push.login}") if push.login else None
    counts = Counts()
    for provider in catalog.providers:
        mine = [t for t in found if t.source == f"provider:{provider.key}"]
        if not isinstance(provider, GithubProvider):
            continue
        items = list(_items(catalog, provider, push, mine))
        if items:
            own = [replace(i, actor=actor) if isinstance(i, SourceFile) else i for i in items]
            counts.add(catalog.ingestor.sync_files(provider.key, own))
        catalog.ledger.note_cost(f"provider:{provider.key}", provider.spent.take())
    for root in catalog.roots():
        if root.key in {t.source for t in found} or _may_find(root.location.target, push):
            counts.add(catalog.ingestor.sync_location(root, actor=actor))
    _log.info("push read", repository=push.repository.url, created=counts.created, updated=counts.updated)
    return counts


def _items(
    catalog: Catalog, provider: GithubProvider, push: Push, mine: list[Touched]
) -> Iterator[SourceFile | SourceFailure]:
    covered = [str(provider.location(push.repository, path)) for path in push.paths]
    known = {name: t.version for name, t in catalog.ledger.find(covered).items() if t.version and not t.error}
    seen = set()
    for item in files_of(provider, push, known):
        seen.add(str(item.location))
        yield item
    for one in mine:
        if one.location not in seen:
            yield SourceFile(parse_location_ref(one.location), None, one.version)


def _may_find(target: str, push: Push) -> bool:
    """A pattern in that repository may match files that nobody has seen yet."""
    return target.lower().startswith(f"{push.repository.url}/".lower()) and is_glob(target)

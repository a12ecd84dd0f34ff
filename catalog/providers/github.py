"""`catalog.providers.github`: every catalog file of an organisation, frugally.

A run asks for pages of up to a hundred repositories and, in each, only for the id of the catalog file's content;
text is fetched for ids that changed. A run needs nothing but what ingestion knows: the version of a file is the id of
its content (with a pattern: `<content>@<tree>@<matches in it>`), so that any replica can do the next one.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import quote

from callboard.config.model import GithubIntegration, GithubProviderSettings
from callboard.errors import CallboardError, ConfigError
from callboard.refs import LocationRef
from catalog.github.client import GithubClient
from catalog.github.credentials import Credentials
from catalog.github.errors import (
    BadTokenError,
    IncompleteListingError,
    RateLimitError,
    UnreachableError,
)
from catalog.ingest.costs import Spent
from catalog.ingest.locations import is_glob
from catalog.ingest.source import SourceFailure, SourceFile
from catalog.providers.github_blobs import PER_QUERY, Blobs, Wanted
from catalog.providers.github_filters import repository_filter
from catalog.providers.github_globs import Match, Trees, compile_glob
from catalog.providers.github_listing import LARGEST_PAGE, Listing, Repository

_SAFE: Final = "/!$&'()*+,;=:@[]{}"
_FATAL: Final = (RateLimitError, BadTokenError, UnreachableError)
"""What ends a run, because it would meet every other repository too."""
Item = SourceFile | SourceFailure


class GithubProvider:
    """One entry of `catalog.providers.github`."""

    def __init__(
        self,
        *,
        id: str,  # noqa: A002 - the word that app-config uses
        settings: GithubProviderSettings,
        integration: GithubIntegration,
        timeout: int = 20,
    ) -> None:
        """`timeout` is the longest wait for one answer, in seconds."""
        self.key = f"github-provider:{id}"
        self.schedule = settings.schedule
        self.spent = Spent()
        where = f"catalog.providers.github.{id}"
        self._path = settings.catalog_path.lstrip("/")
        if is_glob(self._path) and settings.validate_locations_exist:
            problem = "can't be used while `catalogPath` has a pattern; only files that exist are found then anyway"
            raise ConfigError([f"{where}.validateLocationsExist: {problem}"])
        self._settings, self._integration, self._timeout = settings, integration, timeout
        self._where = where
        self._credentials = Credentials(integration, timeout=timeout, spent=self.spent)
        self._filter = repository_filter(settings.filters, where)
        self._trees = Trees(compile_glob(self._path)) if is_glob(self._path) else None

    def read(self, known: Mapping[str, str]) -> Iterator[Item]:
        """Every file; raises RateLimitError, NotFoundError and the like after what it could list."""
        failed: CallboardError | None = None
        trees: set[str] = set()
        for organization in self._organizations():
            try:
                with self.client(organization) as client:
                    yield from _Run(self, organization, client, known, trees).items()
            except _FATAL:
                raise
            except CallboardError as error:
                failed = failed or error  # the other organisations of an app count all the same
        if failed is not None:
            raise failed
        if self._trees is not None:
            self._trees.forget_others(trees)

    def read_again(self, location: LocationRef, known: Mapping[str, str]) -> Sequence[Item] | None:
        """One file as it is now; with a pattern only the tree tells which files there are."""
        from catalog.providers.github_push import file_again

        return file_again(self, location, known) if self._trees is None else None

    def _organizations(self) -> list[str]:
        if self._settings.organization is not None:
            return [self._settings.organization]
        assert self._settings.app is not None
        return self._credentials.owners(self._settings.app)

    def client(self, organization: str) -> GithubClient:
        auth = self._credentials.auth_for(organization, app_id=self._settings.app)
        about = f"organisation `{organization}`"
        return GithubClient(self._integration, about=about, auth=auth, timeout=self._timeout, spent=self.spent)

    @property
    def expression(self) -> str:
        """What is looked up in each repository: the file, or the whole tree for a pattern."""
        return f"{self._settings.filters.branch or 'HEAD'}:{'' if self._trees else self._path}"

    def listing(self, organization: str, client: GithubClient) -> Listing:
        size = self._settings.page_sizes.get("repositories", LARGEST_PAGE)
        hint = f"`{self._where}.organization`"
        return Listing(client, organization, self.expression, hint, max(1, min(LARGEST_PAGE, size)))

    def serves(self, host: str, organization: str) -> bool:
        """Whether news of that organisation concerns this provider."""
        named = self._settings.organization
        return host == self._integration.host and (named is None or named.lower() == organization.lower())

    def covers(self, repository: Repository, branch: str, path: str) -> bool:
        """Whether a run would read that file."""
        wanted = self._settings.filters.branch or repository.default_branch
        matches = path == self._path if self._trees is None else self._trees.pattern.fullmatch(path) is not None
        return matches and branch == wanted and self._filter.keeps(repository)

    def place_of(self, location: LocationRef) -> tuple[str, Repository] | None:
        """The organisation and, as far as the address tells, the repository of the catalog file at a location."""
        ending = re.escape(f"/{quote(self._path, safe=_SAFE)}")
        found = re.fullmatch(rf"(https?://[^/]+/([^/]+)/([^/]+))/blob/(.+){ending}", location.target)
        if found is None:
            return None
        url, owner, name, branch = found.groups()
        return owner, Repository(name, url, False, False, "", frozenset(), branch, None)

    @property
    def path(self) -> str:
        return self._path

    def keeps(self, repository: Repository) -> bool:
        return self._filter.keeps(repository)

    @property
    def trees(self) -> Trees | None:
        return self._trees

    def location(self, repository: Repository, path: str | None = None) -> LocationRef:
        """Where a file of the repository is seen, on the branch that discovery reads."""
        branch = self._settings.filters.branch or repository.default_branch or "-"
        return LocationRef("url", f"{repository.url}/blob/{branch}/{quote(path or self._path, safe=_SAFE)}")


class _Run:
    """One walk through the organisation."""

    def __init__(
        self,
        provider: GithubProvider,
        organization: str,
        client: GithubClient,
        known: Mapping[str, str],
        current_trees: set[str],
    ) -> None:
        self._provider, self._organization, self._client, self._known = provider, organization, client, known
        self._listing = provider.listing(organization, client)
        self._blobs = Blobs(client, organization)
        self._changed: list[Wanted] = []
        self._current_trees = current_trees
        self._unlisted: list[str] = []
        """Repositories whose files could not even be named."""
        self._by_tree = _by_tree(known) if provider.trees is not None else {}

    def items(self) -> Iterator[Item]:
        for page in self._listing.repositories():
            for repository in filter(self._provider.keeps, page):
                yield from self._one(repository)
            while len(self._changed) >= PER_QUERY:
                batch, self._changed = self._changed[:PER_QUERY], self._changed[PER_QUERY:]
                yield from self._blobs.read(batch)
        yield from self._blobs.read(self._changed)
        self._finish()

    def _one(self, repository: Repository) -> Iterator[Item]:
        trees = self._provider.trees
        if repository.problem is not None:
            if trees is not None or repository.default_branch is None:
                self._unlisted.append(repository.name)
            else:
                yield SourceFailure(self._provider.location(repository), repository.problem)
        elif repository.file is None:
            return
        elif trees is not None:
            yield from self._matches(repository, trees, repository.file.oid)
        elif repository.file.kind != "Blob":
            yield SourceFailure(self._provider.location(repository), "It is a folder; a file is expected there.")
        else:
            file = repository.file
            yield from self._file(repository, self._provider.location(repository), file.oid, file.oid, file.size)

    def _file(self, repository: Repository, location: LocationRef, oid: str, version: str, size: int) -> Iterator[Item]:
        if self._known.get(str(location), "").partition("@")[0] == oid:
            yield SourceFile(location, None, version)
        else:
            self._changed.append(Wanted(location, repository.name, oid, version, size))

    def _matches(self, repository: Repository, trees: Trees, tree: str) -> Iterator[Item]:
        self._current_trees.add(tree)
        found = trees.remembered(tree)
        if found is None:
            kept = self._known_of(repository, tree)
            if kept:
                yield from (SourceFile(location, None, version) for location, version in kept)
                return
            try:
                found = trees.search(self._client, self._organization, repository.name, tree)
            except _FATAL:
                raise
            except CallboardError as error:
                self._unlisted.append(repository.name)
                yield SourceFailure(self._provider.location(repository), error.user_text)
                return
        for match in found:
            yield from self._match(repository, match, tree, len(found))

    def _match(self, repository: Repository, match: Match, tree: str, count: int) -> Iterator[Item]:
        location = self._provider.location(repository, match.path)
        yield from self._file(repository, location, match.oid, f"{match.oid}@{tree}@{count}", match.size)

    def _known_of(self, repository: Repository, tree: str) -> list[tuple[LocationRef, str]]:
        """The files that the last run found in this very tree, if ingestion still has them all."""
        prefix = str(self._provider.location(repository, "-"))[:-1]
        files = [(n, v) for n, v in self._by_tree.get(tree, ()) if n.startswith(prefix)]
        complete = bool(files) and all(v.rpartition("@")[2] == str(len(files)) for _name, v in files)
        return [(LocationRef("url", n.removeprefix("url:")), v) for n, v in files] if complete else []

    def _finish(self) -> None:
        missing = len(self._unlisted) + len(self._listing.hidden)
        if missing:
            names = ", ".join(f"`{n}`" for n in self._unlisted[:5])
            reasons = "; ".join(sorted(set(self._listing.hidden))[:3])
            detail = " ".join(filter(None, [names, reasons]))
            some = "1 repository" if missing == 1 else f"{missing} repositories"
            raise IncompleteListingError(f"{some} of `{self._organization}` could not be listed: {detail}.")


def _by_tree(known: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
    """What ingestion knows of files that a pattern found, by the tree they were found in."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name, version in known.items():
        parts = version.split("@")
        if len(parts) == 3:
            found.setdefault(parts[1], []).append((name, version))
    return found

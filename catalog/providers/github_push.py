"""A push to one repository: just the files that it touched are read, as they are on the branch now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from callboard.refs import LocationRef
from catalog.github.client import GithubClient
from catalog.github.errors import GithubNotFoundError, IncompleteListingError
from catalog.ingest.source import SourceFailure, SourceFile
from catalog.providers.github import GithubProvider
from catalog.providers.github_blobs import Blobs, Wanted
from catalog.providers.github_listing import Repository

_PER_QUERY: Final = 50


@dataclass(frozen=True, slots=True)
class Push:
    """What GitHub told; `paths` are the files that were added, modified or removed."""

    host: str
    organization: str
    repository: Repository
    branch: str
    paths: tuple[str, ...]
    login: str | None = None
    """Who pushed."""


def files_of(provider: GithubProvider, push: Push, known: Mapping[str, str]) -> Iterator[SourceFile | SourceFailure]:
    """The touched files that the provider is for; one that isn't there any more comes as missing."""
    if not provider.serves(push.host, push.organization):
        return
    paths = [p for p in push.paths if provider.covers(push.repository, push.branch, p)]
    with provider.client(push.organization) as client:
        for start in range(0, len(paths), _PER_QUERY):
            yield from _read(provider, client, push, paths[start : start + _PER_QUERY], known)


def file_again(
    provider: GithubProvider, location: LocationRef, known: Mapping[str, str]
) -> list[SourceFile | SourceFailure] | None:
    """A file that a run found, as it is now; None for a location that no run would name so."""
    place = provider.place_of(location)
    if place is None:
        return None
    organization, repository = place
    branch = provider.expression.partition(":")[0]  # HEAD, unless the settings name one
    push = Push("", organization, repository, branch, (provider.path,))
    with provider.client(organization) as client:
        return list(_read(provider, client, push, push.paths, known))


def _read(
    provider: GithubProvider, client: GithubClient, push: Push, paths: Sequence[str], known: Mapping[str, str]
) -> Iterator[SourceFile | SourceFailure]:
    wanted: list[Wanted] = []
    for path, node in zip(paths, _objects(client, push, paths), strict=True):
        location = provider.location(push.repository, path)
        oid = (node or {}).get("oid")
        if oid is None:
            yield SourceFailure(location, f"{path} was removed from {push.branch}.", missing=True)
        elif _same(known, location, oid):
            yield SourceFile(location, None, known[str(location)])
        else:
            wanted.append(Wanted(location, push.repository.name, oid, oid, node["byteSize"]))
    yield from Blobs(client, push.organization).read(wanted)


def _same(known: Mapping[str, str], location: LocationRef, oid: str) -> bool:
    return known.get(str(location), "").partition("@")[0] == oid


def _objects(client: GithubClient, push: Push, paths: Sequence[str]) -> list[Any]:
    """What each path holds on the branch: an answer with holes would make files look removed, so it is an error."""
    declared = "".join(f", $e{n}: String!" for n in range(len(paths)))
    fields = " ".join(
        f"f{n}: object(expression: $e{n}) {{ ... on Blob {{ oid byteSize }} }}" for n in range(len(paths))
    )
    query = f"query Pushed($owner: String!, $name: String!{declared}) {{"
    query += f" repository(owner: $owner, name: $name) {{ {fields} }} }}"
    variables = {"owner": push.organization, "name": push.repository.name}
    variables |= {f"e{n}": f"{push.branch}:{path}" for n, path in enumerate(paths)}
    answer = client.graphql(query, variables)
    repository = answer.data.get("repository")
    full = f"{push.organization}/{push.repository.name}"
    if repository is None:
        raise GithubNotFoundError(f"GitHub at {client.host} doesn't show {full}.")
    if answer.problems:
        raise IncompleteListingError(f"Files of {full} could not be read: {answer.problems[0].message}.")
    return [repository.get(f"f{n}") for n in range(len(paths))]

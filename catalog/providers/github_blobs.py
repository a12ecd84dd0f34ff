"""Fetches the bytes of blobs: many small ones per GraphQL question, what GraphQL can't give by REST."""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from callboard.errors import CallboardError
from callboard.refs import LocationRef
from catalog.github.client import GithubClient, path_to
from catalog.github.errors import BadTokenError, GithubNotFoundError, RateLimitError, SlowError, UnreachableError
from catalog.ingest.reading import MAX_BYTES
from catalog.ingest.source import SourceFailure, SourceFile

PER_QUERY: Final = 50
_QUERY_BYTES: Final = 2_000_000
_INLINE: Final = 200_000
"""A blob of more bytes goes by REST; GraphQL would cut its text somewhere above."""
_GONE: Final = "It was deleted or moved while it was being read."


@dataclass(frozen=True, slots=True)
class Wanted:
    """A blob and the catalog file it is."""

    location: LocationRef
    repository: str
    oid: str
    version: str
    size: int


@dataclass(slots=True)
class Blobs:
    """Reads what is wanted; a failure stays with its file, unless it would meet all the others too."""

    client: GithubClient
    owner: str

    def read(self, wanted: Sequence[Wanted]) -> Iterator[SourceFile | SourceFailure]:
        for batch in _batches([w for w in wanted if w.size <= _INLINE]):
            yield from self._batch(batch)
        for one in wanted:
            if one.size > _INLINE:
                yield self._by_rest(one)

    def _batch(self, batch: Sequence[Wanted]) -> Iterator[SourceFile | SourceFailure]:
        query, variables = _question(self.owner, batch)
        try:
            answer = self.client.graphql(query, variables)
        except SlowError:
            if len(batch) == 1:
                yield self._by_rest(batch[0])
                return
            half = len(batch) // 2
            yield from self._batch(batch[:half])
            yield from self._batch(batch[half:])
            return
        messages = {p.path[0]: p.message for p in answer.problems if p.path}
        for index, one in enumerate(batch):
            alias = f"b{index}"
            yield self._from_node(one, (answer.data.get(alias) or {}).get("object"), messages.get(alias))

    def _from_node(self, one: Wanted, node: Any, problem: str | None) -> SourceFile | SourceFailure:
        if not isinstance(node, dict):
            return SourceFailure(one.location, problem or _GONE)
        text = node.get("text")
        content = text.encode() if isinstance(text, str) else b""
        if node.get("isTruncated") or len(content) != node.get("byteSize"):
            return self._by_rest(one)  # binary, too long, or not quite UTF-8: the bytes themselves decide
        return SourceFile(one.location, content, one.version)

    def _by_rest(self, one: Wanted) -> SourceFile | SourceFailure:
        if one.size > MAX_BYTES:
            size, limit = one.size // 1024 // 1024, MAX_BYTES // 1024 // 1024
            return SourceFailure(one.location, f"It has {size} MB; a catalog file may have {limit} MB.")
        try:
            answer = self.client.get(path_to("repos", self.owner, one.repository, "git", "blobs", one.oid))
            return SourceFile(one.location, base64.b64decode(answer.body["content"]), one.version)
        except (RateLimitError, BadTokenError, UnreachableError):
            raise
        except GithubNotFoundError:
            return SourceFailure(one.location, _GONE)
        except CallboardError as error:
            return SourceFailure(one.location, error.user_text)


def _batches(wanted: Sequence[Wanted]) -> Iterator[list[Wanted]]:
    batch: list[Wanted] = []
    total = 0
    for one in wanted:
        if batch and (len(batch) == PER_QUERY or total + one.size > _QUERY_BYTES):
            yield batch
            batch, total = [], 0
        batch.append(one)
        total += one.size
    if batch:
        yield batch


def _question(owner: str, batch: Sequence[Wanted]) -> tuple[str, dict[str, str]]:
    declared, fields = ["$owner: String!"], []
    variables = {"owner": owner}
    for index, one in enumerate(batch):
        declared += [f"$n{index}: String!", f"$o{index}: GitObjectID!"]
        blob = "... on Blob { byteSize isTruncated text }"
        fields.append(f"b{index}: repository(owner: $owner, name: $n{index}) {{ object(oid: $o{index}) {{ {blob} }} }}")
        variables |= {f"n{index}": one.repository, f"o{index}": one.oid}
    return f"query Files({', '.join(declared)}) {{\n  " + "\n  ".join(fields) + "\n}", variables

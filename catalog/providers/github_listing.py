"""Lists an organisation's repositories with the id of one object in each: a hundred per question."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from callboard.errors import CallboardError, NotAllowedError, NotFoundError
from catalog.github.client import GithubClient, GraphqlAnswer, Problem
from catalog.github.errors import RefusedError, SlowError

LARGEST_PAGE: Final = 100
_PATIENCE: Final = 5
"""After how many good pages in a row a halved one is tried larger again."""
_QUERY: Final = """
query Repositories($login: String!, $size: Int!, $after: String, $expression: String!, $withFile: Boolean!) {
  repositoryOwner(login: $login) {
    repositories(first: $size, after: $after) {
      nodes {
        name
        url
        isArchived
        isFork
        visibility
        repositoryTopics(first: 100) { nodes { topic { name } } }
        defaultBranchRef { name }
        file: object(expression: $expression) @include(if: $withFile) {
          __typename
          ... on Blob { oid byteSize }
          ... on Tree { oid }
        }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""
_AT: Final = ("repositoryOwner", "repositories", "nodes")


@dataclass(frozen=True, slots=True)
class GitObject:
    kind: str
    """Blob, Tree or Commit."""
    oid: str
    size: int


@dataclass(frozen=True, slots=True)
class Repository:
    name: str
    url: str
    is_archived: bool
    is_fork: bool
    visibility: str
    topics: frozenset[str]
    default_branch: str | None
    file: GitObject | None
    problem: str | None = None
    """Why the object couldn't be looked up."""


@dataclass(slots=True)
class Listing:
    """One walk through all repositories; a page that takes too long is asked for in halves."""

    client: GithubClient
    organization: str
    expression: str
    hint: str
    """Where the organisation's name is configured."""
    page_size: int = LARGEST_PAGE
    hidden: list[str] = field(default_factory=list)
    """Why repositories didn't even tell their names."""

    def repositories(self) -> Iterator[list[Repository]]:
        """Page by page; raises what the client raises, NotFoundError when there is no such organisation."""
        after: str | None = None
        size, good = self.page_size, 0
        while True:
            answer, fitting = self._page(after, size)
            good = good + 1 if fitting == size else 0
            size = min(self.page_size, fitting * 2) if good >= _PATIENCE else fitting
            connection = self._connection(answer)
            yield self._read(connection.get("nodes") or [], answer.problems)
            info = connection.get("pageInfo") or {}
            if not info.get("hasNextPage"):
                return
            if not info.get("endCursor") or info["endCursor"] == after:
                raise RefusedError(
                    f"GitHub at {self.client.host} turns in circles while listing `{self.organization}`."
                )
            after = info["endCursor"]

    def _page(self, after: str | None, size: int) -> tuple[GraphqlAnswer, int]:
        """The next page and how many it was asked for: halved until an answer comes in time."""
        while True:
            try:
                return self._ask(after, size, with_file=True), size
            except SlowError as error:
                if size == 1:
                    return self._without_file(after, error), size
                size //= 2

    def _without_file(self, after: str | None, error: SlowError) -> GraphqlAnswer:
        """One repository that can't be looked into must not hide those behind it."""
        answer = self._ask(after, 1, with_file=False)
        return GraphqlAnswer(answer.data, (*answer.problems, Problem((*_AT, 0, "file"), "TIMEOUT", error.message)))

    def _ask(self, after: str | None, size: int, *, with_file: bool) -> GraphqlAnswer:
        variables = {
            "login": self.organization, "size": size, "after": after, "expression": self.expression,
            "withFile": with_file,
        }  # fmt: skip
        return self.client.graphql(_QUERY, variables)

    def _connection(self, answer: GraphqlAnswer) -> Mapping[str, Any]:
        owner = answer.data.get("repositoryOwner") or {}
        connection = owner.get("repositories")
        if isinstance(connection, dict):
            return connection
        raise self._no_owner(answer.problems)

    def _no_owner(self, problems: tuple[Problem, ...]) -> CallboardError:
        refused = next((p for p in problems if p.kind not in {"", "NOT_FOUND"}), None)
        if refused is not None:
            message = (
                f"GitHub at {self.client.host} doesn't show organisation `{self.organization}`: {refused.message}."
            )
            return NotAllowedError(message, hint="The token may need a scope, or single sign-on for that organisation.")
        message = (
            f"GitHub at {self.client.host} knows no organisation `{self.organization}`, or hides it from this token."
        )
        return NotFoundError(message, hint=f"If it was renamed, write the new name in {self.hint}.")

    def _read(self, nodes: list[Any], problems: tuple[Problem, ...]) -> list[Repository]:
        messages: dict[int, str] = {}
        for problem in problems:
            place = problem.path[len(_AT)] if problem.path[: len(_AT)] == _AT and len(problem.path) > len(_AT) else None
            if isinstance(place, int):
                messages[place] = problem.message
        found = []
        for index, node in enumerate(nodes):
            if isinstance(node, dict):
                found.append(_repository(node, messages.get(index)))
            else:
                self.hidden.append(messages.get(index, "GitHub gives no reason"))
        return found


def _repository(node: dict[str, Any], problem: str | None) -> Repository:
    topics = (node.get("repositoryTopics") or {}).get("nodes") or []
    file = node.get("file")
    return Repository(
        name=node["name"],
        url=node["url"],
        is_archived=bool(node.get("isArchived")),
        is_fork=bool(node.get("isFork")),
        visibility=str(node.get("visibility", "")).lower(),
        topics=frozenset(t["topic"]["name"].lower() for t in topics if t),
        default_branch=(node.get("defaultBranchRef") or {}).get("name"),
        file=GitObject(file["__typename"], file.get("oid", ""), file.get("byteSize", 0)) if file else None,
        problem=None if file else problem,
    )

"""The objects behind the GraphQL types: one attribute or method for each field of the schema."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from tests.standins.github.objects import Entry
from tests.standins.github.organization import Organization, Repository
from tests.standins.github.people import TeamNode, members_with_role, teams_of

MOST: Final = 100
_TEXT_LIMIT: Final = 512_000
"""GitHub cuts the text of a longer blob and says `isTruncated`."""


class FieldError(Exception):
    """One field that can't be given; the others of the query can."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind, self.message = kind, message


@dataclass(slots=True)
class Context:
    """What resolvers need besides the object they belong to."""

    organization: Organization
    web_url: str
    login: str
    spent: Callable[[], tuple[int, int, int]]
    """Limit, remaining and the second at which the budget is whole again."""
    broken_files: set[str] = field(default_factory=set)
    broken_repositories: set[str] = field(default_factory=set)
    asked: int = 0
    """Records that the connections of this query were asked for."""


class Connection:
    typename = "Connection"

    def __init__(self, items: Sequence[Any], keys: Sequence[str], name: str, arguments: dict[str, Any]) -> None:
        first, last = arguments.get("first"), arguments.get("last")
        self.asked = _bounded(name, first, last)
        start = _after(keys, arguments.get("after"))
        end = keys.index(_uncursor(arguments["before"])) if arguments.get("before") else len(items)
        if first is not None:
            end = min(end, start + first)
        elif last is not None:
            start = max(start, end - last)
        self.nodes = list(items[start:end])
        self.total_count = len(items)
        cursors = [_cursor(k) for k in keys[start:end]]
        self.page_info = PageInfo(
            end < len(items), start > 0, *((cursors[0], cursors[-1]) if cursors else (None, None))
        )
        self.edges = [Edge(cursor, node) for cursor, node in zip(cursors, self.nodes, strict=True)]


@dataclass(frozen=True, slots=True)
class Edge:
    cursor: str
    node: Any
    typename: str = "RepositoryEdge"


@dataclass(frozen=True, slots=True)
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None
    typename: str = "PageInfo"


def _bounded(name: str, first: int | None, last: int | None) -> int:
    size = first if first is not None else last
    if size is None:
        message = f"You must provide a `first` or `last` value to properly paginate the `{name}` connection."
        raise FieldError("MISSING_PAGINATION_BOUNDARIES", message)
    if not 0 <= size <= MOST:
        message = f"Requesting {size} records on the `{name}` connection exceeds the `first` limit of {MOST} records."
        raise FieldError("EXCESSIVE_PAGINATION", message)
    return size


def _cursor(key: str) -> str:
    return base64.b64encode(f"cursor:v2:{key}".encode()).decode()


def _uncursor(cursor: str) -> str:
    try:
        kind, version, key = base64.b64decode(cursor, validate=True).decode().split(":", 2)
    except ValueError:
        kind, version, key = "", "", ""
    if (kind, version) != ("cursor", "v2"):
        raise FieldError("INVALID_CURSOR_ARGUMENTS", f"`{cursor}` does not appear to be a valid cursor.")
    return key


def _after(keys: Sequence[str], cursor: str | None) -> int:
    """The place behind a cursor, also when what it points at has gone meanwhile."""
    if cursor is None:
        return 0
    key = _uncursor(cursor)
    return next((i for i, k in enumerate(keys) if k > key), len(keys))


def _moment(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


class RepositoryNode:
    typename = "Repository"

    def __init__(self, context: Context, repository: Repository) -> None:
        self._context, self._it = context, repository
        self.id = f"R_{repository.id}"
        self.database_id = repository.id
        self.name = repository.name
        self.description = repository.description
        self.name_with_owner = f"{context.organization.login}/{repository.name}"
        self.url = f"{context.web_url}/{self.name_with_owner}"
        self.is_archived, self.is_fork = repository.is_archived, repository.is_fork
        self.is_private = repository.visibility != "public"
        self.visibility = repository.visibility.upper()
        self.created_at, self.pushed_at = _moment(repository.created_at), _moment(repository.pushed_at)

    @property
    def is_empty(self) -> bool:
        return self._it.is_empty

    @property
    def owner(self) -> "OrganizationNode":
        return OrganizationNode(self._context)

    @property
    def default_branch_ref(self) -> "RefNode | None":
        name = self._it.git.default_branch
        return RefNode(self, name) if self._it.git.commit_of(name) else None

    def repository_topics(self, **page: Any) -> Connection:
        topics = sorted(self._it.topics)
        connection = Connection([TopicNode(t, self.url) for t in topics], topics, "repositoryTopics", page)
        connection.typename = "RepositoryTopicConnection"
        return connection

    def object(self, *, oid: str | None = None, expression: str | None = None) -> "GitNode | None":
        if self._it.name in self._context.broken_files:
            raise FieldError("INTERNAL", "Something went wrong while reading this repository.")
        git = self._it.git
        if oid is not None:
            found = git.read(oid)
            entry = Entry({"tree": "40000", "commit": "160000"}.get(found.kind, ""), "", oid) if found else None
        else:
            entry = git.at(expression or "HEAD")
        return GitNode(self, entry) if entry else None

    def read(self, oid: str) -> bytes:
        found = self._it.git.read(oid)
        return found.data if found else b""

    def entries(self, tree: str) -> list[Entry]:
        return self._it.git.entries(tree)

    def git_object(self, revision: str) -> "GitNode | None":
        entry = self._it.git.at(revision)
        return GitNode(self, entry) if entry else None


class RefNode:
    typename = "Ref"

    def __init__(self, repository: RepositoryNode, name: str) -> None:
        self.id, self.name, self.prefix = f"REF_{name}", name, "refs/heads/"
        self.target = repository.git_object(name)


@dataclass(frozen=True, slots=True)
class _TopicName:
    name: str
    typename: str = "Topic"

    @property
    def id(self) -> str:
        return f"T_{self.name}"


class TopicNode:
    typename = "RepositoryTopic"

    def __init__(self, name: str, repository_url: str) -> None:
        self.id, self.topic = f"RT_{name}", _TopicName(name)
        self.url = f"{repository_url}/topics/{name}"


class GitNode:
    """A Blob, Tree or Commit."""

    def __init__(self, repository: RepositoryNode, entry: Entry) -> None:
        self._data = repository.read(entry.oid)
        self._entry = entry
        self.repository = repository
        self.typename = entry.kind.capitalize()
        self.oid, self.abbreviated_oid = entry.oid, entry.oid[:7]
        self.id = f"{self.typename[0]}_{repository.database_id}_{entry.oid}"

    @property
    def byte_size(self) -> int:
        return len(self._data)

    @property
    def is_binary(self) -> bool:
        return b"\0" in self._data[:8000]

    @property
    def is_truncated(self) -> bool:
        return len(self._data) > _TEXT_LIMIT

    @property
    def text(self) -> str | None:
        return None if self.is_binary else self._data[:_TEXT_LIMIT].decode("utf-8", "replace")

    @property
    def entries(self) -> list["TreeEntryNode"]:
        return [TreeEntryNode(e) for e in self.repository.entries(self.oid)]

    @property
    def message(self) -> str:
        return self._data.partition(b"\n\n")[2].decode("utf-8", "replace").strip()

    @property
    def tree(self) -> "GitNode | None":
        return self.repository.git_object(f"{self.oid}:")


class TreeEntryNode:
    typename = "TreeEntry"

    def __init__(self, entry: Entry) -> None:
        self.name = self.path = entry.path
        self.mode, self.oid, self.type = int(entry.mode, 8), entry.oid, entry.kind


class OrganizationNode:
    typename = "Organization"

    def __init__(self, context: Context) -> None:
        self._context = context
        organization = context.organization
        self.id, self.database_id = f"O_{organization.id}", organization.id
        self.login = self.name = organization.login
        self.description = None
        self.url = f"{context.web_url}/{organization.login}"
        self.avatar_url = f"{context.web_url}/avatars/{organization.id}"

    def repositories(
        self, *, is_fork: bool | None = None, is_archived: bool | None = None, visibility: Any = None, **page: Any
    ) -> Connection:  # fmt: skip
        found = [
            r
            for r in self._context.organization.in_order()
            if is_fork in {None, r.is_fork}
            and is_archived in {None, r.is_archived}
            and (visibility is None or r.visibility.upper() == getattr(visibility, "name", visibility))
        ]
        broken = self._context.broken_repositories
        items = [None if r.name in broken else RepositoryNode(self._context, r) for r in found]
        connection = Connection(items, [f"{r.id:09}" for r in found], "repositories", page)
        connection.typename = "RepositoryConnection"
        self._context.asked += connection.asked
        return connection

    def repository(self, *, name: str, follow_renames: bool = True) -> RepositoryNode | None:
        organization = self._context.organization
        found = organization.get(name)
        if found is None and follow_renames:
            found = organization.get(organization.moved.get(name.lower(), ""))
        if found is None:
            full = f"{organization.login}/{name}"
            raise FieldError("NOT_FOUND", f"Could not resolve to a Repository with the name '{full}'.")
        return RepositoryNode(self._context, found)


class _OrganizationWithPeople(OrganizationNode):
    def members_with_role(self, **page: Any) -> Connection:
        found: Connection = members_with_role(self._context, page)
        return found

    def teams(self, **page: Any) -> Connection:
        found: Connection = teams_of(self._context, page)
        return found

    def team(self, *, slug: str) -> TeamNode | None:
        team = self._context.organization.teams.get(slug)
        return TeamNode(self._context, team) if team else None


class UserNode(OrganizationNode):
    typename = "User"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.id, self.login = "U_1", context.login


class RateLimitNode:
    typename = "RateLimit"

    def __init__(self, context: Context) -> None:
        self._context = context
        self.limit, self.remaining, reset = context.spent()
        self.used = self.limit - self.remaining
        self.reset_at = _moment(datetime.fromtimestamp(reset, UTC))

    @property
    def cost(self) -> int:
        return max(1, round(self._context.asked / MOST))

    @property
    def node_count(self) -> int:
        return self._context.asked


class QueryNode:
    typename = "Query"

    def __init__(self, context: Context) -> None:
        self._context = context

    def _knows(self, login: str) -> bool:
        return login.lower() == self._context.organization.login.lower()

    def repository_owner(self, *, login: str) -> OrganizationNode | None:
        return OrganizationNode(self._context) if self._knows(login) else None

    def organization(self, *, login: str) -> OrganizationNode:
        if not self._knows(login):
            raise FieldError("NOT_FOUND", f"Could not resolve to an Organization with the login of '{login}'.")
        return _OrganizationWithPeople(self._context)

    def repository(self, *, owner: str, name: str, follow_renames: bool = True) -> RepositoryNode | None:
        if not self._knows(owner):
            raise FieldError("NOT_FOUND", f"Could not resolve to a Repository with the name '{owner}/{name}'.")
        return OrganizationNode(self._context).repository(name=name, follow_renames=follow_renames)

    def rate_limit(self, *, dry_run: bool = False) -> RateLimitNode:  # noqa: ARG002 - makes no difference here
        return RateLimitNode(self._context)

    @property
    def viewer(self) -> UserNode:
        return UserNode(self._context)

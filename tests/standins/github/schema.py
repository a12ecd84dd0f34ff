"""The types of GitHub's GraphQL API that this stand-in knows; whatever isn't here is refused."""

from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class FieldType:
    of: str
    """A type's name as the schema writes it, with `!` and `[]`."""
    arguments: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.of.strip("[]!")


Fields = dict[str, FieldType]


def _fields(**types: str | FieldType) -> Fields:
    return {n: t if isinstance(t, FieldType) else FieldType(t) for n, t in types.items()} | _NAME


_NAME: Final[Fields] = {"__typename": FieldType("String!")}
_PAGE: Final = {"first": "Int", "last": "Int", "after": "String", "before": "String"}
_REPOSITORIES: Final = FieldType(
    "RepositoryConnection!",
    {**_PAGE, "isFork": "Boolean", "isArchived": "Boolean", "visibility": "RepositoryVisibility"},
)
_OWNER: Final[dict[str, str | FieldType]] = {
    "id": "ID!", "login": "String!", "url": "URI!", "avatarUrl": "URI!", "repositories": _REPOSITORIES,
    "repository": FieldType("Repository", {"name": "String!", "followRenames": "Boolean"}),
}  # fmt: skip
_GIT_OBJECT: Final = {"id": "ID!", "oid": "GitObjectID!", "abbreviatedOid": "String!", "repository": "Repository!"}

TYPES: Final[dict[str, Fields]] = {
    "Query": _fields(
        repositoryOwner=FieldType("RepositoryOwner", {"login": "String!"}),
        organization=FieldType("Organization", {"login": "String!"}),
        repository=FieldType("Repository", {"owner": "String!", "name": "String!", "followRenames": "Boolean"}),
        rateLimit=FieldType("RateLimit", {"dryRun": "Boolean"}),
        viewer="User!",
    ),
    "RepositoryOwner": _fields(**_OWNER),
    "Organization": _fields(**_OWNER, name="String", description="String", databaseId="Int",
        membersWithRole=FieldType("OrganizationMemberConnection!", _PAGE),
        teams=FieldType("TeamConnection!", _PAGE), team=FieldType("Team", {"slug": "String!"})),
    "User": _fields(**_OWNER, name="String", databaseId="Int", bio="String", email="String!", suspendedAt="DateTime",
        organizationVerifiedDomainEmails=FieldType("[String!]!", {"login": "String!"})),
    "OrganizationMemberConnection": _fields(nodes="[User]", pageInfo="PageInfo!", totalCount="Int!"),
    "TeamConnection": _fields(nodes="[Team]", pageInfo="PageInfo!", totalCount="Int!"),
    "TeamMemberConnection": _fields(nodes="[User]", pageInfo="PageInfo!", totalCount="Int!"),
    "Team": _fields(
        id="ID!", slug="String!", combinedSlug="String!", name="String!", description="String", avatarUrl="URI",
        editTeamUrl="URI!", parentTeam="Team",
        members=FieldType("TeamMemberConnection!", {**_PAGE, "membership": "TeamMembershipType"}),
    ),
    "RepositoryConnection": _fields(
        nodes="[Repository]", edges="[RepositoryEdge]", pageInfo="PageInfo!", totalCount="Int!"
    ),
    "RepositoryEdge": _fields(cursor="String!", node="Repository"),
    "PageInfo": _fields(
        hasNextPage="Boolean!", hasPreviousPage="Boolean!", startCursor="String", endCursor="String"
    ),
    "Repository": _fields(
        id="ID!", databaseId="Int", name="String!", nameWithOwner="String!", url="URI!", description="String",
        isArchived="Boolean!", isFork="Boolean!", isPrivate="Boolean!", isEmpty="Boolean!",
        visibility="RepositoryVisibility!", owner="RepositoryOwner!", defaultBranchRef="Ref",
        createdAt="DateTime!", pushedAt="DateTime",
        repositoryTopics=FieldType("RepositoryTopicConnection!", _PAGE),
        object=FieldType("GitObject", {"oid": "GitObjectID", "expression": "String"}),
    ),
    "RepositoryTopicConnection": _fields(nodes="[RepositoryTopic]", pageInfo="PageInfo!", totalCount="Int!"),
    "RepositoryTopic": _fields(id="ID!", topic="Topic!", url="URI!"),
    "Topic": _fields(id="ID!", name="String!"),
    "Ref": _fields(id="ID!", name="String!", prefix="String!", target="GitObject"),
    "GitObject": _fields(**_GIT_OBJECT),
    "Blob": _fields(**_GIT_OBJECT, byteSize="Int!", isBinary="Boolean", isTruncated="Boolean!", text="String"),
    "Tree": _fields(**_GIT_OBJECT, entries="[TreeEntry!]"),
    "Commit": _fields(**_GIT_OBJECT, message="String!", tree="Tree!"),
    "TreeEntry": _fields(name="String!", path="String", mode="Int!", oid="GitObjectID!", type="String!"),
    "RateLimit": _fields(
        cost="Int!", limit="Int!", remaining="Int!", used="Int!", nodeCount="Int!", resetAt="DateTime!"
    ),
}  # fmt: skip

IMPLEMENTED_BY: Final[dict[str, frozenset[str]]] = {
    "RepositoryOwner": frozenset({"Organization", "User"}),
    "GitObject": frozenset({"Blob", "Tree", "Commit"}),
}


def is_object(name: str) -> bool:
    """Whether a type has fields of its own, as against a scalar or an enum."""
    return name in TYPES


def fits(declared: str, wanted: str) -> bool:
    """Whether a value of the one type may stand where the other is wanted, nullability apart."""
    return declared.rstrip("!") == wanted.rstrip("!")

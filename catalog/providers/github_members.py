"""Lists an organisation's people and teams: a page of each per question, more only for teams with many members."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from callboard.config.github import GithubOrgProviderSettings
from callboard.errors import NotFoundError
from catalog.github.client import GithubClient, GraphqlAnswer
from catalog.github.errors import IncompleteListingError, RefusedError

_PEOPLE: Final = """
query People($login: String!, $size: Int!, $after: String, $email: Boolean!, $verified: Boolean!) {
  organization(login: $login) {
    membersWithRole(first: $size, after: $after) {
      nodes {
        login
        databaseId
        name
        bio
        avatarUrl
        email @include(if: $email)
        organizationVerifiedDomainEmails(login: $login) @include(if: $verified)
        SUSPENDED
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""
_TEAMS: Final = """
query Teams($login: String!, $size: Int!, $after: String, $members: Int!) {
  organization(login: $login) {
    teams(first: $size, after: $after) {
      nodes {
        slug
        combinedSlug
        name
        description
        avatarUrl
        editTeamUrl
        parentTeam { slug }
        members(first: $members, membership: IMMEDIATE) {
          nodes { login }
          pageInfo { hasNextPage endCursor }
        }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""
_MORE: Final = """
query TeamMembers($login: String!, $slug: String!, $size: Int!, $after: String) {
  organization(login: $login) {
    team(slug: $slug) {
      members(first: $size, after: $after, membership: IMMEDIATE) {
        nodes { login }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}
"""


@dataclass(frozen=True, slots=True)
class Person:
    login: str
    id: int | None
    name: str | None
    bio: str | None
    picture: str | None
    email: str | None
    suspended: bool


@dataclass(frozen=True, slots=True)
class Team:
    slug: str
    combined_slug: str
    name: str | None
    description: str | None
    picture: str | None
    edit_url: str | None
    parent: str | None
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Members:
    """One organisation, seen by one client. A page with holes raises: nobody may be taken for gone because of it."""

    client: GithubClient
    organization: str
    settings: GithubOrgProviderSettings
    shows_emails: bool
    """Personal tokens see public mail addresses; apps don't."""

    def people(self) -> Iterator[Person]:
        suspended = self.settings.exclude_suspended_users
        query = _PEOPLE.replace("SUSPENDED", "suspendedAt" if suspended else "")  # github.com doesn't know the field
        sizes = {
            "size": self.settings.page_sizes.organization_members,
            "email": self.shows_emails,
            "verified": self.settings.default_user_transformer.use_verified_emails,
        }
        for node in self._pages(query, sizes, ("membersWithRole",)):
            yield _person(node)

    def teams(self) -> Iterator[Team]:
        sizes = {"size": self.settings.page_sizes.teams, "members": self.settings.page_sizes.team_members}
        for node in self._pages(_TEAMS, sizes, ("teams",)):
            yield self._team(node)

    def _team(self, node: Mapping[str, Any]) -> Team:
        first = node["members"]
        logins = [m["login"] for m in first["nodes"] if m]
        if first["pageInfo"]["hasNextPage"]:
            variables = {"slug": node["slug"], "size": self.settings.page_sizes.team_members}
            after = first["pageInfo"]["endCursor"]
            logins += [m["login"] for m in self._pages(_MORE, variables, ("team", "members"), after)]
        return Team(
            slug=node["slug"],
            combined_slug=node["combinedSlug"],
            name=node.get("name"),
            description=node.get("description"),
            picture=node.get("avatarUrl"),
            edit_url=node.get("editTeamUrl"),
            parent=(node.get("parentTeam") or {}).get("slug"),
            members=tuple(logins),
        )

    def _pages(
        self, query: str, variables: Mapping[str, Any], place: tuple[str, ...], after: str | None = None
    ) -> Iterator[Mapping[str, Any]]:
        while True:
            answer = self.client.graphql(query, {**variables, "login": self.organization, "after": after})
            connection = self._connection(answer, place)
            yield from connection["nodes"]
            info = connection["pageInfo"]
            if not info["hasNextPage"]:
                return
            if not info["endCursor"] or info["endCursor"] == after:
                message = f"GitHub at {self.client.host} turns in circles while listing `{self.organization}`."
                raise RefusedError(message)
            after = info["endCursor"]

    def _connection(self, answer: GraphqlAnswer, place: tuple[str, ...]) -> Mapping[str, Any]:
        found: Any = answer.data.get("organization")
        for step in place:
            found = found.get(step) if isinstance(found, dict) else None
        if isinstance(found, dict) and None not in found["nodes"]:
            return found
        said = answer.problems[0].message if answer.problems else "GitHub gives no reason"
        if not answer.data.get("organization"):
            hint = "Check its name under `catalog.providers.githubOrg`; the token needs the scope `read:org`."
            message = f"GitHub at {self.client.host} shows no organisation `{self.organization}`: {said}."
            raise NotFoundError(message, hint=hint)
        raise IncompleteListingError(f"Some people or teams of `{self.organization}` could not be listed: {said}.")


def _person(node: Mapping[str, Any]) -> Person:
    verified = node.get("organizationVerifiedDomainEmails") or []
    return Person(
        login=node["login"],
        id=node.get("databaseId"),
        name=node.get("name"),
        bio=node.get("bio"),
        picture=node.get("avatarUrl"),
        email=verified[0] if verified else node.get("email") or None,
        suspended=bool(node.get("suspendedAt")),
    )

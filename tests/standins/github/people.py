"""The people and teams of the organisation, as its GraphQL fields show them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.standins.github.organization import Member, Team

if TYPE_CHECKING:
    from tests.standins.github.nodes import Context


@dataclass(frozen=True, slots=True)
class _TeamName:
    slug: str
    typename: str = "Team"


class MemberNode:
    typename = "User"

    def __init__(self, context: "Context", member: Member) -> None:
        self._member = member
        self.id, self.database_id, self.login = f"U_{member.id}", member.id, member.login
        self.name, self.bio, self.email = member.name, member.bio, member.email
        self.suspended_at = "2026-01-05T09:00:00Z" if member.suspended else None
        self.url = f"{context.web_url}/{member.login}"
        self.avatar_url = f"{context.web_url}/avatars/u/{member.id}"

    def organization_verified_domain_emails(self, *, login: str) -> list[str]:  # noqa: ARG002 - there is one
        return list(self._member.verified_emails)


class TeamNode:
    typename = "Team"

    def __init__(self, context: "Context", team: Team) -> None:
        self._context, self._team = context, team
        login = context.organization.login
        self.id, self.slug, self.combined_slug = f"T_{team.slug}", team.slug, f"{login}/{team.slug}"
        self.name, self.description = team.name or team.slug, team.description
        self.avatar_url = f"{context.web_url}/avatars/t/{team.slug}"
        self.edit_team_url = f"{context.web_url}/orgs/{login}/teams/{team.slug}/edit"
        self.parent_team = _TeamName(team.parent) if team.parent else None

    def members(self, *, membership: Any = "ALL", **page: Any) -> Any:
        """IMMEDIATE are those of the team itself, ALL also those of the teams below it."""
        teams = [self._team]
        if getattr(membership, "name", membership) != "IMMEDIATE":
            teams += [t for t in self._context.organization.teams.values() if t.parent == self._team.slug]
        logins = sorted({login for team in teams for login in team.members})
        return _connection(self._context, [self._context.organization.members[n] for n in logins], "members", page)


def members_with_role(context: "Context", page: dict[str, Any]) -> Any:
    members = sorted(context.organization.members.values(), key=lambda m: m.login)
    connection = _connection(context, members, "membersWithRole", page)
    connection.typename = "OrganizationMemberConnection"
    return connection


def teams_of(context: "Context", page: dict[str, Any]) -> Any:
    from tests.standins.github.nodes import Connection

    teams = sorted(context.organization.teams.values(), key=lambda t: t.slug)
    connection = Connection([TeamNode(context, t) for t in teams], [t.slug for t in teams], "teams", page)
    connection.typename = "TeamConnection"
    context.asked += connection.asked
    return connection


def _connection(context: "Context", members: list[Member], name: str, page: dict[str, Any]) -> Any:
    from tests.standins.github.nodes import Connection

    connection = Connection([MemberNode(context, m) for m in members], [m.login for m in members], name, page)
    connection.typename = "TeamMemberConnection"
    context.asked += connection.asked
    return connection

"""`catalog.providers.githubOrg`: the people of organisations as Users, their teams as Groups.

Each becomes a document of its own, seen where GitHub shows it; its version is the digest of what we say about it, so
that a run that finds everything as it was writes nothing.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from callboard.config.github import GithubOrgProviderSettings
from callboard.config.model import GithubIntegration
from callboard.errors import CallboardError, ConfigError
from callboard.refs import LocationRef
from catalog.github.client import GithubClient
from catalog.github.credentials import Credentials
from catalog.github.errors import BadTokenError, RateLimitError, UnreachableError
from catalog.ingest.costs import Spent
from catalog.ingest.source import SourceFile
from catalog.providers.github_members import Members, Person, Team

_FATAL = (RateLimitError, BadTokenError, UnreachableError)


@dataclass(slots=True)
class _Found:
    people: dict[str, Person] = field(default_factory=dict)
    teams: list[tuple[str, Team]] = field(default_factory=list)


class GithubOrgProvider:
    """One entry of `catalog.providers.githubOrg`."""

    def __init__(
        self, *, settings: GithubOrgProviderSettings, integration: GithubIntegration, alone: bool, timeout: int = 20
    ) -> None:
        """`alone`: there is no other entry; the teams of a single organisation go to `default` then."""
        self.key = f"github-org:{settings.id}"
        self.schedule = settings.schedule
        self.spent = Spent()
        self.host = settings.host
        self._settings, self._integration, self._timeout = settings, integration, timeout
        self._in_default = alone and len(settings.orgs) == 1
        self._credentials = Credentials(integration, timeout=timeout, spent=self.spent)

    def serves(self, host: str, organization: str) -> bool:
        """Whether news of that organisation concerns this provider."""
        named = {o.lower() for o in self._settings.orgs}
        return host == self.host and (not named or organization.lower() in named)

    def read(self, known: Mapping[str, str]) -> Iterator[SourceFile]:
        """Everybody and every team; raises after what it could list when an organisation can't be read."""
        found, failed = _Found(), None
        for organization in self._organizations():
            try:
                self._list(organization, found)
            except _FATAL:
                raise
            except CallboardError as error:
                failed = failed or error  # the other organisations count all the same
        for location, document in self._documents(found):
            content = json.dumps(document, ensure_ascii=False, indent=1).encode()  # JSON is YAML
            version = hashlib.sha256(content).hexdigest()
            same = known.get(str(location)) == version
            yield SourceFile(location, None if same else content, version)
        if failed is not None:
            raise failed

    def read_again(self, location: LocationRef, known: Mapping[str, str]) -> None:
        """A person's teams stand with the teams: only a whole run tells."""

    def _organizations(self) -> Sequence[str]:
        if self._settings.orgs:
            return self._settings.orgs
        apps = self._integration.apps
        if not apps:
            where = f"catalog.providers.githubOrg ({self._settings.id})"
            raise ConfigError([f"{where}: `orgs` is needed, because {self.host} has no app that could list its own"])
        found = [owner for app in apps for owner in self._credentials.owners(app.app_id)]
        return list(dict.fromkeys(found))

    def _list(self, organization: str, found: _Found) -> None:
        auth = self._credentials.auth_for(organization)
        about = f"the members of `{organization}`"
        client = GithubClient(self._integration, about=about, auth=auth, timeout=self._timeout, spent=self.spent)
        with client:
            members = Members(client, organization, self._settings, shows_emails=auth is None)
            people = [p for p in members.people() if not p.suspended]
            teams = [(organization, team) for team in members.teams()]
        found.people.update((p.login, p) for p in people)
        found.teams += teams

    def _documents(self, found: _Found) -> Iterator[tuple[LocationRef, dict[str, Any]]]:
        base = self._settings.github_url.rstrip("/")
        member_of: dict[str, list[str]] = {}
        for organization, team in found.teams:
            group = f"{self._namespace(organization)}/{team.slug}"
            for login in team.members:
                member_of.setdefault(login, []).append(group)
        for login, person in found.people.items():
            yield LocationRef("url", f"{base}/{login}"), _user(person, member_of.get(login, []))
        for organization, team in found.teams:
            document = _group(team, self._namespace(organization), [m for m in team.members if m in found.people])
            yield LocationRef("url", f"{base}/orgs/{organization}/teams/{team.slug}"), document

    def _namespace(self, organization: str) -> str:
        return "default" if self._in_default else organization.lower()


def _user(person: Person, member_of: Sequence[str]) -> dict[str, Any]:
    annotations = {"github.com/user-login": person.login}
    if person.id is not None:
        annotations["github.com/user-id"] = str(person.id)
    profile = _present(displayName=person.name, email=person.email, picture=person.picture)
    metadata = {"name": person.login, "annotations": annotations, **_present(description=person.bio)}
    return _entity("User", metadata, {"profile": profile, "memberOf": sorted(member_of)})


def _group(team: Team, namespace: str, members: Sequence[str]) -> dict[str, Any]:
    annotations = {"github.com/team-slug": team.combined_slug, **_present(**{"backstage.io/edit-url": team.edit_url})}
    metadata = {"name": team.slug, "namespace": namespace, "annotations": annotations}
    spec: dict[str, Any] = {
        "type": "team",
        "profile": _present(displayName=team.name, picture=team.picture),
        "children": [],  # the parents' side of `parent` says the same
        "members": [f"default/{m}" for m in sorted(members)],
        **_present(parent=team.parent),
    }
    return _entity("Group", metadata | _present(description=team.description), spec)


def _entity(kind: str, metadata: Mapping[str, Any], spec: Mapping[str, Any]) -> dict[str, Any]:
    return {"apiVersion": "backstage.io/v1alpha1", "kind": kind, "metadata": dict(metadata), "spec": dict(spec)}


def _present(**values: str | None) -> dict[str, str]:
    """What people really filled in, without characters that no document may hold."""
    cleaned = {
        name: "".join(c for c in value if c.isprintable() or c == "\n") for name, value in values.items() if value
    }
    return {name: text.strip() for name, text in cleaned.items() if text.strip()}

"""The value of a repository picker: `host?owner=o&repo=r`, its parts, and what is missing in it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import quote

from callboard.errors import InputError, did_you_mean
from scaffolder.expressions import missing_repo_parts, split_repo_url
from scaffolder.forms.model import RepoOptions

_ORDER: Final = ("organization", "workspace", "project", "owner", "repo")


def format_repo_url(parts: Mapping[str, str]) -> str:
    query = "&".join(f"{name}={quote(parts[name], safe='/')}" for name in _ORDER if parts.get(name))
    return f"{parts.get('host', '')}?{query}"


def repo_url_problems(value: object, options: RepoOptions) -> Iterator[str]:
    """What keeps a value from naming a repository that may be used."""
    if not isinstance(value, str):
        yield "Unable to parse the Repository URL"
        return
    try:
        parts = split_repo_url(value)
    except InputError:
        yield "Unable to parse the Repository URL"
        return
    for name in missing_repo_parts(parts):
        yield f"Incomplete repository location provided, {name} not provided"
    yield from _forbidden("host", parts, options.hosts)
    yield from _forbidden("owner", parts, options.owners)
    yield from _forbidden("organization", parts, options.organizations)
    yield from _forbidden("project", parts, options.projects)
    yield from _forbidden("repo", parts, options.repos)


def _forbidden(name: str, parts: Mapping[str, str], allowed: Iterable[str]) -> Iterator[str]:
    choices, given = list(allowed), parts.get(name)
    if not choices or given is None or given.lower() in {c.lower() for c in choices}:
        return
    advice = did_you_mean(given, choices) or f"Choose one of {', '.join(choices[:8])}."
    yield f'The {name} "{given}" is not allowed here. {advice}'

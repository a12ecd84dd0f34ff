"""One connection to a GitHub host through PyGithub's requester, without its pauses and retries.

PyGithub waits a second between GraphQL questions, because they are POSTs, and retries a used-up rate limit for
minutes; whoever calls us knows better when to go on.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote

import requests
from github import Auth, Github
from github.GithubException import GithubException
from github.Requester import Requester

from callboard.config.model import GithubIntegration
from callboard.errors import CallboardError
from callboard.logs import protect, redact
from catalog.github import errors
from catalog.ingest.costs import Quota, Spent

_TIMEOUT: Final = 20
"""Seconds; GitHub itself gives up a query after ten."""
_SLOW: Final = (
    "something went wrong while executing your query",
    "couldn't respond to your request in time",
    "timeout",
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One error of a GraphQL answer that has data too."""

    path: tuple[str | int, ...]
    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class GraphqlAnswer:
    data: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class RestAnswer:
    """`body` None: nothing changed since the ETag that was shown."""

    body: Any
    etag: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class GithubClient:
    """Asks one host; every error it raises is a CallboardError that names the host and what it was about."""

    def __init__(
        self,
        integration: GithubIntegration,
        *,
        about: str,
        auth: Auth.Auth | None = None,
        timeout: int = _TIMEOUT,
        spent: Spent | None = None,
    ) -> None:
        """Without `auth` it shows the integration's token, or none."""
        self.host = integration.host
        self.spent = spent or Spent()
        self._about = about
        token = integration.token.get_secret_value() if integration.token else None
        protect(token)
        self._anonymous = auth is None and not token
        self._github = Github(
            auth=auth or (Auth.Token(token) if token else None),
            base_url=integration.api_url,
            timeout=timeout,
            user_agent="callboard",
            per_page=100,
            retry=None,
            seconds_between_requests=0,
            seconds_between_writes=0,
        )
        self._requester: Requester = self._github.requester

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._github.close()

    def graphql(self, query: str, variables: Mapping[str, Any]) -> GraphqlAnswer:
        """The data and what is missing from it; an answer without any data is an error."""
        self.spent.count("graphql")
        body = {"query": query, "variables": dict(variables)}
        _status, headers, answer = self._send("POST", self._requester.graphql_url, {}, body)
        data = answer.get("data") if isinstance(answer, dict) else None
        found = answer.get("errors") if isinstance(answer, dict) else None
        listed = [e for e in found if isinstance(e, dict)] if isinstance(found, list) else []
        if any(e.get("type") == "RATE_LIMITED" for e in listed):
            raise self._limited(headers, _text(listed[0].get("message")))
        if not isinstance(data, dict):
            raise self._without_data(listed)
        return GraphqlAnswer(data, tuple(_problem(e) for e in listed))

    def _without_data(self, listed: list[dict[str, Any]]) -> CallboardError:
        message = _text(listed[0].get("message")) if listed else "no data"
        if any(word in message.lower() for word in _SLOW):
            return errors.SlowError(f"GitHub at {self.host} ran out of time over {self._about}.")
        hint = "A GitHub Enterprise Server may be too old for this, or the token lacks a scope."
        return errors.RefusedError(f"GitHub at {self.host} refuses the query for {self._about}: {message}.", hint=hint)

    def get(self, path: str, *, etag: str = "") -> RestAnswer:
        """One REST resource as JSON; with the ETag of an earlier answer it costs nothing when nothing changed."""
        self.spent.count("rest")
        conditions = {"If-None-Match": etag} if etag else {}
        status, headers, body = self._send("GET", path, conditions, None)
        if status == 304:
            self.spent.count("not modified")
            return RestAnswer(None, etag)
        return RestAnswer(body, headers.get("etag", ""), headers)

    def _send(
        self, verb: str, url: str, headers: dict[str, str], body: Any
    ) -> tuple[int, dict[str, str], Any]:  # fmt: skip
        try:
            status, answered, text = self._requester.requestJson(verb, url, headers=headers, input=body)
        except requests.RequestException as error:
            raise self._unreachable(error) from None
        except GithubException as error:  # while an app's token was renewed
            raise self._refused(error.status, {}, error.message or "") from None
        except RuntimeError as error:
            message = f"GitHub at {self.host} sends us elsewhere while reading {self._about}: {redact(str(error))}."
            raise errors.RefusedError(message, hint="Check `apiBaseUrl` of this host.") from None
        self._note_quota(answered)
        if status == 304:
            return status, answered, None
        return status, answered, self._decoded(status, answered, text)

    def _decoded(self, status: int, headers: dict[str, str], text: str) -> Any:
        if status >= 500:
            raise errors.SlowError(f"GitHub at {self.host} answered {status} while reading {self._about}.")
        try:
            body = json.loads(text)
        except ValueError:
            if status in {403, 429} and "retry-after" in headers:
                raise self._limited(headers, "secondary") from None
            hint = f"A proxy or a sign-in page may stand in between; check `apiBaseUrl` of {self.host}."
            message = (
                f"GitHub at {self.host} answered {status} with a page instead of JSON while reading {self._about}."
            )
            raise errors.NotJsonError(message, hint=hint) from None
        if status >= 400:
            raise self._refused(status, headers, str(body.get("message")) if isinstance(body, dict) else "")
        return body

    def _refused(self, status: int, headers: dict[str, str], said_there: str) -> CallboardError:
        message = _text(said_there)
        if status == 401 and self._anonymous:
            hint = f"Put a `token`, or `apps` that it has installed, under `integrations.github` for {self.host}."
            return errors.BadTokenError(f"GitHub at {self.host} wants credentials for {self._about}.", hint=hint)
        if status == 401:
            hint = (
                f"Put a token that works under `integrations.github` for {self.host}; this one may have been revoked."
            )
            said = f"GitHub at {self.host} doesn't accept the token while reading {self._about}: {message}."
            return errors.BadTokenError(said, hint=hint)
        limited = "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0"
        if status == 429 or (status == 403 and (limited or Requester.isRateLimitError(said_there))):
            return self._limited(headers, message)
        if status == 403:
            hint = "The token may lack a scope, or the organisation wants single sign-on for it."
            return errors.ForbiddenError(f"GitHub at {self.host} forbids {self._about}: {message}.", hint=hint)
        if status == 404:
            return errors.GithubNotFoundError(f"GitHub at {self.host} has nothing there for {self._about}: {message}.")
        return errors.RefusedError(f"GitHub at {self.host} refuses {self._about} with {status}: {message}.")

    def _limited(self, headers: dict[str, str], message: str) -> errors.RateLimitError:
        budget = "secondary rate limit" if "secondary" in message.lower() else "rate limit"
        said = f"GitHub's {budget} at {self.host} is used up while reading {self._about}."
        return errors.RateLimitError(said, retry_after=_wait(headers))

    def _unreachable(self, error: requests.RequestException) -> CallboardError:
        if isinstance(error, requests.Timeout) or "timed out" in str(error):
            return errors.SlowError(f"GitHub at {self.host} didn't answer in time while reading {self._about}.")
        if isinstance(error, requests.exceptions.SSLError):
            hint = "Name your company's certificates in the environment variable REQUESTS_CA_BUNDLE."
            return errors.UnreachableError(f"The certificate of GitHub at {self.host} can't be verified.", hint=hint)
        hint = "Check the network, the proxy and `apiBaseUrl` of this host."
        return errors.UnreachableError(f"GitHub at {self.host} can't be reached for {self._about}.", hint=hint)

    def _note_quota(self, headers: Mapping[str, str]) -> None:
        with suppress(KeyError, ValueError):
            found = [int(float(headers[f"x-ratelimit-{part}"])) for part in ("limit", "remaining", "reset")]
            self.spent.note(headers.get("x-ratelimit-resource", "core"), Quota(*found))


def path_to(*parts: str) -> str:
    """A REST path from parts that may hold anything."""
    return "/" + "/".join(quote(part, safe="") for part in parts)


def _text(value: Any) -> str:
    return redact(str(value)).strip().rstrip(".")[:300]


def _problem(error: dict[str, Any]) -> Problem:
    path = error.get("path")
    steps = tuple(p for p in path if isinstance(p, str | int)) if isinstance(path, list) else ()
    return Problem(steps, str(error.get("type", "")), _text(error.get("message")))


def _wait(headers: Mapping[str, str]) -> float:
    """Seconds until the limit ends; by GitHub's clock, ours may be wrong."""
    with suppress(KeyError, ValueError):
        return float(headers["retry-after"])
    with suppress(KeyError, ValueError, TypeError):
        if int(headers["x-ratelimit-remaining"]) == 0:
            now = parsedate_to_datetime(headers["date"]).timestamp()
            return float(headers["x-ratelimit-reset"]) - now + 1
    return errors.DEFAULT_WAIT

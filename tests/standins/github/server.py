"""The stand-in as a server: REST under /api/v3, GraphQL at /api/graphql as on GitHub Enterprise, git at the root."""

import hashlib
import json
import os
import socket
import tempfile
import threading
from collections.abc import Callable, Iterable, Mapping
from email.utils import formatdate
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import uvicorn
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from callboard.config.model import GithubIntegration
from tests.standins.github import execute, pages, rest, smart_http
from tests.standins.github.folders import Folders
from tests.standins.github.nodes import Context
from tests.standins.github.organization import Files, Member, Organization, Repository, Team
from tests.standins.github.traffic import Answer, App, Fault, Refusal, Resource, Traffic

_TOKEN: Final = "ghp_" + "standin0" * 5
_METHODS: Final = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_API, _GRAPHQL = "/api/v3", "/api/graphql"


def _fast_folder() -> str | None:
    """Where thousands of small files that nobody keeps are written fastest."""
    memory = Path("/dev/shm")
    return str(memory) if os.access(memory, os.W_OK) else None


class GithubStandIn:
    """One organisation served on loopback from a thread of this process; leaving the `with` stops it."""

    def __init__(
        self,
        *,
        org: str = "acme",
        root: Path | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        token: str = _TOKEN,
        login: str = "callboard-bot",
    ) -> None:
        self._socket = socket.create_server((host, port))
        self.host = f"{host}:{self._socket.getsockname()[1]}"
        self.url = f"http://{self.host}"
        self._storage = tempfile.TemporaryDirectory(prefix="github-stand-in-", dir=_fast_folder())
        self.organization = Organization(org, Path(self._storage.name))
        self.traffic = Traffic(token)
        self.context = Context(self.organization, self.url, login, self._spent)
        self._folders = Folders(root, self.organization) if root is not None else None
        app = Starlette(routes=[Route("/{path:path}", self._endpoint, methods=_METHODS)])
        config = uvicorn.Config(
            app, log_level="error", access_log=False, lifespan="off", timeout_graceful_shutdown=1, date_header=False
        )  # fmt: skip
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="github-stand-in", daemon=True)

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])

    def _spent(self) -> tuple[int, int, int]:
        budget = self.traffic.budgets["graphql"]
        return budget.limit, budget.remaining, budget.reset

    @property
    def api_url(self) -> str:
        return self.url + _API

    @property
    def token(self) -> str:
        return self.traffic.token

    def integration(self, *, token: str | None = None) -> GithubIntegration:
        """The entry of `integrations.github` that leads here."""
        secret = SecretStr(self.token if token is None else token)
        return GithubIntegration(host=self.host, token=secret, api_base_url=self.api_url)

    def install_app(self, app_id: int = 4711) -> App:
        """A GitHub App that may read the organisation; its `private_key` goes into the configuration."""
        self.traffic.app = App(app_id)
        return self.traffic.app

    def clone_url(self, name: str, *, with_token: bool = True) -> str:
        user = f"x-access-token:{self.token}@" if with_token else ""
        return f"http://{user}{self.host}/{self.organization.login}/{name}.git"

    def add_repository(
        self,
        name: str,
        files: Files | None = None,
        *,
        archived: bool = False,
        fork: bool = False,
        visibility: str = "internal",
        topics: Iterable[str] = (),
        default_branch: str = "main",
    ) -> Repository:
        return self.organization.create(
            name, files, archived=archived, fork=fork, visibility=visibility, topics=topics,
            default_branch=default_branch,
        )  # fmt: skip

    def add_member(self, login: str, **details: Any) -> Member:
        organization = self.organization
        member = organization.members[login] = Member(9000 + len(organization.members), login, **details)
        return member

    def add_team(self, slug: str, members: Iterable[str] = (), **details: Any) -> Team:
        team = self.organization.teams[slug] = Team(slug, members=set(members), **details)
        return team

    def put_file(self, repository: str, path: str, content: str | bytes, *, branch: str | None = None) -> str:
        """Commits one file; gives the commit's id."""
        return self.organization.push(repository, {path: content}, branch=branch, message=f"Change {path}")

    def delete_file(self, repository: str, path: str) -> str:
        return self.organization.push(repository, {path: None}, message=f"Remove {path}")

    def push(self, repository: str, files: Files, *, branch: str | None = None, message: str = "Change") -> str:
        return self.organization.push(repository, files, branch=branch, message=message)

    def archive(self, repository: str) -> None:
        self.organization[repository].is_archived = True

    def rename(self, repository: str, new_name: str) -> None:
        self.organization.rename(repository, new_name)

    def delete_repository(self, repository: str) -> None:
        self.organization.delete(repository)

    def fail(
        self,
        answer: Answer | None = None,
        *,
        resource: Resource | None = None,
        times: int = 1,
        after: int = 0,
        delay: float = 0.0,
        mentions: str = "",
        meanwhile: Callable[[], object] | None = None,
    ) -> None:
        """The next `times` requests, after `after` good ones, get this answer or a silence of `delay` seconds."""
        self.traffic.fail(Fault(resource, answer, times, after, delay, mentions, meanwhile))

    def reset(self) -> None:
        """Nothing there, nothing broken, nothing spent."""
        self.organization.repositories.clear()
        self.organization.members.clear()
        self.organization.teams.clear()
        self.organization.moved.clear()
        self.traffic.reset()
        self.context.broken_files.clear()
        self.context.broken_repositories.clear()

    def counted(self) -> dict[str, int]:
        """Requests since the last call, by kind: `graphql`, `rest`, `not modified`, `git`."""
        return self.traffic.counted()

    def __enter__(self) -> Self:
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            self._thread.join(0.01)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(10)
        self._socket.close()
        self._storage.cleanup()

    async def _endpoint(self, request: Request) -> Response:
        try:
            answer = await self._answer(request, await request.body())
        except Refusal as refusal:
            answer = refusal.answer
        except ClientDisconnect:
            return Response(status_code=499)
        return _response(answer)

    async def _answer(self, request: Request, body: bytes) -> Answer:
        if self._folders is not None:
            await run_in_threadpool(self._folders.sync)
        path = "/" + request.path_params["path"]
        if path == _GRAPHQL:
            return await self._graphql(request, body)
        if path.startswith(_API + "/"):
            return await self._rest(request, path.removeprefix(_API), body)
        return await self._web(request, path, body)

    async def _graphql(self, request: Request, body: bytes) -> Answer:
        self.traffic.count("graphql")
        disturbed = await self.traffic.disturb("graphql", body.decode("utf-8", "replace"))
        if disturbed is not None:
            return disturbed
        if request.method != "POST" or not self.traffic.check_token(request.headers.get("authorization", "")):
            raise Refusal(401, "This endpoint requires you to be authenticated.")
        given = json.loads(body or b"{}")
        return await run_in_threadpool(self._query, str(given.get("query", "")), given.get("variables") or {})

    def _query(self, query: str, variables: dict[str, Any]) -> Answer:
        budget = self.traffic.budgets["graphql"]
        if budget.remaining <= 0:
            message = "API rate limit exceeded for user ID 1."
            errors = [{"type": "RATE_LIMITED", "message": message}]
            return Answer({"errors": errors}, headers=budget.headers("graphql"))
        self.traffic.queries.append(query)
        self.context.asked = 0
        with self.organization.lock:
            body = execute.answer(self.context, query, variables)
        largest = self.traffic.largest_page
        if largest is not None and self.context.asked > largest:
            return Answer("<html><body>502 Bad Gateway</body></html>", 502, media_type="text/html")
        budget.remaining -= max(1, round(self.context.asked / 100))
        return Answer(body, headers=budget.headers("graphql"))

    async def _rest(self, request: Request, path: str, body: bytes) -> Answer:
        self.traffic.count("rest")
        disturbed = await self.traffic.disturb("core", str(request.url))
        if disturbed is not None:
            return disturbed
        authorization = request.headers.get("authorization", "")
        if self.traffic.app is not None and rest.is_for_apps(path):
            self.traffic.app.check(authorization)
            known = True
        else:
            known = self.traffic.check_token(authorization)
        call = rest.Call(
            self.context, self.traffic, request.method, path.rstrip("/"), dict(request.query_params),
            request.headers.get("accept", ""), body, known,
        )  # fmt: skip
        return await run_in_threadpool(self._conditional, call, request.headers)

    def _conditional(self, call: rest.Call, headers: Mapping[str, str]) -> Answer:
        budget = self.traffic.budgets["core"]
        if budget.remaining <= 0 and call.path != "/rate_limit":
            self.traffic.spend("core")
        with self.organization.lock:
            answer = rest.respond(call)
        if call.method == "GET" and answer.status == 200:
            answer.headers["etag"] = tag = f'W/"{hashlib.sha256(_encoded(answer.body)).hexdigest()}"'
            if headers.get("if-none-match") == tag:
                self.traffic.count("not modified")
                return Answer(b"", 304, {"etag": tag, **budget.headers("core")})
        if call.path != "/rate_limit":
            self.traffic.spend("core")
        answer.headers.update(budget.headers("core"))
        return answer

    async def _web(self, request: Request, path: str, body: bytes) -> Answer:
        owner, _, rest_of = path.strip("/").partition("/")
        name, _, rest_of = rest_of.partition("/")
        it = self.organization.get(name.removesuffix(".git"))
        if owner.lower() != self.organization.login.lower():
            raise Refusal(404, "Not Found")
        if it is None or not smart_http.is_git(rest_of):
            return pages.show(self.organization, name, it, rest_of)
        self.traffic.count("git")
        return await run_in_threadpool(
            smart_http.respond, self.traffic, it, rest=rest_of, method=request.method, query=request.url.query,
            headers=request.headers, body=body,
        )  # fmt: skip


def _encoded(body: Any) -> bytes:
    if isinstance(body, bytes):
        return body
    return body.encode() if isinstance(body, str) else json.dumps(body).encode()


def _response(answer: Answer) -> Response:
    headers = {"x-github-request-id": "STAND:IN", "date": formatdate(usegmt=True), **answer.headers}
    if answer.status == 304:
        return Response(status_code=304, headers=headers)
    return Response(_encoded(answer.body), answer.status, headers, answer.media_type)

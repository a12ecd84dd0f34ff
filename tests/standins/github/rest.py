"""GitHub's REST API, as much of it as discovery, file reading and publishing use."""

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

from tests.standins.github.nodes import Context
from tests.standins.github.objects import Entry
from tests.standins.github.organization import Repository
from tests.standins.github.traffic import Answer, Refusal, Traffic

Json = dict[str, Any]
_RAW: Final = re.compile(r"application/vnd\.github\.(v3\.)?raw")
_INLINE_LIMIT: Final = 1_048_576
_REPO: Final = r"/repos/(?P<owner>[^/]+)/(?P<repo>[^/]+)"


@dataclass(frozen=True, slots=True)
class Call:
    """A request that passed the gate."""

    context: Context
    traffic: Traffic
    method: str
    path: str
    query: Mapping[str, str]
    accept: str
    body: bytes
    known: bool
    """The caller showed a token."""

    @property
    def api(self) -> str:
        return f"{self.context.web_url}/api/v3"

    @property
    def wants_raw(self) -> bool:
        return bool(_RAW.match(self.accept))


Handler = Callable[..., Answer]
_ROUTES: list[tuple[str, re.Pattern[str], Handler]] = []


def _route(method: str, pattern: str) -> Callable[[Handler], Handler]:
    def keep(handler: Handler) -> Handler:
        _ROUTES.append((method, re.compile(pattern), handler))
        return handler

    return keep


def is_for_apps(path: str) -> bool:
    """Whether an app shows its own token here, as against that of an installation."""
    return path.startswith("/app/") or path.endswith("/installation")


def respond(call: Call) -> Answer:
    """Finds who answers; raises Refusal."""
    for method, pattern, handler in _ROUTES:
        match = pattern.fullmatch(call.path)
        if match is not None and method == call.method:
            found = match.groupdict()
            if "repo" in found:
                return handler(call, _repository(call, found.pop("owner"), found.pop("repo")), **found)
            return handler(call, **found)
    raise Refusal(404, "Not Found")


class _MovedError(Refusal):
    def __init__(self, url: str) -> None:
        super().__init__(301, "Moved Permanently", {"location": url})
        self.answer.body = {"message": "Moved Permanently", "url": url, "documentation_url": "https://docs.github.com"}


def _repository(call: Call, owner: str, name: str) -> Repository:
    organization = call.context.organization
    if owner.lower() != organization.login.lower():
        raise Refusal(404, "Not Found")
    found = organization.get(name)
    if found is None and name.lower() in organization.moved:
        rest = call.path.split("/", 4)[4:]
        present = organization[organization.moved[name.lower()]]
        query = f"?{urlencode(call.query)}" if call.query else ""
        raise _MovedError("/".join([f"{call.api}/repositories/{present.id}", *rest]) + query)
    if found is None or not (call.known or found.visibility == "public"):
        raise Refusal(404, "Not Found")
    return found


def _owner(call: Call) -> Json:
    organization = call.context.organization
    return {
        "login": organization.login,
        "id": organization.id,
        "node_id": f"O_{organization.id}",
        "url": f"{call.api}/orgs/{organization.login}",
        "html_url": f"{call.context.web_url}/{organization.login}",
        "type": "Organization",
    }


def _repository_json(call: Call, it: Repository) -> Json:
    full = f"{call.context.organization.login}/{it.name}"
    web = f"{call.context.web_url}/{full}"
    stamp = "%Y-%m-%dT%H:%M:%SZ"
    return {
        "id": it.id, "node_id": f"R_{it.id}", "name": it.name, "full_name": full, "owner": _owner(call),
        "private": it.visibility != "public", "visibility": it.visibility, "html_url": web,
        "url": f"{call.api}/repos/{full}", "clone_url": f"{web}.git", "description": it.description,
        "fork": it.is_fork, "archived": it.is_archived, "disabled": False, "topics": sorted(it.topics),
        "default_branch": it.git.default_branch, "created_at": it.created_at.strftime(stamp),
        "updated_at": it.pushed_at.strftime(stamp), "pushed_at": it.pushed_at.strftime(stamp),
        "permissions": {"admin": call.known, "push": call.known, "pull": True},
    }  # fmt: skip


@_route("GET", "/user")
def _user(call: Call) -> Answer:
    if not call.known:
        raise Refusal(401, "Requires authentication")
    login = call.context.login
    return Answer({"login": login, "id": 1, "node_id": "U_1", "type": "User", "url": f"{call.api}/users/{login}"})


@_route("GET", "/rate_limit")
def _rate_limit(call: Call) -> Answer:
    budgets = call.traffic.budgets
    found = {
        name: {"limit": b.limit, "remaining": b.remaining, "used": b.limit - b.remaining, "reset": b.reset}
        for name, b in budgets.items()
    }
    return Answer({"resources": found, "rate": found["core"]})


@_route("GET", "/orgs/(?P<org>[^/]+)")
def _org(call: Call, org: str) -> Answer:
    return Answer(_known_owner(call, org))


def _known_owner(call: Call, org: str) -> Json:
    if org.lower() != call.context.organization.login.lower():
        raise Refusal(404, "Not Found")
    return _owner(call)


@_route("GET", "/app/installations")
def _installations(call: Call) -> Answer:
    return _page(call, [_installation_json(call)])


@_route("GET", "/orgs/(?P<org>[^/]+)/installation")
def _installation(call: Call, org: str) -> Answer:
    _known_owner(call, org)
    return Answer(_installation_json(call))


def _installation_json(call: Call) -> Json:
    app = call.traffic.app
    assert app is not None
    return {"id": app.installation_id, "app_id": app.app_id, "account": _owner(call), "suspended_at": None}


@_route("POST", r"/app/installations/(?P<number>\d+)/access_tokens")
def _access_token(call: Call, number: str) -> Answer:
    app = call.traffic.app
    assert app is not None
    if int(number) != app.installation_id:
        raise Refusal(404, "Not Found")
    token, expires = app.issue()
    call.traffic.count("app token")
    moment = datetime.fromtimestamp(expires, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Answer({"token": token, "expires_at": moment, "permissions": {"contents": "read"}}, 201)


@_route("GET", "/orgs/(?P<org>[^/]+)/repos")
def _org_repos(call: Call, org: str) -> Answer:
    _known_owner(call, org)
    found = [r for r in reversed(call.context.organization.in_order()) if call.known or r.visibility == "public"]
    wanted = call.query.get("type", "all")
    if wanted != "all":
        found = [r for r in found if wanted in {"forks" if r.is_fork else "sources", r.visibility}]
    return _page(call, [_repository_json(call, r) for r in found])


def _page(call: Call, items: list[Json]) -> Answer:
    size = max(1, min(100, _number(call, "per_page", 30)))
    page, last = max(1, _number(call, "page", 1)), max(1, -(-len(items) // size))
    links = {"prev": page - 1, "first": 1} if page > 1 else {}
    links |= {"next": page + 1, "last": last} if page < last else {}
    rest = {k: v for k, v in call.query.items() if k != "page"}
    text = ", ".join(
        f'<{call.api}{call.path}?{urlencode({**rest, "page": n})}>; rel="{rel}"' for rel, n in links.items()
    )
    return Answer(items[(page - 1) * size : page * size], headers={"link": text} if text else {})


def _number(call: Call, name: str, default: int) -> int:
    value = call.query.get(name, "")
    return int(value) if value.isdigit() else default


@_route("POST", "/orgs/(?P<org>[^/]+)/repos")
def _create(call: Call, org: str) -> Answer:
    _known_owner(call, org)
    if not call.known:
        raise Refusal(401, "Requires authentication")
    given: Json = json.loads(call.body or b"{}")
    name = re.sub(r"[^\w.-]", "-", str(given.get("name", "")))[:100]
    organization = call.context.organization
    if not name or organization.get(name) is not None:
        problem = "name already exists on this account" if name else "name is missing"
        body = {
            "message": "Repository creation failed.",
            "errors": [{"resource": "Repository", "code": "custom", "field": "name", "message": problem}],
            "documentation_url": "https://docs.github.com/rest",
        }
        return Answer(body, 422)
    visibility = str(given.get("visibility") or ("private" if given.get("private") else "public"))
    files = {"README.md": f"# {name}\n"} if given.get("auto_init") else None
    made = organization.create(name, files, visibility=visibility, description=given.get("description"))
    return Answer(_repository_json(call, made), 201, {"location": f"{call.api}/repos/{org}/{name}"})


@_route("GET", r"/repositories/(?P<number>\d+)(?P<rest>(?:/.*)?)")
def _by_id(call: Call, number: str, rest: str) -> Answer:
    organization = call.context.organization
    found = next((r for r in organization.in_order() if r.id == int(number)), None)
    if found is None:
        raise Refusal(404, "Not Found")
    path = f"/repos/{organization.login}/{found.name}{rest}"
    return respond(Call(call.context, call.traffic, call.method, path, call.query, call.accept, call.body, call.known))


@_route("GET", _REPO)
def _repo(call: Call, it: Repository) -> Answer:
    return Answer(_repository_json(call, it))


@_route("GET", _REPO + r"/branches")
def _branches(call: Call, it: Repository) -> Answer:
    return _page(call, [_branch_json(call, it, n, c) for n, c in it.git.branches().items()])


@_route("GET", _REPO + r"/branches/(?P<branch>.+)")
def _branch(call: Call, it: Repository, branch: str) -> Answer:
    commit = it.git.branches().get(branch)
    if commit is None:
        raise Refusal(404, "Branch not found")
    return Answer(_branch_json(call, it, branch, commit))


def _branch_json(call: Call, it: Repository, name: str, commit: str) -> Json:
    return {"name": name, "commit": {"sha": commit, "url": _git_url(call, it, "commits", commit)}, "protected": False}


@_route("GET", _REPO + r"/commits/(?P<ref>[^/]+)")
def _commit(call: Call, it: Repository, ref: str) -> Answer:
    commit = it.git.commit_of(ref)
    if commit is None:
        raise Refusal(422, f"No commit found for SHA: {ref}")
    found = it.git.read(commit)
    assert found is not None
    header, _, message = found.data.decode("utf-8", "replace").partition("\n\n")
    parents = [line.removeprefix("parent ") for line in header.splitlines() if line.startswith("parent ")]
    tree = it.git.tree_of(commit)
    detail = {"message": message.strip(), "tree": {"sha": tree, "url": _git_url(call, it, "git/trees", tree)}}
    body = {"sha": commit, "commit": detail, "parents": [{"sha": p} for p in parents]}
    return Answer({**body, "url": _git_url(call, it, "commits", commit)})


@_route("GET", _REPO + r"/git/trees/(?P<ref>.+)")
def _tree(call: Call, it: Repository, ref: str) -> Answer:
    found = it.git.read(ref)
    commit = None if found is not None and found.kind == "tree" else it.git.commit_of(ref)
    if commit is None and (found is None or found.kind != "tree"):
        raise Refusal(
            404 if it.git.branches() else 409, "Not Found" if it.git.branches() else "Git Repository is empty."
        )
    oid = it.git.tree_of(commit) if commit else ref
    entries = it.git.walk(oid) if call.query.get("recursive") else it.git.entries(oid)
    lines = [
        {"path": e.path, "mode": e.mode.rjust(6, "0"), "type": e.kind, "sha": e.oid} | _size(it, e) for e in entries
    ]
    return Answer({"sha": oid, "url": _git_url(call, it, "git/trees", oid), "tree": lines, "truncated": False})


def _size(it: Repository, entry: Entry) -> Json:
    found = it.git.read(entry.oid) if entry.kind == "blob" else None
    return {"size": len(found.data)} if found is not None else {}


@_route("GET", _REPO + r"/git/blobs/(?P<oid>[^/]+)")
def _blob(call: Call, it: Repository, oid: str) -> Answer:
    found = it.git.read(oid)
    if found is None or found.kind != "blob":
        raise Refusal(404, "Not Found")
    if call.wants_raw:
        return Answer(found.data, media_type="application/octet-stream")
    content = base64.encodebytes(found.data).decode()
    body = {"sha": oid, "size": len(found.data), "encoding": "base64", "content": content}
    return Answer({**body, "url": _git_url(call, it, "git/blobs", oid)})


@_route("GET", _REPO + r"/contents(?P<path>(?:/.*)?)")
def _contents(call: Call, it: Repository, path: str) -> Answer:
    ref, path = call.query.get("ref") or "HEAD", path.strip("/")
    if it.is_empty:
        raise Refusal(404, "This repository is empty.")
    if it.git.commit_of(ref) is None:
        raise Refusal(404, f"No commit found for the ref {ref}")
    entry = it.git.at(f"{ref}:{path}")
    if entry is None:
        raise Refusal(404, "Not Found")
    if entry.kind == "tree":
        below = it.git.entries(entry.oid)
        return Answer([_content_json(call, it, e, f"{path}/{e.path}".strip("/"), ref) for e in below])
    found = it.git.read(entry.oid)
    data = found.data if found else b""
    if call.wants_raw:
        return Answer(data, media_type="application/vnd.github.raw; charset=utf-8")
    whole = len(data) <= _INLINE_LIMIT
    content = base64.encodebytes(data).decode() if whole else ""
    body = _content_json(call, it, entry, path, ref)
    return Answer({**body, "encoding": "base64" if whole else "none", "content": content})


def _content_json(call: Call, it: Repository, entry: Entry, path: str, ref: str) -> Json:
    full = f"{call.context.organization.login}/{it.name}"
    branch = it.git.default_branch if ref == "HEAD" else ref
    kind = {"tree": "dir", "commit": "submodule"}.get(entry.kind, "file")
    return {
        "type": kind, "name": path.rpartition("/")[2], "path": path, "sha": entry.oid,
        "size": _size(it, entry).get("size", 0), "url": f"{call.api}/repos/{full}/contents/{path}?ref={branch}",
        "git_url": _git_url(call, it, f"git/{entry.kind}s", entry.oid),
        "html_url": f"{call.context.web_url}/{full}/{entry.kind}/{branch}/{path}",
        "download_url": f"{call.context.web_url}/raw/{full}/{branch}/{path}" if kind == "file" else None,
    }  # fmt: skip


def _git_url(call: Call, it: Repository, kind: str, oid: str) -> str:
    return f"{call.api}/repos/{call.context.organization.login}/{it.name}/{kind}/{oid}"

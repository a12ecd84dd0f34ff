"""What the stand-in for GitHub knows of pull requests, issues, workflows and hooks: enough to read effects back."""

import json
from dataclasses import dataclass, field
from typing import Any

from tests.standins.github.organization import Repository
from tests.standins.github.rest import (
    _REPO,
    _ROUTES,
    Call,
    _branch_json,
    _owner,
    _page,
    _repository_json,
    _route,
)
from tests.standins.github.traffic import Answer, Refusal

Json = dict[str, Any]


@dataclass
class Written:
    """What came in, by repository."""

    pulls: dict[str, list[Json]] = field(default_factory=dict)
    issues: dict[str, list[Json]] = field(default_factory=dict)
    hooks: dict[str, list[Json]] = field(default_factory=dict)
    dispatches: list[Json] = field(default_factory=list)
    reviewers: list[Json] = field(default_factory=list)

    def clear(self) -> None:
        for one in (self.pulls, self.issues, self.hooks, self.dispatches, self.reviewers):
            one.clear()


written = Written()


def _body(call: Call) -> Json:
    if not call.known:
        raise Refusal(401, "Requires authentication")
    body: Json = json.loads(call.body or b"{}")
    return body


def _address(call: Call, it: Repository, rest: str) -> str:
    return f"{call.api}/repos/{call.context.organization.login}/{it.name}/{rest}"


def _web(call: Call, it: Repository, rest: str) -> str:
    return f"{call.context.web_url}/{call.context.organization.login}/{it.name}/{rest}"


@_route("PATCH", _REPO)
def _edit(call: Call, it: Repository) -> Answer:
    branch = _body(call).get("default_branch")
    if branch:
        if branch not in it.git.branches():
            raise Refusal(422, f"The branch {branch} was not found")
        (it.git.folder / "HEAD").write_text(f"ref: refs/heads/{branch}\n")
    return Answer(_repository_json(call, it))


@_route("PUT", _REPO + r"/topics")
def _topics(call: Call, it: Repository) -> Answer:
    it.topics = tuple(_body(call)["names"])
    return Answer({"names": list(it.topics)})


@_route("GET", _REPO + r"/branches/(?P<branch>[^/]+)")
def _branch_with_protection(call: Call, it: Repository, branch: str) -> Answer:
    if branch not in it.git.branches():
        raise Refusal(404, "Branch not found")
    place = _address(call, it, f"branches/{branch}/protection")
    return Answer({**_branch_json(call, it, branch, it.git.branches()[branch]), "protection_url": place})


_ROUTES.insert(0, _ROUTES.pop())  # the stand-in's own answer has no place for a protection


@_route("GET", _REPO + r"/pulls")
def _pulls(call: Call, it: Repository) -> Answer:
    head = call.query.get("head", "").rpartition(":")[2]
    return Answer([p for p in written.pulls.get(it.name, []) if not head or p["head"]["ref"] == head])


@_route("POST", _REPO + r"/pulls")
def _pull(call: Call, it: Repository) -> Answer:
    given = _body(call)
    for name in (given["head"], given["base"]):
        if name not in it.git.branches():
            raise Refusal(422, "Validation Failed")
    found = written.pulls.setdefault(it.name, [])
    number = len(found) + 1
    made = {
        "number": number, "state": "open", "title": given["title"], "body": given.get("body"), "id": number,
        "url": _address(call, it, f"pulls/{number}"), "issue_url": _address(call, it, f"issues/{number}"),
        "html_url": _web(call, it, f"pull/{number}"), "head": {"ref": given["head"]}, "base": {"ref": given["base"]},
        "draft": given.get("draft", False),
    }  # fmt: skip
    found.append(made)
    return Answer(made, 201)


@_route("POST", _REPO + r"/pulls/(?P<number>\d+)/requested_reviewers")
def _reviewers(call: Call, it: Repository, number: str) -> Answer:
    written.reviewers.append(_body(call))
    return Answer(written.pulls[it.name][int(number) - 1], 201)


@_route("POST", _REPO + r"/issues")
def _issue(call: Call, it: Repository) -> Answer:
    found = written.issues.setdefault(it.name, [])
    number = len(found) + 1
    places = {"url": _address(call, it, f"issues/{number}"), "html_url": _web(call, it, f"issues/{number}")}
    found.append({**_body(call), "number": number, "id": number, **places, "labels": []})
    return Answer(found[-1], 201)


@_route("GET", _REPO + r"/issues/(?P<number>\d+)")
def _one_issue(call: Call, it: Repository, number: str) -> Answer:
    found = written.issues.get(it.name, [])
    if int(number) > len(found):
        raise Refusal(404, "Not Found")
    return Answer(found[int(number) - 1])


@_route("POST", _REPO + r"/issues/(?P<number>\d+)/labels")
def _labels(call: Call, it: Repository, number: str) -> Answer:
    issue = written.issues[it.name][int(number) - 1]
    issue["labels"] += [{"name": n, "color": "ededed"} for n in json.loads(call.body)]
    return Answer(issue["labels"])


@_route("GET", _REPO + r"/actions/workflows/(?P<workflow>[^/]+)")
def _workflow(call: Call, it: Repository, workflow: str) -> Answer:
    if it.git.at(f"HEAD:.github/workflows/{workflow}") is None:
        raise Refusal(404, "Not Found")
    return Answer({"id": 1, "name": workflow, "url": _address(call, it, f"actions/workflows/{workflow}")})


@_route("POST", _REPO + r"/actions/workflows/(?P<workflow>[^/]+)/dispatches")
def _dispatch(call: Call, it: Repository, workflow: str) -> Answer:
    given = _body(call)
    if given["ref"] not in it.git.branches():
        raise Refusal(422, f"No ref found for: {given['ref']}")
    written.dispatches.append({"workflow": workflow, **given})
    return Answer(None, 204)


@_route("GET", _REPO + r"/hooks")
def _hooks(call: Call, it: Repository) -> Answer:
    _body(call)
    return Answer(written.hooks.get(it.name, []))


@_route("POST", _REPO + r"/hooks")
def _hook(call: Call, it: Repository) -> Answer:
    found = written.hooks.setdefault(it.name, [])
    found.append({**_body(call), "id": len(found) + 1})
    return Answer(found[-1], 201)


@_route("GET", "/user/repos")
def _own_repositories(call: Call) -> Answer:
    return _page(call, [_repository_json(call, it) for it in call.context.organization.repositories.values()])


@_route("GET", "/user/orgs")
def _own_organizations(call: Call) -> Answer:
    return _page(call, [_owner(call)])

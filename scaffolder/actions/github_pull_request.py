"""`publish:github:pull-request`: proposes the workspace as a change of a repository."""

import re
import tempfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

from pydantic import Field

from callboard.errors import CallboardError, ConflictError, InputError, NotFoundError
from scaffolder import sources
from scaffolder.actions.base import Action, ActionContext, Example, Fields
from scaffolder.actions.github_support import Remote, connected, place
from scaffolder.changes import changes
from scaffolder.commits import Author
from scaffolder.git import Git
from scaffolder.rendering import copy_tree
from scaffolder.workspace import Allowance, resolve_inside

if TYPE_CHECKING:
    from github.PullRequest import PullRequest
    from github.Repository import Repository

_BRANCH: Final = re.compile(r"(?![-/.])(?!.*(?:\.\.|//|@\{|\.lock$|/$|\.$))[\w./-]{1,200}")
_DRY_NUMBER: Final = 43


class PullRequestInput(Fields):
    repo_url: str
    token: str | None = None
    branch_name: str
    title: str
    description: str
    target_branch_name: str | None = None
    draft: bool = False
    source_path: str | None = None
    target_path: str | None = None
    files_to_delete: list[str] = Field(default_factory=list)
    reviewers: list[str] = Field(default_factory=list)
    team_reviewers: list[str] = Field(default_factory=list)
    assignees: list[str] = Field(default_factory=list)
    commit_message: str | None = None
    update: bool = False
    git_author_name: str | None = None
    git_author_email: str | None = None
    create_when_empty: bool = True


class PullRequestOutput(Fields):
    remote_url: str
    pull_request_number: int
    target_branch_name: str


def _open(context: ActionContext, given: PullRequestInput) -> Mapping[str, Any]:
    if not _BRANCH.fullmatch(given.branch_name):
        raise InputError(f"`{given.branch_name}` is no name for a branch.")
    if context.dry_run:
        return _dry(context, given)
    with connected(context, given.repo_url, given.token) as remote:
        repository = remote.repository()
        target = given.target_branch_name or repository.default_branch
        changed = context.checkpoint("pushed", lambda: _push(context, remote, repository, given, target))
        if not changed and not given.create_when_empty:
            context.tell("Nothing changes, so no pull request is opened")
            return {}
        pull = _existing(remote, repository, given) or _create(repository, given, target)
        context.made("pull request", f"{remote.full_name}#{pull.number}", pull.html_url)
        _ask(context, pull, given)
        return {"remoteUrl": pull.html_url, "pullRequestNumber": pull.number, "targetBranchName": target}


def _dry(context: ActionContext, given: PullRequestInput) -> Mapping[str, Any]:
    """Compare with what is there, where that can be read."""
    source = _source(context, given)
    below = _below(given.target_path)
    after = {f"{below}{name}": data for name, data in context.workspace.contents(source).items()}
    gone = [f"{below}{name}" for name in given.files_to_delete]
    for name in (below, *gone):
        context.workspace.resolve(name)  # what leads out of the repository fails in the run too
    before: dict[str, bytes] = {}
    where = given.repo_url
    try:
        where, before = _there(context, given, [*after, *gone])
    except CallboardError as error:
        context.warn(f"What it would change can't be compared with {where}: {error.user_text}")
    else:
        context.proposed.extend(changes(where, before, after))
    signs = [f"  {'M' if n in before else 'A'} {n}" for n in after if before.get(n) != after[n]]
    signs += [f"  D {n}" for n in gone if n in before and n not in after]
    context.tell(f"A pull request would change {where}:\n" + "\n".join(signs or ["  nothing"]))
    return {
        "remoteUrl": "https://example.com/pull",
        "pullRequestNumber": _DRY_NUMBER,
        "targetBranchName": given.target_branch_name or "main",
    }


def _below(target_path: str | None) -> str:
    cleaned = (target_path or "").removeprefix("./").strip("/")
    return f"{cleaned}/" if cleaned not in {"", "."} else ""


def _there(context: ActionContext, given: PullRequestInput, names: Iterable[str]) -> tuple[str, dict[str, bytes]]:
    """The repository and branch, and those of the files that it has."""
    integration, owner, repo = place(context, given.repo_url)
    url = f"{urlsplit(integration.api_url).scheme}://{integration.host}/{quote(owner)}/{quote(repo)}"
    branch = given.target_branch_name
    with sources.tree(context, f"{url}/tree/{quote(branch, safe='')}" if branch else url, given.token) as folder:
        found = {name: resolve_inside(folder, name) for name in names}
        before = {name: path.read_bytes() for name, path in found.items() if path.is_file()}
    return f"{owner}/{repo}" + (f", branch {branch}" if branch else ""), before


def _source(context: ActionContext, given: PullRequestInput) -> Path:
    """The folder of the workspace that the change is made of: the target's own where there is one."""
    if given.source_path is None and not context.workspace.resolve(given.target_path or ".").is_dir():
        return context.workspace.folder(None)
    return context.workspace.folder(given.source_path or given.target_path)


def _push(
    context: ActionContext, remote: Remote, repository: "Repository", given: PullRequestInput, target: str
) -> bool:
    """Put one commit on the branch; whether it changes anything."""
    defaults = context.services.config.scaffolder.default_author
    author = Author(given.git_author_name or defaults.name, given.git_author_email or defaults.email)
    date = context.checkpoint("commit date", lambda: int(time.time()))
    url = repository.clone_url
    with tempfile.TemporaryDirectory(prefix="callboard-pull-") as name:
        folder = Path(name) / "tree"
        folder.mkdir()
        git = Git(
            folder,
            check=context.check,
            header=remote.header,
            protocols=urlsplit(url).scheme,
            variables=author.variables(date) | {"GIT_DIR": f"{name}/git", "GIT_WORK_TREE": str(folder)},
        )
        git("init", "--quiet", "--template=")
        start = _start(git, url, given, target)
        git("fetch", "--quiet", "--depth=1", "--no-tags", url, f"refs/heads/{start}")
        git("checkout", "--quiet", "-b", "change", "FETCH_HEAD")
        _apply(context, folder, given)
        git("add", "--all", "--force", "--", ".")
        changed = bool(git("status", "--porcelain"))
        if changed or given.create_when_empty:
            git("commit", "--quiet", "--allow-empty", "--no-verify", "-m", given.commit_message or given.title)
            git("push", "--quiet", url, f"HEAD:refs/heads/{given.branch_name}")
    return changed


def _start(git: Git, url: str, given: PullRequestInput, target: str) -> str:
    """The branch that the commit comes after: the target, or the one that is there already when it may be updated."""
    heads = git("ls-remote", "--heads", url)
    names = {line.partition("refs/heads/")[2] for line in heads.splitlines()}
    if target not in names:
        raise NotFoundError(f"The repository has no branch `{target}`.")
    if given.branch_name not in names:
        return target
    if not given.update:
        raise ConflictError(
            f"The branch `{given.branch_name}` exists already.", hint="Name another one, or set `update: true`."
        )
    return given.branch_name


def _apply(context: ActionContext, folder: Path, given: PullRequestInput) -> None:
    target = resolve_inside(folder, given.target_path or ".")
    for name in given.files_to_delete:
        resolve_inside(target, name).unlink(missing_ok=True)
    source = _source(context, given)
    copy_tree(source, target, Allowance(context.workspace), context.check)


def _existing(remote: Remote, repository: "Repository", given: PullRequestInput) -> "PullRequest | None":
    """One that is open for the branch: ours, of an earlier attempt, or the one to update."""
    head = f"{remote.owner}:{given.branch_name}"
    return next(iter(repository.get_pulls(state="open", head=head)), None)


def _create(repository: "Repository", given: PullRequestInput, target: str) -> "PullRequest":
    return repository.create_pull(
        base=target, head=given.branch_name, title=given.title, body=given.description, draft=given.draft
    )


def _ask(context: ActionContext, pull: "PullRequest", given: PullRequestInput) -> None:
    if given.reviewers or given.team_reviewers:
        pull.create_review_request(reviewers=given.reviewers, team_reviewers=given.team_reviewers)
    if given.assignees:
        pull.add_to_assignees(*given.assignees)
    context.tell(f"Opened pull request {pull.number}: {pull.html_url}")


ACTION = Action(
    id="publish:github:pull-request",
    description="Proposes the content of the workspace as a pull request on GitHub.",
    input=PullRequestInput,
    output=PullRequestOutput,
    run=_open,
    supports_dry_run=True,
    examples=(
        Example(
            "Propose a new file",
            [
                {"action": "fetch:plain", "input": {"url": "./change"}},
                {
                    "action": "publish:github:pull-request",
                    "input": {
                        "repoUrl": "github.com?owner=acme&repo=seat-map",
                        "branchName": "add-docs",
                        "title": "Add docs",
                        "description": "So that people find them.",
                    },
                },
            ],
            files={"change/docs/index.md": "# Seat map\n"},
            leaves=["docs/index.md"],
            needs="github",
        ),
    ),
)

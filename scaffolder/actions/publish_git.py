"""`publish:git`: a new repository on a plain git remote, a folder of bare repositories.

Beside `<owner>/<repo>.git` stands `<owner>/<repo>/`, a checkout that follows every push: the catalog reads its
`catalog-info.yaml` from there, because a plain remote serves no files.
"""

import contextlib
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from pydantic import Field

from callboard.config.model import GitIntegration
from callboard.errors import ConflictError, InputError
from scaffolder.actions.base import Action, ActionContext, Example, Fields
from scaffolder.actions.taken_names import refuse_taken_names
from scaffolder.commits import Author, commit_workspace
from scaffolder.expressions import parse_repo_url
from scaffolder.git import Git

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_BRANCH: Final = re.compile(r"(?![-/.])(?!.*(?:\.\.|//|@\{|\.lock$|/$|\.$))[\w./-]{1,200}")
_MARK: Final = "callboard-run"
_FOLLOW: Final = """#!/bin/sh
# Keeps the checkout beside this repository at the newest commit of its main branch.
unset GIT_QUARANTINE_PATH
GIT_DIR=$PWD GIT_WORK_TREE=${PWD%.git} exec git checkout --quiet --force
"""


class PublishInput(Fields):
    repo_url: str
    description: str | None = None
    default_branch: str = "main"
    source_path: str | None = None
    git_commit_message: str | None = None
    git_author_name: str | None = None
    git_author_email: str | None = None


class PublishOutput(Fields):
    remote_url: str = Field(description="Where to clone it from.")
    repo_contents_url: str = Field(description="Where `catalog:register` finds its files.")
    commit_hash: str


def _publish(context: ActionContext, given: PublishInput) -> Mapping[str, Any]:
    remote, owner, repo = _place(context, given.repo_url)
    if not _BRANCH.fullmatch(given.default_branch):
        raise InputError(f"`{given.default_branch}` is no name for a branch.")
    refuse_taken_names(context, given.source_path)
    bare = remote.directory / owner / f"{repo}.git"
    _create(context, bare, given)
    url = _remote_url(remote, owner, repo, bare)
    context.made("repository", f"{owner}/{repo}", url)
    commit = _push(context, bare, given)
    checkout = bare.with_suffix("")
    _check_out(bare, checkout, context)
    return {"remoteUrl": url, "repoContentsUrl": checkout.as_uri(), "commitHash": commit}


def _place(context: ActionContext, repo_url: str) -> tuple[GitIntegration, str, str]:
    parts = parse_repo_url(repo_url)
    known = context.services.config.integrations.git
    remote = next((g for g in known if g.host == parts["host"]), None)
    if remote is None:
        raise InputError(
            f"No matching integration configuration for host {parts['host']}, please check your integrations config",
            hint=f"`integrations.git` has: {', '.join(g.host for g in known) or 'nothing yet'}.",
        )
    for name in ("owner", "repo"):
        if name not in parts:
            raise InputError(f"Invalid repo URL passed to publisher: {repo_url}, missing {name}")
        if not _NAME.fullmatch(parts[name]) or parts[name].endswith((".git", ".lock", ".")):
            raise InputError(
                f"`{parts[name]}` can't be the {name} of a repository.",
                hint="Letters, digits, dashes, dots and underscores, starting with a letter or digit.",
            )
    return remote, parts["owner"], parts["repo"]


def _create(context: ActionContext, bare: Path, given: PublishInput) -> None:
    """Make the repository in one step that only one run can win; go on with one that this run made."""
    if bare.exists() or bare.with_suffix("").exists():
        _continue(context, bare)
        return
    bare.parent.mkdir(parents=True, exist_ok=True)
    draft = bare.parent / f".{bare.name}.{context.run_id}"
    shutil.rmtree(draft, ignore_errors=True)
    Git(bare.parent)("init", "--quiet", "--bare", "-b", given.default_branch, "--template=", draft.name)
    (draft / "description").write_text(f"{given.description or bare.stem}\n", encoding="utf-8")
    (draft / _MARK).write_text(context.run_id, encoding="utf-8")
    hook = draft / "hooks" / "post-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(_FOLLOW, encoding="utf-8")
    hook.chmod(0o755)
    try:
        draft.rename(bare)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
        _continue(context, bare)
    else:
        context.tell(f"Created repository {bare.parent.name}/{bare.stem}")


def _continue(context: ActionContext, bare: Path) -> None:
    maker = ""
    with contextlib.suppress(OSError):
        maker = (bare / _MARK).read_text(encoding="utf-8")
    if maker != context.run_id:
        raise ConflictError(
            f"The repository {bare.parent.name}/{bare.stem} exists already.",
            hint="Choose another name for the new one.",
        )
    context.tell(f"Repository {bare.parent.name}/{bare.stem} is there from an earlier attempt of this run")


def _push(context: ActionContext, bare: Path, given: PublishInput) -> str:
    settings = context.services.config.scaffolder
    author = Author(
        given.git_author_name or settings.default_author.name, given.git_author_email or settings.default_author.email
    )
    message = given.git_commit_message or settings.default_commit_message
    source = context.workspace.folder(given.source_path)
    pushed = _head(bare, given.default_branch)
    if pushed:
        return pushed
    with commit_workspace(
        source, branch=given.default_branch, message=message, author=author, check=context.check
    ) as git:
        git("push", "--quiet", bare.as_uri(), f"HEAD:refs/heads/{given.default_branch}")
        return git("rev-parse", "HEAD")


def _head(bare: Path, branch: str) -> str | None:
    """The branch's commit if an earlier attempt pushed it."""
    found = Git(bare)("for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}")
    return found or None


def _check_out(bare: Path, checkout: Path, context: ActionContext) -> None:
    checkout.mkdir(exist_ok=True)
    variables = {"GIT_DIR": str(bare), "GIT_WORK_TREE": str(checkout)}
    Git(checkout, check=context.check, variables=variables)("checkout", "--quiet", "--force")


def _remote_url(remote: GitIntegration, owner: str, repo: str, bare: Path) -> str:
    if remote.web_url:
        return f"{remote.web_url.rstrip('/')}/{quote(owner)}/{quote(repo)}"
    return Path(os.path.abspath(bare)).as_uri()  # noqa: PTH100 - a symlinked folder keeps the name people know


ACTION = Action(
    id="publish:git",
    description="Creates a repository on a plain git remote and pushes the workspace to it as its first commit.",
    input=PublishInput,
    output=PublishOutput,
    run=_publish,
    examples=(
        Example(
            "Publish everything that was fetched",
            [
                {"action": "fetch:plain", "input": {"url": "./skeleton"}},
                {"action": "publish:git", "input": {"repoUrl": "local?owner=acme&repo=seat-map"}},
            ],
            files={"skeleton/README.md": "# Seat map\n"},
            leaves=["README.md"],
        ),
    ),
)

"""`publish:github`, and its halves `github:repo:create` and `github:repo:push`."""

import re
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from callboard.errors import ConflictError, InputError, NotFoundError
from scaffolder.actions.base import Action, ActionContext, Example
from scaffolder.actions.github_inputs import (
    Collaborator,
    CreateInput,
    CreateOutput,
    PublishInput,
    Pushing,
    PushOutput,
    Settings,
)
from scaffolder.actions.github_support import Remote, connected, explained
from scaffolder.actions.taken_names import refuse_taken_names
from scaffolder.commits import Author, commit_workspace

if TYPE_CHECKING:
    from github.Repository import Repository

_BRANCH: Final = r"^(?![-/.])(?!.*(\.\.|//|@\{))[\w./-]{1,200}$"


def _publish(context: ActionContext, given: PublishInput) -> Mapping[str, Any]:
    refuse_taken_names(context, given.source_path)
    with connected(context, given.repo_url, given.token) as remote:
        repository = _create(context, remote, given)
        commit = _push(context, remote, repository, given)
        return {**_outputs(repository, given.default_branch), "commitHash": commit}


def _create_only(context: ActionContext, given: CreateInput) -> Mapping[str, Any]:
    refuse_taken_names(context)
    with connected(context, given.repo_url, given.token) as remote:
        repository = _create(context, remote, given, auto_init=given.auto_init)
        return _outputs(repository, repository.default_branch)


def _push_only(context: ActionContext, given: Pushing) -> Mapping[str, Any]:
    with connected(context, given.repo_url, given.token) as remote:
        repository = remote.repository()
        commit = _push(context, remote, repository, given)
        return {**_outputs(repository, given.default_branch), "commitHash": commit}


def _outputs(repository: "Repository", branch: str) -> dict[str, Any]:
    return {"remoteUrl": repository.clone_url, "repoContentsUrl": f"{repository.html_url}/blob/{branch}"}


def _create(context: ActionContext, remote: Remote, given: Settings, *, auto_init: bool = False) -> "Repository":
    """Make the repository, or go on with the one that an earlier attempt of this run made."""
    taken = context.checkpoint("was there before", lambda: remote.existing() is not None)
    if taken:
        raise ConflictError(f"The repository {remote.full_name} exists already.", hint="Choose another name.")
    repository = remote.existing()
    if repository is None:
        repository = _made(remote, given, auto_init=auto_init)
        context.tell(f"Created repository {remote.full_name}")
    else:
        context.tell(f"Repository {remote.full_name} is there from an earlier attempt of this run")
    context.made("repository", remote.full_name, repository.html_url)
    _set_up(context, remote, repository, given)
    return repository


def _made(remote: Remote, given: Settings, *, auto_init: bool) -> "Repository":
    from github.GithubException import UnknownObjectException

    options = {
        "description": _or_unset(given.description),
        "homepage": _or_unset(given.homepage),
        "private": given.repo_visibility != "public",
        "auto_init": auto_init,
        "delete_branch_on_merge": given.delete_branch_on_merge,
        "allow_merge_commit": given.allow_merge_commit,
        "allow_squash_merge": given.allow_squash_merge,
        "allow_rebase_merge": given.allow_rebase_merge,
        "allow_auto_merge": given.allow_auto_merge,
        "allow_update_branch": given.allow_update_branch,
        "has_issues": _or_unset(given.has_issues),
        "has_wiki": _or_unset(given.has_wiki),
        "has_projects": _or_unset(given.has_projects),
        "squash_merge_commit_title": _or_unset(given.squash_merge_commit_title),
        "squash_merge_commit_message": _or_unset(given.squash_merge_commit_message),
    }
    try:
        organization = remote.client.get_organization(remote.owner)
    except UnknownObjectException:
        user: Any = remote.client.get_user()
        if user.login.lower() != remote.owner.lower():
            raise NotFoundError(
                f"GitHub at {remote.host} has no organisation {remote.owner} that we may use.",
                hint="The token must belong to it, or the owner must be the token's own user.",
            ) from None
        made: Repository = user.create_repo(remote.name, **options)
        return made
    return organization.create_repo(remote.name, visibility=given.repo_visibility, **options)


def _or_unset(value: Any) -> Any:
    from github.GithubObject import NotSet

    return NotSet if value is None else value


def _set_up(context: ActionContext, remote: Remote, repository: "Repository", given: Settings) -> None:
    if given.access:
        owner, _, team = given.access.partition("/")
        if team and owner.lower() == remote.owner.lower():
            _grant(remote, repository, Collaborator(team=team, access="admin"))
        elif owner.lower() != remote.owner.lower():
            repository.add_to_collaborators(given.access, "admin")
    for one in given.collaborators:
        context.check()
        _grant(remote, repository, one)
    if given.topics:
        repository.replace_topics([t.lower() for t in given.topics])
    for name, value in given.repo_variables.items():
        repository.create_variable(name, value)
    for name, value in given.secrets.items():
        repository.create_secret(name, value)


def _grant(remote: Remote, repository: "Repository", one: Collaborator) -> None:
    if one.team:
        slug = one.team.rpartition("/")[2]
        remote.client.get_organization(remote.owner).get_team_by_slug(slug).update_team_repository(
            repository, one.access
        )
    elif one.user:
        repository.add_to_collaborators(one.user, one.access)
    else:
        raise InputError("A collaborator is a `user` or a `team`.")


def _push(context: ActionContext, remote: Remote, repository: "Repository", given: Pushing) -> str:
    branch = _checked(given.default_branch)
    commit = context.checkpoint("pushed", lambda: _pushed(context, remote, repository, given, branch))
    if repository.default_branch != branch:
        _forgiving(context, remote, "make it the default branch", lambda: repository.edit(default_branch=branch))
    if given.protect_default_branch:
        _forgiving(context, remote, "protect the branch", lambda: _protect(repository, given, branch))
    return commit


def _checked(branch: str) -> str:
    if not re.fullmatch(_BRANCH, branch):
        raise InputError(f"`{branch}` is no name for a branch.")
    return branch


def _pushed(context: ActionContext, remote: Remote, repository: "Repository", given: Pushing, branch: str) -> str:
    defaults = context.services.config.scaffolder
    source = context.workspace.folder(given.source_path)
    with commit_workspace(
        source,
        branch=branch,
        message=given.git_commit_message or defaults.default_commit_message,
        author=Author(
            given.git_author_name or defaults.default_author.name,
            given.git_author_email or defaults.default_author.email,
        ),
        check=context.check,
        date=context.checkpoint("commit date", lambda: int(time.time())),
        header=remote.header,
        protocols=urlsplit(repository.clone_url).scheme,
    ) as git:
        commit = git("rev-parse", "HEAD")
        git("push", "--quiet", repository.clone_url, f"HEAD:refs/heads/{branch}")
    return commit


def _protect(repository: "Repository", given: Pushing, branch: str) -> None:
    contexts = given.required_status_check_contexts
    repository.get_branch(branch).edit_protection(
        strict=_or_unset(given.require_branches_to_be_up_to_date if contexts else None),
        contexts=_or_unset(contexts or None),
        enforce_admins=given.protect_enforce_admins,
        dismiss_stale_reviews=given.dismiss_stale_reviews,
        require_code_owner_reviews=given.require_code_owner_reviews,
        required_approving_review_count=_or_unset(given.required_approving_review_count),
        required_conversation_resolution=given.required_conversation_resolution,
        required_linear_history=given.required_linear_history,
        require_last_push_approval=given.require_last_push_approval,
    )


def _forgiving(context: ActionContext, remote: Remote, what: str, work: Any) -> None:
    """What a plan or a token often doesn't allow: told, not fatal, as in Backstage."""
    from github.GithubException import GithubException

    try:
        work()
    except GithubException as error:
        reason = explained(error, remote.host, remote.full_name)
        context.warn(f"Couldn't {what}: {getattr(reason, 'user_text', reason)}")


PUBLISH = Action(
    id="publish:github",
    description="Creates a repository on GitHub and pushes the workspace to it.",
    input=PublishInput,
    output=PushOutput,
    run=_publish,
    examples=(
        Example(
            "Publish everything that was fetched",
            [
                {"action": "fetch:plain", "input": {"url": "./skeleton"}},
                {
                    "action": "publish:github",
                    "input": {
                        "repoUrl": "github.com?owner=acme&repo=seat-map",
                        "defaultBranch": "main",
                        "description": "Seats and where they are",
                        "repoVisibility": "internal",
                        "protectDefaultBranch": False,
                    },
                },
            ],
            files={"skeleton/README.md": "# Seat map\n"},
            leaves=["README.md"],
            needs="github",
        ),
    ),
)
CREATE = Action(
    id="github:repo:create",
    description="Creates a repository on GitHub.",
    input=CreateInput,
    output=CreateOutput,
    run=_create_only,
    examples=(
        Example(
            "Create an empty repository",
            [{"action": "github:repo:create", "input": {"repoUrl": "github.com?owner=acme&repo=seat-map"}}],
            needs="github",
        ),
    ),
)
PUSH = Action(
    id="github:repo:push",
    description="Pushes the workspace to a repository on GitHub that exists already.",
    input=Pushing,
    output=PushOutput,
    run=_push_only,
    examples=(
        Example(
            "Create first, push later",
            [
                {"action": "github:repo:create", "input": {"repoUrl": "github.com?owner=acme&repo=seat-map"}},
                {"action": "fetch:plain", "input": {"url": "./skeleton"}},
                {
                    "action": "github:repo:push",
                    "input": {
                        "repoUrl": "github.com?owner=acme&repo=seat-map",
                        "defaultBranch": "main",
                        "protectDefaultBranch": False,
                    },
                },
            ],
            files={"skeleton/README.md": "# Seat map\n"},
            leaves=["README.md"],
            needs="github",
        ),
    ),
)

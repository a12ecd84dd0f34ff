"""What the actions that publish to GitHub are told."""

from typing import Literal

from pydantic import Field

from scaffolder.actions.base import Fields


class Collaborator(Fields):
    user: str | None = None
    team: str | None = None
    access: str


class Settings(Fields):
    """How a repository is set up."""

    repo_url: str
    token: str | None = None
    description: str | None = None
    homepage: str | None = None
    access: str | None = None
    repo_visibility: Literal["private", "public", "internal"] = "private"
    topics: list[str] = Field(default_factory=list)
    collaborators: list[Collaborator] = Field(default_factory=list)
    delete_branch_on_merge: bool = False
    allow_merge_commit: bool = True
    allow_squash_merge: bool = True
    allow_rebase_merge: bool = True
    allow_auto_merge: bool = False
    allow_update_branch: bool = False
    squash_merge_commit_title: str | None = None
    squash_merge_commit_message: str | None = None
    has_issues: bool | None = None
    has_wiki: bool | None = None
    has_projects: bool | None = None
    repo_variables: dict[str, str] = Field(default_factory=dict)
    secrets: dict[str, str] = Field(default_factory=dict)


class Pushing(Fields):
    """What is pushed, and how the branch is protected afterwards."""

    repo_url: str
    token: str | None = None
    default_branch: str = "master"
    source_path: str | None = None
    git_commit_message: str | None = None
    git_author_name: str | None = None
    git_author_email: str | None = None
    protect_default_branch: bool = True
    protect_enforce_admins: bool = True
    dismiss_stale_reviews: bool = False
    require_code_owner_reviews: bool = False
    required_approving_review_count: int | None = None
    required_status_check_contexts: list[str] = Field(default_factory=list)
    require_branches_to_be_up_to_date: bool = True
    required_conversation_resolution: bool = False
    required_linear_history: bool = False
    require_last_push_approval: bool = False


class PublishInput(Settings, Pushing):
    pass


class CreateInput(Settings):
    auto_init: bool = False


class CreateOutput(Fields):
    remote_url: str
    repo_contents_url: str


class PushOutput(CreateOutput):
    commit_hash: str

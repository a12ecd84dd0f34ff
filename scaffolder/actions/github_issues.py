"""Small things on GitHub: workflows, issues, labels, webhooks."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from scaffolder.actions.base import Action, ActionContext, Example, Fields
from scaffolder.actions.github_support import connected


class Target(Fields):
    repo_url: str
    token: str | None = None


class DispatchInput(Target):
    workflow_id: str
    branch_or_tag_name: str
    workflow_inputs: dict[str, Any] = Field(default_factory=dict)


class IssueInput(Target):
    title: str
    body: str | None = None
    assignees: list[str] = Field(default_factory=list)
    milestone: int | str | None = None
    labels: list[str] = Field(default_factory=list)


class IssueOutput(Fields):
    issue_url: str
    issue_number: int


class LabelInput(Target):
    number: int
    labels: list[str]


class WebhookInput(Target):
    webhook_url: str
    webhook_secret: str | None = None
    events: list[str] = Field(default_factory=lambda: ["push"])
    active: bool = True
    content_type: Literal["form", "json"] = "form"
    insecure_ssl: bool = False


def _dispatch(context: ActionContext, given: DispatchInput) -> Mapping[str, Any] | None:
    def send() -> bool:
        with connected(context, given.repo_url, given.token) as remote:
            workflow = remote.repository().get_workflow(given.workflow_id)
            return bool(workflow.create_dispatch(given.branch_or_tag_name, given.workflow_inputs, throw=True))

    context.checkpoint("dispatched", send)
    context.tell(f"Workflow {given.workflow_id} dispatched")
    return None


def _issue(context: ActionContext, given: IssueInput) -> Mapping[str, Any]:
    def create() -> dict[str, Any]:
        from github.GithubObject import NotSet

        with connected(context, given.repo_url, given.token) as remote:
            repository = remote.repository()
            milestone = NotSet if given.milestone is None else repository.get_milestone(int(given.milestone))
            issue = repository.create_issue(
                given.title,
                body=given.body or NotSet,
                assignees=given.assignees or NotSet,
                labels=given.labels or NotSet,
                milestone=milestone,
            )
            context.made("issue", f"{remote.full_name}#{issue.number}", issue.html_url)
            return {"issueUrl": issue.html_url, "issueNumber": issue.number}

    return context.checkpoint("created", create)


def _label(context: ActionContext, given: LabelInput) -> Mapping[str, Any] | None:
    with connected(context, given.repo_url, given.token) as remote:
        remote.repository().get_issue(given.number).add_to_labels(*given.labels)
    return None


def _webhook(context: ActionContext, given: WebhookInput) -> Mapping[str, Any] | None:
    config = {
        "url": given.webhook_url,
        "content_type": given.content_type,
        "insecure_ssl": "1" if given.insecure_ssl else "0",
    }
    if given.webhook_secret:
        config["secret"] = given.webhook_secret

    def create() -> bool:
        with connected(context, given.repo_url, given.token) as remote:
            repository = remote.repository()
            known = any(hook.config.get("url") == given.webhook_url for hook in repository.get_hooks())
            if not known:
                repository.create_hook("web", config, given.events, given.active)
            return True

    context.checkpoint("created", create)
    context.tell(f"Webhook {given.webhook_url} is there")
    return None


_REPO = "github.com?owner=acme&repo=seat-map"
DISPATCH = Action(
    id="github:actions:dispatch",
    description="Starts a GitHub Actions workflow.",
    input=DispatchInput,
    run=_dispatch,
    examples=(
        Example(
            "Start a workflow on the main branch",
            [
                {
                    "action": "github:actions:dispatch",
                    "input": {"repoUrl": _REPO, "workflowId": "deploy.yaml", "branchOrTagName": "main"},
                }
            ],
            needs="github",
        ),
    ),
)
ISSUE = Action(
    id="github:issues:create",
    description="Opens an issue on GitHub.",
    input=IssueInput,
    output=IssueOutput,
    run=_issue,
    examples=(
        Example(
            "Ask for a review",
            [
                {
                    "action": "github:issues:create",
                    "input": {"repoUrl": _REPO, "title": "Review the new service", "labels": ["review"]},
                }
            ],
            needs="github",
        ),
    ),
)
LABEL = Action(
    id="github:issues:label",
    description="Labels an issue or pull request on GitHub.",
    input=LabelInput,
    run=_label,
    examples=(
        Example(
            "Label an issue",
            [{"action": "github:issues:label", "input": {"repoUrl": _REPO, "number": 1, "labels": ["new"]}}],
            needs="github",
        ),
    ),
)
WEBHOOK = Action(
    id="github:webhook",
    description="Adds a webhook to a repository on GitHub.",
    input=WebhookInput,
    run=_webhook,
    examples=(
        Example(
            "Tell a build server of pushes",
            [{"action": "github:webhook", "input": {"repoUrl": _REPO, "webhookUrl": "https://ci.example/hook"}}],
            needs="github",
        ),
    ),
)

"""The actions that come with Callboard."""

from typing import TYPE_CHECKING, Any, Final

from scaffolder.actions import (
    catalog_entities,
    catalog_register,
    debug,
    fetch,
    fetch_cookiecutter,
    fetch_template,
    fs,
    github_issues,
    github_pull_request,
    http_request,
    notify,
    publish_git,
    publish_github,
    roadie,
)

if TYPE_CHECKING:
    from scaffolder.actions.base import Action

BUILTIN_ACTIONS: Final[tuple["Action[Any]", ...]] = (
    fetch.PLAIN,
    fetch.PLAIN_FILE,
    fetch_cookiecutter.ACTION,
    fetch_template.TEMPLATE,
    fetch_template.TEMPLATE_FILE,
    fetch_template.WORKSPACE_TEMPLATE,
    fetch_template.WORKSPACE_TEMPLATE_FILE,
    fs.DELETE,
    fs.RENAME,
    fs.READ,
    fs.READDIR,
    debug.LOG,
    debug.WAIT,
    catalog_register.ACTION,
    catalog_entities.FETCH,
    catalog_entities.WRITE,
    publish_git.ACTION,
    publish_github.PUBLISH,
    publish_github.CREATE,
    publish_github.PUSH,
    github_pull_request.ACTION,
    github_issues.DISPATCH,
    github_issues.ISSUE,
    github_issues.LABEL,
    github_issues.WEBHOOK,
    http_request.ACTION,
    notify.ACTION,
    roadie.WRITE,
    roadie.APPEND,
    roadie.PARSE,
    roadie.REPLACE,
    roadie.SERIALIZE_JSON,
    roadie.SERIALIZE_YAML,
)

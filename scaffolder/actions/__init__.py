"""The actions that come with Callboard."""

from typing import Any, Final

from scaffolder.actions import (
    catalog_entities,
    catalog_register,
    debug,
    fetch,
    fetch_template,
    fs,
    publish_git,
)
from scaffolder.actions.base import Action

BUILTIN_ACTIONS: Final[tuple[Action[Any], ...]] = (
    fetch.PLAIN,
    fetch.PLAIN_FILE,
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
)

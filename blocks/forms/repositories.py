"""A repository's address, asked for part by part: host, owner and name, or what its host calls them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from blocks import ids, kit
from blocks.forms.addresses import block_id
from callboard.errors import InputError
from scaffolder.expressions import split_repo_url
from scaffolder.forms import Field, format_repo_url
from scaffolder.forms.model import RepoOptions

_BASE: Final = ("host", "owner", "repo")
_AZURE: Final = ("host", "organization", "project", "repo")
_BITBUCKET: Final = ("host", "workspace", "project", "repo")
_LABELS: Final = {
    "host": "Host", "owner": "Owner", "organization": "Organization", "workspace": "Workspace", "project": "Project",
    "repo": "Repository name",
}  # fmt: skip


def parts_asked(field: Field, given: Mapping[str, str]) -> tuple[str, ...]:
    """The parts that the hosts in question know; a value that has others keeps them."""
    options = field.repo or RepoOptions()
    hosts = {h.lower() for h in options.hosts} or {given.get("host", "")}
    if options.organizations or all(h.endswith(("dev.azure.com", "visualstudio.com")) for h in hosts):
        return _AZURE
    if all(h == "bitbucket.org" for h in hosts):
        return _BITBUCKET
    extra = ("project",) if options.projects or "project" in given else ()
    return (*_BASE[:2], *extra, "repo")


def allowed(field: Field, part: str) -> tuple[str, ...]:
    """The only values that a part may have; empty where anything goes, or where a menu couldn't hold them."""
    options = field.repo or RepoOptions()
    found = {
        "host": options.hosts, "owner": options.owners, "organization": options.organizations,
        "project": options.projects, "repo": options.repos,
    }.get(part, ())  # fmt: skip
    return tuple(dict.fromkeys(found)) if len(found) <= kit.MAX_OPTIONS else ()


def repository_blocks(field: Field, value: Any) -> list[kit.Block]:
    """One input for each part; a part with one possible value is told instead of asked."""
    given = parts_of_url(value)
    asked = parts_asked(field, given)
    fixed = [kit.code(allowed(field, p)[0]) for p in asked if len(allowed(field, p)) == 1]
    hint = " ".join(t for t in (field.description, field.help, field.note) if t)
    heading = kit.bold(field.title or "Repository") + (f"  {' / '.join(fixed)}" if fixed else "")
    blocks = [kit.section(heading + (f"\n{kit.escape(hint)}" if hint else ""))]
    for part in asked:
        choices = allowed(field, part)
        if len(choices) != 1:
            element = _element(given.get(part, ""), choices)
            identifier = block_id(field.path, part)
            blocks.append(
                kit.input_block(_LABELS[part], element, block_id=identifier, optional=not _is_needed(field, part))
            )
    return blocks


def _is_needed(field: Field, part: str) -> bool:
    return field.required and part != "project"


def _element(given: str, choices: Sequence[str]) -> kit.Element:
    if not choices:
        element: kit.Element = {"type": "plain_text_input", "action_id": ids.FORM_VALUE, "max_length": 500}
        return element | ({"initial_value": given[:500]} if given else {})
    options = [kit.option(c, str(i)) for i, c in enumerate(choices)]
    element = {"type": "static_select", "action_id": ids.FORM_VALUE, "options": options}
    return element | ({"initial_option": options[choices.index(given)]} if given in choices else {})


def repository_block_ids(field: Field, value: Any) -> list[str]:
    """The blocks of the parts that are asked."""
    asked = parts_asked(field, parts_of_url(value))
    return [block_id(field.path, p) for p in asked if len(allowed(field, p)) != 1]


def read_repository(field: Field, state: Mapping[str, Any], value: Any) -> str | None:
    """The address put together; None where only what is fixed anyway is there."""
    given = parts_of_url(value)
    parts: dict[str, str] = {k: v for k, v in given.items() if k not in _LABELS}
    entered = False
    for part in parts_asked(field, given):
        choices = allowed(field, part)
        if len(choices) == 1:
            parts[part] = choices[0]
            continue
        found = _entered(state.get(block_id(field.path, part)) or {}, choices)
        entered = entered or bool(found)
        parts[part] = found
    if not entered and repository_block_ids(field, value):
        return None
    return format_repo_url(parts)


def _entered(block: Mapping[str, Any], choices: Sequence[str]) -> str:
    element: Mapping[str, Any] = next(iter(block.values()), {})
    option = element.get("selected_option")
    if option:
        index = str(option.get("value"))
        return choices[int(index)] if index.isdigit() and int(index) < len(choices) else ""
    return str(element.get("value") or "").strip()


def parts_of_url(value: Any) -> dict[str, str]:
    """The parts of an address as far as it has them."""
    try:
        return split_repo_url(value) if isinstance(value, str) and value else {}
    except InputError:
        return {}

"""The filters that scaffolder templates add to Nunjucks: repository addresses, entity refs, picking."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from callboard.errors import InputError
from callboard.refs import entity_ref_from_parts, parse_entity_ref
from scaffolder.expressions import values
from scaffolder.expressions.arguments import describe
from scaffolder.expressions.errors import TemplateError
from scaffolder.expressions.members import member
from scaffolder.expressions.run import Run
from scaffolder.expressions.values import UNDEFINED, Function, truthy

_PARTS: Final = ("owner", "organization", "workspace", "project", "repo")
_PATH_PART = re.compile(r"[^.\[\]]+|\[(?:(-?\d+)|[\"']([^\"']*)[\"'])\]")
_ADDRESS: Final = "write it as `host?owner=someone&repo=name`"


def parse_repo_url(text: str) -> dict[str, str]:
    """`host?owner=o&repo=r` to its parts. Raises InputError when what every host needs is missing."""
    parts = split_repo_url(text)
    for name in missing_repo_parts(parts):
        if "project" not in parts:  # GitLab finds both by a project's number
            raise InputError(
                f"Invalid repo URL passed to publisher: {text}, missing {name}", hint=f"Please {_ADDRESS}."
            )
    return parts


def missing_repo_parts(parts: Mapping[str, str]) -> list[str]:
    """A project, workspace or organization stands for the owner on the hosts that have them."""
    owned = {"owner", "project", "workspace", "organization"} & parts.keys()
    return [name for name, given in (("repo", parts.get("repo")), ("owner", owned)) if not given]


def split_repo_url(text: str) -> dict[str, str]:
    """The parts that are there. Raises InputError when there is no host."""
    try:
        address = urlsplit(f"https://{text}")
        host = address.netloc.lower()
    except ValueError:
        host = ""
    if not host or re.search(r"[\s@\\]", host):
        raise InputError(f"Invalid repo URL passed to publisher, got {text}", hint=f"Please {_ADDRESS}.")
    query = parse_qs(address.query, keep_blank_values=True)
    parts = {name: query[name][0] for name in _PARTS if query.get(name)}
    return {"host": host} | parts


def _repo_url(_run: Run, value: Any) -> dict[str, str]:
    if not isinstance(value, str):
        raise TemplateError(f"`parseRepoUrl` reads a text, not {describe(value)}; {_ADDRESS}")
    return parse_repo_url(value)


def _project_slug(run: Run, value: Any) -> str:
    parts = _repo_url(run, value)
    return f"{parts.get('owner', 'undefined')}/{parts.get('repo', 'undefined')}"


def _entity_ref(_run: Run, value: Any, context: Any = UNDEFINED) -> dict[str, str]:
    defaults = context if isinstance(context, Mapping) else {}
    kind, namespace = _optional(defaults, "defaultKind"), _optional(defaults, "defaultNamespace")
    if isinstance(value, Mapping):
        own_kind = value.get("kind") or kind
        if not isinstance(own_kind, str) or not isinstance(value.get("name"), str):
            raise TemplateError("an entity ref as an object has a `kind` and a `name`")
        ref = entity_ref_from_parts(own_kind, value["name"], value.get("namespace") or namespace)
    elif isinstance(value, str):
        ref = parse_entity_ref(value, default_kind=kind, default_namespace=namespace or "default")
    else:
        raise TemplateError(
            f"`parseEntityRef` reads an entity ref such as `group:default/team-a`, not {describe(value)}"
        )
    return {"kind": ref.kind, "namespace": ref.namespace, "name": ref.name}


def _optional(defaults: Mapping[str, Any], name: str) -> str | None:
    found = defaults.get(name)
    return found if isinstance(found, str) and found else None


def _pick(run: Run, value: Any, path: Any = UNDEFINED) -> Any:
    """A value deep inside another: `a.b`, `a[0]`, or a list of keys."""
    if isinstance(value, Mapping) and isinstance(path, str) and path in value:
        return value[path]
    keys = path if isinstance(path, list) else _keys(values.to_text(path))
    for key in keys:
        value = member(run.meter, value, key)
    return value


def _keys(path: str) -> list[str]:
    found = _PATH_PART.finditer(path)
    return [next(g for g in (*m.groups(), m.group()) if g is not None) for m in found]


def _cycler(_run: Run) -> Callable[..., dict[str, Any]]:
    """`cycler(a, b)`: `next()` gives them in turn, `current` the one that was given last."""

    def cycle(*items: Any) -> dict[str, Any]:
        state: dict[str, Any] = {"current": None, "next": UNDEFINED, "reset": UNDEFINED}
        position = 0

        def advance() -> Any:
            nonlocal position
            state["current"] = items[position % len(items)] if items else UNDEFINED
            position += 1
            return state["current"]

        def reset() -> None:
            nonlocal position
            position, state["current"] = 0, None

        state.update(next=Function("next", advance), reset=Function("reset", reset))
        return state

    return cycle


def _joiner(_run: Run) -> Callable[..., Function]:
    """`joiner(", ")`: nothing on the first call, then the separator."""

    def joiner(separator: Any = UNDEFINED) -> Function:
        called = False

        def separate() -> Any:
            nonlocal called
            first, called = not called, True
            return "" if first else (separator if truthy(separator) else ",")

        return Function("joiner", separate)

    return joiner


def _range(run: Run) -> Callable[..., list[int]]:
    def numbers(*args: Any) -> list[int]:
        if not args:
            raise TemplateError("`range` needs a number")
        start, stop = (0, args[0]) if len(args) == 1 else args[:2]
        step = args[2] if len(args) > 2 and truthy(args[2]) else 1
        found = range(*(int(values.to_number(n)) for n in (start, stop, step)))
        run.meter.work(len(found))
        return list(found)

    return numbers


PORTAL_FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "parseEntityRef": _entity_ref,
    "parseRepoUrl": _repo_url,
    "pick": _pick,
    "projectSlug": _project_slug,
}
GLOBALS: Final[Mapping[str, Callable[[Run], Callable[..., Any]]]] = {
    "cycler": _cycler,
    "joiner": _joiner,
    "range": _range,
}
"""Each is made for one rendering."""

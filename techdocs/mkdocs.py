"""Reads `mkdocs.yml` as data: tags that would run code are noted and mean nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from callboard.yaml12 import YamlError, parse_one
from catalog.ingest.reading import MissingError, ReadError
from techdocs.model import Problem
from techdocs.tree import Tree, inside

CONFIG_NAMES: Final = ("mkdocs.yaml", "mkdocs.yml")
_PYTHON_TAG: Final = re.compile(r"!!python/\S+|tag:yaml\.org,2002:python/\S+")
_MAX_CONFIG: Final = 1024 * 1024
_MAX_NODES: Final = 50_000


@dataclass(frozen=True, slots=True)
class SiteConfig:
    """What we use of a `mkdocs.yml`. `folder` is where it lies, `docs` its docs folder, below the tree's root."""

    folder: str
    docs: str
    name: str = ""
    nav: Sequence[Any] | None = None
    path: str = ""
    problems: list[Problem] = field(default_factory=list)


def read_config(tree: Tree, folder: str) -> SiteConfig:
    """The configuration in a folder, or what stands in for it when there is none."""
    for name in CONFIG_NAMES:
        path = inside(folder, name)
        assert path is not None
        try:
            content = tree.read(path)
        except MissingError:
            continue
        except ReadError as error:
            if tree.is_remote:
                raise
            return _without(tree, folder, Problem(error.message, path))
        return parse_config(tree, content.data or b"", folder, path)
    return _without(tree, folder, None)


def parse_config(tree: Tree, data: bytes, folder: str, path: str) -> SiteConfig:
    """The configuration that `data` holds; what is wrong with it is told and has no effect."""
    text = data.decode("utf-8", "replace")
    if len(data) > _MAX_CONFIG:
        return _without(tree, folder, Problem("is too large to be a configuration and was not read", path))
    try:
        value = parse_one(text, max_nodes=_MAX_NODES).value
    except YamlError as error:
        return _without(tree, folder, Problem(f"line {error.line}: {error.message}; read without it", path))
    if not isinstance(value, dict):
        return _without(tree, folder, Problem("should be a mapping such as `site_name: …`; read without it", path))
    return _config(value, text, folder, path)


def _config(value: dict[str, Any], text: str, folder: str, path: str) -> SiteConfig:
    problems = [
        Problem(f"`{tag}` asks to run Python code, which is never done; its value is ignored", path)
        for tag in dict.fromkeys(_PYTHON_TAG.findall(text))
    ]
    if value.get("hooks"):
        problems.append(Problem("`hooks` are never run", path))
    docs = inside(folder, _text(value.get("docs_dir")) or "docs")
    if docs is None:
        problems.append(Problem(f"`docs_dir: {value['docs_dir']}` leads out of the folder; `docs` is used", path))
        docs = inside(folder, "docs") or "docs"
    nav = value.get("nav")
    if nav is not None and not isinstance(nav, list):
        problems.append(Problem("`nav` should be a list of pages; all pages are shown by name", path))
        nav = None
    return SiteConfig(folder, docs, _text(value.get("site_name")), nav, path, problems)


def _text(value: Any) -> str:
    """A value that may be an `!ENV` list, whose last item is its default."""
    if isinstance(value, list) and value:
        value = value[-1]
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _without(tree: Tree, folder: str, problem: Problem | None) -> SiteConfig:
    """No configuration: the `docs` folder, or the folder itself when it holds pages and no `docs`."""
    docs = inside(folder, "docs") or "docs"
    problems = [problem] if problem else []
    if not tree.files(docs) and any(f.path.lower().endswith(".md") for f in tree.files(folder)):
        return SiteConfig(folder, folder, problems=problems)
    return SiteConfig(folder, docs, problems=problems)

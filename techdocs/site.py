"""Puts a site together: which pages there are, in which order, under which titles; included sites as well."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Final

from callboard.errors import nearest
from techdocs.mkdocs import CONFIG_NAMES, SiteConfig, read_config
from techdocs.model import NavItem, Problem
from techdocs.sections import slugify
from techdocs.tree import File, Tree, inside

MAX_PAGES: Final = 10_000
_MAX_INCLUDES: Final = 200
_INCLUDE: Final = re.compile(r"^(?:!include|\*include)\s+(.+)$")
_INDEX: Final = frozenset({"index.md", "readme.md"})
_PAGE: Final = (".md", ".markdown", ".mdown", ".mkd")


@dataclass(frozen=True, slots=True)
class PageFile:
    """A page: `path` in the site, `file` in the tree, and the title that the navigation gives it."""

    path: str
    file: str
    title: str = ""
    changed_at: float | None = None


@dataclass(slots=True)
class Layout:
    """A site before its pages are read."""

    title: str
    nav: tuple[NavItem, ...]
    pages: list[PageFile]
    problems: list[Problem] = field(default_factory=list)


def lay_out(tree: Tree, fallback_title: str) -> Layout:
    """Everything but the pages' text; what is wrong is in `problems`."""
    builder = _Builder(tree)
    config = read_config(tree, "")
    nav = builder.site(config, "", ())
    title = config.name or fallback_title
    pages = sorted(builder.pages.values(), key=builder.order)
    if len(pages) > MAX_PAGES:
        message = f"has {len(pages):,} pages; the first {MAX_PAGES:,} are read, split the rest off into another entity"
        builder.problems.append(Problem(message, config.docs))
    if not pages:
        builder.problems.append(Problem(f"no Markdown pages were found in `{config.docs}`"))
    problems = list(dict.fromkeys((*builder.problems, *tree.problems)))
    return Layout(title, nav, pages[:MAX_PAGES], problems)


class _Builder:
    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self.pages: dict[str, PageFile] = {}
        self.problems: list[Problem] = []
        self._positions: dict[str, int] = {}
        self._included = 0

    def order(self, page: PageFile) -> tuple[int, tuple[str, ...]]:
        """Pages of the navigation in its order, then the others by path, a folder's index first."""
        return self._positions.get(page.path, 1 << 30), _sort_key(page.path)

    def site(self, config: SiteConfig, prefix: str, above: tuple[str, ...]) -> tuple[NavItem, ...]:
        """Take in one site's pages under `prefix`; the navigation of it."""
        self.problems += config.problems
        files = {self._place(f.path, config, prefix): f for f in self._tree.files(config.docs) if _is_page(f)}
        for path, file in files.items():
            self.pages.setdefault(path, PageFile(path, file.path, changed_at=file.changed_at))
        if config.nav is None:
            return _by_folder(sorted(files, key=_sort_key), prefix)
        return tuple(self._items(config.nav, config, prefix, (*above, config.path)))

    def _place(self, file: str, config: SiteConfig, prefix: str) -> str:
        inner = file.removeprefix(f"{config.docs}/") if config.docs not in {"", "."} else file
        return f"{prefix}{inner}"

    def _items(self, nav: Sequence[Any], config: SiteConfig, prefix: str, above: tuple[str, ...]) -> Iterator[NavItem]:
        for entry in nav:
            pairs: Sequence[tuple[Any, Any]] = list(entry.items()) if isinstance(entry, Mapping) else [("", entry)]
            for title, target in pairs:
                yield from self._item(str(title), target, config, prefix, above)

    def _item(
        self, title: str, target: Any, config: SiteConfig, prefix: str, above: tuple[str, ...]
    ) -> Iterator[NavItem]:
        if isinstance(target, list):
            yield NavItem(title, children=tuple(self._items(target, config, prefix, above)))
        elif not isinstance(target, str):
            self.problems.append(Problem(f"the entry `{title or target}` of `nav` names no page", config.path))
        elif include := _include_of(target):
            yield from self._included_sites(title, include, config, above)
        elif re.match(r"[a-z][a-z0-9+.-]*:", target):
            if target.startswith(("http://", "https://", "mailto:")):
                yield NavItem(title or target, url=target)
        else:
            yield from self._page(title, target, config, prefix)

    def _page(self, title: str, target: str, config: SiteConfig, prefix: str) -> Iterator[NavItem]:
        inner = inside("", target.strip().lstrip("/"))
        path = f"{prefix}{inner}"
        if inner is None or path not in self.pages:
            self.problems.append(self._missing(title, target, inner, config, prefix))
            return
        page = self.pages[path]
        if title and not page.title:
            self.pages[path] = PageFile(path, page.file, title, page.changed_at)
        self._positions.setdefault(path, len(self._positions))
        yield NavItem(title or page.title or _title_of(path), path=path)

    def _missing(self, title: str, target: str, inner: str | None, config: SiteConfig, prefix: str) -> Problem:
        label = f"`{title}: {target}`" if title else f"`{target}`"
        if inner is None:
            return Problem(f"nav: {label} leads out of the docs folder and is left out", config.path)
        near = nearest(f"{prefix}{inner}", self.pages, limit=1, cutoff=75)
        hint = f"; did you mean `{near[0]}`?" if near else ""
        return Problem(f"nav: {label} names a page that doesn't exist{hint}", config.path)

    def _included_sites(self, title: str, target: str, config: SiteConfig, above: tuple[str, ...]) -> Iterator[NavItem]:
        for path in self._configs(target, config):
            if path in above:
                self.problems.append(Problem(f"nav: `!include {path}` includes itself; the circle is cut", config.path))
                continue
            self._included += 1
            if self._included > _MAX_INCLUDES:
                self.problems.append(Problem(f"nav: more than {_MAX_INCLUDES} included sites; the rest is left out"))
                return
            included = read_config(self._tree, str(PurePosixPath(path).parent).removeprefix("."))
            name = included.name or PurePosixPath(path).parent.name
            prefix = f"{'/'.join(slugify(part) or 'site' for part in name.split('/') if part)}/"
            if any(p.startswith(prefix) for p in self.pages):
                self.problems.append(
                    Problem(
                        f"two included sites are called `{name}`; of pages with one path only the first is kept", path
                    )
                )
            children = self.site(included, prefix, (*above, path))
            yield NavItem(title or name, children=children)

    def _configs(self, target: str, config: SiteConfig) -> list[str]:
        """The configuration files that an include names, which may be a glob."""
        if "*" in target:
            folder = inside(config.folder, target.split("*", 1)[0]) or ""
            pattern = inside(config.folder, target) or target
            found = [f.path for f in self._tree.files(folder) if f.path.endswith(CONFIG_NAMES)]
            return [p for p in found if _matches(p, pattern)]
        path = inside(config.folder, target)
        if path is None:
            self.problems.append(Problem(f"nav: `!include {target}` leads out of the folder", config.path))
            return []
        try:
            self._tree.read(path)
        except Exception as error:  # noqa: BLE001 - whatever the reader says, the include is what is wrong
            self.problems.append(Problem(f"nav: `!include {target}` can't be read: {error}", config.path))
            return []
        return [path]


def _matches(path: str, pattern: str) -> bool:
    expression = re.escape(pattern).replace(r"\*\*/", "(?:.*/)?").replace(r"\*", "[^/]*")
    return re.fullmatch(expression, path) is not None


def _include_of(target: str) -> str:
    match = _INCLUDE.match(target.strip())
    if match:
        return match[1].strip().strip("'\"")
    return target.strip() if target.strip().endswith(CONFIG_NAMES) else ""


def _is_page(file: File) -> bool:
    return file.path.lower().endswith(_PAGE)


def _sort_key(path: str) -> tuple[str, ...]:
    *folders, name = path.split("/")
    return (*(f"~{f}" for f in folders), "" if name.lower() in _INDEX else f" {name}")


def _title_of(path: str) -> str:
    """What a page is called that has no title anywhere."""
    pure = PurePosixPath(path)
    name = pure.stem
    if pure.name.lower() in _INDEX:
        name = pure.parent.name or "Home"
    return re.sub(r"^\d+[-_. ]+", "", name).replace("-", " ").replace("_", " ").strip().capitalize() or name


def _by_folder(paths: Sequence[str], prefix: str) -> tuple[NavItem, ...]:
    """A navigation by folders; page titles are filled in when the pages are read."""
    here, below = [], dict[str, list[str]]()
    for path in paths:
        first, slash, _rest = path[len(prefix) :].partition("/")
        if slash:
            below.setdefault(first, []).append(path)
        else:
            here.append(NavItem("", path=path))
    folders = [NavItem(_title_of(f"{n}/index.md"), children=_by_folder(p, f"{prefix}{n}/")) for n, p in below.items()]
    return (*here, *folders)


def title_of_path(path: str) -> str:
    return _title_of(path)

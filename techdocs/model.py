"""Read models: a site of pages, pages of sections, and what a question finds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """What couldn't be read as it should; the rest was. `path` is inside the docs' folder."""

    message: str
    path: str = ""

    @property
    def text(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


@dataclass(frozen=True, slots=True)
class NavItem:
    """An entry of the navigation: a page, a link elsewhere, or a heading over `children`."""

    title: str
    path: str = ""
    url: str = ""
    children: tuple["NavItem", ...] = ()

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"title": self.title}
        for name in ("path", "url"):
            if value := getattr(self, name):
                found[name] = value
        return found | ({"children": [c.as_json() for c in self.children]} if self.children else {})

    @classmethod
    def from_json(cls, value: Any) -> "NavItem":
        children = tuple(cls.from_json(c) for c in value.get("children", ()))
        return cls(value["title"], value.get("path", ""), value.get("url", ""), children)

    def pages(self) -> Iterator["NavItem"]:
        """The pages at and below this entry, in reading order."""
        if self.path:
            yield self
        for child in self.children:
            yield from child.pages()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it up to the next heading; `text` is Markdown and includes the heading."""

    title: str
    anchor: str
    level: int
    trail: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class PageInfo:
    """A page without its text."""

    path: str
    title: str
    position: int = 0
    changed_at: float | None = None
    edit_url: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page to be read. `definitions` are its link references, which any section may use."""

    ref: str
    info: PageInfo
    sections: Sequence[Section]
    definitions: str = ""

    @property
    def text(self) -> str:
        return "".join(s.text for s in self.sections)


@dataclass(frozen=True, slots=True)
class Site:
    """The docs of one entity. `alias` names the entity whose docs are shown instead."""

    ref: str
    title: str
    nav: tuple[NavItem, ...] = ()
    source: str = ""
    alias: str = ""
    alias_path: str = ""
    problems: tuple[Problem, ...] = ()
    indexed_at: float | None = None

    def pages(self) -> list[NavItem]:
        """The pages of the navigation in reading order."""
        return [page for item in self.nav for page in item.pages()]


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a card shows of an entity's docs: pages that people look for first, and what is wrong."""

    ref: str
    total: int = 0
    top: tuple[PageInfo, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A section that answers a question: `score` runs from 0 to 1, `owner` is the ref of the entity's owner.

    `text` is the section's Markdown without its heading, its links made absolute.
    """

    text: str
    title: str
    trail: tuple[str, ...]
    page: str
    page_title: str
    anchor: str
    ref: str
    url: str
    changed_at: float | None = None
    owner: str = ""
    score: float = 0.0

    @property
    def heading(self) -> str:
        """Where it stands: page, headings, title."""
        return " · ".join(dict.fromkeys((self.page_title, *self.trail, self.title)))


@dataclass(slots=True)
class Counts:
    """What indexing did."""

    sites: int = 0
    pages: int = 0
    changed: int = 0
    removed: int = 0
    problems: int = 0
    failed: list[str] = field(default_factory=list)

    def add(self, other: "Counts") -> None:
        self.sites += other.sites
        self.pages += other.pages
        self.changed += other.changed
        self.removed += other.removed
        self.problems += other.problems
        self.failed += other.failed

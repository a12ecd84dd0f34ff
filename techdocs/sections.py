"""Cuts a Markdown page into sections by its headings, without rendering it.

Joined together again, the sections are the page (its front matter aside).
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.deflist import deflist_plugin

from callboard.yaml12 import YamlError, parse_one
from techdocs.model import Section

DIAGRAMS: Final = frozenset(
    {"mermaid", "plantuml", "puml", "graphviz", "dot", "d2", "kroki", "blockdiag", "c4plantuml"}
)
_FRONT_MATTER: Final = re.compile(r"\A---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_TAB: Final = re.compile(r'^(\s*)===(!?\+?) (?=")', re.MULTILINE)
_FENCE: Final = re.compile(r"^[ \t]*(`{3,}|~{3,})", re.MULTILINE)
_HEADING_ID: Final = re.compile(r"\s*\{:?\s*#([\w-]+)[^}]*\}\s*$")
_IMAGE: Final = re.compile(r"!\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])?")
_LINK: Final = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\[[^\]]*\])")
_TAG: Final = re.compile(r"<!--.*?-->|</?[a-zA-Z][^>]*>", re.DOTALL)
_EMPHASIS: Final = re.compile(r"(?<!\w)[*_~]{1,3}(?=\S)|(?<=\S)[*_~]{1,3}(?!\w)|`+")
_MARKS: Final = frozenset("*_~`")
_DEFINITION: Final = re.compile(r"^ {0,3}\[[^\]\n]+\]:[ \t]*\S.*$", re.MULTILINE)
_COUNTED: Final = re.compile(r"^(.+)_([0-9]+)$")


@dataclass(frozen=True, slots=True)
class Cut:
    """A section and the plain words to find it by."""

    section: Section
    plain: str


@dataclass(frozen=True, slots=True)
class ParsedPage:
    title: str
    cuts: Sequence[Cut]
    definitions: str


@cache
def block_parser() -> MarkdownIt:
    """Knows where blocks begin and end, and nothing of what is in them."""
    parser = MarkdownIt("commonmark").enable("table").use(admon_plugin).use(deflist_plugin)
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


def split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """Front matter, empty when there is none or it can't be read, and the rest."""
    match = _FRONT_MATTER.match(text)
    if match is None:
        return {}, text
    try:
        value = parse_one(match[1]).value
    except YamlError:
        value = None
    return (value if isinstance(value, dict) else {}), text[match.end() :]


def with_tabs(text: str) -> str:
    """Content tabs (`=== "Title"`) written as the admonitions that they are laid out like."""
    if '=== "' not in text and '===+ "' not in text and '===! "' not in text:
        return text
    lines, fence = text.splitlines(keepends=True), ""
    for number, line in enumerate(lines):
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        elif not fence:
            lines[number] = _TAB.sub(r"\1!!! tab ", line)
    return "".join(lines)


def parse_page(text: str, fallback_title: str) -> ParsedPage:
    """Raises nothing: whatever the text is, it has at least one section when it isn't blank."""
    front, body = split_front_matter(text.removeprefix("\ufeff"))
    if not body.endswith("\n"):
        body += "\n"
    tokens = block_parser().parse(with_tabs(body))
    lines = body.splitlines(keepends=True)
    headings = _headings(tokens)
    written = front.get("title")
    first = next((h.title for h in headings if h.level == 1), "")
    title = str(written) if isinstance(written, str | int | float) and written else first or fallback_title
    definitions = "\n".join(m.strip() for m in _DEFINITION.findall(body))
    return ParsedPage(title, list(_cuts(title, headings, lines, tokens)), definitions)


@dataclass(slots=True)
class _Heading:
    line: int
    level: int
    title: str
    anchor: str


def _headings(tokens: Sequence[Token]) -> list[_Heading]:
    used: set[str] = set()
    found = []
    for token, inline in pairwise(tokens):
        if token.type == "heading_open" and token.level == 0 and token.map:
            title, anchor = heading_of(inline.content)
            anchor = unique(anchor or slugify(title), used)
            found.append(_Heading(token.map[0], int(token.tag[1:]), title or "Untitled", anchor))
    return found


def heading_of(content: str) -> tuple[str, str]:
    """A heading's plain title, and the id that its author gave it, if any."""
    given = _HEADING_ID.search(content)
    text = content[: given.start()] if given else content
    return plain_text(text).strip(), given[1] if given else ""


def slugify(title: str) -> str:
    """The anchor that MkDocs gives a heading."""
    ascii_only = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    kept = re.sub(r"[^\w\s-]", "", ascii_only).strip().lower()
    return re.sub(r"[-\s]+", "-", kept)


def unique(anchor: str, used: set[str]) -> str:
    """`anchor`, counted up until nobody has it; remembered in `used`."""
    while anchor in used or not anchor:
        match = _COUNTED.match(anchor)
        anchor = f"{match[1]}_{int(match[2]) + 1}" if match else f"{anchor}_1"
    used.add(anchor)
    return anchor


def plain_text(inline: str) -> str:
    """Inline Markdown as words: link texts, image descriptions, no marks."""
    text = _LINK.sub(r"\1", _IMAGE.sub(r"\1", inline)) if "[" in inline else inline
    text = _TAG.sub(" ", text) if "<" in text else text
    return _EMPHASIS.sub("", text) if _MARKS.intersection(text) else text


def _cuts(title: str, headings: Sequence[_Heading], lines: Sequence[str], tokens: Sequence[Token]) -> Iterable[Cut]:
    starts = [h.line for h in headings]
    before = "".join(lines[: starts[0] if starts else len(lines)])
    words = _words_by_section(tokens, starts)
    if before.strip():
        yield Cut(Section(title, "", 0, (), before), words[0])
    elif headings:
        starts[0] = 0
    open_: list[_Heading] = []
    for index, heading in enumerate(headings):
        while open_ and open_[-1].level >= heading.level:
            open_.pop()
        trail = tuple(h.title for h in open_)
        open_.append(heading)
        end = starts[index + 1] if index + 1 < len(starts) else len(lines)
        text = "".join(lines[starts[index] : end])
        yield Cut(Section(heading.title, heading.anchor, heading.level, trail, text), words[index + 1])


def _words_by_section(tokens: Sequence[Token], starts: Sequence[int]) -> list[str]:
    found: list[list[str]] = [[] for _ in range(len(starts) + 1)]
    at, heading = 0, False
    for token in tokens:
        if token.type == "heading_open" and token.level == 0:
            at, heading = at + 1, True
        elif token.type == "heading_close":
            heading = False
        elif not heading and token.content:
            found[at].append(_words(token))
    return [" ".join(w for w in words if w) for words in found]


def _words(token: Token) -> str:
    if token.type == "fence" and token.info.strip().partition(" ")[0].lower() in DIAGRAMS:
        return ""
    if token.type in {"inline", "html_block"}:
        return plain_text(token.content)
    return token.content if token.type in {"fence", "code_block"} else ""

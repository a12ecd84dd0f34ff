"""A page as HTML that holds no script and no style of its own."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Final

from markdown_it.token import Token
from pygments import highlight  # type: ignore[import-untyped] # ships no types
from pygments.formatters.html import HtmlFormatter  # type: ignore[import-untyped] # ships no types
from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped] # ships no types
from pygments.util import ClassNotFound  # type: ignore[import-untyped] # ships no types

from techdocs.links import resolve
from techdocs.markdown import ADMONITIONS, parser, prepared
from techdocs.model import Page
from techdocs.sanitize import sanitize
from techdocs.sections import DIAGRAMS, heading_of, slugify, unique

_MAX_HIGHLIGHTED: Final = 50_000
_TASK: Final = re.compile(r"^\[([ xX])\]\s+")
_HEADING_ID: Final = re.compile(r"\s*\{:?\s*#[^}]*\}\s*$")
_FORMATTER: Final = HtmlFormatter(nowrap=True, classprefix="hl-")


@dataclass(frozen=True, slots=True)
class Heading:
    """An entry of a page's own table of contents."""

    level: int
    title: str
    anchor: str


@dataclass(frozen=True, slots=True)
class RenderedPage:
    html: str
    headings: Sequence[Heading]


def render_page(page: Page, *, base_url: str = "") -> RenderedPage:
    """Links and pictures resolved within the site, headings with the anchors that sections have."""

    def address(target: str) -> str:
        found = resolve(page.ref, page.info.path, target)
        return base_url + found if found.startswith("/docs/") else found

    markdown = parser()
    env: dict[str, object] = {}
    renderer = _Tokens(address)
    tokens = list(renderer.changed(markdown.parse(prepared(page.text), env)))
    return RenderedPage(markdown.renderer.render(tokens, markdown.options, env), renderer.headings)


@dataclass
class _Tokens:
    """Changes tokens before they are rendered."""

    address: Callable[[str], str]
    headings: list[Heading] = field(default_factory=list)
    _used: set[str] = field(default_factory=set)
    _anchor: str = ""
    _foldable: list[bool] = field(default_factory=list)

    def changed(self, tokens: Sequence[Token]) -> Iterator[Token]:
        for position, token in enumerate(tokens):
            change = getattr(self, f"_{token.type}", None)
            if change is not None:
                change(token, tokens[position + 1] if position + 1 < len(tokens) else token)
            if token.type == "table_open":
                yield _raw('<div class="scroll">')
            yield token
            if token.type == "table_close":
                yield _raw("</div>")

    def _heading_open(self, token: Token, inline: Token) -> None:
        if token.level:
            return
        title, given = heading_of(inline.content)
        self._anchor = unique(given or slugify(title), self._used)
        token.attrSet("id", self._anchor)
        self.headings.append(Heading(int(token.tag[1:]), title, self._anchor))

    def _inline(self, token: Token, after: Token) -> None:
        children = token.children or []
        for child in children:
            self._child(child)
        if after.type == "heading_close" and self._anchor:
            if children and children[-1].type == "text":
                children[-1].content = _HEADING_ID.sub("", children[-1].content)
            label = '<a class="anchor" href="#{0}" aria-label="Link to this section">#</a>'
            children.append(_raw(label.format(escape(self._anchor)), kind="html_inline"))
            self._anchor = ""
        task = _TASK.match(children[0].content) if children and children[0].type == "text" else None
        if task:
            children[0].content = ("☐ " if task[1] == " " else "☑ ") + children[0].content[task.end() :]
        token.children = children

    def _child(self, token: Token) -> None:
        if token.type == "link_open":
            self._point(token, "href")
        elif token.type == "image":
            self._point(token, "src")
            token.attrSet("loading", "lazy")
        elif token.type == "html_inline":
            token.content = sanitize(token.content, self.address)

    def _point(self, token: Token, attribute: str) -> None:
        address = self.address(str(token.attrGet(attribute) or ""))
        token.attrSet(attribute, address or "#")
        if attribute == "href" and address.startswith("http"):
            token.attrSet("rel", "noopener noreferrer")

    def _html_block(self, token: Token, _after: Token) -> None:
        token.content = sanitize(token.content, self.address)

    def _fence(self, token: Token, _after: Token) -> None:
        language = token.info.strip().partition(" ")[0].lower()
        if language in DIAGRAMS:
            note = f'<figure class="diagram"><figcaption>Diagram, as {escape(language)} source</figcaption>'
            token.content = f"{note}<pre><code>{escape(token.content)}</code></pre></figure>\n"
        else:
            name = f' data-language="{escape(language)}"' if language else ""
            token.content = f'<pre class="code"{name}><code>{_highlighted(token.content, language)}</code></pre>\n'
        token.type, token.tag, token.hidden = "html_block", "", False

    def _admonition_open(self, token: Token, _after: Token) -> None:
        kind = str((token.meta or {}).get("tag") or "note")
        token.attrs = {"class": f"admonition {kind if kind in ADMONITIONS else 'note'}"}
        self._foldable.append(token.markup.startswith("???"))
        if self._foldable[-1]:
            token.tag = "details"
            if token.markup.endswith("+"):
                token.attrSet("open", "")

    def _admonition_close(self, token: Token, _after: Token) -> None:
        token.tag = "details" if self._foldable.pop() else token.tag

    def _admonition_title_open(self, token: Token, _after: Token) -> None:
        token.attrs = {"class": "admonition-title"}
        token.tag = "summary" if self._foldable and self._foldable[-1] else "p"

    def _admonition_title_close(self, token: Token, _after: Token) -> None:
        token.tag = "summary" if self._foldable and self._foldable[-1] else "p"


def _raw(html: str, *, kind: str = "html_block") -> Token:
    return Token(kind, "", 0, content=html)


def _highlighted(code: str, language: str) -> str:
    if not language or len(code) > _MAX_HIGHLIGHTED:
        return escape(code)
    try:
        lexer = get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return escape(code)
    return str(highlight(code, lexer, _FORMATTER))

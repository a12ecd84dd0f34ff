"""Raw HTML in Markdown, reduced to what only formats text."""

import re
from collections.abc import Callable, Sequence
from html import escape
from html.parser import HTMLParser
from typing import Final

ALLOWED: Final = frozenset({
    "a", "abbr", "b", "big", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup", "dd",
    "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5",
    "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "picture", "pre", "q", "rp", "rt", "ruby",
    "s", "samp", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "tt", "u", "ul", "var", "wbr",
})  # fmt: skip
_VOID: Final = frozenset({"br", "col", "hr", "img", "wbr"})
_SILENT: Final = frozenset({
    "script", "style", "iframe", "object", "embed", "template", "noscript", "svg", "math", "form",
})  # fmt: skip
_ATTRIBUTES: Final = frozenset({
    "alt", "title", "width", "height", "align", "colspan", "rowspan", "open", "id", "start",
})  # fmt: skip
_NUMBER: Final = re.compile(r"\d{1,4}%?")

Resolve = Callable[[str], str]


def sanitize(html: str, resolve: Resolve) -> str:
    """Allowed tags with harmless attributes; `resolve` gives an address to follow, or nothing for an unsafe one."""
    parser = _Sanitizer(resolve)
    parser.feed(html)
    parser.close()
    return "".join(parser.out)


class _Sanitizer(HTMLParser):
    def __init__(self, resolve: Resolve) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._resolve = resolve
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in ALLOWED and not self._silent:
            kept = "".join(f' {name}="{escape(value)}"' for name, value in self._attributes(tag, attrs))
            self.out.append(f"<{tag}{kept}>")

    def handle_startendtag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag not in _SILENT:
            self.handle_starttag(tag, attrs)
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in ALLOWED - _VOID and not self._silent:
            self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.out.append(escape(data, quote=False))

    def _attributes(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> list[tuple[str, str]]:
        found = []
        for name, value in attrs:
            text = value or ""
            if name in {"href", "src"}:
                address = self._resolve(text) if (tag, name) in {("a", "href"), ("img", "src")} else ""
                found += [(name, address)] if address else []
            elif name in {"width", "height"}:
                found += [(name, text)] if _NUMBER.fullmatch(text) else []
            elif name in _ATTRIBUTES:
                found.append((name, text))
        return found

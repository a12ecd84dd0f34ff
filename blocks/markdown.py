"""Markdown of docs as Slack blocks: what nobody can ping with, cut where a reader would stop."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from markdown_it.tree import SyntaxTreeNode

from blocks import kit
from blocks.kit import Block
from blocks.markdown_inline import Style, mrkdwn_of, plain_of, rich_of
from techdocs.markdown import ADMONITIONS, parser, prepared
from techdocs.sections import DIAGRAMS

_MAX_TEXT: Final = 2_900
_MAX_INDENT: Final = 8
_WIDEST_TABLE: Final = 96
_WIDEST_CELL: Final = 48
_TASK: Final = re.compile(r"^\[([ xX])\]\s+")
_TAGS: Final = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_STOPS: Final = ("\n\n", "\n", ". ", "! ", "? ", "; ", ", ", " ")


@dataclass(frozen=True, slots=True)
class Rendered:
    """The blocks, and whether something was left out at the end."""

    blocks: Sequence[Block]
    is_cut: bool = False


def render(text: str, *, max_blocks: int = 12, max_chars: int = 2_800) -> Rendered:
    """Blocks for at most so many characters; links must be absolute, or only their text is shown."""
    tree = SyntaxTreeNode(parser().parse(prepared(text)))
    found: list[Block] = []
    left = max_chars
    for block in _merged(_Walker().blocks(tree.children)):
        size = _size(block)
        if len(found) >= max_blocks or left < 80:
            return Rendered(found, is_cut=True)
        if size > left:
            shorter = _cut(block, left)
            return Rendered([*found, shorter] if shorter else found, is_cut=True)
        found.append(block)
        left -= size
    return Rendered(found)


class _Walker:
    def blocks(self, nodes: Sequence[SyntaxTreeNode]) -> Iterator[Block]:
        for node in nodes:
            render_ = getattr(self, f"_{node.type}", None)
            if render_ is not None:
                yield from render_(node)
            elif node.children and not node.type.startswith("footnote"):
                yield from self.blocks(node.children)

    def _heading(self, node: SyntaxTreeNode) -> Iterator[Block]:
        title = plain_of(node).strip()
        if title:
            yield kit.section(kit.bold(re.sub(r"\s*\{:?\s*#[^}]*\}\s*$", "", title)))

    def _paragraph(self, node: SyntaxTreeNode) -> Iterator[Block]:
        yield from _sections(mrkdwn_of(node))

    def _bullet_list(self, node: SyntaxTreeNode) -> Iterator[Block]:
        elements = list(_list_elements(node, 0))
        if elements:
            yield {"type": "rich_text", "elements": elements}

    _ordered_list = _bullet_list

    def _fence(self, node: SyntaxTreeNode) -> Iterator[Block]:
        language = node.info.strip().partition(" ")[0].lower()
        if language in DIAGRAMS:
            yield kit.section(f"_A {kit.escape(language)} diagram stands here; it is drawn on the page._")
        elif node.content.strip():
            yield _preformatted(node.content)

    def _code_block(self, node: SyntaxTreeNode) -> Iterator[Block]:
        if node.content.strip():
            yield _preformatted(node.content)

    def _blockquote(self, node: SyntaxTreeNode) -> Iterator[Block]:
        yield from self._quoted(node.children, [])

    def _admonition(self, node: SyntaxTreeNode) -> Iterator[Block]:
        title = next((plain_of(c) for c in node.children if c.type == "admonition_title"), "")
        kind = str((node.meta or {}).get("tag") or "note")
        icon = ADMONITIONS.get(kind, "📝")
        heading = f"{icon} {title}".strip()
        children = [c for c in node.children if c.type != "admonition_title"]
        if kind == "tab":
            yield kit.section(kit.bold(title))
            yield from self.blocks(children)
        else:
            yield from self._quoted(children, [_text(f"{heading}\n", {"bold": True})] if heading else [])

    def _quoted(self, children: Sequence[SyntaxTreeNode], start: list[dict[str, Any]]) -> Iterator[Block]:
        """Paragraphs become the quote; anything else in it follows in its own form."""
        elements = list(start)
        rest: list[SyntaxTreeNode] = []
        for child in children:
            if child.type == "paragraph" and not rest:
                elements += [*([_text("\n")] if len(elements) > len(start) else []), *rich_of(child)]
            else:
                rest.append(child)
        if elements:
            yield {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": elements}]}
        yield from self.blocks(rest)

    def _table(self, node: SyntaxTreeNode) -> Iterator[Block]:
        rows = [[plain_of(cell).replace("\n", " ").strip() for cell in row.children] for row in _rows(node)]
        if not rows:
            return
        widths = [min(_WIDEST_CELL, max(len(r[i]) for r in rows if i < len(r))) for i in range(len(rows[0]))]
        longest = max((len(c) for r in rows for c in r), default=0)
        if sum(widths) + 3 * len(widths) <= _WIDEST_TABLE and longest <= _WIDEST_CELL:
            yield _preformatted("\n".join(_table_lines(rows, widths)))
        else:
            yield from _table_as_list(rows)

    def _hr(self, _node: SyntaxTreeNode) -> Iterator[Block]:
        yield kit.divider()

    def _html_block(self, node: SyntaxTreeNode) -> Iterator[Block]:
        yield from _sections(kit.escape(re.sub(r"\s+", " ", _TAGS.sub(" ", node.content)).strip()))

    def _dl(self, node: SyntaxTreeNode) -> Iterator[Block]:
        for child in node.children:
            if child.type == "dt":
                yield kit.section(kit.bold(plain_of(child)))
            else:
                yield from self.blocks(child.children)


@dataclass
class _Items:
    """One run of list items at one depth."""

    style: str
    indent: int
    start: int
    sections: list[dict[str, Any]] = field(default_factory=list)

    def taken(self) -> Iterator[dict[str, Any]]:
        """What has gathered, as a list element; the run goes on counting after it."""
        if self.sections:
            element = {"type": "rich_text_list", "style": self.style, "indent": self.indent, "elements": self.sections}
            yield element | ({"offset": self.start} if self.start and self.style == "ordered" else {})
            self.start += len(self.sections)
            self.sections = []


def _list_elements(node: SyntaxTreeNode, indent: int) -> Iterator[dict[str, Any]]:
    ordered = node.type == "ordered_list"
    items = _Items("ordered" if ordered else "bullet", min(indent, _MAX_INDENT), _start_of(node) if ordered else 0)
    for item in node.children:
        own = [c for c in item.children if c.type == "paragraph"]
        items.sections.append({"type": "rich_text_section", "elements": _item(own)})
        for child in item.children:
            if child.type in {"bullet_list", "ordered_list"}:
                yield from items.taken()
                yield from _list_elements(child, indent + 1)
            elif child.type in {"fence", "code_block"} and child.content.strip():
                yield from items.taken()
                yield {"type": "rich_text_preformatted", "elements": [_text(child.content.rstrip("\n"))]}
    yield from items.taken()


def _start_of(node: SyntaxTreeNode) -> int:
    start = node.attrs.get("start", 1)
    return max(0, int(start) - 1)


def _item(paragraphs: Sequence[SyntaxTreeNode]) -> list[dict[str, Any]]:
    elements: list[dict[str, Any]] = []
    for paragraph in paragraphs:
        elements += [*([_text("\n")] if elements else []), *rich_of(paragraph)]
    if elements and elements[0]["type"] == "text" and (task := _TASK.match(elements[0]["text"])):
        box = "☐ " if task[1] == " " else "☑ "
        elements[0] = elements[0] | {"text": box + elements[0]["text"][task.end() :]}
    return elements or [_text(" ")]


def _rows(table: SyntaxTreeNode) -> Iterator[SyntaxTreeNode]:
    for part in table.children:
        yield from part.children


def _table_lines(rows: Sequence[Sequence[str]], widths: Sequence[int]) -> Iterator[str]:
    for number, row in enumerate(rows):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip()
        if number == 0:
            yield "  ".join("─" * width for width in widths)


def _table_as_list(rows: Sequence[Sequence[str]]) -> Iterator[Block]:
    """A table too wide to stand in columns: an item per row, each value with the name of its column."""
    header, *body = rows
    items = []
    for row in body:
        first, *others = row or [""]
        elements = [_text(first or "-", {"bold": True})]
        for name, value in zip(header[1:], others, strict=False):
            if value:
                elements.append(_text(f"\n{name}: {value}" if name else f"\n{value}"))
        items.append({"type": "rich_text_section", "elements": elements})
    if items:
        yield {"type": "rich_text", "elements": [_bullets(items)]}


def _bullets(items: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "rich_text_list", "style": "bullet", "indent": 0, "elements": items}


def _text(text: str, style: Style | None = None) -> dict[str, Any]:
    return {"type": "text", "text": text} | ({"style": style} if style else {})


def _preformatted(text: str) -> Block:
    element = {"type": "rich_text_preformatted", "elements": [_text(text.rstrip("\n"))]}
    return {"type": "rich_text", "elements": [element]}


def _sections(text: str) -> Iterator[Block]:
    """Sections for a paragraph of whatever length."""
    while len(text) > _MAX_TEXT:
        head = cut_mrkdwn(text, _MAX_TEXT)
        yield kit.section(head)
        text = text[len(head) :].lstrip()
    if text.strip():
        yield kit.section(text)


def _merged(blocks: Iterator[Block]) -> Iterator[Block]:
    """Neighbouring paragraphs in one section, as many as fit."""
    before: Block | None = None
    for block in blocks:
        if before and before["type"] == block["type"] == "section":
            text = f"{before['text']['text']}\n\n{block['text']['text']}"
            if len(text) <= _MAX_TEXT:
                before = kit.section(text)
                continue
        if before:
            yield before
        before = block
    if before:
        yield before


def cut_mrkdwn(text: str, limit: int) -> str:
    """The beginning of a mrkdwn text, at most `limit` long: whole sentences where it can be, never half a link."""
    if len(text) <= limit:
        return text
    head = text[:limit]
    for opening, closing in (("<", ">"), ("&", ";")):
        if head.rfind(opening) > head.rfind(closing):
            head = head[: head.rfind(opening)]
    if head.count("`") % 2:
        head = head[: head.rfind("`")]
    for stop in _STOPS:
        at = head.rfind(stop)
        if at >= limit // 2:
            return head[: at + (1 if stop[0] in ".!?" else 0)].rstrip()
    return head


def _size(block: Block) -> int:
    if block["type"] == "section":
        return len(block["text"]["text"])
    return _length(block.get("elements", ()))


def _length(elements: Any) -> int:
    return sum(len(e.get("text", "")) + _length(e.get("elements", ())) for e in elements) + len(elements)


def _cut(block: Block, limit: int) -> Block | None:
    """A block's beginning, or None when too little of it fits to be worth reading."""
    if block["type"] == "section":
        return kit.section(f"{cut_mrkdwn(block['text']['text'], limit - 2)} …")
    kept: list[dict[str, Any]] = []
    for element in block.get("elements", ()):
        size = _length([element])
        if size > limit:
            shorter = _cut_element(element, limit)
            kept += [shorter] if shorter else []
            break
        kept.append(element)
        limit -= size
    return block | {"elements": kept} if kept else None


def _cut_element(element: dict[str, Any], limit: int) -> dict[str, Any] | None:
    if element["type"] == "rich_text_preformatted":
        text = element["elements"][0]["text"][:limit]
        whole = text[: text.rfind("\n")] if "\n" in text else text
        return element | {"elements": [_text(f"{whole}\n…")]} if whole.strip() else None
    kept: list[dict[str, Any]] = []
    for part in element["elements"]:
        size = _length([part])
        if size > limit:
            if part["type"] == "text" and limit > 40:
                kept.append(part | {"text": part["text"][:limit].rpartition(" ")[0] + " …"})
            break
        kept.append(part)
        limit -= size
    return element | {"elements": kept} if kept else None

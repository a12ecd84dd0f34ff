"""Cuts Markdown into pieces that fit where they are shown, and a page into the leaves of a reader."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from markdown_it.token import Token

from techdocs.model import Page
from techdocs.sections import block_parser, with_tabs

LEAF: Final = 6_000
"""Characters of Markdown that are read at once, about."""
_STOPS: Final = ("\n", ". ", "! ", "? ", "; ", ", ", " ")


@dataclass(frozen=True, slots=True)
class Leaf:
    """What is read at once of a page; `anchors` are those of the sections that begin here."""

    text: str
    anchors: tuple[str, ...] = ()


def leaves(page: Page, limit: int = LEAF) -> list[Leaf]:
    """A page in reading order; sections stay whole where they can."""
    found = [Leaf("")]
    for section in page.sections:
        for number, piece in enumerate(portions(section.text, limit)):
            anchors = () if number else (section.anchor,)
            last = found[-1]
            if len(last.text) + len(piece) <= limit:
                found[-1] = Leaf(last.text + piece, (*last.anchors, *anchors))
            else:
                found.append(Leaf(piece, anchors))
    kept = [leaf for leaf in found if leaf.text.strip()] or [Leaf("")]
    return [Leaf(with_definitions(leaf.text, page.definitions), leaf.anchors) for leaf in kept]


def leaf_at(found: Sequence[Leaf], anchor: str) -> int:
    """Where a section begins; the first leaf for one that isn't there."""
    return next((n for n, leaf in enumerate(found) if anchor in leaf.anchors), 0)


def with_definitions(text: str, definitions: str) -> str:
    """The text with its page's link references, when it uses any."""
    return f"{text.rstrip()}\n\n{definitions}\n" if definitions and "][" in text else text


def portions(text: str, limit: int) -> list[str]:
    """Pieces of at most `limit` characters; a heading stays with what it stands over."""
    return _packed((piece for block in _blocks(text) for piece in block.within(limit)), limit)


@dataclass(frozen=True, slots=True)
class _Block:
    heading: str
    text: str
    tokens: Sequence[Token]
    start: int

    def within(self, limit: int) -> list[str]:
        if len(self.heading) + len(self.text) <= limit:
            return [self.heading + self.text]
        pieces = self._split(max(200, limit - len(self.heading)))
        return [self.heading + pieces[0], *pieces[1:]]

    def _split(self, limit: int) -> list[str]:
        lines = self.text.splitlines(keepends=True)
        kind = self.tokens[0].type if self.tokens else ""
        if kind == "fence":
            mark = self.tokens[0].markup
            return [f"{lines[0]}{body}\n{mark}\n\n" for body in _cut_lines(_body_of_fence(lines, mark), limit)]
        if kind == "table_open":
            header = "".join(lines[:2])
            return [header + rows + "\n" for rows in _cut_lines(lines[2:], max(200, limit - len(header)))]
        if kind in {"bullet_list_open", "ordered_list_open"}:
            return _packed((p for item in self._items(lines) for p in _cut_lines([item], limit)), limit)
        return _cut_lines(lines, limit)

    def _items(self, lines: Sequence[str]) -> list[str]:
        level = self.tokens[0].level + 1
        opened = [t for t in self.tokens if t.type == "list_item_open" and t.level == level and t.map]
        starts = [t.map[0] - self.start for t in opened if t.map]
        ends = [*starts[1:], len(lines)]
        return ["".join(lines[a:b]) for a, b in zip(starts, ends, strict=True)]


def _blocks(text: str) -> Iterator[_Block]:
    lines = text.splitlines(keepends=True)
    tokens = block_parser().parse(with_tabs(text))
    opened = [n for n, t in enumerate(tokens) if t.level == 0 and t.nesting >= 0 and t.map]
    starts = [t.map[0] for t in (tokens[n] for n in opened) if t.map]
    heading = "".join(lines[: starts[0]]) if starts else ""
    for number, at in enumerate(opened):
        after = opened[number + 1] if number + 1 < len(opened) else len(tokens)
        end = starts[number + 1] if number + 1 < len(starts) else len(lines)
        body = "".join(lines[starts[number] : end])
        if tokens[at].type == "heading_open" and len(heading) < 1_000:
            heading += body
            continue
        yield _Block(heading, body, tokens[at:after], starts[number])
        heading = ""
    if heading or not opened:
        yield _Block("", heading or text, (), 0)


def _body_of_fence(lines: Sequence[str], mark: str) -> Sequence[str]:
    last = max((n for n, line in enumerate(lines) if n and line.lstrip().startswith(mark)), default=len(lines))
    return lines[1:last]


def _cut_lines(lines: Iterable[str], limit: int) -> list[str]:
    return _packed((piece for line in lines for piece in _cut_line(line, limit)), limit)


def _cut_line(text: str, limit: int) -> Iterator[str]:
    while len(text) > limit:
        at = next((p + len(s) for s in _STOPS if (p := text.rfind(s, limit // 2, limit - len(s))) > 0), limit)
        yield text[:at]
        text = text[at:]
    if text:
        yield text


def _packed(pieces: Iterable[str], limit: int) -> list[str]:
    """Neighbours joined as long as they fit."""
    found = [""]
    for piece in pieces:
        if found[-1] and len(found[-1]) + len(piece) > limit:
            found.append(piece)
        else:
            found[-1] += piece
    return found

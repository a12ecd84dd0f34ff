"""Template text to tokens, by the rules of Nunjucks: whitespace control, delimiters, strings, regex literals."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from scaffolder.expressions.errors import Place, TemplateError

_OPERATORS: Final = ("===", "!==", "==", "!=", "<=", ">=", "//", "**")
_SINGLE: Final = "()[]{}%*-+~/#,:|.<>=!"
_SPACE = re.compile(r"[ \n\t\r\u00a0]+")
_WORD = re.compile(r"[^ \n\t\r\u00a0()\[\]{}%*\-+~/#,:|.<>=!]+")
_REGEX = re.compile(r"r/((?:\\.|[^\\/])*)/([gimy]*)", re.DOTALL)
_RAW_TAG = re.compile(r"\s*(raw|verbatim)\s*(-?)%\}")
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r"}


@dataclass(frozen=True, slots=True)
class Delimiters:
    """How a template marks its expressions, and what happens to the whitespace around its blocks."""

    variable_start: str = "${{"
    variable_end: str = "}}"
    trim_blocks: bool = False
    lstrip_blocks: bool = False


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is data, open, close, begin, end, name, string, number, regex or operator."""

    kind: str
    value: str
    offset: int
    flags: str = ""


class Source:
    """The text with its places."""

    def __init__(self, text: str) -> None:
        self.text = text

    def place(self, offset: int) -> Place:
        start = self.text.rfind("\n", 0, offset) + 1
        return Place(self.text.count("\n", 0, offset) + 1, offset - start + 1)

    def error(self, problem: str, offset: int, hint: str | None = None) -> TemplateError:
        return TemplateError(problem, self.place(offset), hint=hint)


class Lexer:
    """Walks the text once; data tokens come out with whitespace control already applied."""

    def __init__(self, text: str, delimiters: Delimiters) -> None:
        self._source = Source(text)
        self._text = text
        self._marks = delimiters
        self._at = 0
        self._eat_leading = False
        starts = (delimiters.variable_start, "{%", "{#")
        self._start = re.compile("|".join(re.escape(s) for s in sorted(starts, key=len, reverse=True)))

    def tokens(self) -> Iterator[Token]:
        while self._at < len(self._text):
            found = self._start.search(self._text, self._at)
            yield from self._data(found.start() if found else len(self._text), found)
            if found is None:
                return
            yield from self._tag(found)

    def _data(self, end: int, tag: re.Match[str] | None) -> Iterator[Token]:
        offset, data = self._at, self._text[self._at : end]
        if self._eat_leading:
            data = data.lstrip()
        if tag and self._marks.lstrip_blocks and tag.group() == "{%":
            line_start = self._text.rfind("\n", 0, end) + 1
            if (
                line_start >= offset
                and self._text[line_start:end].isspace()
                and data.endswith(self._text[line_start:end])
            ):
                data = data[: len(data) - (end - line_start)]
        if tag and self._text.startswith("-", tag.end()):
            data = data.rstrip()
        self._eat_leading = False
        if data:
            yield Token("data", data, offset)

    def _tag(self, start: re.Match[str]) -> Iterator[Token]:
        self._at = start.end()
        mark = start.group()
        if mark == "{#":
            return self._comment(start.start())
        if self._text.startswith("-", self._at):
            self._at += 1
        if mark == "{%":
            raw = _RAW_TAG.match(self._text, self._at)
            if raw:
                return self._raw(raw)
            return self._code(Token("begin", mark, start.start()), "%}", "end")
        return self._code(Token("open", mark, start.start()), self._marks.variable_end, "close")

    def _comment(self, start: int) -> Iterator[Token]:
        end = self._text.find("#}", self._at)
        if end == -1:
            raise self._source.error("expected end of comment, got end of file", start, "Close it with `#}`.")
        self._eat_leading = self._text[end - 1] == "-" and end > self._at
        self._at = end + 2
        return iter(())

    def _raw(self, opening: re.Match[str]) -> Iterator[Token]:
        name = opening.group(1)
        self._after_block(opening.end(), eat=bool(opening.group(2)))
        begin, level = self._at, 1
        for tag in re.compile(rf"\{{%(-?)\s*({name}|end{name})\s*(-?)%\}}").finditer(self._text, begin):
            level += 1 if tag.group(2) == name else -1
            if level:
                continue
            data = self._text[begin : tag.start()]
            data = data.lstrip() if self._eat_leading else data
            self._at, self._eat_leading = tag.end(), bool(tag.group(3))
            return iter([Token("data", data.rstrip() if tag.group(1) else data, begin)] if data else [])
        raise self._source.error(
            f"`{{% {name} %}}` is never closed", opening.start(), f"Close it with `{{% end{name} %}}`."
        )

    def _after_block(self, end: int, *, eat: bool) -> None:
        self._at, self._eat_leading = end, eat
        if self._marks.trim_blocks:
            newline = re.compile(r"\r?\n").match(self._text, end)
            self._at = newline.end() if newline else end

    def _code(self, opening: Token, closing: str, kind: str) -> Iterator[Token]:
        yield opening
        while True:
            space = _SPACE.match(self._text, self._at)
            if space:
                self._at = space.end()
            offset = self._at
            eat = self._text.startswith(f"-{closing}", offset)
            if eat or self._text.startswith(closing, offset):
                yield Token(kind, closing, offset)
                end = offset + len(closing) + eat
                if kind == "end":
                    self._after_block(end, eat=eat)
                else:
                    self._at, self._eat_leading = end, eat
                return
            if offset >= len(self._text):
                what = "block" if kind == "end" else "variable"
                raise self._source.error(
                    f"expected {what} end, got end of file", opening.offset, f"Close it with `{closing}`."
                )
            yield self._next(offset)

    def _next(self, offset: int) -> Token:
        char = self._text[offset]
        if char in "'\"":
            return self._string(offset)
        regex = _REGEX.match(self._text, offset)
        if regex:
            self._at = regex.end()
            return Token("regex", regex.group(1), offset, regex.group(2))
        for operator in _OPERATORS:
            if self._text.startswith(operator, offset):
                self._at += len(operator)
                return Token("operator", operator, offset)
        if char in _SINGLE:
            self._at += 1
            return Token("operator", char, offset)
        word = _WORD.match(self._text, offset)
        assert word is not None, "every other character is part of a word"
        self._at = word.end()
        return self._word(word.group(), offset)

    def _word(self, word: str, offset: int) -> Token:
        if not re.fullmatch(r"[0-9]+", word):
            return Token("name", word, offset)
        fraction = re.compile(r"\.[0-9]*").match(self._text, self._at)
        if fraction:
            self._at = fraction.end()
            word += fraction.group()
        return Token("number", word, offset)

    def _string(self, offset: int) -> Token:
        quote, parts, at = self._text[offset], [], offset + 1
        while at < len(self._text) and self._text[at] != quote:
            if self._text[at] == "\\" and at + 1 < len(self._text):
                at += 1
                parts.append(_ESCAPES.get(self._text[at], self._text[at]))
            else:
                parts.append(self._text[at])
            at += 1
        if at >= len(self._text):
            raise self._source.error("a quoted text is never closed", offset, f"Close it with {quote}.")
        self._at = at + 1
        return Token("string", "".join(parts), offset)

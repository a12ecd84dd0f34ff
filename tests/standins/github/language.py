"""The part of GraphQL's query language that clients of this stand-in use, parsed into a tree."""

import json
import re
from dataclasses import dataclass, field
from typing import Any, Final

_TOKEN: Final = re.compile(
    r'(?P<space>[\s,]+|\#[^\n]*)|(?P<spread>\.\.\.)|(?P<punct>[{}()\[\]:=!$@])'
    r'|(?P<name>[A-Za-z_]\w*)|(?P<number>-?\d+(?:\.\d+)?)|(?P<string>"(?:[^"\\\n]|\\.)*")'
)  # fmt: skip


class QuerySyntaxError(Exception):
    """The text is no query."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.message, self.line, self.column = message, line, column


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Variable:
    name: str


@dataclass(frozen=True, slots=True)
class EnumValue:
    name: str


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    key: str
    """The alias, or the name."""
    arguments: dict[str, Any]
    selections: tuple["Selection", ...]
    token: Token
    directives: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InlineFragment:
    on: str | None
    selections: tuple["Selection", ...]
    token: Token
    directives: dict[str, dict[str, Any]] = field(default_factory=dict)


Selection = Field | InlineFragment


@dataclass(frozen=True, slots=True)
class Operation:
    name: str
    variables: dict[str, tuple[str, Any]]
    """Type and default of each declared variable."""
    selections: tuple[Selection, ...]


def parse(text: str) -> Operation:
    """The one query in the text; raises QuerySyntaxError."""
    return _Parser(_tokens(text)).operation()


def _tokens(text: str) -> list[Token]:
    tokens: list[Token] = []
    at, line, start = 0, 1, 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise QuerySyntaxError(f"Unexpected character {text[at]!r}", line, at - start + 1)
        if match.lastgroup != "space":
            tokens.append(Token(str(match.lastgroup), match[0], line, at - start + 1))
        newlines = match[0].count("\n")
        if newlines:
            line, start = line + newlines, at + match[0].rindex("\n") + 1
        at = match.end()
    return [*tokens, Token("end", "end of document", line, at - start + 1)]


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self, kind: str, text: str | None = None) -> Token:
        token = self._next
        if token.kind != kind or (text is not None and token.text != text):
            message = f'Expected {text or kind.upper()}, actual: {token.kind.upper()} ("{token.text}")'
            raise QuerySyntaxError(f"{message} at [{token.line}, {token.column}]", token.line, token.column)
        self._at += 1
        return token

    def _accept(self, text: str) -> bool:
        if self._next.text != text or self._next.kind not in {"punct", "name", "spread"}:
            return False
        self._at += 1
        return True

    def operation(self) -> Operation:
        name, variables = "", {}
        if self._next.text != "{":
            self._take("name", "query")
            name = self._take("name").text if self._next.kind == "name" else ""
            if self._accept("("):
                while not self._accept(")"):
                    key, value = self._declaration()
                    variables[key] = value
        selections = self._selections()
        self._take("end")
        return Operation(name, variables, selections)

    def _declaration(self) -> tuple[str, tuple[str, Any]]:
        self._take("punct", "$")
        name = self._take("name").text
        self._take("punct", ":")
        kind = self._type()
        return name, (kind, self._value() if self._accept("=") else None)

    def _type(self) -> str:
        if self._accept("["):
            kind = f"[{self._type()}]"
            self._take("punct", "]")
        else:
            kind = self._take("name").text
        return kind + ("!" if self._accept("!") else "")

    def _selections(self) -> tuple[Selection, ...]:
        self._take("punct", "{")
        found: list[Selection] = [self._selection()]
        while not self._accept("}"):
            found.append(self._selection())
        return tuple(found)

    def _selection(self) -> Selection:
        token = self._next
        if self._accept("..."):
            on = None
            if self._accept("on"):
                on = self._take("name").text
            directives = self._directives()
            return InlineFragment(on, self._selections(), token, directives)
        name = key = self._take("name").text
        if self._accept(":"):
            name = self._take("name").text
        arguments = self._arguments()
        directives = self._directives()
        inner = self._selections() if self._next.text == "{" else ()
        return Field(name, key, arguments, inner, token, directives)

    def _arguments(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self._accept("("):
            while not self._accept(")"):
                name = self._take("name").text
                self._take("punct", ":")
                found[name] = self._value()
        return found

    def _directives(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        while self._accept("@"):
            name = self._take("name").text
            found[name] = self._arguments()
        return found

    def _value(self) -> Any:
        token = self._next
        if self._accept("$"):
            return Variable(self._take("name").text)
        if self._accept("["):
            items = []
            while not self._accept("]"):
                items.append(self._value())
            return items
        if token.kind in {"number", "string"}:
            self._at += 1
            return json.loads(token.text)
        name = self._take("name").text
        return {"true": True, "false": False, "null": None}.get(name, EnumValue(name))

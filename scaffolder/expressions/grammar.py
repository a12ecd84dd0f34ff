"""Expressions: tokens to Jinja2 nodes, by the grammar and precedence of Nunjucks.

Nothing is left to Python's meaning of an operator: each becomes a call of one of our operations (`js.…`, see
`operations`), which Jinja2's compiler treats as filters. Names never become Python names.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from jinja2 import nodes

from scaffolder.expressions.errors import TemplateError
from scaffolder.expressions.lexer import Delimiters, Lexer, Source, Token

_COMPARISONS: Final = frozenset({"==", "===", "!=", "!==", "<", ">", "<=", ">="})
_EQUALITIES: Final = frozenset({"==", "===", "!=", "!=="})
_SUMS: Final = frozenset({"+", "-", "~"})
Terms = tuple[nodes.Expr, list[tuple[str, nodes.Expr]]]
"""A first operand, and the operators with the operands that follow it."""
Chain = Callable[[int], nodes.Expr]
"""Builds an operand with so many `not` in front of its first part."""
_CONSTANTS: Final[dict[str, Any]] = {"true": True, "false": False, "none": None, "null": None}
_JAVASCRIPT: Final = {
    "||": "write `or`", "&&": "write `and`", "!": "write `not x`", "?": "write `a if test else b`",
}  # fmt: skip


def operation(name: str, value: nodes.Expr, *args: nodes.Expr, at: int | None = None) -> nodes.Filter:
    """A call of one of our operations; `at` lets an error name its place."""
    extra = [nodes.Const(at)] if at is not None else []
    return nodes.Filter(value, f"js.{name}", [*args, *extra], [], None, None, lineno=1)


def _whole(value: nodes.Expr) -> Chain:
    def build(nots: int) -> nodes.Expr:
        result = value
        for _ in range(nots):
            result = operation("not", result)
        return result

    return build


def _folded(first: Chain, rest: Sequence[tuple[str, nodes.Expr]]) -> Chain:
    """Operators from left to right in one call, so that a long sum nests nothing."""
    if not rest:
        return first
    pairs = [part for operator, value in rest for part in (nodes.Const(operator), value)]
    return lambda nots: operation("math", first(nots), *pairs)


def nothing() -> nodes.Expr:
    return operation("undefined", nodes.Const(None))


class Grammar:
    """Recursive descent over the tokens of one template."""

    def __init__(self, text: str, delimiters: Delimiters, *, python_names: bool = False) -> None:
        self.source = Source(text)
        self._tokens = list(Lexer(text, delimiters).tokens())
        self._position = 0
        self._end = Token("eof", "end of file", len(text))
        names = {"True": True, "False": False, "None": None} if python_names else {}
        self._constants = _CONSTANTS | names

    # --- tokens

    @property
    def peek(self) -> Token:
        return self._tokens[self._position] if self._position < len(self._tokens) else self._end

    def next(self) -> Token:
        token = self.peek
        self._position += 1
        return token

    def is_at(self, kind: str, *values: str) -> bool:
        token = self.peek
        return token.kind == kind and (not values or token.value in values)

    def skip(self, kind: str, *values: str) -> bool:
        found = self.is_at(kind, *values)
        self._position += found
        return found

    def expect(self, kind: str, value: str | None = None) -> Token:
        token = self.next()
        if token.kind != kind or (value is not None and token.value != value):
            raise self.unexpected(token, f"expected {value or _WORDS.get(kind, kind)}")
        return token

    def unexpected(self, token: Token, wanted: str) -> TemplateError:
        shown = token.value if token.kind != "eof" else "the end of the template"
        return self.error(f"{wanted}, got {shown}", token, hint=self._javascript_hint(token))

    def error(self, problem: str, token: Token, *, hint: str | None = None) -> TemplateError:
        return self.source.error(problem, token.offset, hint)

    def _javascript_hint(self, token: Token) -> str | None:
        """Templates are not JavaScript, and `||` is the mistake that real ones make most."""
        text = self.source.text
        for offset in (token.offset, token.offset - 1):
            for wrong, right in _JAVASCRIPT.items():
                if offset >= 0 and text.startswith(wrong, offset):
                    return f"Templates have no `{wrong}`: {right}."
        return None

    # --- expressions, loosest binding first

    def expression(self) -> nodes.Expr:
        value = self._or()
        if not self.skip("name", "if"):
            return value
        test = self._or()
        other = self._or() if self.skip("name", "else") else nodes.Const("")
        return nodes.CondExpr(operation("truthy", test), value, other, lineno=1)

    def _or(self) -> nodes.Expr:
        return self._logical("or", self._and, nodes.Or)

    def _and(self) -> nodes.Expr:
        return self._logical("and", self._not, nodes.And)

    def _logical(self, word: str, below: Callable[[], nodes.Expr], node: type[nodes.BinExpr]) -> nodes.Expr:
        """`a or b` gives one of its operands; Python asks the boxes for JavaScript's truth."""
        left = below()
        if not self.is_at("name", word):
            return left
        boxed: nodes.Expr = operation("operand", left)
        while self.skip("name", word):
            boxed = node(boxed, operation("operand", below()), lineno=1)
        return operation("unbox", boxed)

    def _not(self) -> nodes.Expr:
        """Nunjucks prints `!` in front of the operand, so it binds to the first part of `a == b` or `a + b` only."""
        count = 0
        while self.skip("name", "not"):
            count += 1
        return self._in()(count)

    def _in(self) -> Chain:
        left = self._is()
        while True:
            start = self._position
            inverted = self.skip("name", "not")
            token = self.peek
            if not self.skip("name", "in"):
                self._position = start
                return left
            found: nodes.Expr = operation("in", left(0), self._is()(0), at=token.offset)
            left = _whole(operation("not", found) if inverted else found)

    def _is(self) -> Chain:
        value = self._comparison()
        if not self.skip("name", "is"):
            return value
        inverted = self.skip("name", "not")
        token = self.next()
        if token.kind != "name":
            raise self.unexpected(token, "expected the name of a test")
        name = "null" if token.value == "none" else token.value
        args: list[nodes.Expr] = []
        if self.skip("operator", "("):
            args, _ = self._arguments()
        result = operation("test", value(0), nodes.Const(name), nodes.Const(token.offset), *args)
        return _whole(operation("not", result) if inverted else result)

    def _comparison(self) -> Chain:
        first = self._sum()
        rest = self._operators(_COMPARISONS, self._sum)
        if not rest:
            return first

        def build(nots: int) -> nodes.Expr:
            """`<` and its like bind closer than `==` and its like."""
            sides: list[tuple[str, nodes.Expr]] = [("", first(nots))]
            for operator, chain in rest:
                if operator in _EQUALITIES:
                    sides.append((operator, chain(0)))
                else:
                    before, side = sides[-1]
                    sides[-1] = (before, operation(f"compare{operator}", side, chain(0)))
            result = sides[0][1]
            for operator, side in sides[1:]:
                result = operation(f"compare{operator}", result, side)
            return result

        return build

    def _operators(self, operators: frozenset[str], operand: Callable[[], Chain]) -> list[tuple[str, Chain]]:
        found: list[tuple[str, Chain]] = []
        while self.peek.kind == "operator" and self.peek.value in operators:
            found.append((self.next().value, operand()))
        return found

    def _sum(self) -> Chain:
        """`+`, `-` and `~` from left to right, whatever Nunjucks' own tree says: it prints them side by side."""
        first = self._product()
        rest = self._operators(_SUMS, self._product)
        return _folded(first, [(operator, chain(0)) for operator, chain in rest])

    def _product(self) -> Chain:
        first, rest = self._floor()
        while self.is_at("operator", "*", "/"):
            operator = self.next().value
            right, more = self._floor()
            rest = [*rest, (operator, right), *more]
        return _folded(_whole(first), rest)

    def _floor(self) -> Terms:
        """`//` is printed as the floor of a division, so `a // b % c` is the floor of `a / b % c`."""
        first, rest = self._remainder()
        while self.skip("operator", "//"):
            right, more = self._remainder()
            quotient = _folded(_whole(first), [*rest, ("/", right), *more])(0)
            first, rest = operation("floor", quotient), []
        return first, rest

    def _remainder(self) -> Terms:
        first, rest = self._power(), list[tuple[str, nodes.Expr]]()
        while self.skip("operator", "%"):
            rest.append(("%", self._power()))
        return first, rest

    def _power(self) -> nodes.Expr:
        value = self._unary(filters=True)
        while self.skip("operator", "**"):
            value = operation("math", value, nodes.Const("**"), self._unary(filters=True))
        return value

    def _unary(self, *, filters: bool) -> nodes.Expr:
        if self.is_at("operator", "-", "+"):
            sign = self.next().value
            value: nodes.Expr = operation(f"sign{sign}", self._unary(filters=False))
        else:
            value = self._postfix(*self._primary())
        return self.filters(value) if filters else value

    def _primary(self) -> tuple[nodes.Expr, str]:
        """A value and what an error calls it."""
        token = self.next()
        if token.kind == "string":
            return nodes.Const(token.value), "a text"
        if token.kind == "number":
            return nodes.Const(self._number(token)), token.value
        if token.kind == "regex":
            return operation("regex", nodes.Const(token.value), nodes.Const(token.flags), at=token.offset), "a regex"
        if token.kind == "name":
            if token.value in self._constants:
                return nodes.Const(self._constants[token.value]), token.value
            return operation("lookup", nodes.Const(token.value)), token.value
        if token.kind == "operator" and token.value in {"(", "[", "{"}:
            return self._aggregate(token), "an expression"
        raise self.unexpected(token, "expected an expression")

    def _number(self, token: Token) -> float:
        value = float(token.value)
        if not math.isfinite(value):
            raise self.error("that number is too large", token)
        return int(value) if value.is_integer() and value <= 2**53 else value

    def _aggregate(self, opening: Token) -> nodes.Expr:
        if opening.value == "{":
            return operation("object", nodes.Const(None), *self._listed("}", self._pair))
        closing = {"(": ")", "[": "]"}[opening.value]
        items = [i[0] for i in self._listed_groups(closing, lambda: (self.expression(),))]
        if opening.value == "[":
            return operation("list", nodes.Const(None), *items)
        if not items:
            raise self.error("expected an expression, got ()", opening)
        return items[-1]

    def _listed(self, closing: str, item: Callable[[], Sequence[nodes.Expr]]) -> list[nodes.Expr]:
        return [node for group in self._listed_groups(closing, item) for node in group]

    def _listed_groups(self, closing: str, item: Callable[[], Sequence[nodes.Expr]]) -> list[Sequence[nodes.Expr]]:
        groups: list[Sequence[nodes.Expr]] = []
        while not self.skip("operator", closing):
            if groups:
                self.expect("operator", ",")
            groups.append(item())
        return groups

    def _pair(self) -> Sequence[nodes.Expr]:
        key = self.next()
        if key.kind not in {"name", "string"}:
            raise self.unexpected(key, "dict keys must be texts or names")
        self.expect("operator", ":")
        return nodes.Const(key.value), self.expression()

    def _postfix(self, value: nodes.Expr, label: str) -> nodes.Expr:
        while True:
            token = self.peek
            if self.skip("operator", "("):
                args, keywords = self._arguments()
                value = self.call(value, label, token, args, keywords)
                label = "the result"
            elif self.skip("operator", "["):
                value, label = self._index(value), f'{label}["--"]'
            elif self.skip("operator", "."):
                name = self.next()
                if name.kind != "name":
                    raise self.unexpected(name, "expected a name after the dot")
                value, label = operation("member", value, nodes.Const(name.value)), f'{label}["{name.value}"]'
            else:
                return value

    def call(
        self, value: nodes.Expr, label: str, token: Token, args: Iterable[nodes.Expr], keywords: list[nodes.Keyword]
    ) -> nodes.Expr:
        fixed = [nodes.Const(label), nodes.Const(token.offset)]
        return nodes.Filter(value, "js.call", [*fixed, *args], keywords, None, None, lineno=1)

    def _index(self, value: nodes.Expr) -> nodes.Expr:
        """`[key]`, or a slice with up to three parts."""
        opening, colons = self.peek, 0
        parts: list[nodes.Expr] = []
        while not self.skip("operator", "]"):
            if self.skip("operator", ":"):
                colons += 1
                parts.extend([nothing()] * (colons - len(parts)))
            elif len(parts) > colons:
                raise self.unexpected(self.peek, "expected ]")
            else:
                parts.append(self.expression())
        if not parts or colons > 2:
            raise self.error("invalid index", opening)
        if not colons:
            return operation("member", value, parts[0])
        return operation("slice", value, *parts, *[nothing()] * (3 - len(parts)))

    def filters(self, value: nodes.Expr) -> nodes.Expr:
        while self.skip("operator", "|"):
            value = self.filter(value)
        return value

    def filter(self, value: nodes.Expr) -> nodes.Expr:
        token = self.expect("name")
        name = token.value
        while self.skip("operator", "."):
            name += "." + self.expect("name").value
        args: list[nodes.Expr] = []
        keywords: list[nodes.Keyword] = []
        if self.skip("operator", "("):
            args, keywords = self._arguments()
        fixed = [nodes.Const(name), nodes.Const(token.offset)]
        return nodes.Filter(value, "js.filter", [*fixed, *args], keywords, None, None, lineno=1)

    def _arguments(self) -> tuple[list[nodes.Expr], list[nodes.Keyword]]:
        """After the opening parenthesis: values, then `name=value`."""
        args: list[nodes.Expr] = []
        keywords: list[nodes.Keyword] = []
        while not self.skip("operator", ")"):
            if args or keywords:
                self.expect("operator", ",")
            name = self.peek
            if name.kind == "name" and self._follows("="):
                self._position += 2
                if not name.value.isidentifier() or any(k.key == f"k_{name.value}" for k in keywords):
                    raise self.error(f"`{name.value}` can't name an argument here", name)
                keywords.append(nodes.Keyword(f"k_{name.value}", self.expression()))
            else:
                args.append(self.expression())
        return args, keywords

    def _follows(self, operator: str) -> bool:
        after = self._tokens[self._position + 1 : self._position + 2]
        return bool(after) and after[0].kind == "operator" and after[0].value == operator


_WORDS: Final = {"end": "the end of the block", "close": "the end of the expression", "name": "a name"}

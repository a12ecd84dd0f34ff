"""Blocks: if, for, set, switch, macro, call, filter, raw. The tree that comes out is Jinja2's own.

Only control flow stays with Jinja2. Variables live in our frames (see `run`), because Nunjucks lets `set` inside a
loop change the variable outside of it.
"""

from collections.abc import Callable, Sequence
from typing import Final

from jinja2 import nodes

from callboard.errors import did_you_mean
from scaffolder.expressions.grammar import Grammar, operation
from scaffolder.expressions.lexer import Token

_FOREIGN: Final = ("extends", "include", "import", "from")
_KNOWN: Final = ("if", "for", "set", "switch", "macro", "call", "filter", "block", "raw", "verbatim", *_FOREIGN)
Body = list[nodes.Node]


class Statements(Grammar):
    """The whole template."""

    _captures = 0

    def template(self) -> nodes.Template:
        body = self._body(())
        template = nodes.Template(body, lineno=1)
        template.set_lineno(1)
        return template

    def sole_expression(self) -> nodes.Expr | None:
        """The expression of a text that is one `${{ … }}` and nothing else."""
        if not self.is_at("open"):
            return None
        self.next()
        value = self.expression()
        self.expect("close")
        return value if self.peek.kind == "eof" else None

    def _body(self, ends: Sequence[str]) -> Body:
        """Statements up to, not including, one of the end tags; its `begin` token is consumed."""
        body: Body = []
        while not self.is_at("eof"):
            token = self.next()
            if token.kind == "data":
                body.append(nodes.Output([operation("data", nodes.Const(token.value))], lineno=1))
            elif token.kind == "open":
                body.append(_print(self.expression()))
                self.expect("close")
            elif self.is_at("name", *ends) and ends:
                return body
            else:
                body.extend(self._statement(token))
        if ends:
            raise self.error(f"expected `{{% {ends[-1]} %}}`, got the end of the template", self.peek)
        return body

    def _statement(self, begin: Token) -> Body:
        token = self.expect("name")
        parse: dict[str, Callable[[Token], Body]] = {
            "if": self._if, "for": self._for, "set": self._set, "switch": self._switch,
            "macro": self._macro, "call": self._call_block, "filter": self._filter_block, "block": self._block,
        }  # fmt: skip
        if token.value in parse:
            return parse[token.value](token)
        if token.value in _FOREIGN:
            raise self.error(f"`{token.value}` needs other template files, and templates here stand alone", token)
        raise self.error(f"unknown block tag: {token.value}", begin, hint=did_you_mean(token.value, _KNOWN))

    def _close_block(self, *names: str) -> None:
        """The rest of an end tag: `endif %}`, `endmacro name %}`."""
        self.next()
        for name in names:
            self.skip("name", name)
        self.expect("end")

    def _if(self, _token: Token) -> Body:
        branches: list[tuple[nodes.Expr, Body]] = []
        otherwise: Body = []
        while True:
            test: nodes.Expr = operation("truthy", self.expression())
            self.expect("end")
            branches.append((test, self._body(("elif", "elseif", "else", "endif"))))
            if not self.is_at("name", "elif", "elseif"):
                break
            self.next()
        if self.is_at("name", "else"):
            self._close_block()
            otherwise = self._body(("endif",))
        self._close_block()
        (test, body), *rest = branches
        return [nodes.If(test, body, [nodes.If(t, b, [], [], lineno=1) for t, b in rest], otherwise, lineno=1)]

    def _for(self, _token: Token) -> Body:
        names = [self.expect("name").value]
        while self.skip("operator", ","):
            names.append(self.expect("name").value)
        self.expect("name", "in")
        items = operation("each", self.expression(), *(nodes.Const(n) for n in names))
        self.expect("end")
        body, otherwise = self._body(("else", "endfor")), list[nodes.Node]()
        if self.is_at("name", "else"):
            self._close_block()
            otherwise = self._body(("endfor",))
        self._close_block()
        return [nodes.For(self._fresh(), items, body, otherwise, None, False, lineno=1)]

    def _set(self, token: Token) -> Body:
        names = [self.expect("name").value]
        while self.skip("operator", ","):
            names.append(self.expect("name").value)
        constants: list[nodes.Expr] = [nodes.Const(n) for n in names]
        if self.skip("operator", "="):
            value = self.expression()
            self.expect("end")
            return [nodes.ExprStmt(operation("set", value, *constants), lineno=1)]
        if not self.skip("end"):
            raise self.error("expected = or the end of the block in `set`", token)
        statements, text = self._captured(("endset",))
        self._close_block()
        return [*statements, nodes.ExprStmt(operation("set", text, *constants), lineno=1)]

    def _switch(self, _token: Token) -> Body:
        """A case without a body falls through to the next one, as in JavaScript."""
        subject = self._fresh()
        start: Body = [nodes.Assign(subject, operation("same", self.expression()), lineno=1)]
        self.expect("end")
        self._body(("case", "default", "endswitch"))
        branches: list[tuple[nodes.Expr, Body]] = []
        waiting: list[nodes.Expr] = []
        while self.is_at("name", "case"):
            self.next()
            read = nodes.Name(subject.name, "load")
            waiting.append(operation("compare===", read, self.expression()))
            self.expect("end")
            body = self._body(("case", "default", "endswitch"))
            if body:
                branches.extend((test, body) for test in waiting)
                waiting = []
        otherwise: Body = []
        if self.is_at("name", "default"):
            self._close_block()
            otherwise = self._body(("endswitch",))
        self._close_block()
        if not branches:
            return [*start, *otherwise]
        (test, body), *rest = branches
        elifs = [nodes.If(t, b, [], [], lineno=1) for t, b in rest]
        return [*start, nodes.If(test, body, elifs, otherwise, lineno=1)]

    def _macro(self, _token: Token) -> Body:
        name = self.expect("name")
        self.expect("operator", "(")
        return self._function(name, keeps_frame=False, end="endmacro")[0]

    def _call_block(self, token: Token) -> Body:
        """`{% call(x) greet() %}…{% endcall %}`: the body becomes the macro's `caller`."""
        start = self._position
        if self.is_at("operator", "("):
            while not self.is_at("operator", ")"):
                if self.next().kind == "eof":
                    raise self.error("the arguments of `call` are never closed", token)
            self.next()
        label, value = self.peek.value, operation("lookup", nodes.Const(self.expect("name").value))
        self.expect("operator", "(")
        args, keywords = self._arguments()
        after = self._position
        self._position = start
        has_arguments = self.skip("operator", "(")
        definition, function = self._function(
            token, keeps_frame=True, end="endcall", body_at=after, arguments=has_arguments
        )
        keywords.append(nodes.Keyword("k_caller", function))
        return [*definition, _print(self.call(value, label, token, args, keywords))]

    def _function(
        self, name: Token, *, keeps_frame: bool, end: str, body_at: int | None = None, arguments: bool = True
    ) -> tuple[Body, nodes.Expr]:
        params, defaults = self._arguments() if arguments else ([], [])
        names: list[nodes.Expr] = []
        for param in params:
            if not (isinstance(param, nodes.Filter) and param.name == "js.lookup"):
                raise self.error("the arguments of a macro are names", name)
            assert param.node is not None
            names.append(param.node)
        if body_at is not None:
            self._position = body_at
        self.expect("end")
        body = self._body((end,))
        self._close_block(name.value)
        python_name = self._fresh().name
        macro = nodes.Macro(python_name, [], [], body, lineno=1)
        optional = [n for d in defaults for n in (nodes.Const(d.key.removeprefix("k_")), d.value)]
        target = name.value if end == "endmacro" else ""
        function = operation(
            "macro", nodes.Name(python_name, "load"), nodes.Const(target), nodes.Const(keeps_frame),
            operation("list", nodes.Const(None), *names), operation("object", nodes.Const(None), *optional),
        )  # fmt: skip
        if target:
            return [macro, nodes.ExprStmt(function, lineno=1)], function
        return [macro], function

    def _filter_block(self, _token: Token) -> Body:
        place = self._fresh()
        value = self.filter(nodes.Name(place.name, "load"))
        self.expect("end")
        statements, _text = self._captured(("endfilter",), place)
        self._close_block()
        return [*statements, _print(value)]

    def _block(self, _token: Token) -> Body:
        """Nothing can extend a template here, so a block is its own content."""
        name = self.expect("name").value
        self.expect("end")
        body = self._body(("endblock",))
        self._close_block(name)
        return body

    def _captured(self, ends: Sequence[str], place: nodes.Name | None = None) -> tuple[Body, nodes.Expr]:
        """Statements that render a body into a text, and the expression that reads it."""
        place = place or self._fresh()
        body = self._body(ends)
        return [nodes.AssignBlock(place, None, body, lineno=1)], nodes.Name(place.name, "load")

    def _fresh(self) -> nodes.Name:
        self._captures += 1
        return nodes.Name(f"callboard_{self._captures}", "store")


def _print(value: nodes.Expr) -> nodes.Output:
    return nodes.Output([operation("print", value)], lineno=1)

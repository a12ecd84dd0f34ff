"""Runs a checked query over the nodes and answers as GitHub does: data, and errors with the path they belong to."""

import re
from typing import Any

from tests.standins.github.language import InlineFragment, Operation, QuerySyntaxError, Selection, Variable, parse
from tests.standins.github.nodes import Connection, Context, FieldError, QueryNode
from tests.standins.github.validate import problems

Json = dict[str, Any]
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def answer(context: Context, query: str, variables: Json) -> Json:
    """The body of GraphQL's answer."""
    try:
        operation = parse(query)
    except QuerySyntaxError as error:
        where = [{"line": error.line, "column": error.column}]
        return {"errors": [{"message": f"Parse error: {error.message}", "locations": where}]}
    wrong = problems(operation, variables)
    if wrong:
        return {"errors": wrong}
    run = _Run(operation, variables)
    data = run.select(QueryNode(context), operation.selections, [])
    return {"data": data, "errors": run.errors} if run.errors else {"data": data}


def _snake(name: str) -> str:
    return _CAMEL.sub("_", name).lower()


class _Run:
    def __init__(self, operation: Operation, variables: Json) -> None:
        defaults = {n: default for n, (_kind, default) in operation.variables.items()}
        self._variables = defaults | variables
        self.errors: list[Json] = []

    def select(self, node: Any, selections: tuple[Selection, ...], path: list[str | int]) -> Json:
        found: Json = {}
        last: list[tuple[str, Any]] = []
        for selection in selections:
            if not self._wanted(selection):
                continue
            if isinstance(selection, InlineFragment):
                if selection.on in {None, node.typename}:
                    found |= self.select(node, selection.selections, path)
            elif selection.name == "rateLimit":
                last.append((selection.key, selection))  # its cost is known when the rest has run
            else:
                found[selection.key] = self._resolve(node, selection, [*path, selection.key])
        for key, selection in last:
            found[key] = self._resolve(node, selection, [*path, key])
        return found

    def _wanted(self, selection: Selection) -> bool:
        include = self._value(selection.directives.get("include", {}).get("if", True))
        return bool(include) and not self._value(selection.directives.get("skip", {}).get("if", False))

    def _value(self, value: Any) -> Any:
        return self._variables.get(value.name) if isinstance(value, Variable) else value

    def _resolve(self, node: Any, field: Any, path: list[str | int]) -> Any:
        if field.name == "__typename":
            return node.typename
        try:
            value = getattr(node, _snake(field.name))
            if callable(value):
                value = value(**{_snake(n): self._value(v) for n, v in field.arguments.items()})
        except FieldError as error:
            where = [{"line": field.token.line, "column": field.token.column}]
            self.errors.append({"type": error.kind, "path": path, "locations": where, "message": error.message})
            return None
        if isinstance(node, Connection) and field.name == "nodes":
            self._report_missing(value, path)
        return self._complete(value, field, path)

    def _complete(self, value: Any, field: Any, path: list[str | int]) -> Any:
        if isinstance(value, list):
            return [self._complete(v, field, [*path, i]) for i, v in enumerate(value)]
        if value is None or not field.selections:
            return value
        return self.select(value, field.selections, path)

    def _report_missing(self, nodes: list[Any], path: list[str | int]) -> None:
        for index, node in enumerate(nodes):
            if node is None:
                message = "Resource protected by organization SAML enforcement."
                self.errors.append({"type": "FORBIDDEN", "path": [*path, index], "message": message})

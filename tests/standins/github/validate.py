"""Refuses what GitHub's schema refuses, in GitHub's words: a stand-in that echoed any query would prove nothing."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from tests.standins.github.language import Field, InlineFragment, Operation, Selection, Token, Variable
from tests.standins.github.schema import IMPLEMENTED_BY, TYPES, FieldType, fits, is_object

Path = tuple[str, ...]
_DIRECTIVES: Final = {"include": {"if": "Boolean!"}, "skip": {"if": "Boolean!"}}


def _error(message: str, token: Token | None, path: Path, code: str, **details: str) -> dict[str, Any]:
    where = [{"line": token.line, "column": token.column}] if token else []
    extensions = {"code": code, **details}
    return {"path": list(path), "extensions": extensions, "locations": where, "message": message}


def problems(operation: Operation, variables: dict[str, Any]) -> list[dict[str, Any]]:
    """Everything that is wrong with the query, before any of it runs."""
    return list(_Check(operation).run(variables))


class _Check:
    def __init__(self, operation: Operation) -> None:
        self._operation = operation
        self._used: set[str] = set()

    def run(self, given: dict[str, Any]) -> Iterator[dict[str, Any]]:
        name = self._operation.name
        top = (f"query {name}".strip(),)
        yield from self._selections("Query", self._operation.selections, top)
        for variable, (kind, default) in self._operation.variables.items():
            if variable not in self._used:
                message = f"Variable ${variable} is declared by {name or 'anonymous query'} but not used"
                yield _error(message, None, top, "variableNotUsed", variableName=variable)
            elif kind.endswith("!") and default is None and given.get(variable) is None:
                message = f"Variable ${variable} of type {kind} was provided invalid value"
                yield _error(message, None, top, "variableInvalid", variableName=variable)

    def _selections(self, type_name: str, selections: Sequence[Selection], path: Path) -> Iterator[dict[str, Any]]:
        for selection in selections:
            for name, arguments in selection.directives.items():
                if name not in _DIRECTIVES:
                    yield _error(f"Directive @{name} is not defined", selection.token, path, "undefinedDirective")
                wanted = FieldType("", _DIRECTIVES.get(name, {}))
                yield from self._values(name, wanted, arguments, selection.token, path)
            if isinstance(selection, InlineFragment):
                yield from self._fragment(type_name, selection, path)
            else:
                yield from self._field(type_name, selection, path)

    def _fragment(self, type_name: str, fragment: InlineFragment, path: Path) -> Iterator[dict[str, Any]]:
        on = fragment.on or type_name
        inner = (*path, f"... on {on}")
        if on not in TYPES:
            message = f"No such type {on}, so it can't be a fragment condition"
            yield _error(message, fragment.token, inner, "undefinedType", typeName=on)
        elif on != type_name and on not in IMPLEMENTED_BY.get(type_name, ()):
            message = f"Fragment on {on} can't be spread inside {type_name}"
            yield _error(message, fragment.token, inner, "cannotSpreadFragment", typeName=on)
        else:
            yield from self._selections(on, fragment.selections, inner)

    def _field(self, type_name: str, field: Field, path: Path) -> Iterator[dict[str, Any]]:
        here = (*path, field.key)
        wanted = TYPES[type_name].get(field.name)
        if wanted is None:
            message = f"Field '{field.name}' doesn't exist on type '{type_name}'"
            details = {"typeName": type_name, "fieldName": field.name}
            yield _error(message, field.token, here, "undefinedField", **details)
            return
        yield from self._values(field.name, wanted, field.arguments, field.token, here)
        if is_object(wanted.name) and not field.selections:
            message = f"Field must have selections (field '{field.name}' returns {wanted.name} but has no selections.)"
            yield _error(message, field.token, here, "selectionMismatch", typeName=wanted.name)
        elif field.selections and not is_object(wanted.name):
            message = f"Selections can't be made on scalars (field '{field.name}' returns {wanted.name})"
            yield _error(message, field.token, here, "selectionMismatch", typeName=wanted.name)
        else:
            yield from self._selections(wanted.name, field.selections, here)

    def _values(
        self, owner: str, wanted: FieldType, given: dict[str, Any], token: Token, path: Path
    ) -> Iterator[dict[str, Any]]:
        for name, value in given.items():
            if name not in wanted.arguments:
                message = f"Field '{owner}' doesn't accept argument '{name}'"
                yield _error(message, token, (*path, name), "argumentNotAccepted", argumentName=name)
            elif isinstance(value, Variable):
                yield from self._variable(value.name, name, wanted.arguments[name], token, path)
        missing = [n for n, t in wanted.arguments.items() if t.endswith("!") and given.get(n) is None]
        if missing:
            message = f"Field '{owner}' is missing required arguments: {', '.join(missing)}"
            yield _error(message, token, path, "missingRequiredArguments", arguments=", ".join(missing))

    def _variable(self, name: str, argument: str, wanted: str, token: Token, path: Path) -> Iterator[dict[str, Any]]:
        self._used.add(name)
        if name not in self._operation.variables:
            message = f"Variable ${name} is used by {self._operation.name or 'anonymous query'} but not declared"
            yield _error(message, token, path, "variableNotDefined", variableName=name)
            return
        declared, default = self._operation.variables[name]
        if not fits(declared, wanted):
            message = f"Type mismatch on variable ${name} and argument {argument} ({declared} / {wanted})"
            yield _error(message, token, path, "variableMismatch", variableName=name)
        elif wanted.endswith("!") and not declared.endswith("!") and default is None:
            message = f"Nullability mismatch on variable ${name} and argument {argument} ({declared} / {wanted})"
            yield _error(message, token, path, "variableMismatch", variableName=name)

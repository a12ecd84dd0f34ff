"""JSON Schema checks whose errors read as those of AJV, which is what authors of catalog files search for."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import jsonschema_rs

from catalog.validation.finding import Path
from catalog.validation.hints import schema_hint


@dataclass(frozen=True, slots=True)
class SchemaError:
    """One broken rule: `<where> <message> - <parameter>`, where it is, and what would help."""

    where: str
    message: str
    parameter: str
    path: Path
    hint: str | None

    @property
    def text(self) -> str:
        return f"{self.where} {self.message}{f' - {self.parameter}' if self.parameter else ''}"

    @property
    def brief(self) -> str:
        """The form without the parameter."""
        return f"{self.where} {self.message}"


class SchemaCheck:
    """A schema compiled once."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._schema = schema
        self._validator = jsonschema_rs.Draft7Validator(dict(schema))

    def passes(self, document: object) -> bool:
        try:
            return self._validator.is_valid(document)
        except ValueError:  # something no JSON holds, or nested past what the checker follows
            return False

    def errors(self, document: object) -> Iterator[SchemaError]:
        try:
            found = list(self._validator.iter_errors(document))
        except ValueError as refusal:
            yield SchemaError("<root>", f"must be plain JSON ({refusal})", "", (), None)
            return
        for error in found:
            yield from _read(error, document)


def _read(error: jsonschema_rs.ValidationError, document: object) -> Iterator[SchemaError]:
    path = tuple(error.instance_path)
    where = "".join(f"/{step}" for step in path) or "<root>"
    details = error.kind.as_dict()
    if error.kind.name == "additionalProperties":
        for name in details["unexpected"]:
            hint = schema_hint(error.kind.name, name, (*path, name), document)
            text = "must NOT have additional properties"
            yield SchemaError(where, text, f"additionalProperty: {name}", (*path, name), hint)
        return
    message, parameter = _WORDS.get(error.kind.name, _other)(details)
    subject = details.get("property") or details.get("types") or details.get("options")
    hint = schema_hint(error.kind.name, subject, path, document)
    yield SchemaError(where, message, parameter, path, hint)


def _required(details: Mapping[str, Any]) -> tuple[str, str]:
    name = details["property"]
    return f"must have required property '{name}'", f"missingProperty: {name}"


def _type(details: Mapping[str, Any]) -> tuple[str, str]:
    types = ",".join(details["types"])
    return f"must be {types}", f"type: {types}"


def _enum(details: Mapping[str, Any]) -> tuple[str, str]:
    allowed = ",".join(str(option) for option in details["options"])
    return "must be equal to one of the allowed values", f"allowedValues: {allowed}"


def _limit(relation: str, unit: str) -> Callable[[Mapping[str, Any]], tuple[str, str]]:
    def words(details: Mapping[str, Any]) -> tuple[str, str]:
        return f"must NOT have {relation} than {details['limit']} {unit}", f"limit: {details['limit']}"

    return words


def _other(details: Mapping[str, Any]) -> tuple[str, str]:
    known = ", ".join(f"{k}: {v}" for k, v in details.items() if isinstance(v, str | int | float))
    return "must match the schema", known


_WORDS: Final[Mapping[str, Callable[[Mapping[str, Any]], tuple[str, str]]]] = {
    "required": _required,
    "type": _type,
    "enum": _enum,
    "minLength": _limit("fewer", "characters"),
    "maxLength": _limit("more", "characters"),
    "minItems": _limit("fewer", "items"),
    "maxItems": _limit("more", "items"),
}

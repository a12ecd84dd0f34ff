"""Actions as the API and the command line show them."""

import json
from collections.abc import Iterable
from typing import Any, Final

import yaml
from pydantic import BaseModel

from scaffolder.actions.base import Action, Nothing

_INTRODUCTION: Final = """# Template actions

What the steps of a template can do. Inputs with a star are needed; an input that an action doesn't know is ignored
and told in the log. Paths count from the workspace of the run and can't leave it. This page is made by
`callboard template actions --markdown`; actions of plugins are listed by `callboard template actions`.
"""


def described(action: Action[Any]) -> dict[str, Any]:
    """Id, description, JSON schemas of input and output, and examples as YAML texts."""
    found: dict[str, Any] = {
        "id": action.id,
        "description": action.description,
        "examples": [
            {"description": e.description, "example": yaml.safe_dump({"steps": list(e.steps)}, sort_keys=False)}
            for e in action.examples
        ],
        "schema": {"input": _schema(action.input)},
        "supportsDryRun": action.supports_dry_run,
    }
    found["schema"]["output"] = {} if action.output is Nothing else _schema(action.output)
    return found


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    schema = model.model_json_schema(by_alias=True)
    schema.pop("description", None)
    return {"$schema": "http://json-schema.org/draft-07/schema#", **schema}


def as_markdown(actions: Iterable[Action[Any]]) -> str:
    """The reference of actions, a heading for each."""
    parts = [_INTRODUCTION]
    for action in actions:
        row = described(action)
        dry = "It runs in a dry run." if action.supports_dry_run else "A dry run leaves it out."
        parts.append(f"## {action.id}\n\n{action.description} {dry}\n")
        for word in ("input", "output"):
            parts += _table(word, row["schema"][word])
        for example in row["examples"]:
            parts.append(f"{example['description']}:\n\n```yaml\n{example['example']}```\n")
    return "\n".join(parts)


def _table(word: str, schema: dict[str, Any]) -> list[str]:
    properties = schema.get("properties") or {}
    if not properties:
        return []
    required = schema.get("required") or ()
    rows = [f"| {word} | type | default | |", "|---|---|---|---|"]
    for name, found in properties.items():
        mark = "*" if name in required and word == "input" else ""
        default = f"`{json.dumps(found['default'])}`" if found.get("default") is not None else ""
        rows.append(f"| `{name}`{mark} | {_type(found)} | {default} | {found.get('description', '')} |")
    return ["\n".join(rows) + "\n"]


def _type(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(_type(s) for s in schema["anyOf"] if s.get("type") != "null")
    if "const" in schema:
        return f"`{schema['const']}`"
    kind = str(schema.get("type", "object" if "$ref" in schema else "any"))
    return f"array of {_type(schema['items'])}" if kind == "array" and schema.get("items") else kind

"""Actions as the API and the command line show them."""

from typing import Any

import yaml
from pydantic import BaseModel

from scaffolder.actions.base import Action, Nothing


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

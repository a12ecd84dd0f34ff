"""What goes into an action and comes out of it, in Backstage's words."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from callboard.errors import InputError, nearest
from scaffolder.actions.base import Action, I


def parse_input(action: Action[I], value: Any) -> I:
    """The typed input; raises InputError in Backstage's words, one problem after the other."""
    from pydantic import ValidationError

    try:
        return action.input.model_validate({} if value is None else value)
    except ValidationError as error:
        found = [_complaint(p) for p in error.errors(include_url=False)]
        raise InputError(f"Invalid input passed to action {action.id}, {', '.join(dict.fromkeys(found))}") from None


def unknown_inputs(action: Action[Any], value: Any) -> list[str]:
    """Keys that the action doesn't know, each with the key it may be meant for; templates in the wild have many."""
    if not isinstance(value, Mapping):
        return []
    known = input_names(action)
    found = []
    for key in value:
        if key not in known and action.input.model_config.get("extra") != "allow":
            near = nearest(str(key), known, limit=1)
            hint = f"; did you mean `{near[0]}`?" if near else ""
            found.append(f"Input `{key}` is not known to {action.id} and is ignored{hint}")
    return found


def input_names(action: Action[Any]) -> list[str]:
    return [f.alias or name for name, f in action.input.model_fields.items()]


def missing_inputs(action: Action[Any], value: Any) -> list[str]:
    """Required inputs that a template doesn't give at all."""
    given = value if isinstance(value, Mapping) else {}
    fields = action.input.model_fields.items()
    return [f.alias or name for name, f in fields if f.is_required() and (f.alias or name) not in given]


_TYPES: Final = {
    "string_type": "string", "bool_type": "boolean", "int_type": "integer", "float_type": "number",
    "list_type": "array", "dict_type": "object", "model_type": "object", "model_attributes_type": "object",
    "mapping_type": "object", "int_from_float": "integer", "tuple_type": "array",
}  # fmt: skip


def _complaint(problem: Any) -> str:
    kind, path = problem["type"], list(problem["loc"])
    if kind == "missing":
        return f'{_instance(path[:-1])} requires property "{path[-1]}"'
    where = _instance([p for p in path if not (isinstance(p, str) and p in _UNION_PARTS)])
    if kind in _TYPES:
        return f"{where} is not of a type(s) {_TYPES[kind]}"
    if kind in {"literal_error", "enum"}:
        expected = str(problem["ctx"]["expected"]).replace("'", "").replace(" or ", ", ").replace(", ", ",")
        return f"{where} is not one of enum values: {expected}"
    return f"{where} {str(problem['msg']).removeprefix('Value error, ')}"


_UNION_PARTS: Final = frozenset({"str", "bool", "int", "float", "list[str]", "dict[str,any]"})


def _instance(path: Sequence[int | str]) -> str:
    return "instance" + "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path)


def stand_ins(action: Action[Any]) -> dict[str, Any]:
    """What later steps of a dry run see as the outputs of an action that wasn't run."""
    found: dict[str, Any] = {}
    for name, info in action.output.model_fields.items():
        annotation = str(info.annotation)
        found[info.alias or name] = False if "bool" in annotation else 0 if "int" in annotation else "<example>"
    return found

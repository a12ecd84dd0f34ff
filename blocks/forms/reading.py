"""What was entered in a modal, as values; and errors at the inputs that they belong to."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from blocks import kit
from blocks.forms.addresses import block_id, leaves, put, value_at
from blocks.forms.elements import ENTITIES, MANY, YES, is_too_long, option_value
from blocks.forms.repositories import read_repository, repository_block_ids
from blocks.forms.texts import typed
from scaffolder.forms import Field, FieldError, FieldKind

MASK: Final = "********"
RefOf = Callable[[str], str]
State = Mapping[str, Any]


def read(fields: Sequence[Field], state: State, values: Mapping[str, Any], ref_of: RefOf = str) -> dict[str, Any]:
    """The values after a modal: `values` with what its inputs hold now. What it didn't ask stays as it was;
    an emptied field is left out. `ref_of` finds the ref that a digest stands for.
    """
    result = dict(values)
    for field in leaves(fields):
        known = value_at(values, field.path)
        if field.kind is FieldKind.SECRET:
            if field.required:
                result = put(result, field.path, MASK)
        elif not field.disabled and any(b in state for b in blocks_of(field, known)):
            result = put(result, field.path, _entered(field, state, known, ref_of))
    return result


def blocks_of(field: Field, value: Any) -> list[str]:
    """The input blocks that ask for a field; none for what isn't entered in place."""
    if field.kind in {FieldKind.SECRET, FieldKind.OBJECTS} or field.disabled:
        return []
    return repository_block_ids(field, value) if field.kind is FieldKind.REPO_URL else [block_id(field.path)]


def is_shown(field: Field, state: State, values: Mapping[str, Any]) -> bool:
    """Whether the modal that `state` comes from had all inputs of the field."""
    return all(b in state for b in blocks_of(field, value_at(values, field.path)))


def secrets_of(fields: Sequence[Field]) -> list[Field]:
    return [f for f in leaves(fields) if f.kind is FieldKind.SECRET]


def _entered(field: Field, state: State, known: Any, ref_of: RefOf) -> Any:
    if field.kind is FieldKind.REPO_URL:
        return read_repository(field, state, known)
    element: Mapping[str, Any] = next(iter((state.get(block_id(field.path)) or {}).values()), {})
    if field.kind is FieldKind.BOOLEAN:
        return any(o.get("value") == YES for o in element.get("selected_options") or ())
    if field.kind in ENTITIES or field.choices:
        return _picked(field, element, ref_of)
    text = element.get("selected_date") if field.kind is FieldKind.DATE else element.get("value")
    if text in (None, ""):
        return known if is_too_long(field, known) else None
    return typed(field, str(text))


def _picked(field: Field, element: Mapping[str, Any], ref_of: RefOf) -> Any:
    def value(option: Mapping[str, Any]) -> Any:
        chosen = str(option.get("value", ""))
        return ref_of(chosen) if field.kind in ENTITIES else option_value(field, chosen)

    if field.kind in MANY:
        found = [v for o in element.get("selected_options") or () if (v := value(o)) is not None]
        return found or ([] if field.required else None)
    option = element.get("selected_option")
    return value(option) if option else None


def errors_by_block(
    fields: Sequence[Field], errors: Sequence[FieldError], state: State
) -> tuple[dict[str, str], list[FieldError]]:
    """Errors that belong beside an input of the modal, by block id; and the others."""
    beside: dict[str, str] = {}
    others: list[FieldError] = []
    shown = {f.path: f for f in leaves(fields)}
    for error in errors:
        path = next((error.path[:n] for n in range(len(error.path), 0, -1) if error.path[:n] in shown), None)
        block = _block(shown[path], error, state) if path is not None else None
        if block is None:
            others.append(error)
        else:
            beside.setdefault(block, kit.cut(_message(shown[path or ()], error), 2_000))
    return beside, others


def _block(field: Field, error: FieldError, state: State) -> str | None:
    """The input to say it at; of a repository, the part that the message names."""
    parts = [b for b in state if b == block_id(field.path) or b.startswith(f"{block_id(field.path)}#")]
    parts = [b for b in parts if not b.endswith(("#item", "#add"))]
    named = [b for b in parts if "#" in b and f"{b.rpartition('#')[2]} " in error.message]
    return next(iter(named or parts[-1:]), None)


def _message(field: Field, error: FieldError) -> str:
    """Of a list's item the message says which one."""
    inner = error.path[len(field.path) :]
    if inner and isinstance(inner[0], int):
        return f"{inner[0] + 1}: {error.message}"
    return error.message

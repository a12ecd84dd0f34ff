"""The input of each kind of field."""

import hashlib
import re
from collections.abc import Callable
from typing import Any, Final

from blocks import ids, kit
from blocks.forms.addresses import choice_id, search_id
from blocks.forms.texts import MAX_INPUT, as_text, number_text
from scaffolder.forms import Choice, Field, FieldKind

_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
MAX_FEW: Final = 10
YES: Final = "yes"
ENTITIES: Final = frozenset({FieldKind.ENTITY, FieldKind.ENTITIES, FieldKind.TAGS})
MANY: Final = frozenset({FieldKind.CHECKBOXES, FieldKind.MULTI_SELECT, FieldKind.ENTITIES, FieldKind.TAGS})
_LONG: Final = frozenset({FieldKind.MULTILINE, FieldKind.STRINGS, FieldKind.OBJECTS})
_TOLD_AT_ONCE: Final = frozenset(
    {FieldKind.SELECT, FieldKind.RADIO, FieldKind.CHECKBOXES, FieldKind.MULTI_SELECT, FieldKind.BOOLEAN,
     FieldKind.ENTITY, FieldKind.ENTITIES}
)  # fmt: skip
TitleOf = Callable[[str], str]


def element_of(field: Field, value: Any, title_of: TitleOf) -> kit.Element:
    """The input, filled with `value`."""
    if field.kind in ENTITIES:
        return _search(field, value, title_of)
    if field.kind is FieldKind.BOOLEAN:
        option = kit.option("Yes", YES)
        element: kit.Element = {"type": "checkboxes", "action_id": choice_id(field), "options": [option]}
        return element | ({"initial_options": [option]} if value is True else {})
    if field.choices:
        return _choice(field, value)
    if field.kind is FieldKind.DATE:
        element = {"type": "datepicker", "action_id": ids.FORM_VALUE}
        return element | ({"initial_date": value} if isinstance(value, str) and _DATE.fullmatch(value) else {})
    if field.kind in {FieldKind.NUMBER, FieldKind.INTEGER}:
        element = {"type": "number_input", "action_id": ids.FORM_VALUE}
        element["is_decimal_allowed"] = field.kind is FieldKind.NUMBER
        text = number_text(value)
        return _with_placeholder(element, field) | ({"initial_value": text} if _fits(field, text) else {})
    return _text(field, value)


def tells_at_once(field: Field) -> bool:
    """Whether a change of the input is sent before its page is."""
    return field.kind in _TOLD_AT_ONCE


def is_too_long(field: Field, value: Any) -> bool:
    """Whether an input can't hold the present value, which then stays unless something is entered."""
    return not field.choices and field.kind not in ENTITIES and len(as_text(field, value)) > MAX_INPUT


def _fits(field: Field, text: str) -> bool:
    return bool(text) and (field.kind is FieldKind.NUMBER or "." not in text)


def _with_placeholder(element: kit.Element, field: Field, otherwise: str = "") -> kit.Element:
    text = field.placeholder or otherwise
    return element | ({"placeholder": kit.plain(text, 150)} if text else {})


def _text(field: Field, value: Any) -> kit.Element:
    element: kit.Element = {"type": "plain_text_input", "action_id": ids.FORM_VALUE}
    element["multiline"] = field.kind in _LONG or field.schema.get("type") == "object"
    text = as_text(field, value)
    if len(text) > MAX_INPUT:
        element["placeholder"] = kit.plain(f"Leave empty to keep the present {len(text):,} characters", 150)
        return element
    return _with_placeholder(element, field) | ({"initial_value": text} if text else {})


def _choice(field: Field, value: Any) -> kit.Element:
    several, few = field.kind in MANY, len(field.choices) <= MAX_FEW
    menu = "multi_static_select" if several else "static_select"
    kinds = {FieldKind.RADIO: "radio_buttons", FieldKind.CHECKBOXES: "checkboxes"}
    element: kit.Element = {"type": kinds.get(field.kind, menu) if few else menu, "action_id": choice_id(field)}
    options = [field_option(i, c) for i, c in enumerate(field.choices)]
    if len(options) > kit.MAX_OPTIONS:
        element = {"type": menu.replace("static", "external"), "action_id": search_id(field), "min_query_length": 0}
    else:
        element["options"] = options
    wanted = value if several and isinstance(value, list) else [value]
    initial = [options[i] for v in wanted if (i := _index(field, v)) is not None][: kit.MAX_OPTIONS]
    if initial:
        element["initial_options" if several else "initial_option"] = initial if several else initial[0]
    return _with_placeholder(element, field) if "select" in element["type"] else element


def field_option(index: int, choice: Choice) -> dict[str, Any]:
    """A choice by its index; an empty title is still something to click on."""
    return kit.option(choice.title.strip() or "(empty)", str(index))


def option_value(field: Field, option: Any) -> Any:
    """The value that an option of a list of choices stands for; None for one that isn't there any more."""
    index = str(option)
    return field.choices[int(index)].value if index.isdigit() and int(index) < len(field.choices) else None


def _index(field: Field, value: Any) -> int | None:
    for index, choice in enumerate(field.choices):
        if choice.value == value and isinstance(choice.value, bool) is isinstance(value, bool):
            return index
    return None


def _search(field: Field, value: Any, title_of: TitleOf) -> kit.Element:
    several = field.kind in MANY
    element: kit.Element = {"type": "multi_external_select" if several else "external_select"}
    element |= {"action_id": search_id(field), "min_query_length": 0}
    element = _with_placeholder(element, field, "Type to search")
    chosen = [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, str) and v]
    options = [entity_option(v, title_of(v)) for v in dict.fromkeys(chosen)][: kit.MAX_OPTIONS]
    if options:
        element["initial_options" if several else "initial_option"] = options if several else options[0]
    return element


def entity_option(ref: str, title: str = "") -> dict[str, Any]:
    """An entity or a word to pick; the rare one that is longer than a value may be travels as its digest."""
    value = ref if len(ref) <= kit.MAX_OPTION_VALUE else short_ref(ref)
    return kit.option(title or ref, value, description=ref if title and title != ref else "")


def short_ref(ref: str) -> str:
    return f"~{hashlib.sha1(ref.encode(), usedforsecurity=False).hexdigest()}"

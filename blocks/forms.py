"""A page of a template's form as a modal, and what was entered in it back as values.

Block and action ids follow from a field's path, so that a re-rendered page keeps what was typed. Choices travel as
their index: enum values may be longer than Slack lets a value be, or not text at all.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import orjson

from blocks import ids, kit
from scaffolder.forms.model import Field, FieldError, FieldKind, Path

_MAX_ID: Final = 200
_REPO_PARTS: Final = ("host", "owner", "repo")
_YES: Final = "yes"
_MAX_RADIO: Final = 10
_LONG: Final = frozenset({FieldKind.MULTILINE, FieldKind.STRINGS, FieldKind.OBJECTS})
_ENTITY: Final = frozenset({FieldKind.ENTITY, FieldKind.ENTITIES})
_MANY: Final = frozenset({FieldKind.CHECKBOXES, FieldKind.MULTI_SELECT})
TitleOf = Callable[[str], str]


def block_id(path: Path, part: str = "") -> str:
    """The block of a field: its path, or a digest of a path too long for Slack."""
    text = "/".join(str(p) for p in path)
    if len(text) > _MAX_ID:
        text = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
    return f"f:{text}{f'#{part}' if part else ''}"


def leaves(fields: Sequence[Field]) -> Iterator[Field]:
    """The fields that are asked for, those of groups included."""
    for field in fields:
        if field.kind is FieldKind.GROUP:
            yield from leaves(field.fields)
        elif field.kind is not FieldKind.HIDDEN:
            yield field


def draw(fields: Sequence[Field], values: Mapping[str, Any], title_of: TitleOf = str) -> list[kit.Block]:
    """The blocks of a page's fields, filled with what is known."""
    blocks: list[kit.Block] = []
    for field in fields:
        if field.kind is FieldKind.HIDDEN:
            continue
        if field.kind is FieldKind.GROUP:
            heading = kit.bold(field.title) + (f"\n{kit.escape(field.description)}" if field.description else "")
            blocks += [kit.section(heading), *draw(field.fields, values, title_of)]
        elif field.kind is FieldKind.REPO_URL:
            blocks += _repo_blocks(field, value_at(values, field.path))
        elif field.disabled:
            shown = value_at(values, field.path)
            blocks.append(
                kit.section(f"{kit.bold(field.title)}\n{kit.escape(str(shown if shown is not None else ''))}")
            )
        else:
            blocks.append(_input(field, value_at(values, field.path), title_of))
    return blocks


def value_at(values: Mapping[str, Any], path: Path) -> Any:
    found: Any = values
    for step in path:
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _input(field: Field, value: Any, title_of: TitleOf) -> kit.Block:
    hint = " ".join(t for t in (field.description, field.help, field.note, _how(field)) if t)
    element = _element(field, field.default if value is None else value, title_of)
    dispatch = field.changes_form and field.kind not in {FieldKind.ENTITY, FieldKind.ENTITIES}
    label = field.title or field.name
    optional = not field.required or field.kind is FieldKind.BOOLEAN
    return kit.input_block(
        label, element, block_id=block_id(field.path), hint=hint, optional=optional, dispatch=dispatch
    )


def _how(field: Field) -> str:
    """What the shape of the entry should be, where the field alone doesn't show it."""
    return {
        FieldKind.STRINGS: "One per line.",
        FieldKind.OBJECTS: "A JSON list of objects.",
        FieldKind.TAGS: "Separated by commas.",
        FieldKind.SECRET: "Slack shows this while you type.",
    }.get(field.kind, "")


def _element(field: Field, value: Any, title_of: TitleOf) -> kit.Element:
    if field.kind in _ENTITY:
        return _entity_select(field, value, title_of)
    if field.kind is FieldKind.BOOLEAN:
        option = kit.option(kit.cut(field.title or field.name, kit.MAX_OPTION), _YES)
        element: kit.Element = {"type": "checkboxes", "action_id": _choice_id(field), "options": [option]}
        return element | ({"initial_options": [option]} if value is True else {})
    if field.choices:
        return _choice(field, value)
    if field.kind is FieldKind.DATE:
        element = {"type": "datepicker", "action_id": ids.FORM_VALUE}
        return element | ({"initial_date": value} if isinstance(value, str) and len(value) == 10 else {})
    if field.kind in {FieldKind.NUMBER, FieldKind.INTEGER}:
        element = {"type": "number_input", "action_id": ids.FORM_VALUE}
        element["is_decimal_allowed"] = field.kind is FieldKind.NUMBER
        return element | ({"initial_value": str(value)} if isinstance(value, int | float) else {})
    return _text(field, value)


def _text(field: Field, value: Any) -> kit.Element:
    element: kit.Element = {"type": "plain_text_input", "action_id": ids.FORM_VALUE}
    element["multiline"] = field.kind in _LONG
    if field.placeholder:
        element["placeholder"] = kit.plain(field.placeholder, 150)
    text = _as_text(field, value)
    return element | ({"initial_value": text[:3_000]} if text else {})


def _as_text(field: Field, value: Any) -> str:
    if value in (None, ""):
        return ""
    if isinstance(value, list) and field.kind in {FieldKind.STRINGS, FieldKind.TAGS}:
        return ("\n" if field.kind is FieldKind.STRINGS else ", ").join(str(v) for v in value)
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _choice(field: Field, value: Any) -> kit.Element:
    options = [kit.option(c.title, str(i)) for i, c in enumerate(field.choices)]
    many = field.kind in _MANY
    few = len(options) <= _MAX_RADIO
    kinds = {
        FieldKind.RADIO: "radio_buttons" if few else "static_select",
        FieldKind.CHECKBOXES: "checkboxes" if few else "multi_static_select",
        FieldKind.MULTI_SELECT: "multi_static_select",
    }
    element: kit.Element = {"type": kinds.get(field.kind, "static_select"), "action_id": _choice_id(field)}
    if len(options) > kit.MAX_OPTIONS:
        element = {"type": "multi_external_select" if many else "external_select", "action_id": _search_id(field)}
        element["min_query_length"] = 0
    else:
        element["options"] = options
    chosen = value if many and isinstance(value, list) else [value]
    initial = [o for o, c in zip(options, field.choices, strict=True) if any(c.value == v for v in chosen)]
    if initial:
        element["initial_options" if many else "initial_option"] = initial if many else initial[0]
    if "select" in element["type"] and field.placeholder:
        element["placeholder"] = kit.plain(field.placeholder, 150)
    return element


def _entity_select(field: Field, value: Any, title_of: TitleOf) -> kit.Element:
    many = field.kind is FieldKind.ENTITIES
    element: kit.Element = {"type": "multi_external_select" if many else "external_select"}
    element |= {"action_id": _search_id(field), "min_query_length": 0}
    element["placeholder"] = kit.plain(field.placeholder or "Type to search", 150)
    chosen = [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, str) and v]
    options = [entity_option(v, title_of(v)) for v in chosen]
    if options:
        element["initial_options" if many else "initial_option"] = options if many else options[0]
    return element


def entity_option(ref: str, title: str) -> dict[str, Any]:
    """An entity to pick; the rare ref that is longer than a value may be travels as its digest."""
    return kit.option(title, ref if len(ref) <= kit.MAX_OPTION_VALUE else short_ref(ref), description=ref)


def short_ref(ref: str) -> str:
    return f"~{hashlib.sha1(ref.encode(), usedforsecurity=False).hexdigest()}"


def _choice_id(field: Field) -> str:
    return f"{ids.FORM_CHOICE}:{block_id(field.path)[:_MAX_ID]}"


def _search_id(field: Field) -> str:
    return f"{ids.FORM_ENTITY}:{block_id(field.path)[:_MAX_ID]}"


def _repo_blocks(field: Field, value: Any) -> list[kit.Block]:
    """Host, owner and name of a repository; a part with one possible value is not asked for."""
    given = _repo_parts(str(value or ""))
    blocks = [kit.section(kit.bold(field.title or "Repository"))]
    for part in _REPO_PARTS:
        allowed = _allowed(field, part)
        element: kit.Element
        if allowed:
            options = [kit.option(a, str(i)) for i, a in enumerate(allowed[: kit.MAX_OPTIONS])]
            chosen = allowed.index(given[part]) if given.get(part) in allowed else 0 if len(allowed) == 1 else None
            element = {"type": "static_select", "action_id": ids.FORM_VALUE, "options": options}
            element |= {} if chosen is None else {"initial_option": options[chosen]}
        else:
            element = {"type": "plain_text_input", "action_id": ids.FORM_VALUE}
            element |= {"initial_value": given[part]} if given.get(part) else {}
        label = {"host": "Host", "owner": "Owner", "repo": "Repository name"}[part]
        blocks.append(kit.input_block(label, element, block_id=block_id(field.path, part), optional=not field.required))
    return blocks


def _allowed(field: Field, part: str) -> tuple[str, ...]:
    if field.repo is None:
        return ()
    return {"host": field.repo.hosts, "owner": field.repo.owners, "repo": field.repo.repos}[part]


def _repo_parts(text: str) -> dict[str, str]:
    host, _, query = text.partition("?")
    pairs = (p.partition("=") for p in query.split("&") if p)
    return {"host": host} | {k: v for k, _, v in pairs}


def read(fields: Sequence[Field], state: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values after a page: `values` with what the page's fields hold now; an emptied field is left out."""
    result: dict[str, Any] = _copy(values)
    for field in leaves(fields):
        if not field.disabled:
            _put(result, field.path, _entered(field, state))
    return result


def _copy(values: Mapping[str, Any]) -> dict[str, Any]:
    return {k: _copy(v) if isinstance(v, Mapping) else v for k, v in values.items()}


def _put(into: dict[str, Any], path: Path, value: Any) -> None:
    *parents, last = path
    for step in parents:
        into = into.setdefault(str(step), {})
    if value is None:
        into.pop(str(last), None)
    else:
        into[str(last)] = value


def _entered(field: Field, state: Mapping[str, Any]) -> Any:
    if field.kind is FieldKind.REPO_URL:
        return _entered_repo(field, state)
    element: Mapping[str, Any] = next(iter((state.get(block_id(field.path)) or {}).values()), {})
    if field.kind is FieldKind.BOOLEAN:
        return bool(element.get("selected_options"))
    if field.kind in _ENTITY or field.choices:
        return _picked(field, element)
    text = element.get("selected_date") if field.kind is FieldKind.DATE else element.get("value")
    return None if text in (None, "") else _typed(field, str(text))


def _picked(field: Field, element: Mapping[str, Any]) -> Any:
    if "selected_options" in element:
        found = [o["value"] for o in element["selected_options"] or ()]
        return [_of_choice(field, v) for v in found] or None
    option = element.get("selected_option")
    return _of_choice(field, option["value"]) if option else None


def _of_choice(field: Field, value: str) -> Any:
    if field.kind in _ENTITY or not value.isdigit() or int(value) >= len(field.choices):
        return value
    return field.choices[int(value)].value


def _typed(field: Field, text: str) -> Any:
    """What was typed as the type the schema wants; what can't be read stays text for validation to explain."""
    if field.kind is FieldKind.STRINGS:
        return [line.strip() for line in text.splitlines() if line.strip()]
    if field.kind is FieldKind.TAGS:
        return [tag.strip() for tag in text.replace("\n", ",").split(",") if tag.strip()]
    if field.kind in {FieldKind.NUMBER, FieldKind.INTEGER}:
        number = float(text) if text.replace(".", "", 1).lstrip("-").isdigit() else None
        return text if number is None else int(number) if number.is_integer() else number
    if field.kind is FieldKind.OBJECTS or field.schema.get("type") == "object":
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            return text
    return text


def _entered_repo(field: Field, state: Mapping[str, Any]) -> str | None:
    parts: dict[str, str] = {}
    for part in _REPO_PARTS:
        element: Mapping[str, Any] = next(iter((state.get(block_id(field.path, part)) or {}).values()), {})
        option = element.get("selected_option")
        allowed = _allowed(field, part)
        parts[part] = allowed[int(option["value"])] if option and allowed else str(element.get("value") or "").strip()
    if not any(parts.values()):
        return None
    return f"{parts['host']}?owner={parts['owner']}&repo={parts['repo']}"


def errors_by_block(fields: Sequence[Field], errors: Sequence[FieldError]) -> tuple[dict[str, str], list[str]]:
    """Errors that belong beside an input, by block id; and those of groups or of the whole page."""
    blocks: dict[str, str] = {}
    whole: list[str] = []
    shown = {f.path: f for f in leaves(fields) if not f.disabled}
    for error in errors:
        path = next((error.path[:n] for n in range(len(error.path), 0, -1) if error.path[:n] in shown), None)
        if path is None:
            whole.append(error.message)
        else:
            part = "repo" if shown[path].kind is FieldKind.REPO_URL else ""
            blocks.setdefault(block_id(path, part), kit.cut(error.message, 2_000))
    return blocks, whole

"""Fields as blocks, and blocks in portions that a modal can hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from blocks import ids, kit, state
from blocks.forms.addresses import block_id, value_at
from blocks.forms.elements import MANY, TitleOf, element_of, is_too_long, tells_at_once
from blocks.forms.repositories import repository_blocks
from blocks.forms.texts import is_by_line, is_json
from scaffolder.forms import Field, FieldKind, show

MAX_BLOCKS: Final = 88
"""What is left of a modal's hundred blocks for the fields."""
MAX_BYTES: Final = 150_000
_SHOWN_ITEMS: Final = 20


@dataclass(frozen=True, slots=True)
class Unit:
    """The blocks of one field with the headings above it; a page is cut between units only."""

    path: tuple[str | int, ...]
    blocks: tuple[kit.Block, ...]


def units(fields: Sequence[Field], values: Mapping[str, Any], title_of: TitleOf = str) -> list[Unit]:
    """The fields of a page, filled with what is known."""
    found: list[Unit] = []
    for field in fields:
        if field.kind is FieldKind.HIDDEN:
            continue
        if field.kind is FieldKind.GROUP:
            text = kit.bold(field.title) + (f"\n{kit.escape(field.description)}" if field.description else "")
            inner = units(field.fields, values, title_of) or [Unit(field.path, ())]
            found += [Unit(inner[0].path, (kit.section(text), *inner[0].blocks)), *inner[1:]]
        else:
            known = value_at(values, field.path)
            value = field.default if known is None else known
            found.append(Unit(field.path, tuple(_blocks(field, value, title_of))))
    return found


def draw(fields: Sequence[Field], values: Mapping[str, Any], title_of: TitleOf = str) -> list[kit.Block]:
    """All blocks of a page in a row."""
    return [block for unit in units(fields, values, title_of) for block in unit.blocks]


def parts_of(found: Sequence[Unit]) -> list[list[Unit]]:
    """The units in portions, each for one modal; at least one portion."""
    portions: list[list[Unit]] = [[]]
    blocks = size = 0
    for unit in found:
        count, weight = len(unit.blocks), len(orjson.dumps(unit.blocks))
        if portions[-1] and (blocks + count > MAX_BLOCKS or size + weight > MAX_BYTES):
            portions.append([])
            blocks = size = 0
        portions[-1].append(unit)
        blocks, size = blocks + count, size + weight
    return portions


def _blocks(field: Field, value: Any, title_of: TitleOf) -> list[kit.Block]:
    if field.kind is FieldKind.SECRET:
        told = "Asked for at the end, on the review page, and kept out of sight."
        return [kit.section(f":lock: {kit.bold(field.title)}\n{kit.escape(field.description or field.help)}\n_{told}_")]
    if field.disabled:
        shown = "" if value is None else show(field, value)
        return [kit.section(f"{kit.bold(field.title)}\n{kit.cut(kit.escape(shown), 2_000) or '—'}")]
    if field.kind is FieldKind.REPO_URL:
        return repository_blocks(field, value)
    if field.kind is FieldKind.OBJECTS:
        return _list_blocks(field, value)
    return [_input(field, value, title_of)]


def _input(field: Field, value: Any, title_of: TitleOf) -> kit.Block:
    hint = " ".join(t for t in (field.description, field.help, field.note, _how(field)) if t)
    return kit.input_block(
        field.title or field.name or "Value",
        element_of(field, value, title_of),
        block_id=block_id(field.path),
        hint=hint,
        optional=_is_optional(field, value),
        dispatch=tells_at_once(field),
    )


def _is_optional(field: Field, value: Any) -> bool:
    """What Slack itself may let pass empty; the rest is for our own check."""
    if field.kind is FieldKind.BOOLEAN or not field.required or is_too_long(field, value):
        return True
    empty_choice = any(c.value in ("", None) and not isinstance(c.value, bool) for c in field.choices)
    return empty_choice or (field.kind in MANY and not field.schema.get("minItems"))


def _how(field: Field) -> str:
    """What the shape of the entry should be, where the input alone doesn't show it."""
    if field.kind is FieldKind.STRINGS:
        return "One per line." if is_by_line(field) else "A JSON list."
    return "A JSON object." if is_json(field) else ""


def _list_blocks(field: Field, value: Any) -> list[kit.Block]:
    """A list of objects: each with what is in it, to edit and to take away, and a button for a further one."""
    items = value if isinstance(value, list) else []
    words = f"{len(items)} so far" if items else "none yet"
    hint = " ".join(t for t in (field.description, field.help, field.note) if t)
    needed = "" if field.required else " (optional)"
    blocks = [kit.section(f"{kit.bold(field.title)}{needed}  _{words}_" + (f"\n{kit.escape(hint)}" if hint else ""))]
    for index, item in enumerate(items[:_SHOWN_ITEMS]):
        text = kit.cut(kit.escape(_item_text(field, item)), 500)
        overflow = {
            "type": "overflow", "action_id": ids.FORM_ITEM,
            "options": [kit.option("Edit", "edit"), kit.option("Remove", "remove")],
        }  # fmt: skip
        identifier = block_id((*field.path, index), "item")
        blocks.append(kit.section(f"{index + 1}. {text or '_empty_'}", accessory=overflow) | {"block_id": identifier})
    if len(items) > _SHOWN_ITEMS:
        blocks.append(kit.context(f"…and {len(items) - _SHOWN_ITEMS} more"))
    most = field.schema.get("maxItems")
    if not isinstance(most, int) or len(items) < most:
        add = kit.button("Add one", ids.FORM_ITEM_ADD, state.encode())
        blocks.append(kit.actions(add, block_id=block_id(field.path, "add")))
    return blocks


def _item_text(field: Field, item: Any) -> str:
    if not isinstance(item, Mapping):
        return str(item)
    known = {f.name: f for f in field.fields}
    shown = [
        f"{known[k].title if k in known else k}: {'***' if k in known and known[k].masked else _shown(known.get(k), v)}"
        for k, v in item.items()
    ]
    return ", ".join(shown)


def _shown(field: Field | None, value: Any) -> str:
    return show(field, value) if field is not None else str(value)

"""Finding the element a person acts on, and turning what they chose into Slack's state of it."""

from typing import Any

from playground.errors import CannotActError, Json
from playground.forms import LISTS, STATEFUL, elements
from playground.records import Message, Options, View
from playground.store import Store


def blocks_of(source: View | Message) -> list[Json]:
    if isinstance(source, View):
        return list(source.body.get("blocks", []))
    unfurled = [block for body in source.unfurls.values() for block in body.get("blocks", [])]
    attached = [block for each in source.attachments or [] for block in each.get("blocks", [])]
    return [*(source.blocks or []), *attached, *unfurled]


def locate(source: View | Message, action_id: str, block_id: str | None) -> tuple[Json, Json]:
    """The block and the element; the block may be left out when the action is there once."""
    everything = [(block, element) for block in blocks_of(source) for element in elements(block)]
    found = [
        (block, element)
        for block, element in everything
        if element.get("action_id") == action_id and block_id in {None, "", block["block_id"]}
    ]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(block["block_id"] for block, _ in found)
        raise CannotActError(f"action {action_id!r} is there {len(found)} times; say which block_id: {ids}")
    there = ", ".join(f"{element.get('action_id')} in {block['block_id']}" for block, element in everything)
    raise CannotActError(f"there is no {action_id!r} to act on; there is: {there or 'nothing'}")


def chosen(store: Store, source: View | Message, element: Json, given: Json) -> Json:
    """State of an element from `{"value": ...}` or from its own key (`selected_user`, ...)."""
    key = STATEFUL[element["type"]][0]
    raw = given.get(key, given.get("value", given.get("selected_option", given.get("selected_options"))))
    if key in {"selected_option", "selected_options"}:
        raw = _options(store, source, element, raw, several=key in LISTS)
    elif key in LISTS and raw is not None and not isinstance(raw, list):
        raw = [raw]
    elif key == "selected_date_time" and isinstance(raw, str):
        raw = int(raw) if raw else None
    elif key == "value" and raw is not None:
        raw = str(raw) or None
    return {"type": element["type"], key: raw or ([] if key in LISTS else None)}


def _options(store: Store, source: View | Message, element: Json, raw: Any, *, several: bool) -> Any:
    if several:
        wanted = raw if isinstance(raw, list) else [] if raw in (None, "") else [raw]
        return [option(store, source, element, each) for each in wanted]
    return None if raw in (None, "") else option(store, source, element, raw)


def source_id(source: View | Message) -> str:
    return source.id if isinstance(source, View) else f"{source.channel}/{source.ts}"


def option(store: Store, source: View | Message, element: Json, wanted: Any) -> Json:
    """By value or by its text; an external one must have been suggested, chosen before, or come whole."""
    offered = [o for _, group in Options.of(element).groups for o in group]
    suggested = store.suggested.get((source_id(source), element.get("action_id", "")))
    offered += [o for _, group in suggested.groups for o in group] if suggested else []
    offered += [o for o in (element.get("initial_option"), *element.get("initial_options", [])) if o]
    value = wanted.get("value") if isinstance(wanted, dict) else str(wanted)
    for each in offered:
        if each.get("value") == value:
            return _cleaned(each)
    for each in offered:
        if each["text"]["text"] == value:
            return _cleaned(each)
    if isinstance(wanted, dict) and "external" in element["type"]:
        return wanted
    there = ", ".join(repr(each.get("value")) for each in offered[:20])
    raise CannotActError(f"{element.get('action_id')!r} has no option {value!r}; it has: {there or 'none yet'}")


def _cleaned(chosen_option: Json) -> Json:
    kept: Json = {"text": {"emoji": True, **chosen_option["text"]}, "value": chosen_option.get("value")}
    return kept | {key: chosen_option[key] for key in ("description", "url") if key in chosen_option}

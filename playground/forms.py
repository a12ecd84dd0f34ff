"""What people typed and chose: the state of the inputs of a view or message."""

from typing import Any

from playground.errors import Json
from playground.store import Store

# element type → (key in the state, key of its initial value)
STATEFUL: dict[str, tuple[str, str]] = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "file_input": ("files", ""),
}
LISTS = frozenset(
    {
        "selected_options",
        "selected_users",
        "selected_conversations",
        "selected_channels",
        "files",
    }
)


def elements(block: Json) -> list[Json]:
    """The interactive elements of one block."""
    found = [block.get("element"), block.get("accessory")]
    if block.get("type") in {"actions", "context_actions"}:
        found += block.get("elements", [])
    return [element for element in found if isinstance(element, dict)]


def with_block_ids(store: Store, blocks: list[Json] | None) -> list[Json]:
    """Blocks and elements without an id get one, as in Slack: new ones each time."""
    result = []
    for block in blocks or []:
        named = {**block, "block_id": block.get("block_id") or store.next_id("b")}
        for slot in ("element", "accessory"):
            if isinstance(named.get(slot), dict):
                named[slot] = _with_action_id(store, named[slot])
        if named["type"] in {"actions", "context_actions"}:
            named["elements"] = [_with_action_id(store, element) for element in named.get("elements", [])]
        result.append(named)
    return result


def _with_action_id(store: Store, element: Json) -> Json:
    if element.get("type") == "image":
        return element
    return {**element, "action_id": element.get("action_id") or store.next_id("a")}


def initial_values(blocks: list[Json], kept: dict[str, Json]) -> dict[str, Json]:
    """What was entered stays as long as block, action and kind of element stay; else the initial value."""
    values: dict[str, Json] = {}
    for block in blocks:
        for element in elements(block):
            if element.get("type") not in STATEFUL:
                continue
            before = kept.get(block["block_id"], {}).get(element["action_id"])
            same = before is not None and before.get("type") == element["type"]
            state = before if same else initial_state(element)
            values.setdefault(block["block_id"], {})[element["action_id"]] = state
    return values


def initial_state(element: Json) -> Json:
    key, initial = STATEFUL[element["type"]]
    empty: Any = [] if key in LISTS else None
    return {"type": element["type"], key: element.get(initial, empty)}


def is_empty(state: Json) -> bool:
    key = STATEFUL[state["type"]][0]
    return state.get(key) in (None, "", [])

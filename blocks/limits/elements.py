"""Interactive elements and the blocks they may stand in."""

import re
from collections.abc import Callable

from blocks.limits.objects import (
    ANY_TEXT,
    choices,
    confirm,
    initial_choice,
    option,
    options,
    picture,
    plain,
)
from blocks.limits.place import Place

_SELECTS = frozenset(
    f"{several}{kind}_select"
    for several in ("", "multi_")
    for kind in ("static", "external", "users", "conversations", "channels")
)
_FROM_SLACK = frozenset(each for each in _SELECTS if not each.endswith(("static_select", "external_select")))
_PICKERS = frozenset({"checkboxes", "radio_buttons", "datepicker", "timepicker"})
_TYPED = frozenset({"plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input"})

ALLOWED: dict[str, frozenset[str]] = {
    "section": _SELECTS | _PICKERS | {"button", "overflow", "image", "workflow_button"},
    "actions": _SELECTS | _PICKERS | {"button", "overflow", "datetimepicker", "workflow_button"},
    "input": _SELECTS | _PICKERS | _TYPED | {"datetimepicker", "file_input"},
    "context": frozenset({"image", "plain_text", "mrkdwn"}),
    "context_actions": frozenset({"feedback_buttons", "icon_button"}),
    "card": frozenset({"button"}),
}
_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def element(place: Place, *, inside: str) -> None:
    if not place.is_object():
        return
    kind = place.kind
    if kind not in RULES:
        place.at("type").fail("unknown_element", f"there is no element {kind!r}")
        return
    if kind not in ALLOWED[inside]:
        allowed = ", ".join(sorted(ALLOWED[inside]))
        place.at("type").fail("wrong_element", f"{kind} can't stand in {inside}; allowed are {allowed}")
        return
    if kind == "file_input" and place.page.surface != "modal":
        place.at("type").fail("wrong_surface", f"file_input is for modals only, this is a {place.page.surface}")
    RULES[kind](place)
    if kind != "image":
        _common(place)


def _common(place: Place) -> None:
    action_id = place.at("action_id")
    action_id.string(most=255, least=1)
    if isinstance(action_id.value, str) and action_id.value:
        seen = place.page.action_ids
        if action_id.value in seen:
            action_id.fail("duplicate_action_id", f"{action_id.value!r} is already used at {seen[action_id.value]}")
        seen.setdefault(action_id.value, action_id.path)
    confirm(place.at("confirm"))
    plain(place.at("placeholder"), most=150)
    focus = place.at("focus_on_load")
    focus.boolean()
    if focus.value is True:
        place.page.focused.append(focus.path)
        if len(place.page.focused) > 1:
            focus.fail("duplicate_focus", f"only one element may have the focus; {place.page.focused[0]} has it")


def _button(place: Place) -> None:
    plain(place.at("text"), most=75, required=True)
    place.at("value").string(most=2000)
    place.at("url").url()
    place.at("style").one_of({"primary", "danger"})
    place.at("accessibility_label").string(most=75)
    place.at("agent_prompt").string(most=4000)


def _workflow_button(place: Place) -> None:
    plain(place.at("text"), most=75, required=True)
    place.at("accessibility_label").string(most=75)
    place.at("workflow").needed()


def _static_select(place: Place) -> None:
    choices(place)
    initial_choice(place, several=False)


def _multi_static_select(place: Place) -> None:
    choices(place)
    initial_choice(place, several=True)
    _most_selected(place)


def _external_select(place: Place) -> None:
    if isinstance(place.at("initial_option").value, dict):
        option(place.at("initial_option"))
    place.at("min_query_length").integer(least=0, most=1000)


def _multi_external_select(place: Place) -> None:
    for each in place.at("initial_options").count(least=1, most=100, what="options", required=False):
        option(each)
    place.at("min_query_length").integer(least=0, most=1000)
    _most_selected(place)


def _people(_place: Place) -> None:
    """Users, conversations and channels come from Slack."""


def _most_selected(place: Place) -> None:
    place.at("max_selected_items").integer(least=1, most=1000)


def _overflow(place: Place) -> None:
    options(place.at("options"), most=5, with_url=True)


def _checkboxes(place: Place) -> None:
    options(place.at("options"), most=10, kinds=ANY_TEXT)
    initial_choice(place, several=True)


def _radio_buttons(place: Place) -> None:
    options(place.at("options"), most=10, kinds=ANY_TEXT)
    initial_choice(place, several=False)


def _date(place: Place) -> None:
    _format(place.at("initial_date"), _DATE, "YYYY-MM-DD")


def _time(place: Place) -> None:
    _format(place.at("initial_time"), _TIME, "HH:mm")


def _date_time(place: Place) -> None:
    place.at("initial_date_time").integer(least=1_000_000_000, most=9_999_999_999)


def _format(place: Place, pattern: re.Pattern[str], shape: str) -> None:
    if not place.is_missing and not (isinstance(place.value, str) and pattern.fullmatch(place.value)):
        place.fail("invalid_format", f"must look like {shape}, is {place.value!r}")


def _plain_text_input(place: Place) -> None:
    place.at("multiline").boolean()
    shortest, longest = place.at("min_length"), place.at("max_length")
    shortest.integer(least=0, most=3000)
    longest.integer(least=1, most=3000)
    most = longest.value if isinstance(longest.value, int) else 3000
    place.at("initial_value").string(most=most)
    if isinstance(shortest.value, int) and isinstance(longest.value, int) and shortest.value > longest.value:
        shortest.fail("out_of_range", f"must be at most max_length {longest.value}, is {shortest.value}")


def _text_input(place: Place) -> None:
    place.at("initial_value").string(most=3000)


def _number_input(place: Place) -> None:
    place.at("is_decimal_allowed").boolean(required=True)
    for name in ("initial_value", "min_value", "max_value"):
        field = place.at(name)
        field.string(most=255, least=1)
        if isinstance(field.value, str) and not _NUMBER.fullmatch(field.value):
            field.fail("invalid_format", f"must be a number in a string, is {field.value!r}")
    low, high = place.at("min_value").value, place.at("max_value").value
    both = all(isinstance(each, str) and _NUMBER.fullmatch(each) for each in (low, high))
    if both and float(low) > float(high):
        place.at("min_value").fail("out_of_range", f"must be at most max_value {high}, is {low}")


def _rich_text_input(place: Place) -> None:
    shortest, longest = place.at("min_lines"), place.at("max_lines")
    shortest.integer(least=1, most=100)
    longest.integer(least=1, most=100)


def _file_input(place: Place) -> None:
    place.at("max_files").integer(least=1, most=10)
    place.at("filetypes").count(least=1, most=1000, what="file types", required=False)


def _feedback_buttons(place: Place) -> None:
    for name in ("positive_button", "negative_button"):
        button = place.at(name)
        if button.needed() and button.is_object():
            plain(button.at("text"), most=75, required=True)
            button.at("value").string(most=2000, required=True)
            button.at("accessibility_label").string(most=75)


def _icon_button(place: Place) -> None:
    place.at("icon").one_of({"trash"}, required=True)
    plain(place.at("text"), most=75, required=True)
    place.at("value").string(most=2000)
    place.at("visible_to_user_ids").count(least=0, most=10, what="user ids", required=False)


RULES: dict[str, Callable[[Place], None]] = {
    "button": _button,
    "workflow_button": _workflow_button,
    "image": picture,
    "overflow": _overflow,
    "checkboxes": _checkboxes,
    "radio_buttons": _radio_buttons,
    "static_select": _static_select,
    "multi_static_select": _multi_static_select,
    "external_select": _external_select,
    "multi_external_select": _multi_external_select,
    **dict.fromkeys(_FROM_SLACK, _people),
    "datepicker": _date,
    "timepicker": _time,
    "datetimepicker": _date_time,
    "plain_text_input": _plain_text_input,
    "email_text_input": _text_input,
    "url_text_input": _text_input,
    "number_input": _number_input,
    "rich_text_input": _rich_text_input,
    "file_input": _file_input,
    "feedback_buttons": _feedback_buttons,
    "icon_button": _icon_button,
}

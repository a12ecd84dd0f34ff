"""Submitting and closing a modal: what the client checks itself, and what the app's answer does."""

import re
from typing import Any

from playground import payloads
from playground.acting import failure_name, person, shown_ack
from playground.choices import chosen, locate
from playground.delivery import Ack
from playground.errors import CannotActError, Json, SlackError
from playground.forms import is_empty
from playground.modals import clear_stack, pop_view, push_view, replace_view, tell_closed
from playground.records import View
from playground.webapi import checks
from playground.workspace import Workspace

TROUBLE = "We had some trouble connecting. Try again?"
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


async def submit(ws: Workspace, *, user: str, view_id: str | None, values: Json | None = None) -> Json:
    """`values` are entered first: {block_id: {action_id: what}}."""
    who = person(ws, user)
    view = _top(ws, who.id, view_id)
    for block_id, entries in (values or {}).items():
        _enter(ws, view, block_id, entries)
    view.errors = local_errors(view)
    view.trouble = ""
    if view.errors:
        ws.changes.announce(f"modal:{who.id}")
        return {"ok": False, "sent": False, "errors": view.errors, "modal": ws.show_view(view)}
    trigger = ws.store.new_trigger(who.id, view.id)
    payload = payloads.submission(ws, user_id=who.id, view=view, trigger=trigger, urls=_response_urls(ws, view))
    ack = await ws.delivery.send("interactive", payload)
    wrong = _follow(ws, view, ack)
    view.trouble = TROUBLE if wrong else ""
    ws.changes.announce(f"modal:{who.id}")
    stack = ws.store.stack(who.id)
    result: Json = {
        "ok": not wrong and not view.errors,
        "sent": True,
        "errors": view.errors,
        "ack": shown_ack(ack),
        "modal": ws.show_view(stack[-1]) if stack else None,
    }
    return result | {"error": wrong} if wrong else result


def _top(ws: Workspace, user: str, view_id: str | None) -> View:
    stack = ws.store.stack(user)
    if not stack:
        raise CannotActError("no modal is open")
    if view_id and stack[-1].id != view_id:
        raise CannotActError(f"view {view_id!r} isn't the one on top; that is {stack[-1].id!r}")
    return stack[-1]


def _enter(ws: Workspace, view: View, block_id: str, entries: Any) -> None:
    if not isinstance(entries, dict):
        raise CannotActError(f"values of {block_id!r} must be {{action_id: value}}")
    for action_id, given in entries.items():
        block, element = locate(view, action_id, block_id)
        body = given if isinstance(given, dict) and "text" not in given else {"value": given}
        view.values[block["block_id"]][action_id] = chosen(ws.store, view, element, body)


def local_errors(view: View) -> dict[str, str]:
    """What Slack's client refuses before the app hears of it."""
    errors = {}
    for block in view.body["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            state = view.values.get(block["block_id"], {}).get(element["action_id"], {})
            if state and is_empty(state):
                wrong = "" if block.get("optional") else "Please complete this required field."
            else:
                wrong = _value_error(element, state.get("value"))
            if wrong:
                errors[block["block_id"]] = wrong
    return errors


def _value_error(element: Json, value: Any) -> str:
    if not isinstance(value, str):
        return ""
    kind = element["type"]
    if kind == "number_input":
        return _number_error(element, value)
    if kind == "email_text_input" and not _EMAIL.fullmatch(value):
        return "Please enter a valid email address."
    if kind == "url_text_input" and not re.match(r"https?://\S+$", value):
        return "Please enter a valid URL."
    shortest, longest = element.get("min_length"), element.get("max_length")
    if shortest is not None and len(value) < shortest:
        return f"Please enter at least {shortest} characters."
    if longest is not None and len(value) > longest:
        return f"Please enter at most {longest} characters."
    return ""


def _number_error(element: Json, value: str) -> str:
    try:
        number = float(value) if element.get("is_decimal_allowed") else int(value)
    except ValueError:
        return "Please enter a number." if element.get("is_decimal_allowed") else "Please enter a whole number."
    low, high = element.get("min_value"), element.get("max_value")
    if low is not None and number < float(low):
        return f"Please enter {low} or more."
    if high is not None and number > float(high):
        return f"Please enter {high} or less."
    return ""


def _response_urls(ws: Workspace, view: View) -> list[Json]:
    urls = []
    for block in view.body["blocks"]:
        element = block.get("element", {})
        if not element.get("response_url_enabled"):
            continue
        state = view.values[block["block_id"]][element["action_id"]]
        channel = state.get("selected_conversation") or state.get("selected_channel")
        if channel in ws.store.channels:
            url = ws.store.new_response_url(channel=channel, user=view.user)
            link = payloads.response_url(ws, url, "app")
            ids = {"block_id": block["block_id"], "action_id": element["action_id"]}
            urls.append({**ids, "channel_id": channel, "response_url": link})
    return urls


def _follow(ws: Workspace, view: View, ack: Ack) -> str:
    """Do what the acknowledgement says; the name of what was wrong with it."""
    if not ack.ok:
        return failure_name(ack)
    body = ack.payload if isinstance(ack.payload, dict) else {}
    action = body.get("response_action")
    try:
        if action is None:
            pop_view(ws, view)
        elif action == "clear":
            clear_stack(ws, view.user)
        elif action == "errors":
            view.errors = _field_errors(view, body.get("errors"))
        elif action in {"update", "push"}:
            _show(ws, view, action, body.get("view"))
        else:
            return f"unknown_response_action: {action}"
    except SlackError as error:
        return ": ".join([error.code, *error.messages])
    return ""


def _show(ws: Workspace, view: View, action: str, body: Any) -> None:
    if not isinstance(body, dict):
        raise SlackError("invalid_arguments", f"[ERROR] response_action {action} needs a view")
    checks.view(ws, body)
    if action == "push":
        push_view(ws, view.user, body)
    else:
        replace_view(ws, view, body)


def _field_errors(view: View, errors: Any) -> dict[str, str]:
    inputs = [block["block_id"] for block in view.body["blocks"] if block["type"] == "input"]
    if not isinstance(errors, dict) or not errors:
        raise SlackError("invalid_arguments", "[ERROR] response_action errors needs errors")
    for block_id in errors:
        if block_id not in inputs:
            there = ", ".join(inputs)
            raise SlackError("invalid_arguments", f"[ERROR] no input block {block_id!r}; there is: {there}")
    return {str(block_id): str(text) for block_id, text in errors.items()}


def close(ws: Workspace, *, user: str, view_id: str | None = None, everything: bool = False) -> Json:
    """The Cancel button closes the top view, the cross (`everything`) all of them."""
    who = person(ws, user)
    view = _top(ws, who.id, view_id)
    whole = everything or bool(view.body.get("clear_on_close"))
    closing = ws.store.stack(who.id)[::-1] if whole else [view]
    for each in closing:
        tell_closed(ws, each, is_cleared=whole)
    if whole:
        clear_stack(ws, who.id)
    else:
        pop_view(ws, view)
    stack = ws.store.stack(who.id)
    return {"ok": True, "modal": ws.show_view(stack[-1]) if stack else None}

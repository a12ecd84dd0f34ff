"""The stack of modals of each person, and their Home tabs."""

from playground import payloads
from playground.errors import Json, SlackError
from playground.forms import initial_values, with_block_ids
from playground.records import View
from playground.workspace import Workspace

DEEPEST = 3


def _new(ws: Workspace, user: str, body: Json, *, below: View | None = None) -> View:
    body = body | {"blocks": with_block_ids(ws.store, body.get("blocks"))}
    view_id = ws.store.next_id("V")
    root = view_id if below is None else below.root_view_id
    view = View(view_id, user, body, ws.store.next_hash(), root, None if below is None else below.id)
    view.values = initial_values(body["blocks"], {})
    ws.store.views[view_id] = view
    return view


def show_modal(ws: Workspace, user: str, body: Json) -> View:
    view = _new(ws, user, body)
    ws.store.stacks[user] = [view.id]
    ws.changes.announce(f"modal:{user}")
    return view


def push_view(ws: Workspace, user: str, body: Json) -> View:
    stack = ws.store.stack(user)
    if len(stack) >= DEEPEST:
        raise SlackError("push_limit_reached")
    view = _new(ws, user, body, below=stack[-1] if stack else None)
    ws.store.stacks.setdefault(user, []).append(view.id)
    ws.changes.announce(f"modal:{user}")
    return view


def replace_view(ws: Workspace, view: View, body: Json) -> None:
    blocks = with_block_ids(ws.store, body.get("blocks"))
    view.body = body | {"blocks": blocks}
    view.values = initial_values(blocks, view.values)
    view.hash, view.errors, view.trouble = ws.store.next_hash(), {}, ""
    ws.changes.announce(f"modal:{view.user}" if body["type"] == "modal" else f"home:{view.user}")


def publish_home(ws: Workspace, user: str, body: Json) -> View:
    view = ws.store.home(user)
    if view is None:
        view = _new(ws, user, body)
        ws.store.homes[user] = view.id
        ws.changes.announce(f"home:{user}")
        return view
    replace_view(ws, view, body)
    return view


def pop_view(ws: Workspace, view: View) -> None:
    stack = ws.store.stacks.get(view.user, [])
    if view.id in stack:
        del stack[stack.index(view.id) :]
    ws.store.views.pop(view.id, None)
    ws.changes.announce(f"modal:{view.user}")


def clear_stack(ws: Workspace, user: str) -> None:
    for view_id in ws.store.stacks.pop(user, []):
        ws.store.views.pop(view_id, None)
    ws.changes.announce(f"modal:{user}")


def tell_closed(ws: Workspace, view: View, *, is_cleared: bool) -> None:
    """Only an app that asked for it hears of a closed view, and nobody waits for its answer."""
    if view.body.get("notify_on_close"):
        payload = payloads.closed(ws, user_id=view.user, view=view, is_cleared=is_cleared)
        ws.delivery.spawn(_send_quietly(ws, payload))


async def _send_quietly(ws: Workspace, payload: Json) -> None:
    await ws.delivery.send("interactive", payload)

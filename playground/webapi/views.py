"""views.*: modals and Home tabs."""

from playground.errors import Json, SlackError
from playground.modals import publish_home, push_view, replace_view, show_modal
from playground.records import Trigger, View
from playground.webapi import checks
from playground.webapi.args import Args
from playground.workspace import Workspace


def take_trigger(ws: Workspace, args: Args) -> Trigger:
    trigger = ws.store.triggers.get(args.text("trigger_id"))
    if trigger is None:
        raise SlackError("invalid_trigger_id")
    if ws.clock() - trigger.at > ws.timing.trigger_seconds:
        raise SlackError("expired_trigger_id")
    if trigger.used:
        raise SlackError("exchanged_trigger_id")
    trigger.used = True
    return trigger


def view_argument(ws: Workspace, args: Args, *, surface: str) -> Json:
    body = args.json("view")
    if not isinstance(body, dict):
        raise SlackError("invalid_arguments", "[ERROR] missing required field: view")
    if body.get("type") != surface:
        raise SlackError("invalid_arguments", f"[ERROR] must be a {surface} view [json-pointer:/view/type]")
    checks.view(ws, body)
    return body


def _check_external_id(ws: Workspace, body: Json, *, but: View | None = None) -> None:
    external_id = body.get("external_id")
    open_views = [view for user in ws.store.stacks for view in ws.store.stack(user) if view is not but]
    if external_id and any(view.body.get("external_id") == external_id for view in open_views):
        raise SlackError("duplicate_external_id")


async def open_(ws: Workspace, args: Args) -> Json:
    body = view_argument(ws, args, surface="modal")
    _check_external_id(ws, body)
    return {"view": ws.show_view(show_modal(ws, take_trigger(ws, args).user, body))}


async def push(ws: Workspace, args: Args) -> Json:
    body = view_argument(ws, args, surface="modal")
    _check_external_id(ws, body)
    return {"view": ws.show_view(push_view(ws, take_trigger(ws, args).user, body))}


def _check_hash(view: View, args: Args) -> None:
    if args.has("hash") and args.text("hash") != view.hash:
        raise SlackError("hash_conflict")


def _named(ws: Workspace, args: Args) -> View:
    if args.has("view_id"):
        view = ws.store.views.get(args.text("view_id"))
    else:
        external_id = args.required("external_id")
        views = (v for user in ws.store.stacks for v in ws.store.stack(user))
        view = next((v for v in views if v.body.get("external_id") == external_id), None)
    if view is None:
        raise SlackError("not_found")
    return view


async def update(ws: Workspace, args: Args) -> Json:
    view = _named(ws, args)
    body = view_argument(ws, args, surface=view.body["type"])
    _check_hash(view, args)
    _check_external_id(ws, body, but=view)
    replace_view(ws, view, body)
    return {"view": ws.show_view(view)}


async def publish(ws: Workspace, args: Args) -> Json:
    user = ws.store.find_user(args.required("user_id")).id
    body = view_argument(ws, args, surface="home")
    view = ws.store.home(user)
    if view is not None:
        _check_hash(view, args)
    return {"view": ws.show_view(publish_home(ws, user, body))}


METHODS = {"views.open": open_, "views.push": push, "views.update": update, "views.publish": publish}

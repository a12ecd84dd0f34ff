"""`notification:send`: tells people where they want to read it."""

from collections.abc import Mapping
from typing import Any, Literal

from callboard.errors import CallboardError, InputError
from callboard.ports import Notifier
from callboard.refs import parse_entity_ref
from scaffolder.actions.base import Action, ActionContext, Example, Fields


class SendInput(Fields):
    recipients: Literal["broadcast", "entity"]
    entity_refs: list[str] | None = None
    title: str
    info: str | None = None
    link: str | None = None
    severity: Literal["low", "normal", "high", "critical"] = "normal"
    scope: str | None = None
    topic: str | None = None
    optional: bool = False


def _send(context: ActionContext, given: SendInput) -> Mapping[str, Any] | None:
    try:
        recipients = _recipients(given)
        notifier = context.services.notifier
        if notifier is None:
            raise InputError("This process has nobody who notifies.")
        context.checkpoint("sent", lambda: _notify(context, notifier, given, recipients))
    except CallboardError as error:
        if not given.optional:
            raise
        context.warn(f"Nobody was notified: {error.user_text}")
    return None


def _recipients(given: SendInput) -> list[str]:
    if given.recipients == "broadcast":
        raise InputError("Nobody is notified by broadcast here.", hint="Name groups or people in `entityRefs`.")
    if not given.entity_refs:
        raise InputError("`entityRefs` names nobody.", hint="Give full refs such as `group:default/team-a`.")
    return [str(parse_entity_ref(ref, default_kind="Group")) for ref in given.entity_refs]


def _notify(context: ActionContext, notifier: Notifier, given: SendInput, recipients: list[str]) -> bool:
    with context.services.database.unit_of_work() as uow:
        notifier.notify(
            uow,
            recipients=recipients,
            title=given.title,
            text=given.info or "",
            link=given.link,
            topic=given.topic or "scaffolder",
        )
    context.tell(f"Told {', '.join(recipients)}")
    return True


ACTION = Action(
    id="notification:send",
    description="Notifies teams and people.",
    input=SendInput,
    run=_send,
    examples=(
        Example(
            "Tell the owning team",
            [
                {
                    "action": "notification:send",
                    "input": {
                        "recipients": "entity",
                        "entityRefs": ["group:default/team-a"],
                        "title": "A new service",
                        "info": "seat-map was created",
                        "optional": True,
                    },
                }
            ],
        ),
    ),
)

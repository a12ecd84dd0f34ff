"""Messages from scripts, over Backstage's endpoint: `POST /api/notifications`. They go through the same ledger."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.auth import principal_of
from api.catalog import documentation as doc
from api.reading import QueryParameters, read_body
from api.replies import reading, value_reply
from callboard.db import Connection, Database, UnitOfWork
from callboard.errors import CallboardError, InputError, NotFoundError, did_you_mean
from callboard.refs import parse_entity_ref
from notifications.model import BROADCAST, Notice, Post

_SEVERITIES: Final = ("critical", "high", "normal", "low")
_LINK: Final = re.compile(r"(?:https?://|/(?!/))[^\s<>]*", re.IGNORECASE)
_MAX_TITLE: Final = 500
_MAX_TEXT: Final = 10_000
_BODY: Final = {
    **doc.properties(
        ["recipients", "payload"],
        recipients=doc.properties(
            ["type"],
            type={"type": "string", "enum": ["entity", "broadcast"]},
            entityRef={"oneOf": [doc.STRING, doc.array_of(doc.STRING)]},
            excludeEntityRef={"oneOf": [doc.STRING, doc.array_of(doc.STRING)]},
        ),
        payload=doc.properties(
            ["title"],
            title=doc.STRING,
            description=doc.STRING,
            link=doc.STRING,
            severity={"type": "string", "enum": list(_SEVERITIES)},
            topic=doc.STRING,
            scope=doc.STRING,
        ),
    ),
    "example": {
        "recipients": {"type": "entity", "entityRef": "group:default/team-a"},
        "payload": {"title": "The nightly build is broken", "link": "https://ci.example.com/1"},
    },
}
_SHOWN: Final = doc.properties(["id", "user", "created", "origin", "payload"], id=doc.STRING, user=doc.STRING)


class Sender(Protocol):
    """What the endpoint needs of the ledger."""

    def send(
        self, uow: UnitOfWork, *, recipients: Sequence[str], title: str, text: str | None, link: str | None,
        topic: str, origin: str, urgent: bool = False, scope: str | None = None, actor: str | None = None,
    ) -> list[int]: ...  # fmt: skip

    def get(self, connection: Connection, notice_id: int) -> Notice: ...

    def listing(
        self, connection: Connection, *, limit: int = 50, state: str | None = None
    ) -> list[tuple[Notice, list[Post]]]: ...


def notifications_router(database: Database, sender: Sender, *, base_url: str | None = None) -> APIRouter:
    """`base_url` is where relative links lead."""
    router = APIRouter(prefix="/api/notifications", tags=["notifications"])

    async def send(request: Request) -> Response:
        given = _Message(await read_body(request), base_url)
        origin = principal_of(request).subject

        def run() -> list[dict[str, Any]]:
            with database.unit_of_work() as uow:
                ids = sender.send(
                    uow, recipients=given.recipients, title=given.title, text=given.text, link=given.link,
                    topic=given.topic, origin=origin, urgent=given.urgent, scope=given.scope, actor=given.excluded,
                )  # fmt: skip
                return [_shown(sender.get(uow.connection, i)) for i in ids]

        return value_reply(await run_in_threadpool(run))

    answers = doc.answers("What was planned, one for each recipient", doc.array_of(_SHOWN))
    for path in ("", "/", "/notifications"):
        router.post(
            path, summary="Send a message", responses=answers, openapi_extra=doc.described(body=_BODY),
            include_in_schema=path == "",
        )(send)  # fmt: skip

    @router.get("/notifications", summary="The newest messages and notices", responses=doc.answers("A page", {}))
    async def listing(request: Request) -> Response:
        limit = min(QueryParameters(request).integer("limit", 50, minimum=1), 1_000)
        found = await reading(database, lambda c: sender.listing(c, limit=limit))
        return value_reply({"totalCount": len(found), "notifications": [_shown(n) for n, _posts in found]})

    @router.get("/notifications/{number}", summary="One message", responses=doc.answers("The message", _SHOWN))
    async def one(number: str) -> Response:
        if not number.isascii() or not number.isdigit() or len(number) > 15:
            raise NotFoundError(f"No notification with id {number[:80]}")
        return value_reply(_shown(await reading(database, lambda c: sender.get(c, int(number)))))

    return router


class _Message:
    """A request's body, checked."""

    def __init__(self, body: Mapping[str, Any], base_url: str | None) -> None:
        recipients = _object(body, "recipients")
        payload = _object(body, "payload")
        excluded = _refs(recipients, "excludeEntityRef")
        self.recipients = [r for r in self._recipients(recipients) if r not in excluded]
        self.excluded = excluded[0] if excluded else None
        title = _text(payload, "title", _MAX_TITLE)
        if not title:
            raise InputError("request/body/payload must have required property 'title'")
        self.title = title
        self.text = _text(payload, "description", _MAX_TEXT)
        self.topic = _text(payload, "topic", 200) or ""
        self.scope = _text(payload, "scope", 200)
        severity = payload.get("severity", "normal")
        if severity not in _SEVERITIES:
            hint = did_you_mean(str(severity)[:40], _SEVERITIES) or ""
            raise InputError(
                f"request/body/payload/severity must be equal to one of the allowed values: {', '.join(_SEVERITIES)}",
                hint=hint,
            )
        self.urgent = severity == "critical"
        link = _text(payload, "link", 2_000)
        if link and not _LINK.fullmatch(link):
            raise InputError("Invalid link provided; caused by Error: Only HTTP/HTTPS links are allowed")
        if link and link.startswith("/"):
            link = f"{base_url.rstrip('/')}{link}" if base_url else None
        self.link = link

    @staticmethod
    def _recipients(recipients: Mapping[str, Any]) -> list[str]:
        kind = recipients.get("type")
        if kind == "broadcast":
            return [BROADCAST]
        if kind != "entity":
            raise InputError(
                "request/body/recipients/type must be equal to one of the allowed values: entity, broadcast"
            )
        found = _refs(recipients, "entityRef")
        if not found:
            raise InputError("request/body/recipients must have required property 'entityRef'")
        return found


def _object(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    if name not in body:
        raise InputError(f"request/body must have required property '{name}'")
    if not isinstance(body[name], dict):
        raise InputError(f"request/body/{name} must be object")
    found: Mapping[str, Any] = body[name]
    return found


def _text(payload: Mapping[str, Any], name: str, limit: int) -> str | None:
    value = payload.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise InputError(f"request/body/payload/{name} must be string")
    if len(value) > limit:
        raise InputError(f"request/body/payload/{name} must NOT have more than {limit} characters")
    return value


def _refs(recipients: Mapping[str, Any], name: str) -> list[str]:
    value = recipients.get(name) or []
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
        raise InputError(f"request/body/recipients/{name} must be string or array of strings")
    try:
        return [str(parse_entity_ref(v)) for v in values]
    except CallboardError as error:
        raise InputError(f"request/body/recipients/{name}: {error.message}") from None


def _shown(notice: Notice) -> dict[str, Any]:
    created = datetime.fromtimestamp(notice.created_at, UTC).isoformat(timespec="milliseconds")
    payload = {
        "title": notice.title,
        "description": notice.text or None,
        "link": notice.link,
        "topic": notice.subject or notice.topic,
        "severity": "critical" if notice.urgent else "normal",
    }
    return {
        "id": str(notice.id),
        "user": None if notice.recipient == BROADCAST else notice.recipient,
        "created": created.replace("+00:00", "Z"),
        "origin": notice.origin or "callboard",
        "state": notice.state,
        "payload": {k: v for k, v in payload.items() if v is not None},
    }

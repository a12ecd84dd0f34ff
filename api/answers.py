"""`/api/answers`: a question in, the object of `callboard ask --json` out."""

from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from answers.asking import ask
from answers.service import Answerer
from api.auth import actor_of, require
from api.reading import QueryParameters, checked, read_body, required
from callboard.chat import Actor
from callboard.db import Database
from callboard.errors import InputError, NotAllowedError
from callboard.ports import Authorizer
from search.names import NameIndex

_PERMISSION = "catalog.entity.read"
_EXAMPLE = {"question": "who owns checkout?", "as": "nora.finch@example.com", "before": ["what depends on orders-db?"]}


def answers_router(database: Database, names: NameIndex, answerer: Answerer, authorizer: Authorizer) -> APIRouter:
    """GET with `question`, or POST with `{"question", "as"?, "before"?}`.

    Where rules judge each entity, a caller is answered as itself: `as` would lend it somebody's sight.
    """
    router = APIRouter(prefix="/api", tags=["answers"])

    def answered(caller: Actor, question: str, as_user: str, before: list[str]) -> Response:
        if as_user and authorizer.judges_refs(_PERMISSION):
            raise NotAllowedError("Here everybody sees what is theirs to see, so nobody can ask `as` somebody else.")
        names.refresh()
        with database.read() as connection:
            found = ask(answerer, connection, question, as_user=as_user, before=before, caller=caller)
        return Response(orjson.dumps(found.as_json()), media_type="application/json")

    @router.get("/answers", summary="Answer a question")
    async def get_answer(request: Request) -> Response:
        require(request, _PERMISSION)
        asked = QueryParameters(request)
        question = asked.one("question")
        if not question:
            raise InputError("request/query must have required property 'question'")
        return await run_in_threadpool(
            answered, actor_of(request), question, asked.one("as") or "", list(asked.many("before"))
        )

    body = {"content": {"application/json": {"schema": {"type": "object", "example": _EXAMPLE}}}, "required": True}

    @router.post("/answers", summary="Answer a question in the course of a talk", openapi_extra={"requestBody": body})
    async def post_answer(request: Request) -> Response:
        require(request, _PERMISSION)
        asked: dict[str, Any] = await read_body(request)
        question = required(asked, "question", str, "string")
        before = checked(asked, "before", list, "array") or []
        if not all(isinstance(one, str) for one in before):
            raise InputError("request/body/before must be an array of strings")
        return await run_in_threadpool(
            answered, actor_of(request), question, checked(asked, "as", str, "string") or "", before
        )

    return router

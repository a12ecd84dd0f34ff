"""The bytes of files: in through an upload URL, out for who reads the message."""

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.responses import PlainTextResponse, Response

from playground.workspace import Workspace

LARGEST = 50 * 1024 * 1024
_SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


async def receive(ws: Workspace, file_id: str, ticket: str, request: Request) -> Response:
    file = ws.store.files.get(file_id)
    if file is None or file.ticket != ticket or file.completed_at is not None:
        return PlainTextResponse("invalid upload url", status_code=404)
    if int(request.headers.get("content-length") or 0) > LARGEST:
        return PlainTextResponse("too large", status_code=413)
    content = await _content(request)
    if len(content) != file.length:
        return PlainTextResponse(f"expected {file.length} bytes, got {len(content)}", status_code=400)
    file.content = content
    return PlainTextResponse(f"OK - {len(content)}")


async def _content(request: Request) -> bytes:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await request.body()
    for part in (await request.form()).values():
        if isinstance(part, UploadFile):
            return await part.read()
    return b""


def download(ws: Workspace, file_id: str, name: str) -> Response:
    """Pictures are shown; anything else, also SVG with its scripts, is only handed over."""
    file = ws.store.files.get(file_id)
    if file is None or file.name != name or file.content is None or file.completed_at is None:
        return PlainTextResponse("no such file", status_code=404)
    shown = file.mimetype in _SHOWN
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox",
        "Content-Disposition": "inline" if shown else "attachment",
    }
    return Response(file.content, media_type=file.mimetype if shown else "application/octet-stream", headers=headers)

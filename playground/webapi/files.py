"""files.*: upload in two steps."""

import mimetypes
import secrets

from playground import events
from playground.errors import Json, SlackError
from playground.records import Message, StoredFile
from playground.webapi.args import Args
from playground.webapi.chat import content, new_message, thread_of, writable
from playground.workspace import Workspace


async def get_upload_url(ws: Workspace, args: Args) -> Json:
    name = args.required("filename").replace("/", "_").replace("\\", "_")
    length = args.number("length", 0)
    if length < 1:
        raise SlackError("invalid_arguments", "[ERROR] length must be more than 0 [json-pointer:/length]")
    file = StoredFile(
        id=ws.store.next_id("F"),
        name=name,
        title=name,
        length=length,
        ticket=secrets.token_urlsafe(18),
        user=ws.app.bot_user_id,
        alt_text=args.text("alt_txt") or args.text("alt_text"),
        mimetype=mimetypes.guess_type(name)[0] or "application/octet-stream",
    )
    ws.store.files[file.id] = file
    return {"upload_url": f"{ws.base_url}/upload/{file.id}/{file.ticket}", "file_id": file.id}


async def complete_upload(ws: Workspace, args: Args) -> Json:
    wanted = args.json("files")
    if not isinstance(wanted, list) or not wanted:
        raise SlackError("invalid_arguments", "[ERROR] missing required field: files")
    files = [_uploaded(ws, each) for each in wanted]
    references = args.text("channel_id") or args.text("channels")
    channels = [writable(ws, each) for each in references.split(",") if each]
    for each, file in zip(wanted, files, strict=True):
        file.title = str(each.get("title") or file.name)
        file.completed_at = ws.clock()
        file.channels = [channel.id for channel in channels]
    for channel in channels:
        comment = Args({"text": args.text("initial_comment") or " ", "blocks": args.values.get("blocks")})
        parts = content(ws, comment)
        thread_ts = thread_of(channel, args.text("thread_ts"))
        message: Message = new_message(ws, channel, parts, thread_ts=thread_ts, files=[file.id for file in files])
        message.text, message.subtype = args.text("initial_comment"), "file_share"
        events.message_posted(ws, message)
    return {"files": [file.to_api(ws.base_url) for file in files]}


def _uploaded(ws: Workspace, reference: Json) -> StoredFile:
    file = ws.store.files.get(str(reference.get("id"))) if isinstance(reference, dict) else None
    if file is None or file.content is None:
        raise SlackError("file_not_found")
    return file


async def info(ws: Workspace, args: Args) -> Json:
    file = ws.store.files.get(args.required("file"))
    if file is None or file.completed_at is None:
        raise SlackError("file_not_found")
    return {"file": file.to_api(ws.base_url), "comments": [], "paging": {"count": 0, "total": 0, "page": 1, "pages": 0}}


METHODS = {
    "files.getUploadURLExternal": get_upload_url,
    "files.completeUploadExternal": complete_upload,
    "files.info": info,
}

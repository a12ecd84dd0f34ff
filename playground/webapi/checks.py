"""Slack's refusals of what doesn't fit, with a pointer to where."""

import re
from collections.abc import Sequence

from blocks.limits import Problem, check_message, check_view
from playground.errors import Json, SlackError
from playground.workspace import Workspace

_STEP = re.compile(r"\[(\d+)\]|\.?([^.\[\]]+)")


def pointer(path: str) -> str:
    return "".join("/" + (index or name) for index, name in _STEP.findall(path))


def refuse(problems: Sequence[Problem], code: str) -> None:
    if problems:
        messages = [f"[ERROR] {each.message} [json-pointer:{pointer(each.path)}]" for each in problems]
        raise SlackError(code, *messages)


def message(ws: Workspace, payload: Json) -> None:
    problems = check_message(payload)
    if any(problem.code == "only_one_table_allowed" for problem in problems):
        refuse(problems, "only_one_table_allowed")
    refuse(problems, "invalid_blocks")
    _files_exist(ws, payload.get("blocks") or [], "invalid_blocks")


def view(ws: Workspace, body: Json) -> None:
    problems = [Problem(f"view.{each.path}", each.message, each.code) for each in check_view(body)]
    refuse(problems, "invalid_arguments")
    _files_exist(ws, body.get("blocks") or [], "invalid_arguments")


def _files_exist(ws: Workspace, blocks: list[Json], code: str) -> None:
    """A picture by file id must be there, and processed: Slack does that a little after the upload."""
    for n, block in enumerate(blocks):
        candidates = [("", block), ("/accessory", block.get("accessory"))]
        candidates += [(f"/elements/{i}", element) for i, element in enumerate(block.get("elements") or [])]
        for where, element in candidates:
            if not isinstance(element, dict) or not isinstance(element.get("slack_file"), dict):
                continue
            if not _is_ready(ws, element["slack_file"]):
                raise SlackError(code, f"[ERROR] invalid slack file [json-pointer:/blocks/{n}{where}/slack_file]")


def _is_ready(ws: Workspace, reference: Json) -> bool:
    file_id = (
        str(reference.get("id") or "")
        or str(reference.get("url", "")).removeprefix(f"{ws.base_url}/files/").split("/")[0]
    )
    stored = ws.store.files.get(file_id)
    if stored is None or stored.completed_at is None:
        return False
    return ws.clock() >= stored.completed_at + ws.timing.file_processing_seconds

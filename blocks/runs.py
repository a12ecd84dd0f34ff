"""A template's run as a message: every step with its state, the failing step's last lines, what came of it."""

import re
import time
from collections.abc import Iterator, Sequence
from typing import Any, Final

from blocks import ids, kit, state
from blocks.markdown import render as markdown
from callboard.chat import Message
from scaffolder.model import Link, RunView, StepView

EVENT: Final = "callboard_run"
_STEP: Final = {
    "open": ":white_circle:", "processing": ":hourglass_flowing_sand:", "completed": ":white_check_mark:",
    "failed": ":x:", "skipped": ":heavy_minus_sign:", "cancelled": ":no_entry_sign:",
}  # fmt: skip
_RUN: Final = {
    "open": "is waiting to start", "processing": "is running", "completed": "is done", "failed": "failed",
    "cancelled": "was cancelled",
}  # fmt: skip
_MOST_LINES: Final = 2_800
_MOST_LINKS: Final = 12
_NOTE_BLOCKS: Final = 5
_NOTHING_LOST: Final = "finished steps are not repeated"


def render(run: RunView, *, note: str = "") -> Message:
    """The run's message in its present state; `note` is mrkdwn about the message itself."""
    name = str(run.values.get("name") or run.values.get("title") or "")
    what = kit.cut(f"{run.template_title}{f' “{name}”' if name else ''}", 200)
    doing = "is being cancelled" if run.cancel_requested and not run.is_final else _RUN[run.status]
    blocks: list[kit.Block] = [kit.section(f"{_STEP[run.status]} {kit.bold(what)} {doing}")]
    if run.waits_for and run.status == "open":
        blocks.append(kit.context(kit.escape(kit.cut(run.waits_for, 500))))
    blocks += _steps(run.steps)
    if run.error is not None:
        blocks += _error(run)
    if run.created and run.status in {"failed", "cancelled"}:
        made = "\n".join(f"• {_made(m.title, m.url)} ({kit.escape(m.kind)})" for m in run.created[:20])
        blocks.append(kit.section(f"*Already made*, and still there:\n{made}"))
    if run.status == "completed":
        blocks += _outcome(run)
    blocks += _buttons(run)
    by = f"asked for by {_person(run)}" if run.created_by else "asked for from Slack"
    again = f" · attempt {run.attempt}" if run.attempt > 1 else ""
    texts = [f"{by} · run {kit.code(run.id[:8])}{again}", *([note] if note else [])]
    metadata = {"event_type": EVENT, "event_payload": {"run": run.id}}
    return Message(f"{what} {doing}", [*blocks[: kit.MAX_MESSAGE_BLOCKS - 1], kit.context(*texts)], metadata)


def _person(run: RunView) -> str:
    user = (run.conversation or {}).get("user")
    return f"<@{user}>" if isinstance(user, str) and re.fullmatch(r"[UW]\w+", user) else kit.code(str(run.created_by))


def _steps(steps: Sequence[StepView]) -> Iterator[kit.Block]:
    """One line a step, in as few blocks as hold them."""
    lines: list[str] = []
    for line in (_step(step) for step in steps):
        if sum(len(known) + 1 for known in lines) + len(line) > _MOST_LINES:
            yield kit.section("\n".join(lines))
            lines = []
        lines.append(line)
    if lines:
        yield kit.section("\n".join(lines))


def _step(step: StepView) -> str:
    text = f"{_STEP[step.status]} {kit.cut(kit.escape(step.name), 150)}"
    if step.started_at and step.ended_at:
        text += f"  _{step.ended_at - step.started_at:.1f} s_"
    elif step.started_at and step.status == "processing":
        text += f"  _since {time.strftime('%H:%M:%S', time.gmtime(step.started_at))} UTC_"
    return text


def _error(run: RunView) -> Iterator[kit.Block]:
    """What went wrong, the last lines before it, and the way on."""
    assert run.error is not None
    yield kit.section(f":warning: {kit.cut(kit.escape(run.error.message), 1_500)}")
    failing = next((s for s in run.steps if s.status == "failed"), None)
    if failing and failing.last_lines:
        lines = kit.escape("\n".join(failing.last_lines)).replace("```", "'''")
        yield kit.section(f"```{kit.cut(lines, 2_500)}```")
    if run.status == "failed":
        step = f" in “{kit.escape(failing.name)}”" if failing else ""
        yield kit.context(
            f"*What to do*: put right what went wrong{step}, then *Retry*: {_NOTHING_LOST}. With other answers, "
            "use *Run again*. *Log* brings every line as a file."
        )


def _made(title: str, url: str | None) -> str:
    return kit.link(url, title) if url else kit.escape(title)


def _outcome(run: RunView) -> Iterator[kit.Block]:
    """The template's closing words, and links that aren't addresses of the web."""
    for note in run.output.text[:_NOTE_BLOCKS]:
        if note.title:
            yield kit.section(kit.bold(note.title))
        yield from markdown(note.content, max_blocks=4).blocks
    for link in run.output.links[:_MOST_LINKS]:
        if link.url and not _is_web(link.url):
            yield kit.context(f"{kit.escape(kit.cut(link.title, 150))}: {kit.code(kit.cut(link.url, 500))}")


def _is_web(url: str) -> bool:
    return url.startswith(("http://", "https://"))


def _buttons(run: RunView) -> Iterator[kit.Block]:
    links = [b for b in _link_buttons(run.output.links) if b] if run.status == "completed" else []
    if links:
        yield kit.actions(*links)
    value = state.encode(run=run.id)
    buttons: list[kit.Element] = []
    if run.status in {"open", "processing"} and not run.cancel_requested:
        buttons.append(kit.button("Cancel", ids.RUN_CANCEL, value, style="danger") | {"confirm": _confirm()})
    if run.status in {"failed", "cancelled"}:
        buttons.append(kit.button("Retry", ids.RUN_RETRY, value, style="primary"))
    if run.is_final:
        buttons.append(kit.button("Run again", ids.RUN_AGAIN, value))
    yield kit.actions(*buttons, kit.button("Log", ids.RUN_LOG, value))


def _confirm() -> dict[str, Any]:
    return {
        "title": kit.plain("Stop this run?"),
        "text": kit.plain(f"The step at work ends first. You can retry later: {_NOTHING_LOST}."),
        "confirm": kit.plain("Stop it"),
        "deny": kit.plain("Let it run"),
    }


def _link_buttons(links: Sequence[Link]) -> Iterator[kit.Element]:
    questions = iter(ids.ASK_BUTTONS)
    for number, link in enumerate(links[:_MOST_LINKS]):
        if link.entity_ref:
            action = next(questions, None)
            if action:
                yield kit.button(link.title or "Open", action, state.encode(q=f"tell me about {link.entity_ref}"))
        elif link.url and _is_web(link.url):
            yield kit.button(link.title or "Open", f"{ids.LINK}:{number}", url=link.url)

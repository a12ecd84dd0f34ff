"""A template's run as a message: every step with its state, the failing step's last lines, what came of it."""

import time
from typing import Final

from blocks import ids, kit, state
from callboard.chat import Message
from scaffolder.model import Link, RunView, StepView

_STEP: Final = {
    "open": ":white_circle:", "processing": ":hourglass_flowing_sand:", "completed": ":white_check_mark:",
    "failed": ":x:", "skipped": ":heavy_minus_sign:", "cancelled": ":no_entry_sign:",
}  # fmt: skip
_RUN: Final = {
    "open": "is waiting to start", "processing": "is running", "completed": "is done", "failed": "failed",
    "cancelled": "was cancelled",
}  # fmt: skip
_MAX_STEPS: Final = 40


def render(run: RunView) -> Message:
    """The run's message in its present state."""
    name = str(run.values.get("name") or run.values.get("title") or "")
    what = f"{run.template_title}{f' “{name}”' if name else ''}"
    summary = f"{what} {_RUN[run.status]}"
    blocks: list[kit.Block] = [kit.section(f"{_STEP[run.status]} {kit.bold(what)} {_RUN[run.status]}")]
    lines = [_step(step) for step in run.steps[:_MAX_STEPS]]
    if lines:
        blocks.append(kit.section("\n".join(lines)))
    if run.error is not None:
        blocks += _error(run)
    if run.created and run.status in {"failed", "cancelled"}:
        made = "\n".join(f"• {_made(m.title, m.url)} ({kit.escape(m.kind)})" for m in run.created)
        blocks.append(kit.section(f"*Already made*\n{made}"))
    for note in run.output.text[:5] if run.status == "completed" else ():
        heading = f"*{kit.escape(note.title)}*\n" if note.title else ""
        blocks.append(kit.section(heading + kit.cut(kit.escape(note.content), 2_500)))
    buttons = _buttons(run)
    if buttons:
        blocks.append(kit.actions(*buttons))
    by = f"asked for by {kit.code(run.created_by)}" if run.created_by else "asked for from Slack"
    blocks.append(
        kit.context(f"{by} · run {kit.code(run.id[:8])}" + (f" · attempt {run.attempt}" if run.attempt > 1 else ""))
    )
    return Message(summary, blocks[: kit.MAX_MESSAGE_BLOCKS])


def _step(step: StepView) -> str:
    text = f"{_STEP[step.status]} {kit.escape(step.name)}"
    if step.started_at and step.ended_at:
        text += f"  _{step.ended_at - step.started_at:.1f} s_"
    elif step.started_at and step.status == "processing":
        text += f"  _since {time.strftime('%H:%M:%S', time.gmtime(step.started_at))} UTC_"
    return kit.cut(text, 200)


def _error(run: RunView) -> list[kit.Block]:
    assert run.error is not None
    blocks = [kit.section(f":warning: {kit.cut(kit.escape(run.error.message), 1_500)}")]
    failing = next((s for s in run.steps if s.status == "failed"), None)
    if failing and failing.last_lines:
        lines = kit.escape("\n".join(failing.last_lines)).replace("```", "'''")
        blocks.append(kit.section(f"```{kit.cut(lines, 2_500)}```"))
    return blocks


def _made(title: str, url: str | None) -> str:
    return kit.link(url, title) if url else kit.escape(title)


def _buttons(run: RunView) -> list[kit.Element]:
    buttons = []
    if run.status in {"open", "processing"}:
        buttons.append(kit.button("Cancel", ids.RUN_CANCEL, state.encode(run=run.id), style="danger"))
    if run.status in {"failed", "cancelled"}:
        buttons.append(
            kit.button("Retry from the failed step", ids.RUN_RETRY, state.encode(run=run.id), style="primary")
        )
    for action, link in zip(ids.ASK_BUTTONS, run.output.links if run.status == "completed" else (), strict=False):
        buttons.append(_link_button(link, action))
    return [b for b in buttons if b]


def _link_button(link: Link, action: str) -> kit.Element:
    if link.entity_ref:
        return kit.button(link.title, action, state.encode(q=f"tell me about {link.entity_ref}"))
    url = link.url or ""
    if url.startswith(("http://", "https://")):
        return kit.button(link.title, f"{ids.LINK}:{action}", url=url)
    return {}

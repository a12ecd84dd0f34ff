"""The App Home tab."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from answers.model import Item
from blocks import entities, ids, kit, state
from callboard.chat import Actor
from callboard.outbox import Event
from callboard.refs import EntityRef
from catalog.model import Problem, Summary

_SHOWN: Final = 20
_WHAT: Final = {
    "created": "is new", "updated": "changed", "orphaned": "has lost its file", "failed": "has a broken file",
    "recovered": "is whole again",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class HomePage:
    """What one person's Home shows."""

    actor: Actor
    mine: Sequence[Item] = ()
    problems: Sequence[Problem] = ()
    followed: Sequence[Summary] = ()
    viewed: Sequence[Summary] = ()
    changes: Sequence[Event] = ()
    examples: Sequence[str] = ()


def render(page: HomePage) -> dict[str, Any]:
    """What is wrong with one's own things first, then the things, what changed, and how to ask."""
    actor = page.actor
    name = kit.escape(actor.name or "there")
    blocks: list[kit.Block] = [kit.section(f"Hello {name}. Ask me about anything in the catalog.")]
    blocks.append(
        kit.actions(
            kit.button("Ask", ids.SEARCH, state.encode(), style="primary"),
            kit.button("Search", ids.SEARCH_OPEN, state.encode()),
            kit.button("Create something new", ids.CREATE, state.encode()),
            kit.button("Notification settings", ids.SETTINGS, state.encode()),
        )
    )
    if actor.ref is None:
        text = "I can't tell who you are in the catalog: your Slack mail address is not that of a User. "
        blocks.append(kit.context(f"{text}Ask for `slack.com/user-id: {kit.escape(actor.id)}` on yours."))
    if page.problems:
        blocks += [kit.header("Needs attention"), *(kit.section(_problem(p)) for p in page.problems[:_SHOWN])]
    blocks += _listed("Yours", [_mine(i) for i in page.mine])
    blocks += _listed("You follow", [_summary(s) for s in page.followed])
    blocks += _listed("Recently viewed", [_summary(s) for s in page.viewed])
    blocks += _listed("Changed lately", [_change(e) for e in page.changes])
    blocks += _listed("Try", [f"• {kit.code(e)}" for e in page.examples])
    return {"type": "home", "blocks": blocks[: kit.MAX_VIEW_BLOCKS]}


def _listed(title: str, lines: Sequence[str]) -> list[kit.Block]:
    return [kit.header(title), kit.section("\n".join(lines[:_SHOWN]))] if lines else []


def _problem(problem: Problem) -> str:
    place = f" {kit.code(f'{problem.location}:{problem.line}')}" if problem.location else ""
    return kit.cut(f":warning: {kit.escape(problem.message)}{place}", 2_900)


def _mine(item: Item) -> str:
    detail = f" — {kit.escape(item.detail)}" if item.detail else ""
    return kit.cut(f"{entities.label(item.ref, item.title)}{detail}", 145)


def _summary(summary: Summary) -> str:
    return kit.cut(entities.label(summary.ref, summary.title), 145)


def _change(event: Event) -> str:
    fields = ", ".join(list(event.body.get("fields") or {})[:3])
    name = kit.bold(EntityRef.from_full(event.ref).short)
    text = f"• {name} {_WHAT.get(event.type, event.type)}" + (f" ({kit.escape(fields)})" if fields else "")
    return kit.cut(text, 145)

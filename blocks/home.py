"""The App Home tab."""

from collections.abc import Sequence
from typing import Any

from answers.model import Item
from blocks import entities, ids, kit, state
from callboard.chat import Actor
from catalog.model import Problem

_SHOWN = 20


def render(actor: Actor, mine: Sequence[Item], problems: Sequence[Problem], examples: Sequence[str]) -> dict[str, Any]:
    """What is wrong with one's own things first, then the things, then how to ask."""
    name = kit.escape(actor.name or "there")
    blocks: list[kit.Block] = [
        kit.section(f"Hello {name}. Ask me about anything in the catalog, here or with `/callboard`.")
    ]
    create = kit.button("Create something new", ids.CREATE, state.encode(), style="primary")
    blocks.append(kit.actions(create, kit.button("Notification settings", ids.SETTINGS, state.encode())))
    if actor.ref is None:
        text = "I can't tell who you are in the catalog: your Slack mail address is not that of a User. "
        blocks.append(kit.context(f"{text}Ask for `slack.com/user-id: {kit.escape(actor.id)}` on yours."))
    if problems:
        blocks += [kit.header("Needs attention"), *(kit.section(_problem(p)) for p in problems[:_SHOWN])]
    if mine:
        blocks += [kit.header("Yours"), kit.section("\n".join(_mine(i) for i in mine[:_SHOWN]))]
    if examples:
        blocks += [kit.header("Try"), kit.section("\n".join(f"• {kit.code(e)}" for e in examples))]
    return {"type": "home", "blocks": blocks[: kit.MAX_VIEW_BLOCKS]}


def _problem(problem: Problem) -> str:
    place = f" {kit.code(f'{problem.location}:{problem.line}')}" if problem.location else ""
    return kit.cut(f":warning: {kit.escape(problem.message)}{place}", 2_900)


def _mine(item: Item) -> str:
    detail = f" — {kit.escape(item.detail)}" if item.detail else ""
    return kit.cut(f"{entities.label(item.ref, item.title)}{detail}", 145)

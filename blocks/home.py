"""The App Home tab."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from answers.model import Item
from blocks import entities, ids, kit, state
from callboard.chat import Actor
from callboard.outbox import Event
from callboard.refs import EntityRef
from catalog.model import Problem, Summary

_SHOWN: Final = 10
_OPENED: Final = 6
"""Lines of a list that have a button; the rest is one click further."""
_WHAT: Final = {
    "created": "is new", "renamed": "has a new name", "updated": "changed", "orphaned": "has lost its file",
    "failed": "has a broken file", "recovered": "is whole again",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class HomePage:
    """What one person's Home shows; `titles` are those of the refs in `changes`."""

    actor: Actor
    mine: Sequence[Item] = ()
    problems: Sequence[Problem] = ()
    followed: Sequence[Summary] = ()
    viewed: Sequence[Summary] = ()
    changes: Sequence[Event] = ()
    examples: Sequence[str] = ()
    titles: Mapping[str, str] = field(default_factory=dict)


def render(page: HomePage) -> dict[str, Any]:
    """How to ask first; then what is wrong with one's own things, the things, and what changed."""
    name = kit.escape(page.actor.name or "there")
    blocks: list[kit.Block] = [
        kit.section(f"Hello {name}. Ask me about anything in the catalog.", accessory=_finder()),
        kit.actions(
            kit.button("Ask", ids.SEARCH, state.encode(), style="primary"),
            kit.button("Search", ids.SEARCH_OPEN, state.encode()),
            kit.button("Create something new", ids.CREATE, state.encode()),
            kit.button("Notification settings", ids.SETTINGS, state.encode()),
        ),
    ]
    if page.actor.ref is None:
        text = "I can't tell who you are in the catalog: your Slack mail address is not that of a User. "
        blocks.append(kit.context(f"{text}Ask for `slack.com/user-id: {kit.escape(page.actor.id)}` on yours."))
    blocks += _problems(page)
    blocks += _opened("Yours", [(i.ref, _mine(i)) for i in page.mine], more="what do I own")
    blocks += _opened("You follow", [(s.ref, _summary(s)) for s in page.followed])
    blocks += _opened("Recently viewed", [(s.ref, _summary(s)) for s in page.viewed])
    blocks += _listed("Changed lately", [_change(e, page.titles) for e in page.changes])
    blocks += _listed("Try", [f"• {kit.code(e)}" for e in page.examples])
    return {"type": "home", "blocks": blocks[: kit.MAX_VIEW_BLOCKS]}


def _finder() -> kit.Element:
    """A field that finds anything as one types."""
    return {
        "type": "external_select",
        "action_id": ids.HOME_FIND,
        "placeholder": kit.plain("Find anything", 150),
        "min_query_length": 1,
    }


def _problems(page: HomePage) -> list[kit.Block]:
    if not page.problems:
        return []
    shown = [kit.section(_problem(p)) for p in page.problems[:_SHOWN]]
    left = len(page.problems) - _SHOWN
    more = [kit.context(f"and {left} more: `callboard catalog attention` lists them all")] if left > 0 else []
    return [kit.header("Needs attention"), *shown, *more]


def _opened(title: str, lines: Sequence[tuple[str, str]], *, more: str = "") -> list[kit.Block]:
    """A list whose first lines open a card."""
    if not lines:
        return []
    blocks = [kit.header(title)]
    for ref, text in lines[:_OPENED]:
        value = state.encode(q=f"tell me about {ref}")
        blocks.append(kit.section(text, accessory=kit.button("Open", ids.HOME_OPEN, value)))
    rest = lines[_OPENED:_SHOWN] if not more else []
    blocks += [kit.section("\n".join(text for _ref, text in rest))] if rest else []
    if more and len(lines) > _OPENED:
        blocks.append(kit.actions(kit.button(f"All {len(lines)}", ids.HOME_OPEN, state.encode(q=more))))
    return blocks


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


def _change(event: Event, titles: Mapping[str, str]) -> str:
    fields = ", ".join(list(event.body.get("fields") or {})[:3])
    name = kit.bold(titles.get(event.ref) or EntityRef.from_full(event.ref).short)
    text = f"• {name} {_WHAT.get(event.type, event.type)}" + (f" ({kit.escape(fields)})" if fields else "")
    return kit.cut(text, 145)

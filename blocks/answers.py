"""Typed answers as Block Kit."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from answers.model import Answer, Item, Quote
from answers.replies.talk import question_for
from blocks import entities, ids, kit, state
from blocks.markdown import render as render_markdown
from blocks.pictures.message import picture_button
from callboard.chat import Message
from callboard.parts import CardParts
from callboard.refs import EntityRef
from catalog.model import Entity
from catalog.neighbourhood import Direction

PAGE_SIZE: Final = 10
_QUOTE_BLOCKS: Final = 12
_AS_ASKED: Final = frozenset({"list", "count", "mine", "changes", "api_definition"})
"""Answers to more than a name tells."""
Parts = Callable[[Entity], Sequence[CardParts]]
_PICTURED: Final[Mapping[str, Direction]] = {
    "dependents": "dependents", "dependencies": "dependencies", "impact": "dependents"
}  # fmt: skip
_CARDS: Final = frozenset({"owner", "oncall", "describe", "lifecycle", "person"})
_LISTS: Final = frozenset(
    {"dependents", "dependencies", "list", "parts", "team_members", "team_children", "user_teams", "mine", "changes",
     "provides_api", "api_consumers", "api_providers", "links", "count", "docs"}
)  # fmt: skip


def render(
    answer: Answer,
    parts: Parts = lambda _entity: (),
    *,
    shareable: bool = False,
    page: int = 0,
    more: Sequence[kit.Element] = (),
) -> Message:
    """An answer as a message. `shareable` adds the button that shows a private one to the channel, `more` others
    that go onto a card.
    """
    share = _share(answer) if shareable else None
    blocks = _body(answer, parts, page, share, more)
    if answer.subject is not None and answer.guessed and not answer.quotes:
        name = f"{kit.bold(answer.subject.title)} ({kit.code(answer.subject.ref)})"
        blocks.insert(0, kit.context(f":mag: Did you mean {name}? That is the nearest name I know."))
    blocks += [kit.context(f":information_source: {kit.escape(n)}") for n in answer.notes[:3]]
    if answer.evidence:
        blocks.append(kit.context(entities.evidence_line(answer.evidence)))
    return Message(kit.cut(answer.text, 3_000), blocks[: kit.MAX_MESSAGE_BLOCKS])


def _share(answer: Answer) -> kit.Element | None:
    if answer.intent in {"not_found", "ambiguous", "unknown", "help", "greeting", "thanks", "create"}:
        return None
    if not answer.entities and not answer.items:
        return None
    return kit.button("Share to channel", ids.SHARE, state.encode(q=kit.cut(_question(answer), 1_500)))


def _question(answer: Answer) -> str:
    """A question that gives this answer again: by ref where it is about one thing, else as it was asked."""
    if not answer.entities or answer.intent in _AS_ASKED:
        return answer.question
    return question_for(answer.intent, answer.entities[0])


def _body(
    answer: Answer, parts: Parts, page: int, share: kit.Element | None, more: Sequence[kit.Element]
) -> list[kit.Block]:
    extra = [share] if share else []
    if answer.intent in _PICTURED and answer.entities and answer.items:
        extra.insert(0, picture_button(answer.entities[0], _PICTURED[answer.intent]))
    if answer.subject is not None and answer.intent in _CARDS:
        card = entities.card(answer.subject, answer.owner, parts(answer.subject))
        return [kit.section(kit.escape(answer.text)), *card, entities.ask_buttons(answer.subject, *more, *extra)]
    blocks = _found(answer, page)
    return [*blocks, kit.actions(*extra)] if extra else blocks


def _found(answer: Answer, page: int) -> list[kit.Block]:
    if answer.intent in {"not_found", "ambiguous", "unknown"}:
        return _choices(answer)
    if answer.quotes:
        return _quotes(answer)
    if answer.intent == "impact" and answer.impacts:
        return _impact(answer)
    if answer.items and answer.intent in _LISTS:
        return [kit.section(kit.escape(_heading(answer))), *_items(answer.items, page, answer)]
    blocks: list[kit.Block] = [kit.section(kit.escape(answer.text))]
    if answer.intent in {"help", "greeting"}:
        blocks += _examples(answer)
    return blocks


def _heading(answer: Answer) -> str:
    """The text without the names that the list below it shows anyway."""
    head, colon, _names = answer.text.partition(": ")
    return f"{head}:" if colon and len(answer.items) > 1 else answer.text


def _items(items: Sequence[Item], page: int, answer: Answer) -> list[kit.Block]:
    shown = items[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    blocks = [kit.section("\n".join(_line(i) for i in shown))]
    total = answer.total if answer.total is not None else len(items)
    if total > (page + 1) * PAGE_SIZE:
        rest = min(PAGE_SIZE, total - (page + 1) * PAGE_SIZE)
        value = state.encode(q=kit.cut(_question(answer), 1_500), page=page + 1)
        blocks.append(kit.actions(kit.button(f"Next {rest} of {total}", ids.PAGE, value)))
    return blocks


def _line(item: Item) -> str:
    text = f"• {entities.label(item.ref, item.title)}"
    if item.url:
        text = f"• {kit.link(item.url, item.title)}"
    if item.detail:
        text += f" — {kit.escape(kit.cut(item.detail, 120))}"
    if len(item.path) > 2:
        way = " → ".join(EntityRef.from_full(p).short for p in item.path[1:-1])
        text += f"  _via {kit.escape(way)}_"
    return kit.cut(text, 290)


def _impact(answer: Answer) -> list[kit.Block]:
    blocks = [kit.section(kit.escape(_heading(answer)))]
    for group in answer.impacts[:15]:
        names = [entities.label(r.ref, r.summary.title if r.summary else None) for r in group.affected[:8]]
        more = f" and {group.count - 8} more" if group.count > 8 else ""
        heading = f":busts_in_silhouette: {kit.bold(group.owner_title)} ({group.count})"
        blocks.append(kit.section(f"{heading}\n{', '.join(names)}{more}"))
    return blocks


def _quotes(answer: Answer) -> list[kit.Block]:
    best, *others = answer.quotes
    blocks = [kit.section(f":book: {kit.bold(best.title)} · {_place(best)}")]
    quoted = render_markdown(best.text, max_blocks=_QUOTE_BLOCKS)
    blocks += [dict(b) for b in quoted.blocks]
    if quoted.is_cut and best.url:
        blocks.append(kit.context(kit.link(best.url, "Read on")))
    if others:
        lines = "\n".join(
            f"• {kit.link(q.url, q.title) if q.url else kit.escape(q.title)} · {_place(q)}" for q in others[:3]
        )
        blocks.append(kit.context(f"*Also*\n{lines}"))
    return blocks


def _place(quote: Quote) -> str:
    page = kit.link(quote.url, quote.page) if quote.url else kit.escape(quote.page)
    return f"{page} of {kit.code(EntityRef.from_full(quote.ref).short)}"


def _choices(answer: Answer) -> list[kit.Block]:
    blocks = [kit.section(kit.escape(answer.text))]
    buttons = [
        kit.button(kit.cut(f"{s.title} ({s.ref.partition(':')[0]})" if s.ref else s.title, kit.MAX_BUTTON), action,
                   state.encode(q=kit.cut(s.question or f"tell me about {s.ref}", 1_500)))
        for s, action in zip(answer.suggestions, ids.ASK_BUTTONS, strict=False)
    ]  # fmt: skip
    return blocks + ([kit.actions(*buttons)] if buttons else [])


def _examples(answer: Answer) -> list[kit.Block]:
    lines = [f"• {kit.code(s.title or s.question)}" for s in answer.suggestions]
    return [kit.section("\n".join(lines))] if lines else []

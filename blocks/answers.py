"""Typed answers as Block Kit."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from answers.model import Answer, Item, Quote
from answers.replies.talk import question_for
from blocks import entities, ids, kit, state
from blocks.definitions import definition
from blocks.markdown import render as render_markdown
from blocks.pictures.message import picture_button
from blocks.reader import open_button
from callboard.chat import Message
from callboard.parts import CardParts
from callboard.refs import EntityRef
from catalog.model import Entity
from catalog.picture import Direction

PAGE_SIZE: Final = 10
_QUOTE_BLOCKS: Final = 20
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
    docs: entities.DocsShelf | None = None,
) -> Message:
    """An answer as a message. `shareable` adds the button that shows a private one to the channel, `more` others
    that go onto a card, `docs` what stands on the card about docs.
    """
    share = _share(answer) if shareable else None
    blocks = _body(answer, parts, page, share, more, docs)
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
    if not answer.entities or answer.parts or answer.intent in _AS_ASKED:
        return answer.question
    return question_for(answer.intent, answer.entities[0])


def _body(
    answer: Answer,
    parts: Parts,
    page: int,
    share: kit.Element | None,
    more: Sequence[kit.Element],
    docs: entities.DocsShelf | None,
) -> list[kit.Block]:
    extra = [share] if share else []
    if answer.intent in _PICTURED and answer.entities and answer.items and not answer.parts:
        extra.insert(0, picture_button(answer.entities[0], _PICTURED[answer.intent]))
    if answer.parts:
        blocks = [b for part in answer.parts for b in _part(part)]
        return [*blocks, kit.actions(*extra)] if extra else blocks
    if answer.subject is not None and answer.intent in _CARDS:
        contributed = parts(answer.subject)
        card = entities.card(answer.subject, answer.owner, contributed, docs)
        more = [*entities.link_buttons(contributed), *more]
        shelf = docs.shelf if docs is not None and docs.shelf is not None and docs.shelf.total else None
        if shelf is not None:
            more = [open_button(shelf.ref, text="Read the docs"), *more]
        below = entities.ask_buttons(answer.subject, *more, *extra, direct=answer.direct, docs=shelf is None)
        return [kit.section(kit.escape(answer.text)), *card, below]
    if answer.contributed is not None:
        return [*_contributed(answer, answer.contributed, extra)]
    if answer.definition is not None:
        buttons = [*more, *extra]
        return [*definition(answer, answer.definition), *([kit.actions(*buttons)] if buttons else [])]
    blocks = _found(answer, page, more)
    return [*blocks, kit.actions(*extra)] if extra else blocks


def _contributed(answer: Answer, parts: CardParts, extra: Sequence[kit.Element]) -> list[kit.Block]:
    """What a plugin answered."""
    buttons = [*entities.link_buttons([parts]), *extra]
    facts = [(kit.escape(f.label), entities.fact_text(f)) for f in parts.facts]
    blocks = [kit.section(kit.escape(answer.text)), *kit.fields(facts), *entities.added([parts])]
    return [*blocks, kit.actions(*buttons)] if buttons else blocks


def _part(answer: Answer) -> list[kit.Block]:
    """One of several answers, with the way to the whole card."""
    text = kit.escape(answer.text)
    if answer.subject is None:
        return [kit.section(text)]
    about = kit.button("Open", ids.OPEN, state.encode(q=question_for("describe", answer.subject.ref)))
    return [kit.section(f"{entities.label(answer.subject.ref, answer.subject.title)}\n{text}", accessory=about)]


def _found(answer: Answer, page: int, more: Sequence[kit.Element] = ()) -> list[kit.Block]:
    if answer.intent in {"not_found", "ambiguous", "unknown"}:
        return _choices(answer, more)
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
    blocks.append(kit.context(_since(best)))
    if best.path:
        text = "Read on" if best.goes_on or quoted.is_cut else "Read the page"
        blocks.append(kit.actions(open_button(best.ref, text=text, page=best.path, anchor=best.anchor)))
    if others:
        lines = "\n".join(
            f"{n}. {kit.link(q.url, q.title) if q.url else kit.escape(q.title)} · {_place(q)}"
            for n, q in enumerate(others[:3], 2)
        )
        blocks.append(kit.context(f"*Also*\n{lines}"))
    return blocks


def _since(quote: Quote) -> str:
    """Whose words these are, and how old."""
    said = [f"owned by {kit.bold(quote.owner)}" if quote.owner else "owned by nobody"]
    if quote.changed_at:
        said.append(f"changed {kit.day(quote.changed_at)}")
    return " · ".join(said)


def _place(quote: Quote) -> str:
    page = kit.link(quote.url, quote.page) if quote.url else kit.escape(quote.page)
    return f"{page} of {kit.code(EntityRef.from_full(quote.ref).short)}"


def _choices(answer: Answer, more: Sequence[kit.Element]) -> list[kit.Block]:
    blocks = [kit.section(kit.escape(answer.text))]
    buttons = [
        kit.button(kit.cut(f"{s.title} ({s.ref.partition(':')[0]})" if s.ref else s.title, kit.MAX_BUTTON), action,
                   state.encode(q=kit.cut(s.question or f"tell me about {s.ref}", 1_500)))
        for s, action in zip(answer.suggestions, ids.ASK_BUTTONS, strict=False)
    ]  # fmt: skip
    buttons += more
    return blocks + ([kit.actions(*buttons)] if buttons else [])


def _examples(answer: Answer) -> list[kit.Block]:
    lines = [f"• {kit.code(s.title or s.question)}" for s in answer.suggestions]
    return [kit.section("\n".join(lines))] if lines else []

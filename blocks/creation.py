"""The windows of a creation: picker, form pages, items of lists, review, started."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from blocks import ids, kit, secrets, state
from blocks.forms import Unit
from callboard.refs import EntityRef
from scaffolder.drafts.model import Draft
from scaffolder.model import Template, TemplateSummary

_TITLE: Final = "Create something new"
_LISTED: Final = 30
_MOST_REVIEWED: Final = 60
_SHOWN_VALUE: Final = 1_500


@dataclass(frozen=True, slots=True)
class PageShown:
    """One modal of a form. `place` goes into its metadata; `problems` belong to no single input."""

    heading: str
    blocks: Sequence[kit.Block]
    place: Mapping[str, Any]
    description: str = ""
    problems: Sequence[str] = ()
    progress: str = ""
    has_back: bool = True
    submit: str = "Next"


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The answers of one page."""

    page: int
    title: str
    rows: Sequence[tuple[str, str]]


def picker(templates: Sequence[TemplateSummary], *, channel: str | None) -> dict[str, Any]:
    """Every template that the person may run; with many of them, a search above the first thirty."""
    metadata = state.encode(c=channel)
    if not templates:
        text = "There is no template that you may run. Templates are catalog entities of kind Template."
        return kit.modal(_TITLE, [kit.section(text)], callback_id=ids.TEMPLATE_PICKER, metadata=metadata)
    blocks: list[kit.Block] = []
    if len(templates) > _LISTED:
        search = {"type": "external_select", "action_id": f"{ids.TEMPLATE_CHOICE}:search", "min_query_length": 0}
        search["placeholder"] = kit.plain(f"Search {len(templates)} templates", 150)
        blocks.append(kit.actions(search))
    for template in templates[:_LISTED]:
        blocks += _template(template, state.encode(t=template.ref))
    return kit.modal(_TITLE, blocks, callback_id=ids.TEMPLATE_PICKER, metadata=metadata)


def offered(title: str, templates: Sequence[tuple[TemplateSummary, str]]) -> dict[str, Any]:
    """What can be done with an entity; each template with the parameter that the entity fills."""
    blocks: list[kit.Block] = [kit.section(f"What do you want to do with {kit.bold(title)}?")]
    return kit.modal(
        "Actions", [*blocks, *(b for t, value in templates[:_LISTED] for b in _template(t, value))],
        callback_id=ids.TEMPLATE_PICKER, metadata=state.encode(c=None),
    )  # fmt: skip


def actions_button(ref: str) -> kit.Element:
    """On an entity's card: what can be done with it."""
    return kit.button("Actions", ids.ENTITY_ACTIONS, state.encode(ref=ref))


def _template(template: TemplateSummary, value: str) -> list[kit.Block]:
    choose = kit.button("Choose", ids.TEMPLATE_CHOICE, value)
    text = f"{kit.bold(template.title)}\n{kit.cut(kit.escape(template.description), 300)}"
    about = [f"owned by {kit.escape(EntityRef.from_full(template.owner).short)}"] if template.owner else []
    about += [kit.code(t) for t in template.tags[:6]]
    return [kit.section(text, accessory=choose), *([kit.context(" · ".join(about))] if about else [])]


def found(draft: Draft, template: Template, *, position: str, channel: str | None) -> dict[str, Any]:
    """There is something that the person began earlier."""
    moment = datetime.fromtimestamp(draft.at, UTC).strftime("%d %b %H:%M UTC")
    when = f"<!date^{int(draft.at)}^{{date_short_pretty}} at {{time}}|{moment}>"
    blocks = [
        kit.section(f"You began {kit.bold(template.title)} {when} and got to {kit.escape(position)}."),
        kit.actions(
            kit.button("Continue where you left", ids.DRAFT_CONTINUE, state.encode(d=draft.id), style="primary"),
            kit.button("Start over", ids.DRAFT_RESTART, state.encode(d=draft.id)),
        ),
    ]
    return kit.modal(template.title, blocks, callback_id=ids.DRAFT_FOUND, metadata=state.encode(c=channel))


def page(draft: Draft, template: Template, shown: PageShown) -> dict[str, Any]:
    """One page of the form, or as much of it as a modal holds."""
    top: list[kit.Block] = [kit.section(f"{kit.bold(shown.heading)}  _{shown.progress}_")]
    if shown.description:
        top.append(kit.section(kit.escape(shown.description)))
    top += _problems(shown.problems)
    if shown.has_back:
        top.append(kit.actions(kit.button("Back", ids.FORM_BACK, state.encode(d=draft.id))))
    is_item = "i" in shown.place
    return kit.modal(
        template.title,
        [*top, *(shown.blocks or [kit.section("_There is nothing to fill in here._")])],
        callback_id=ids.ITEM_FORM if is_item else ids.TEMPLATE_FORM,
        submit=_label(template, "nextButtonText", shown.submit),
        close="Cancel",
        metadata=state.encode(d=draft.id, **shown.place),
        notify_on_close=True,
    )


def blocks_of(units: Sequence[Unit]) -> list[kit.Block]:
    return [b for unit in units for b in unit.blocks]


def review(
    draft: Draft, template: Template, pages: Sequence[Reviewed], *,
    problems: Sequence[str], asked: secrets.Asking | None, place: Mapping[str, Any], notice: str = "",
) -> dict[str, Any]:  # fmt: skip
    """Everything that was entered, before anything happens; each page can be gone back to."""
    blocks: list[kit.Block] = [
        kit.section(f"{kit.bold('Review')}  _nothing has happened yet_"),
        *([kit.section(notice)] if notice else []),
        *_problems(problems),
    ]
    body: list[kit.Block] = []
    for one in pages:
        edit = kit.button("Edit", ids.FORM_EDIT, state.encode(d=draft.id, p=one.page))
        body.append(kit.section(kit.bold(one.title), accessory=edit))
        body += _rows(one.rows)
    if len(body) > _MOST_REVIEWED:
        body = [*body[:_MOST_REVIEWED], kit.context("…and more; every page can be opened with Back.")]
    if asked is not None:
        body += secrets.blocks(asked)
    body.append(_place(draft.channel))
    back = [kit.button("Back", ids.FORM_BACK, state.encode(d=draft.id))] if pages else []
    body.append(kit.actions(*back, kit.button("Preview", ids.FORM_PREVIEW, state.encode(d=draft.id))))
    return kit.modal(
        template.title, [*blocks, *body], callback_id=ids.TEMPLATE_REVIEW, close="Cancel",
        submit=_label(template, "createButtonText", "Create"),
        metadata=state.encode(d=draft.id, **place), notify_on_close=True,
    )  # fmt: skip


def _rows(rows: Sequence[tuple[str, str]]) -> list[kit.Block]:
    if not rows:
        return [kit.context("_nothing entered_")]
    pairs = [
        (kit.cut(kit.escape(label), 200), kit.cut(kit.escape(value or "—"), _SHOWN_VALUE)) for label, value in rows
    ]
    return kit.fields(pairs)


def _place(channel: str | None) -> kit.Block:
    """Where the run reports; only conversations that the app can be in."""
    element: kit.Element = {
        "type": "conversations_select", "action_id": ids.FORM_VALUE,
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
        "placeholder": kit.plain("Our direct conversation"),
    }  # fmt: skip
    if channel:
        element["initial_conversation"] = channel
    hint = "Without a channel I write to you directly; also when I may not post in that one."
    return kit.input_block("Where should I report?", element, block_id=ids.REVIEW_PLACE, hint=hint, optional=True)


def _problems(problems: Sequence[str]) -> list[kit.Block]:
    return [kit.section(f":warning: {kit.cut(kit.escape(p), 1_000)}") for p in problems[:5]]


def _label(template: Template, key: str, otherwise: str) -> str:
    """Templates may name the buttons themselves."""
    labels = template.presentation.get("buttonLabels")
    text = labels.get(key) if isinstance(labels, Mapping) else None
    return text if isinstance(text, str) and text.strip() else otherwise


def started(title: str, run_id: str, channel: str | None) -> dict[str, Any]:
    """The run exists; its message tells the rest."""
    where = f"<#{channel}>" if channel else "our direct conversation"
    text = f":rocket: {kit.bold(title)} is on its way. Follow it in {where}. Run {kit.code(run_id[:8])}."
    return kit.modal(_TITLE, [kit.section(text)], callback_id=ids.RUN_STARTED, close="Close")

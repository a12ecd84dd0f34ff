"""The windows of a creation: picker, form pages, review, started."""

from collections.abc import Sequence
from typing import Any, Final

from blocks import ids, kit, state
from callboard.refs import EntityRef
from scaffolder.drafts.model import Draft
from scaffolder.model import TemplateSummary

_TITLE: Final = "Create something new"
_LISTED: Final = 30


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
        blocks += _template(template)
    return kit.modal(_TITLE, blocks, callback_id=ids.TEMPLATE_PICKER, metadata=metadata)


def _template(template: TemplateSummary) -> list[kit.Block]:
    choose = kit.button("Choose", ids.TEMPLATE_CHOICE, state.encode(t=template.ref))
    text = f"{kit.bold(template.title)}\n{kit.cut(kit.escape(template.description), 300)}"
    about = [f"owned by {kit.escape(EntityRef.from_full(template.owner).short)}"] if template.owner else []
    about += [kit.code(t) for t in template.tags[:6]]
    return [kit.section(text, accessory=choose), *([kit.context(" · ".join(about))] if about else [])]


def page(
    draft: Draft, title: str, blocks: Sequence[kit.Block], *,
    heading: str, description: str, problems: Sequence[str], number: int, count: int,
) -> dict[str, Any]:  # fmt: skip
    """One page of the form; `problems` are those that belong to no single field."""
    top: list[kit.Block] = [kit.section(f"{kit.bold(heading)}  _{number} of {count}_")]
    if description:
        top.append(kit.section(kit.escape(description)))
    top += [kit.section(f":warning: {kit.escape(p)}") for p in problems[:5]]
    if number > 1:
        top.append(kit.actions(kit.button("Back", ids.FORM_BACK, state.encode(d=draft.id))))
    return kit.modal(
        title, [*top, *blocks], callback_id=ids.TEMPLATE_FORM, submit="Next", close="Cancel",
        metadata=state.encode(d=draft.id, p=draft.page), notify_on_close=True,
    )  # fmt: skip


def review(draft: Draft, title: str, rows: Sequence[tuple[str, str]], problems: Sequence[str]) -> dict[str, Any]:
    """Everything that was entered, before anything happens."""
    blocks: list[kit.Block] = [
        kit.section(kit.bold("Review")),
        *(kit.section(f":warning: {kit.escape(p)}") for p in problems),
    ]
    for label, value in rows[:80]:
        blocks.append(kit.section(f"{kit.bold(label)}\n{kit.cut(kit.escape(value or '—'), 1_500)}"))
    blocks.append(kit.actions(kit.button("Back", ids.FORM_BACK, state.encode(d=draft.id))))
    return kit.modal(
        title, blocks, callback_id=ids.TEMPLATE_REVIEW, submit="Create", close="Cancel",
        metadata=state.encode(d=draft.id, p=draft.page), notify_on_close=True,
    )  # fmt: skip


def started(title: str, run_id: str, where: str) -> dict[str, Any]:
    """The run exists; its message tells the rest."""
    text = f":rocket: {kit.bold(title)} is on its way. Follow it in {where}. Run {kit.code(run_id[:8])}."
    return kit.modal(_TITLE, [kit.section(text)], callback_id=ids.RUN_STARTED, close="Close")

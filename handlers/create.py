"""Creating something from a template: pick, fill page by page, review, start."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from blocks import creation, forms, kit, state
from callboard.chat import Actor, Interaction, Reply
from callboard.errors import ConflictError
from handlers.pickers import fitting_refs
from handlers.services import Scope
from scaffolder.drafts import repository as drafts
from scaffolder.drafts.model import Draft
from scaffolder.forms import (
    Field,
    FieldKind,
    FormModel,
    Page,
    active_fields,
    active_pages,
    read_form,
    review,
    validate_all,
    validate_page,
    with_defaults,
)  # fmt: skip
from scaffolder.forms.defaults import prune
from scaffolder.model import Template


def open_picker(interaction: Interaction, scope: Scope) -> Reply:
    """All templates that the person may run."""
    templates = scope.services.scaffolder.templates(scope.uow.connection, interaction.actor)
    return Reply(view=creation.picker(templates, channel=interaction.channel))


def suggest_templates(interaction: Interaction, scope: Scope) -> Reply:
    """Templates whose title has what was typed."""
    typed = interaction.text.lower()
    found = scope.services.scaffolder.templates(scope.uow.connection, interaction.actor)
    fitting = [t for t in found if typed in f"{t.title} {t.description} {' '.join(t.tags)}".lower()]
    return Reply(options=[forms.entity_option(t.ref, t.title) for t in fitting[: kit.MAX_OPTIONS]])


def choose_template(interaction: Interaction, scope: Scope) -> Reply:
    """The first page of the chosen template, or the page where the person left off."""
    value = interaction.value
    ref = str(state.decode(value)["t"]) if value.startswith("{") else value
    channel = state.decode(interaction.metadata).get("c") if interaction.metadata else None
    template, form = _template(ref, interaction.actor, scope)
    known = drafts.latest(scope.uow.connection, interaction.actor.id, ref)
    draft = known or Draft(drafts.new_id(), interaction.actor.id, template.ref, values=with_defaults(form, {}))
    draft = replace(draft, channel=channel)
    pages = active_pages(form, draft.values)
    if not pages:
        return _saved(draft, scope, Reply(view=_review(draft, template, form), view_mode="update"))
    draft = replace(draft, page=min(draft.page, pages[-1].index))
    return _saved(draft, scope, Reply(view=_page(draft, template, form, scope), view_mode="update"))


def change_choice(interaction: Interaction, scope: Scope) -> Reply:
    """A choice that may change the rest of the page: the page again, with everything entered so far."""
    draft, template, form = _opened(interaction, scope)
    draft = _with_entered(draft, form, interaction)
    return _saved(draft, scope, Reply(view=_page(draft, template, form, scope), view_mode="update"))


def submit_page(interaction: Interaction, scope: Scope) -> Reply:
    """Errors beside their fields, or the next page, or the review."""
    draft, template, form = _opened(interaction, scope)
    page = form.pages[draft.page]
    before = active_fields(page, draft.values)
    draft = _with_entered(draft, form, interaction)
    fields = active_fields(page, draft.values)
    if _asked(before) != _asked(fields):  # what was typed brought up further questions
        return _saved(draft, scope, Reply(view=_page(draft, template, form, scope), view_mode="update"))
    beside, whole = forms.errors_by_block(fields, validate_page(page, draft.values))
    if whole:
        view = _page(draft, template, form, scope, problems=whole)
        return _saved(draft, scope, Reply(view=view, view_mode="update"))
    if beside:
        return _saved(draft, scope, Reply(errors=beside))
    following = [p for p in active_pages(form, draft.values) if p.index > draft.page]
    if following:
        draft = replace(draft, page=following[0].index)
        return _saved(draft, scope, Reply(view=_page(draft, template, form, scope), view_mode="update"))
    return _saved(draft, scope, Reply(view=_review(draft, template, form), view_mode="update"))


def go_back(interaction: Interaction, scope: Scope) -> Reply:
    """The page before, nothing lost; from the review, the last page."""
    draft, template, form = _opened(interaction, scope)
    pages = active_pages(form, draft.values)
    on_review = not interaction.values
    if not on_review:
        draft = _with_entered(draft, form, interaction)
    earlier = [p for p in pages if p.index < draft.page or on_review]
    target = earlier[-1] if earlier else pages[0]
    draft = replace(draft, page=target.index)
    return _saved(draft, scope, Reply(view=_page(draft, template, form, scope), view_mode="update"))


def submit_review(interaction: Interaction, scope: Scope) -> Reply:
    """Start the run; of two clicks the first one does."""
    draft, template, form = _opened(interaction, scope)
    problems = validate_all(form, draft.values)
    if problems:
        messages = [f"{'/'.join(str(p) for p in e.path)}: {e.message}" for e in problems]
        return Reply(view=_review(draft, template, form, problems=messages), view_mode="update")
    if not drafts.remove(scope.uow.writing(), draft.id):
        raise ConflictError("That form was submitted already.")
    actor = interaction.actor
    run_id = scope.services.scaffolder.start(
        scope.uow,
        template_ref=template.ref,
        values=prune(draft.values),
        secrets={},
        actor=actor,
        conversation={"channel": draft.channel, "user": actor.id},
    )
    where = f"<#{draft.channel}>" if draft.channel else "our conversation"
    return Reply(view=creation.started(template.title, run_id, where), view_mode="update")


def suggest_entities(interaction: Interaction, scope: Scope) -> Reply:
    """Options of a picker: entities that fit the field's filter, or the choices of a long list."""
    draft, _template, form = _opened(interaction, scope)
    page = form.pages[draft.page]
    found = (f for f in forms.leaves(active_fields(page, draft.values)) if forms.block_id(f.path) == interaction.block)
    field = next(found, None)
    if field is None:
        return Reply(options=[])
    if field.choices:
        typed = interaction.text.lower()
        chosen = [(i, c) for i, c in enumerate(field.choices) if typed in c.title.lower()]
        return Reply(options=[kit.option(c.title, str(i)) for i, c in chosen[: kit.MAX_OPTIONS]])
    refs = fitting_refs(field.entity, interaction.actor, interaction.text, scope, limit=kit.MAX_OPTIONS)
    names = scope.services.names
    return Reply(options=[forms.entity_option(r, names.title_of(r) or r) for r in refs])


def _opened(interaction: Interaction, scope: Scope) -> tuple[Draft, Template, FormModel]:
    opened = state.decode(interaction.metadata)
    draft = drafts.get(scope.uow.connection, str(opened["d"]), interaction.actor.id)
    template, form = _template(draft.template_ref, interaction.actor, scope)
    return replace(draft, page=int(opened.get("p", draft.page))), template, form


def _template(ref: str, actor: Actor, scope: Scope) -> tuple[Template, FormModel]:
    template = scope.services.scaffolder.template(scope.uow.connection, ref, actor)
    return template, read_form(template.parameters)


def _with_entered(draft: Draft, form: FormModel, interaction: Interaction) -> Draft:
    fields = active_fields(form.pages[draft.page], draft.values)
    entered = forms.read(fields, interaction.values, draft.values)
    return replace(draft, values=with_defaults(form, entered) if draft.page == 0 and not draft.values else entered)


def _asked(fields: Sequence[Field]) -> list[tuple[Any, ...]]:
    return [(f.path, f.kind) for f in forms.leaves(fields) if f.kind is not FieldKind.HIDDEN]


def _page(
    draft: Draft, template: Template, form: FormModel, scope: Scope, *, problems: Sequence[str] = ()
) -> dict[str, Any]:
    pages: list[Page] = active_pages(form, draft.values)
    page = form.pages[draft.page]
    position = next((n for n, p in enumerate(pages, 1) if p.index == page.index), 1)
    names = scope.services.names
    drawn = forms.draw(active_fields(page, draft.values), draft.values, lambda ref: names.title_of(ref) or ref)
    return creation.page(
        draft, template.title, drawn,
        heading=page.title, description=page.description, problems=problems, number=position, count=len(pages),
    )  # fmt: skip


def _review(draft: Draft, template: Template, form: FormModel, *, problems: Sequence[str] = ()) -> dict[str, Any]:
    return creation.review(draft, template.title, review(form, draft.values), problems)


def _saved(draft: Draft, scope: Scope, reply: Reply) -> Reply:
    drafts.save(scope.uow.writing(), draft, now=scope.services.clock())
    return reply

"""Creating something from a template: pick, fill page by page, review, start."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from blocks import creation, forms, ids, kit, secrets, state
from blocks.forms.reading import MASK
from callboard.chat import Actor, Interaction, Reply
from callboard.errors import CallboardError, ConflictError, NotFoundError
from catalog.queries.lookup import get_entity
from handlers import drafting, items, pickers
from handlers.asking import asks_of, given, taken
from handlers.drafting import Opened, in_window
from handlers.run_jobs import post_preview, show_run
from handlers.second_day import actions_for
from handlers.services import Scope
from scaffolder.drafts import repository as drafts
from scaffolder.drafts.model import Draft, SecretAsk
from scaffolder.forms import Field, active_fields, active_pages, submitted, validate_all, validate_page, with_defaults
from scaffolder.forms.model import FieldError

_CHANNELS: Final = frozenset("CG")
_PREVIEWED: Final = ":mag: I try it out without any effect, and send you the files and changes that it would make."


def open_picker(interaction: Interaction, scope: Scope) -> Reply:
    """All templates that the person may run."""
    templates = scope.services.scaffolder.templates(scope.uow.connection, interaction.actor)
    return Reply(view=creation.picker(templates, channel=interaction.channel))


def suggest_templates(interaction: Interaction, scope: Scope) -> Reply:
    """Templates whose title, description or tags have what was typed."""
    words = interaction.text.lower().split()
    found = scope.services.scaffolder.templates(scope.uow.connection, interaction.actor)
    fitting = [t for t in found if all(w in f"{t.title} {t.description} {' '.join(t.tags)}".lower() for w in words)]
    return Reply(options=[forms.entity_option(t.ref, t.title) for t in fitting[: kit.MAX_OPTIONS]])


def open_actions(interaction: Interaction, scope: Scope) -> Reply:
    """What can be done with the entity of a card."""
    ref = str(state.decode(interaction.value)["ref"])
    entity = get_entity(scope.uow.connection, ref)
    if entity is None:
        raise NotFoundError(f"{ref} is not in the catalog any more.")
    channel = _channel(interaction.channel)
    found = actions_for(entity, interaction.actor, scope)
    offers = [(a.template, state.encode(t=a.template.ref, x=a.values, c=channel)) for a in found]
    if not offers:
        raise NotFoundError(f"There is nothing that you can do with {entity.title} from here.")
    return Reply(view=creation.offered(entity.title, offers))


@in_window
def choose_template(interaction: Interaction, scope: Scope) -> Reply | None:
    """The first page of the chosen template; with an unfinished draft of it, the question whether to go on."""
    value = interaction.value
    chosen: Mapping[str, Any] = state.decode(value) if value.startswith("{") else {"t": value}
    ref = pickers.template_ref(str(chosen["t"]), interaction.actor, scope)
    remembered = state.decode(interaction.metadata) if interaction.metadata else {}
    channel = _channel(chosen.get("c") or remembered.get("c"))
    prefilled = chosen.get("x")
    known = drafts.latest(scope.uow.connection, interaction.actor.id, ref)
    if known is None or isinstance(prefilled, Mapping):
        return begin(ref, interaction.actor, scope, channel=channel, values=prefilled or {})
    template, form = drafting.template_of(ref, interaction.actor, scope)
    if not _has_answers(known, form):
        drafts.remove(scope.uow.writing(), known.id)
        return begin(ref, interaction.actor, scope, channel=channel)
    page = form.pages[known.page] if known.page < len(form.pages) else None
    position = f"“{page.title}”" if page else "the review"
    return Reply(view=creation.found(known, template, position=position, channel=channel), view_mode="update")


def _has_answers(draft: Draft, form: Any) -> bool:
    return draft.page > 0 or dict(draft.values) != with_defaults(form, {})


def _channel(given_channel: Any) -> str | None:
    """A channel that a run can report to; a direct conversation is the person's own anyway."""
    return str(given_channel) if given_channel and str(given_channel)[:1] in _CHANNELS else None


def begin(
    ref: str, actor: Actor, scope: Scope, *, channel: str | None, values: Mapping[str, Any] | None = None,
    at_review: bool = False,
) -> Reply | None:  # fmt: skip
    """A new draft, at its first page or, with all values there, at its review."""
    template, form = drafting.template_of(ref, actor, scope)
    draft = Draft(drafts.new_id(), actor.id, template.ref, values=with_defaults(form, values or {}), channel=channel)
    now = Opened(draft, template, form, actor, pickers.configured_hosts(scope))
    pages = active_pages(form, draft.values)
    if not pages or at_review:
        now = replace(now, draft=replace(draft, page=pages[-1].index if pages else 0))
        return drafting.shown(now, scope, drafting.review_view(now, scope))
    now = _selected(drafting.at_page(now, pages[0].index), scope)
    return drafting.shown(now, scope, drafting.page_view(now, scope))


@in_window
def continue_draft(interaction: Interaction, scope: Scope) -> Reply | None:
    """Where the person left off."""
    now = _named(interaction, scope)
    pages = active_pages(now.form, now.values)
    if not pages:
        return drafting.shown(now, scope, drafting.review_view(now, scope))
    index = max((p.index for p in pages if p.index <= now.draft.page), default=pages[0].index)
    now = drafting.at_page(now, index)
    return drafting.shown(now, scope, drafting.page_view(now, scope))


@in_window
def restart_draft(interaction: Interaction, scope: Scope) -> Reply | None:
    """Forget what was entered and begin again."""
    now = _named(interaction, scope)
    drafts.remove(scope.uow.writing(), now.draft.id)
    return begin(now.draft.template_ref, interaction.actor, scope, channel=now.draft.channel)


def _named(interaction: Interaction, scope: Scope) -> Opened:
    """The draft that the button names, reporting to where the command was typed this time."""
    channel = _channel(state.decode(interaction.metadata).get("c"))
    now = drafting.opened(replace(interaction, metadata=interaction.value), scope)
    return replace(now, draft=replace(now.draft, channel=channel or now.draft.channel))


@in_window
def change_choice(interaction: Interaction, scope: Scope) -> Reply | None:
    """A choice is kept; where it changes the questions, the page comes again with everything entered so far."""
    now = drafting.opened(interaction, scope)
    after = _selected(drafting.entered(now, interaction, scope), scope)
    if _asked(now.fields()) == _asked(after.fields()) and not now.has_changed:
        return drafting.saved(after, scope, None)
    return drafting.shown(after, scope, drafting.page_view(after, scope))


@in_window
def close_form(interaction: Interaction, scope: Scope) -> Reply | None:
    """The window was closed: what was entered until then stays in the draft."""
    if "d" not in state.decode(interaction.metadata):
        return None
    try:
        now = drafting.opened(interaction, scope)
    except CallboardError:
        return None  # submitted, or its template is gone: nothing to keep
    return drafting.saved(drafting.entered(now, interaction, scope), scope, None)


@in_window
def submit_page(interaction: Interaction, scope: Scope) -> Reply | None:
    """Errors beside their inputs, or the next page, or the review."""
    now = drafting.entered(drafting.opened(interaction, scope), interaction, scope)
    portions = drafting.parts(now, scope)
    here = portions[min(now.part, len(portions) - 1)]
    fields = _within(now.fields(), here)
    is_asked = all(forms.is_shown(f, interaction.values, now.values) for f in forms.leaves(fields))
    if now.has_changed or not is_asked:  # what was typed, or the template's owner, brought up further questions
        return drafting.shown(now, scope, drafting.page_view(now, scope))
    wrong = [e for e in validate_page(now.page, now.values) if e.path[: len(now.item)] == now.item]
    beside, others = forms.errors_by_block(fields, wrong, interaction.values)
    if beside:
        return drafting.saved(now, scope, Reply(errors=beside))
    if now.part + 1 < len(portions):
        now = replace(now, part=now.part + 1)
        return drafting.shown(now, scope, drafting.page_view(now, scope))
    if others:
        now = replace(now, part=_part_of(others, portions, now.part))
        return drafting.shown(now, scope, drafting.page_view(now, scope, problems=_said(now.fields(), others)))
    if now.item:
        now = replace(now, item=drafting.parent_item(now.item), is_new=False, part=0)
        return drafting.shown(now, scope, drafting.page_view(now, scope))
    return _after_page(now, scope)


def _after_page(now: Opened, scope: Scope) -> Reply | None:
    pages = active_pages(now.form, now.values)
    later = [p for p in pages if p.index > now.draft.page]
    if now.returns and not validate_all(now.form, now.values):
        later = []
    if not later:
        now = replace(now, returns=False)
        return drafting.shown(now, scope, drafting.review_view(now, scope))
    now = _selected(drafting.at_page(now, later[0].index), scope)
    return drafting.shown(now, scope, drafting.page_view(now, scope))


def _within(fields: Sequence[Field], portion: Sequence[forms.Unit]) -> list[Field]:
    paths = {u.path for u in portion}
    return [f for f in forms.leaves(fields) if f.path in paths]


def _part_of(errors: Sequence[FieldError], portions: Sequence[Sequence[forms.Unit]], otherwise: int) -> int:
    """The portion of a page where the first of the errors can be put right."""
    for number, portion in enumerate(portions):
        if any(u.path and e.path[: len(u.path)] == u.path for u in portion for e in errors):
            return number
    return otherwise


def _said(fields: Sequence[Field], errors: Sequence[FieldError]) -> list[str]:
    titles = {f.path: f.title for f in forms.leaves(fields)}
    found = []
    for error in errors:
        path = next((error.path[:n] for n in range(len(error.path), 0, -1) if error.path[:n] in titles), None)
        number = next((f" {s + 1}" for s in error.path[len(path or ()) :] if isinstance(s, int)), "")
        found.append(f"{titles[path]}{number}: {error.message}" if path else error.message)
    return found


@in_window
def go_back(interaction: Interaction, scope: Scope) -> Reply | None:
    """The part or page before, nothing lost; from an item its page, from the review the last page."""
    now = drafting.opened(interaction, scope)
    if now.item:
        known = forms.value_at(now.values, now.item)
        now = items.without(now, now.item) if now.is_new and known is not None else now
        now = replace(now, item=drafting.parent_item(now.item), is_new=False, part=0)
        return drafting.shown(now, scope, drafting.page_view(now, scope))
    was_review = now.is_review
    now = _with_place(drafting.entered(now, interaction, scope), interaction)
    if now.part > 0 and not was_review:
        now = replace(now, part=now.part - 1)
        return drafting.shown(now, scope, drafting.page_view(now, scope))
    pages = active_pages(now.form, now.values)
    earlier = [p for p in pages if p.index < now.draft.page or was_review] or pages
    now = replace(drafting.at_page(now, earlier[-1].index), returns=False)
    return drafting.shown(now, scope, drafting.page_view(now, scope))


@in_window
def edit_page(interaction: Interaction, scope: Scope) -> Reply | None:
    """From the review to one page, and from there straight back."""
    now = _with_place(drafting.opened(interaction, scope), interaction)
    index = min(int(state.decode(interaction.value)["p"]), len(now.form.pages) - 1)
    now = replace(drafting.at_page(now, index), returns=True)
    return drafting.shown(now, scope, drafting.page_view(now, scope))


def _with_place(now: Opened, interaction: Interaction) -> Opened:
    """With the channel chosen on the review page."""
    if ids.REVIEW_PLACE not in interaction.values:
        return now
    element: Mapping[str, Any] = next(iter(interaction.values[ids.REVIEW_PLACE].values()), {})
    return replace(now, draft=replace(now.draft, channel=_channel(element.get("selected_conversation"))))


@in_window
def preview(interaction: Interaction, scope: Scope) -> Reply | None:
    """Try it out in the background; files, changes and log come as a file."""
    now = _with_place(drafting.opened(interaction, scope), interaction)
    if now.has_changed or validate_all(now.form, now.values):
        return drafting.shown(now, scope, drafting.review_view(now, scope))
    post_preview(scope, now.draft.id, interaction.actor)
    return drafting.shown(now, scope, drafting.review_view(now, scope, notice=_PREVIEWED))


@in_window
def submit_review(interaction: Interaction, scope: Scope) -> Reply | None:
    """Start the run; of two clicks the first one does."""
    now = _with_place(drafting.opened(interaction, scope), interaction)
    if now.has_changed or validate_all(now.form, now.values):
        return drafting.shown(now, scope, drafting.review_view(now, scope))
    asks = asks_of(now.template, now.form, now.values)
    typed = secrets.entered(asks, interaction.values)
    missing = _missing(asks, typed.keys() | given(now.draft.id, scope))
    if missing:
        return drafting.shown(now, scope, drafting.review_view(now, scope, problems=[missing]))
    try:
        run_id = _start(now, typed, interaction.actor, scope)
    except ConflictError:
        raise
    except CallboardError as error:
        scope.uow.close(error)
        return drafting.shown(now, scope, drafting.review_view(now, scope, problems=[error.user_text]))
    return Reply(view=creation.started(now.template.title, run_id, now.draft.channel), view_mode="update")


def _start(now: Opened, typed: Mapping[str, str], actor: Actor, scope: Scope) -> str:
    """The draft becomes a run; ConflictError when another click did that first."""
    connection = scope.uow.writing()
    if not drafts.remove(connection, now.draft.id):
        raise ConflictError("That form was submitted already.")
    values = submitted(now.form, now.values)
    asks = asks_of(now.template, now.form, now.values)
    kept = {k: v for k, v in {**taken(now.draft.id, scope), **typed}.items() if k in {a.name for a in asks}}
    run_id = scope.services.scaffolder.start(
        scope.uow,
        template_ref=now.template.ref,
        values=_masked(now, values, kept),
        secrets=kept,
        actor=actor,
        conversation={"channel": now.draft.channel, "user": actor.id},
    )
    show_run(scope, run_id)
    return run_id


def _masked(now: Opened, values: dict[str, Any], kept: Mapping[str, str]) -> dict[str, Any]:
    """A secret field's value in the form is a mask, as it is in Backstage."""
    for page in active_pages(now.form, values):
        for field in forms.secrets_of(active_fields(page, values)):
            values = forms.put(values, field.path, MASK if field.name in kept else None)
    return values


def _missing(asks: Sequence[SecretAsk], known: Any) -> str:
    missing = [a.title for a in asks if a.required and a.name not in known]
    return f"Enter {', '.join(missing)} first: they are secrets, so they are asked for below." if missing else ""


def suggest_entities(interaction: Interaction, scope: Scope) -> Reply:
    """Options of a picker: entities that fit the field's filter, tags, or the choices of a long list."""
    now = drafting.opened(interaction, scope)
    found = (f for f in forms.leaves(now.fields()) if forms.block_id(f.path) == interaction.block)
    field = next(found, None)
    options = [] if field is None else pickers.options_of(field, interaction.actor, interaction.text, scope)
    return Reply(options=options[: kit.MAX_OPTIONS])


def _asked(fields: Sequence[Field]) -> list[tuple[Any, ...]]:
    """What makes a page look the way it does, apart from what was entered."""
    return [(f.path, f.kind, f.title, f.description, f.required, f.disabled, f.choices) for f in forms.leaves(fields)]


def _selected(now: Opened, scope: Scope) -> Opened:
    """Where a picker has one option only and must have one, that option."""
    values = now.values
    for field in forms.leaves(now.fields()):
        if forms.value_at(values, field.path) is None:
            only = pickers.only_option(field, now.actor, scope)
            values = forms.put(values, field.path, only) if only else values
    return replace(now, draft=replace(now.draft, values=values))

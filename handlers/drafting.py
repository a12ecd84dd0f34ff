"""A form on its way: opened from what a window remembers, read, and shown again."""

import functools
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson

from blocks import creation, forms, secrets, state, views
from blocks.state import OutdatedStateError
from callboard.chat import Actor, Interaction, Reply
from callboard.errors import CallboardError
from handlers import pickers
from handlers.asking import asking
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
    item_fields,
    read_form,
    review,
    validate_all,
    with_defaults,
)
from scaffolder.forms.model import Path
from scaffolder.model import Template

_ROUNDS: Final = 10
_CHANGED: Final = "The template was changed while you were filling it in. What you entered is kept; check it once more."
Handler = Callable[[Interaction, Scope], Reply | None]


@dataclass(frozen=True, slots=True)
class Opened:
    """The draft that a window belongs to, and which part of the form the window shows."""

    draft: Draft
    template: Template
    form: FormModel
    actor: Actor
    hosts: tuple[str, ...] = ()
    part: int = 0
    item: Path = ()
    """The place of the list's item that the window is about."""
    is_new: bool = False
    """The item is being added."""
    is_review: bool = False
    returns: bool = False
    """The page was opened from the review and leads back to it."""
    has_changed: bool = False

    @property
    def page(self) -> Page:
        return self.form.pages[self.draft.page]

    @property
    def values(self) -> Mapping[str, Any]:
        return self.draft.values

    def fields(self, values: Mapping[str, Any] | None = None) -> list[Field]:
        """What the window asks: the fields of the page, or those of the item."""
        values = self.values if values is None else values
        asked = [pickers.with_hosts(f, self.hosts) for f in active_fields(self.page, values)]
        if not self.item:
            return asked
        holder = list_at(asked, values, self.item[:-1])
        if holder is None:
            return []
        item = forms.value_at(values, self.item)
        inner = item_fields(holder, item if isinstance(item, Mapping) else {})
        return [pickers.with_hosts(forms.rooted(f, self.item), self.hosts) for f in inner]


def parent_item(item: Path) -> Path:
    """The item that a list's item stands in; nothing when the list is the page's own."""
    return next((item[:n] for n in range(len(item) - 1, 0, -1) if isinstance(item[n - 1], int)), ())


def list_at(fields: Sequence[Field], values: Mapping[str, Any], path: Path) -> Field | None:
    """The list of objects at a place, lists inside items included."""
    for field in forms.leaves(fields):
        if field.kind is not FieldKind.OBJECTS or path[: len(field.path)] != field.path:
            continue
        if field.path == path:
            return field
        place = path[: len(field.path) + 1]
        item = forms.value_at(values, place)
        inner = item_fields(field, item if isinstance(item, Mapping) else {})
        return list_at([forms.rooted(f, place) for f in inner], values, path)
    return None


def in_window(handler: Handler) -> Handler:
    """What goes wrong is said in the window that was used, not somewhere else; nothing is written then."""

    @functools.wraps(handler)
    def guarded(interaction: Interaction, scope: Scope) -> Reply | None:
        try:
            return handler(interaction, scope)
        except OutdatedStateError:
            raise
        except CallboardError as error:
            scope.uow.close(error)
            return Reply(view=views.note(error.user_text, emoji=":warning:"), view_mode="update")

    return guarded


def template_of(ref: str, actor: Actor, scope: Scope) -> tuple[Template, FormModel]:
    template = scope.services.scaffolder.template(scope.uow.connection, ref, actor)
    return template, read_form(template.parameters)


def opened(interaction: Interaction, scope: Scope) -> Opened:
    """Raises NotFoundError for a form that was submitted or whose template is gone, NotAllowedError for others'."""
    remembered = state.decode(interaction.metadata)
    draft = drafts.get(scope.uow.connection, str(remembered["d"]), interaction.actor.id)
    template, form = template_of(draft.template_ref, interaction.actor, scope)
    page = min(int(remembered.get("p", draft.page)), max(0, len(form.pages) - 1))
    return Opened(
        replace(draft, page=page), template, form, interaction.actor, pickers.configured_hosts(scope),
        part=int(remembered.get("s", 0)),
        item=tuple(remembered.get("i", ())),
        is_new=bool(remembered.get("n")),
        is_review=bool(remembered.get("rv")),
        returns=bool(remembered.get("r")),
        has_changed=remembered.get("h") not in {None, fingerprint(template)},
    )  # fmt: skip


def fingerprint(template: Template) -> str:
    """Tells whether the questions are still the same ones."""
    packed = orjson.dumps(template.parameters, option=orjson.OPT_SORT_KEYS, default=str)
    return hashlib.sha1(packed, usedforsecurity=False).hexdigest()[:10]


def entered(now: Opened, interaction: Interaction, scope: Scope) -> Opened:
    """With what the window holds. Further questions that the answers bring up are read too, where they were shown."""
    if not now.form.pages or now.is_review:
        return now
    values = now.values
    known_ref = functools.partial(pickers.ref_of, scope=scope)
    for _ in range(_ROUNDS):
        read = forms.read(now.fields(values), interaction.values, values, known_ref)
        if read == values:
            break
        values = read
    if not now.item:
        values = with_defaults(now.form, values)
    return replace(now, draft=replace(now.draft, values=values))


def saved(now: Opened, scope: Scope, reply: Reply | None) -> Reply | None:
    drafts.save(scope.uow.writing(), now.draft, now=scope.services.clock())
    return reply


def shown(now: Opened, scope: Scope, view: Mapping[str, Any]) -> Reply | None:
    """The draft kept, and another view in the same window."""
    return saved(now, scope, Reply(view=view, view_mode="update"))


def at_page(now: Opened, index: int, *, part: int = 0) -> Opened:
    return replace(now, draft=replace(now.draft, page=index), part=part, item=(), is_review=False)


def parts(now: Opened, scope: Scope) -> list[list[forms.Unit]]:
    """The window's fields, in as many portions as it takes modals."""
    return forms.parts_of(forms.units(now.fields(), now.values, pickers.titles(scope)))


def page_view(now: Opened, scope: Scope, *, problems: Sequence[str] = ()) -> dict[str, Any]:
    """The page of the draft, or the item, as far as this window goes."""
    portions = parts(now, scope)
    part = min(now.part, len(portions) - 1)
    pages = active_pages(now.form, now.values)
    position = next((n for n, p in enumerate(pages, 1) if p.index == now.draft.page), 1)
    progress = f"{position} of {len(pages)}" + (f", part {part + 1} of {len(portions)}" if len(portions) > 1 else "")
    place: dict[str, Any] = {"p": now.draft.page, "s": part, "h": fingerprint(now.template)}
    place |= {"r": 1} if now.returns else {}
    heading, description = now.page.title, now.page.description
    if now.item:
        place |= {"i": list(now.item)} | ({"n": 1} if now.is_new else {})
        holder = list_at(active_fields(now.page, now.values), now.values, now.item[:-1])
        heading, progress, description = (holder.title if holder else ""), f"number {int(now.item[-1]) + 1}", ""
    content = creation.PageShown(
        heading=heading or "Details",
        blocks=creation.blocks_of(portions[part]),
        place=place,
        description=description if part == 0 else "",
        problems=[*([_CHANGED] if now.has_changed else []), *problems],
        progress=progress,
        has_back=position > 1 or part > 0 or bool(now.item),
        submit="Done" if now.item else "Next",
    )
    return creation.page(now.draft, now.template, content)


def review_view(now: Opened, scope: Scope, *, problems: Sequence[str] = (), notice: str = "") -> dict[str, Any]:
    """All answers, what is still wrong with them, secrets, and where to report."""
    values = with_defaults(now.form, now.values)
    wrong = [f"{_where(now.form, e.path)}{e.message}" for e in validate_all(now.form, now.values)]
    pages = [
        creation.Reviewed(page.index, page.title, review(replace(now.form, pages=(page,)), values))
        for page in active_pages(now.form, values)
    ]
    place = {"p": now.draft.page, "rv": 1, "h": fingerprint(now.template)}
    asked: secrets.Asking | None = asking(now.template, now.form, values, owner=now.draft.id, scope=scope)
    changed = [_CHANGED] if now.has_changed else []
    return creation.review(
        now.draft, now.template, pages, problems=[*changed, *problems, *wrong], asked=asked, place=place,
        notice=notice,
    )  # fmt: skip


def _where(form: FormModel, path: Path) -> str:
    """The title of the field that an error is about."""
    if not path:
        return ""
    for page in form.pages:
        schema = page.schema.get("properties", {}).get(path[0])
        if isinstance(schema, Mapping):
            return f"{schema.get('title') or path[0]}: "
    return f"{path[0]}: "

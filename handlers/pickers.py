"""Options of pickers: entities that fit a field's filter, tags, words of one's own, and long lists of choices."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from blocks import forms, kit
from blocks.forms.elements import field_option
from callboard.chat import Actor
from callboard.errors import CallboardError
from callboard.ports import visible_to
from callboard.refs import parse_entity_ref
from catalog.queries.cursors import OrderBy
from catalog.queries.facets import facets_of
from catalog.queries.filters import parse_filters
from catalog.queries.listing import EntityQuery, page_of
from handlers.services import Scope
from scaffolder.forms import EntityOptions, Field, FieldKind
from search.names import NameIndex, NamesInSight

_MOST: Final = 5_000
_LOOSE: Final = 50.0
_NO_OPTIONS: Final = EntityOptions()
Options = list[dict[str, Any]]


def options_of(field: Field, actor: Actor, typed: str, scope: Scope) -> Options:
    """What a menu offers for what was typed; where anything may be entered, that itself comes last."""
    typed = typed.strip()
    if field.choices:
        wanted = typed.lower()
        fitting = [(i, c) for i, c in enumerate(field.choices) if wanted in c.title.lower()]
        return [field_option(i, c) for i, c in fitting[: kit.MAX_OPTIONS]]
    if field.kind is FieldKind.TAGS:
        return _tags(field, typed, scope)
    refs = fitting_refs(field.entity, actor, typed, scope, limit=kit.MAX_OPTIONS - 1)
    title_of = titles(scope)
    own = _own_words(field.entity or _NO_OPTIONS, typed)
    offered = [forms.entity_option(r, title_of(r)) for r in refs if r != own]
    if own is None or own in refs:
        return [forms.entity_option(r, title_of(r)) for r in refs]
    return [*offered, kit.option(f"Use “{typed}”", own, description="as typed")]


def _own_words(options: EntityOptions, typed: str) -> str | None:
    """What was typed as a value: read as a ref where it is one, else the text itself."""
    if not typed or not options.allow_arbitrary or options.my_groups:
        return None
    try:
        ref = parse_entity_ref(typed, default_kind=options.default_kind, default_namespace=options.default_namespace)
        value = str(ref).lower() if options.default_namespace is not None else typed
    except CallboardError:
        value = typed
    return value if len(value) <= kit.MAX_OPTION_VALUE else None


def _tags(field: Field, typed: str, scope: Scope) -> Options:
    """Tags that the catalog knows, and a new one."""
    kinds = [k.lower() for k in (field.entity.tag_kinds if field.entity else ())]
    among = parse_filters([",".join(f"kind={k}" for k in kinds)] if kinds else [])
    counted = facets_of(scope.uow.connection, ["metadata.tags"], among)["metadata.tags"]
    wanted = typed.lower().replace(" ", "-")
    found = [(tag, n) for tag, n in sorted(counted, key=lambda pair: (-pair[1], pair[0])) if wanted in tag.lower()]
    offered = [kit.option(t, t, description=f"on {n}") for t, n in found if len(t) <= kit.MAX_OPTION]
    fresh = wanted and len(wanted) <= kit.MAX_OPTION and wanted not in {t for t, _ in found}
    return [*offered[: kit.MAX_OPTIONS - 1], *([kit.option(wanted, wanted, description="a new tag")] if fresh else [])]


def only_option(field: Field, actor: Actor, scope: Scope) -> Any:
    """The value of a required picker that has one option and takes nothing else."""
    options = field.entity
    picks = field.kind is FieldKind.ENTITY and options is not None and field.required and not field.disabled
    if not picks or options is None or not options.auto_select or (options.allow_arbitrary and not options.my_groups):
        return None
    found = fitting_refs(options, actor, "", scope, limit=2)
    return found[0] if len(found) == 1 else None


def fitting_refs(options: EntityOptions | None, actor: Actor, typed: str, scope: Scope, *, limit: int) -> list[str]:
    """Refs to offer, the best match first; before anything is typed, the first ones by title."""
    options = options or _NO_OPTIONS
    names = known_names(actor, scope)
    typed = typed.strip()
    if options.my_groups:
        return [g for g in actor.groups if typed.lower() in f"{g} {names.title_of(g) or ''}".lower()][:limit]
    kinds = {k.lower() for f in options.filters for k in _texts(f.get("kind"))}
    if not _needs_query(options):
        if not typed:
            return names.first(kinds=kinds, limit=limit)
        return [m.ref for m in names.find(typed, kinds=kinds, limit=limit, cutoff=_LOOSE)]
    allowed = {ref for ref in _allowed(options, actor, scope) if ref in names}
    if not typed:
        return sorted(allowed, key=lambda ref: (names.title_of(ref) or ref).lower())[:limit]
    return [m.ref for m in names.find(typed, kinds=kinds, limit=_MOST, cutoff=_LOOSE) if m.ref in allowed][:limit]


def known_names(actor: Actor, scope: Scope) -> NameIndex:
    """The names that somebody may know of, as they are now."""
    names, visible = scope.services.names, visible_to(scope.services.authorizer, actor)
    names.refresh()
    return NamesInSight(names, visible) if visible else names


def fits(options: EntityOptions, ref: str, actor: Actor, scope: Scope) -> bool:
    """Whether a picker offers this entity."""
    kinds = {k.lower() for f in options.filters for k in _texts(f.get("kind"))}
    if kinds and ref.partition(":")[0] not in kinds:
        return False
    return not _needs_query(options) or ref in _allowed(options, actor, scope, only=ref)


def _needs_query(options: EntityOptions) -> bool:
    return options.owned_only or any(set(f) - {"kind"} for f in options.filters)


def _allowed(options: EntityOptions, actor: Actor, scope: Scope, *, only: str | None = None) -> set[str]:
    """Everything that one of the filters lets through, up to a bound that no menu shows; or `only`, if it does."""
    owned = [f"relations.ownedBy={ref}" for ref in (actor.ref, *actor.groups) if ref] if options.owned_only else []
    if options.owned_only and not owned:
        return set()
    name = [f"metadata.name={only.rpartition('/')[2]}"] if only else []
    texts = [",".join((*_conditions(f), *owned, *name)) for f in options.filters or ({},)]
    query = EntityQuery(parse_filters(texts), OrderBy("metadata.name"), limit=_MOST, count=False)
    return {row.ref for row in page_of(scope.uow.connection, query).items}


def _conditions(wanted: Mapping[str, Any]) -> Iterator[str]:
    """A picker's `catalogFilter` in the words of the API's `filter`."""
    for key, value in wanted.items():
        if isinstance(value, Mapping):
            yield key  # `{exists: true}`
        else:
            yield from (f"{key}={v}" for v in _texts(value))


def _texts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [str(v) for v in value]
    return [] if value is None or isinstance(value, Mapping) else [str(value)]


def titles(scope: Scope) -> Callable[[str], str]:
    """What refs are called; a ref that nothing has is its own title."""
    names = scope.services.names
    return lambda ref: names.title_of(ref) or ref


def ref_of(value: str, scope: Scope) -> str:
    """The ref that a menu's value stands for: itself, unless it was too long for one."""
    if not value.startswith("~"):
        return value
    known = scope.services.names.first(limit=len(scope.services.names))
    return next((r for r in known if len(r) > kit.MAX_OPTION_VALUE and forms.short_ref(r) == value), value)


def template_ref(value: str, actor: Actor, scope: Scope) -> str:
    """The same for the menu of templates."""
    if not value.startswith("~"):
        return value
    known = scope.services.scaffolder.templates(scope.uow.connection, actor)
    return next((t.ref for t in known if forms.short_ref(t.ref) == value), value)


def with_hosts(field: Field, hosts: tuple[str, ...]) -> Field:
    """A repository picker that names no host offers those that this installation has credentials for."""
    inner = tuple(with_hosts(f, hosts) for f in field.fields) if field.kind is FieldKind.GROUP else field.fields
    if field.kind is not FieldKind.REPO_URL or field.repo is None or field.repo.hosts or not hosts:
        return replace(field, fields=inner) if inner else field
    return replace(field, repo=replace(field.repo, hosts=hosts))


def configured_hosts(scope: Scope) -> tuple[str, ...]:
    integrations = scope.services.config.integrations
    return tuple(dict.fromkeys([*(i.host for i in integrations.github), *(i.host for i in integrations.git)]))

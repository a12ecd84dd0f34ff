"""Options of pickers: entities that fit a field's filter and what was typed."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from callboard.chat import Actor
from catalog.queries.cursors import OrderBy
from catalog.queries.filters import parse_filters
from catalog.queries.listing import EntityQuery, page_of
from handlers.services import Scope
from scaffolder.forms import EntityOptions

_MOST: Final = 5_000
_LOOSE: Final = 50.0
_NO_OPTIONS: Final = EntityOptions()


def fitting_refs(options: EntityOptions | None, actor: Actor, typed: str, scope: Scope, *, limit: int) -> list[str]:
    """Refs to offer, the best match first; before anything is typed, the first ones by title."""
    options = options or _NO_OPTIONS
    names = scope.services.names
    names.refresh()
    typed = typed.strip()
    if options.my_groups:
        return [g for g in actor.groups if typed.lower() in f"{g} {names.title_of(g) or ''}".lower()][:limit]
    kinds = {k.lower() for f in options.filters for k in _texts(f.get("kind"))}
    if not _needs_query(options):
        if not typed:
            return names.first(kinds=kinds, limit=limit)
        return [m.ref for m in names.find(typed, kinds=kinds, limit=limit, cutoff=_LOOSE)]
    allowed = _allowed(options, actor, scope)
    if not typed:
        return sorted(allowed, key=lambda ref: (names.title_of(ref) or ref).lower())[:limit]
    return [m.ref for m in names.find(typed, kinds=kinds, limit=_MOST, cutoff=_LOOSE) if m.ref in allowed][:limit]


def _needs_query(options: EntityOptions) -> bool:
    return options.owned_only or any(set(f) - {"kind"} for f in options.filters)


def _allowed(options: EntityOptions, actor: Actor, scope: Scope) -> set[str]:
    """Everything that one of the filters lets through, up to a bound that no menu shows."""
    owned = [f"relations.ownedBy={ref}" for ref in (actor.ref, *actor.groups) if ref] if options.owned_only else []
    if options.owned_only and not owned:
        return set()
    texts = [",".join((*_conditions(f), *owned)) for f in options.filters or ({},)]
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

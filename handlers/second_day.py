"""Templates that do something with an entity that exists: offered on its card, with the entity filled in."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import orjson

from blocks import forms
from callboard.chat import Actor
from catalog.model import Entity
from handlers import pickers
from handlers.services import Scope
from scaffolder import queries
from scaffolder.forms import Field, FieldKind, active_fields, read_form
from scaffolder.forms.model import Path
from scaffolder.model import TemplateSummary

_PICKERS: Final = frozenset({"EntityPicker", "OwnedEntityPicker"})
_MOST_REMEMBERED: Final = 2_000


@dataclass(frozen=True, slots=True)
class EntityAction:
    """A template, and the parameter that takes the entity."""

    template: TemplateSummary
    parameter: Path
    ref: str

    @property
    def values(self) -> dict[str, Any]:
        return forms.put({}, self.parameter, self.ref)


def actions_for(entity: Entity, actor: Actor, scope: Scope) -> list[EntityAction]:
    """What the person may do with the entity: templates whose first required entity picker takes it.

    A picker that is optional, or that takes any entity, belongs to a template that makes something new.
    """
    connection = scope.uow.connection
    places: dict[str, Path] = {}
    for ref, document in queries.template_documents(connection):
        for field in _entity_fields((document.get("spec") or {}).get("parameters")):
            options = field.entity
            if options is not None and options.filters and pickers.fits(options, entity.ref, actor, scope):
                places.setdefault(ref, field.path)
    runnable = scope.services.scaffolder.templates(connection, actor) if places else []
    return [EntityAction(t, places[t.ref], entity.ref) for t in runnable if t.ref in places]


_known: dict[bytes, tuple[Field, ...]] = {}


def _entity_fields(parameters: Any) -> tuple[Field, ...]:
    """The required entity pickers with a filter on the first page; remembered, because cards ask often."""
    packed = orjson.dumps(parameters, default=str)
    if not any(p.encode() in packed for p in _PICKERS):
        return ()
    key = hashlib.sha1(packed, usedforsecurity=False).digest()
    if key not in _known:
        if len(_known) >= _MOST_REMEMBERED:
            _known.clear()
        _known[key] = tuple(_first_page(parameters))
    return _known[key]


def _first_page(parameters: Any) -> Iterator[Field]:
    pages = read_form(parameters).pages
    for field in forms.leaves(active_fields(pages[0], {})) if pages else ():
        named = field.schema.get("ui:field")
        if field.kind is FieldKind.ENTITY and named in _PICKERS and field.required:
            yield field

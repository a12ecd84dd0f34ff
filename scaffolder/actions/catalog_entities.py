"""`catalog:fetch` reads entities, `catalog:write` writes a catalog file."""

from collections.abc import Mapping
from typing import Any

import yaml
from pydantic import Field

from callboard.errors import InputError, NotFoundError, nearest
from callboard.refs import parse_entity_ref
from catalog.queries.lookup import get_entity
from scaffolder import queries
from scaffolder.actions.base import Action, ActionContext, Example, Fields
from scaffolder.texts import encoded


class FetchInput(Fields):
    entity_ref: str | None = None
    entity_refs: list[str] | None = None
    optional: bool = False
    default_kind: str | None = None
    default_namespace: str | None = None


class FetchOutput(Fields):
    entity: dict[str, Any] | None = None
    entities: list[Any] | None = None


class WriteInput(Fields):
    file_path: str = "catalog-info.yaml"
    entity: dict[str, Any] = Field(description="The whole entity as an object.")


def _fetch(context: ActionContext, given: FetchInput) -> Mapping[str, Any]:
    if given.entity_ref is not None and given.entity_refs is not None:
        raise InputError("Give `entityRef` or `entityRefs`, not both.")
    if given.entity_ref is not None:
        return {"entity": _entity(context, given, given.entity_ref)}
    if given.entity_refs is not None:
        return {"entities": [_entity(context, given, ref) for ref in given.entity_refs]}
    if given.optional:
        return {}
    raise InputError("Missing entity reference or references", hint="Give `entityRef` or `entityRefs`.")


def _entity(context: ActionContext, given: FetchInput, text: str) -> dict[str, Any] | None:
    namespace = given.default_namespace or "default"
    ref = str(parse_entity_ref(text, default_kind=given.default_kind, default_namespace=namespace))
    with context.services.database.read() as connection:
        found = get_entity(connection, ref)
        if found is None and not given.optional:
            near = nearest(ref, queries.refs_of_kind(connection, ref.partition(":")[0]))
            hint = f"Did you mean {' or '.join(f'`{n}`' for n in near)}?" if near else None
            raise NotFoundError(f"Entity {ref} not found", hint=hint)
    if found is None:
        return None
    relations = [{"type": kind, "targetRef": target} for kind, target in found.relations]
    return {**found.document, "relations": relations}


def _write(context: ActionContext, given: WriteInput) -> Mapping[str, Any] | None:
    metadata = given.entity.get("metadata")
    if not isinstance(metadata, dict):
        raise InputError("The entity to write has no `metadata`.", hint="It needs at least `metadata.name`.")
    annotations = dict(metadata.get("annotations") or {})
    if context.template_ref:
        annotations["backstage.io/source-template"] = context.template_ref
    entity = {**given.entity, "metadata": {**metadata, "annotations": annotations}}
    target = context.workspace.place(given.file_path)
    context.tell(f"Writing {given.file_path}")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    target.write_bytes(encoded(yaml.safe_dump(entity, sort_keys=False, allow_unicode=True)))
    return None


FETCH = Action(
    id="catalog:fetch",
    description="Reads one entity or several from the catalog.",
    input=FetchInput,
    output=FetchOutput,
    run=_fetch,
    supports_dry_run=True,
    examples=(
        Example(
            "Look something up that may not exist",
            [{"action": "catalog:fetch", "input": {"entityRef": "component:default/nothing", "optional": True}}],
        ),
    ),
)
WRITE = Action(
    id="catalog:write",
    description="Writes an entity into a catalog file of the workspace.",
    input=WriteInput,
    run=_write,
    supports_dry_run=True,
    examples=(
        Example(
            "Write a component",
            [
                {
                    "action": "catalog:write",
                    "input": {
                        "entity": {
                            "apiVersion": "backstage.io/v1alpha1",
                            "kind": "Component",
                            "metadata": {"name": "seat-map"},
                            "spec": {"type": "service", "lifecycle": "production", "owner": "team-a"},
                        }
                    },
                }
            ],
            leaves=["catalog-info.yaml"],
        ),
    ),
)

"""The neighbourhood of entities as nodes and edges; not part of Backstage's API."""

from typing import Any, Final

from fastapi import APIRouter, Request, Response

from api.catalog import documentation as doc
from api.catalog.shown import may_read
from api.reading import QueryParameters
from api.replies import reading, value_reply
from api.services import ApiServices
from callboard.errors import InputError, NotFoundError
from catalog.queries.conditions import canonical_ref
from catalog.queries.neighbourhood import Neighbourhood, Node, around

_DIRECTIONS: Final = ("both", "outgoing", "incoming")
_MAX_DEPTH: Final = 10
_MAX_ROOTS: Final = 50
_GRAPH: Final = doc.properties(
    ["nodes", "edges", "truncated"],
    nodes=doc.array_of({"type": "object"}),
    edges=doc.array_of(doc.properties(["from", "to", "type"], type=doc.STRING, to=doc.STRING)),
    truncated={"type": "boolean"},
)


def add_routes(router: APIRouter, services: ApiServices) -> None:
    """One endpoint."""

    @router.get(
        "/graph",
        summary="Nodes and edges around entities",
        responses=doc.answers("The graph; `truncated` when it was too large", _GRAPH, errors=[404]),
        openapi_extra=doc.described(
            [
                doc.query("ref", "Where to begin.", example="component:default/petstore", many=True, required=True),
                doc.query("depth", "How many steps.", example=2, schema={**doc.COUNT, "maximum": _MAX_DEPTH}),
                doc.query("direction", "Along relations or against them.", schema={"enum": list(_DIRECTIONS)}),
                doc.query("kind", "Only nodes of this kind.", example="component", many=True),
                doc.query("relation", "Only relations of this type.", example="dependsOn", many=True),
            ]
        ),
    )
    async def graph(request: Request) -> Response:
        asked = QueryParameters(request)
        roots = [_root(text) for text in asked.many("ref")]
        if not 0 < len(roots) <= _MAX_ROOTS:
            raise InputError(f"request/query/ref must be given 1 to {_MAX_ROOTS} times")
        depth = asked.integer("depth", 1)
        if depth > _MAX_DEPTH:
            raise InputError(f"request/query/depth must be <= {_MAX_DEPTH}")
        direction: Any = asked.choice("direction", _DIRECTIONS)
        kinds = {k.lower() for k in asked.many("kind")}
        types = set(asked.many("relation"))
        if not may_read(request):
            raise NotFoundError(f"Entity {roots[0]} not found")
        found = await reading(
            services.database,
            lambda c: around(c, roots, depth=depth, direction=direction, kinds=kinds, types=types),
        )
        if not found.nodes:
            raise NotFoundError(f"Entity {roots[0]} not found")
        return value_reply(_shown(found))


def _root(text: str) -> str:
    ref = canonical_ref(text)
    if ref is None:
        raise InputError(f"request/query/ref must be a full entity ref like component:default/petstore, not {text!r}")
    return ref


def _shown(found: Neighbourhood) -> dict[str, Any]:
    return {
        "nodes": [_node(node) for node in found.nodes],
        "edges": [{"from": e.source, "to": e.target, "type": e.type} for e in found.edges],
        "truncated": found.truncated,
    }


def _node(node: Node) -> dict[str, Any]:
    shown: dict[str, Any] = {"ref": node.ref, "depth": node.depth, "exists": node.summary is not None}
    if node.summary is not None:
        summary = node.summary
        shown |= {"kind": summary.kind, "title": summary.title, "type": summary.type, "owner": summary.owner}
        shown |= {"lifecycle": summary.lifecycle}
    return shown

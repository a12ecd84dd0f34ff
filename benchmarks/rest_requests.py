"""The requests that the REST API is measured by, made for whatever catalog a server has."""

import json
import random
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote
from urllib.request import Request, urlopen

from benchmarks.rest_server import TOKEN

REQUESTS: Final = 400
_TABLE: Final = "/entities/by-query?limit=20&orderField=metadata.name,asc&filter=kind=component"
_HEADERS: Final = f"Host: x\r\nAuthorization: Bearer {TOKEN}\r\n"
_NAMES: Final = "fullTextFilterFields=metadata.name,metadata.title"


@dataclass(frozen=True, slots=True)
class Known:
    """What of a catalog the requests name."""

    names: list[str]
    spec_owners: list[str]
    words: list[str]
    targets: list[str]


def look_around(port: int) -> Known:
    listed: list[dict[str, Any]] = json.loads(call(port, "/entities/by-query?filter=kind=component&limit=2000"))[
        "items"
    ]
    names = [e["metadata"]["name"] for e in listed]
    related = {r["targetRef"] for e in listed for r in e["relations"] if r["type"] == "dependsOn"}
    return Known(
        names=names,
        spec_owners=sorted({e["spec"]["owner"] for e in listed}),
        words=sorted({word for name in names for word in name.split("-") if word.isalpha() and len(word) > 3}),
        targets=sorted(related),
    )


def requests(known: Known) -> dict[str, list[str]]:
    """By the name of their line; the same catalog gives the same requests."""
    chance = random.Random(7)

    def some(values: list[str]) -> list[str]:
        return [quote(chance.choice(values)) for _number in range(REQUESTS)]

    refs = [f"component:default/{name}" for name in known.names]
    fifty = [{"entityRefs": chance.sample(refs, 50)} for _number in range(REQUESTS)]
    return {
        "by name": [get(f"/entities/by-name/component/default/{n}") for n in some(known.names)],
        "50 by their refs": [post("/entities/by-refs", body) for body in fifty],
        "kind and owner": [get(f"/entities?filter=kind=component,spec.owner={o}") for o in some(known.spec_owners)],
        "the UI's default table": [get(f"{_TABLE},spec.type={t}") for t in some(["service", "website", "library"])],
        "full text on names": [get(f"{_TABLE}&fullTextFilterTerm={w}&{_NAMES}") for w in some(known.words)],
        "facets of two keys": [get("/entity-facets?facet=spec.type&facet=spec.lifecycle&filter=kind=component")],
        "relation filter": [get(f"/entities?filter=relations.dependsOn={t}") for t in some(known.targets)],
        "ancestry": [get(f"/entities/by-name/component/default/{n}/ancestry") for n in some(known.names)],
    }


def call(port: int, path: str, body: object = None) -> bytes:
    """One request that isn't measured."""
    content = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"}
    with urlopen(Request(f"http://127.0.0.1:{port}/api/catalog{path}", content, headers)) as answer:
        found: bytes = answer.read()
        return found


def get(path: str) -> str:
    return f"GET /api/catalog{path} HTTP/1.1\r\n{_HEADERS}\r\n"


def post(path: str, body: object) -> str:
    content = json.dumps(body)
    head = f"POST /api/catalog{path} HTTP/1.1\r\n{_HEADERS}Content-Type: application/json\r\n"
    return f"{head}Content-Length: {len(content)}\r\n\r\n{content}"

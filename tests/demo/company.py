"""The demo company as plain YAML and JSON, read without any of the product's code."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DEMO = Path(__file__).parents[2] / "demo"
ALL = DEMO / "catalog" / "all.yaml"
REF = re.compile(r"^(?:(?P<kind>[a-z]+):)?(?:(?P<namespace>[a-z-]+)/)?(?P<name>[a-z0-9.-]+)$")
RELATIONS = {
    "owner": "group",
    "system": "system",
    "domain": "domain",
    "subdomainOf": "domain",
    "parent": "group",
    "memberOf": "group",
    "children": "group",
    "providesApis": "api",
    "consumesApis": "api",
    "dependsOn": None,
}


@dataclass(frozen=True)
class Entity:
    file: Path
    document: dict[str, Any]

    @property
    def kind(self) -> str:
        return str(self.document["kind"]).lower()

    @property
    def ref(self) -> str:
        return f"{self.kind}:{self.document['metadata']['name']}"

    @property
    def spec(self) -> dict[str, Any]:
        spec = self.document["spec"]
        assert isinstance(spec, dict)
        return spec

    @property
    def annotations(self) -> dict[str, Any]:
        annotations = self.document["metadata"].get("annotations", {})
        assert isinstance(annotations, dict)
        return annotations

    def targets(self) -> Iterator[tuple[str, str]]:
        """Each relation of the spec with the ref that it names, in short form."""
        for field, default_kind in RELATIONS.items():
            value = self.spec.get(field, [])
            for text in value if isinstance(value, list) else [value]:
                yield field, short_ref(text, default_kind)


def short_ref(text: str, default_kind: str | None = None) -> str:
    found = REF.match(text)
    assert found, f"{text} is not an entity reference"
    kind = found["kind"] or default_kind
    assert kind, f"{text} needs a kind"
    return f"{kind}:{found['name']}"


def read(file: Path) -> Iterator[Entity]:
    for document in yaml.safe_load_all(file.read_text("utf-8")):
        yield Entity(file, document)


@cache
def registered_files() -> tuple[Path, ...]:
    """What the targets of the root Location reach."""
    (root,) = read(ALL)
    found = {file.resolve() for target in root.spec["targets"] for file in ALL.parent.glob(target.removeprefix("./"))}
    return tuple(sorted(found))


@cache
def entities() -> tuple[Entity, ...]:
    return tuple(entity for file in registered_files() for entity in read(file))


@cache
def by_ref() -> dict[str, Entity]:
    return {entity.ref: entity for entity in entities()}


def of_kind(kind: str) -> list[Entity]:
    return [entity for entity in entities() if entity.kind == kind]


@cache
def repository_entities() -> tuple[Entity, ...]:
    files = sorted(DEMO.glob("github*/*/catalog-info.yaml"))
    return tuple(entity for file in files for entity in read(file))


@cache
def workspace() -> dict[str, Any]:
    seed = json.loads((DEMO / "workspace.json").read_text("utf-8"))
    assert isinstance(seed, dict)
    return seed


def wrong_on_purpose() -> str:
    """The section of the README that owns up to the faults."""
    text = (DEMO / "README.md").read_text("utf-8")
    return text.split("## Wrong on purpose", 1)[1].split("\n## ", 1)[0]

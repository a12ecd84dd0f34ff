"""A made-up organisation of any size: the same number and seed give the same files.

Kinds, relations and text per entity are about what large installations report: two fifths of the entities are
components, a quarter people, APIs carry OpenAPI texts, some teams own far more than others.
"""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PER_FILE = 500
_SHARES = {"Group": 0.05, "User": 0.23, "Domain": 0.006, "System": 0.045, "Resource": 0.12, "API": 0.17}
_WORDS = [
    "acorn",
    "basin",
    "cedar",
    "delta",
    "ember",
    "fjord",
    "grove",
    "harbor",
    "island",
    "jetty",
    "kelp",
    "lagoon",
    "meadow",
    "nectar",
    "oasis",
    "prairie",
    "quarry",
    "reef",
    "summit",
    "tundra",
    "upland",
    "valley",
    "willow",
    "zephyr",
    "amber",
    "birch",
    "coral",
    "dune",
    "estuary",
    "fern",
    "glacier",
    "heath",
    "inlet",
    "juniper",
    "knoll",
]
_TAGS = [
    "java",
    "go",
    "python",
    "web",
    "batch",
    "public",
    "internal",
    "pii",
    "tier1",
    "tier2",
    "tier3",
    "kafka",
    "grpc",
    "rest",
    "ml",
]


class Organisation:
    """Names first, then documents that mention each other."""

    def __init__(self, size: int, seed: int = 1) -> None:
        self._random = random.Random(seed * 7919 + size)
        counts = {kind: max(2, round(size * share)) for kind, share in _SHARES.items()}
        counts["Component"] = size - sum(counts.values())
        self.names = {kind: [self._name(kind, n) for n in range(count)] for kind, count in counts.items()}
        self._providers = {api: self._one("Component") for api in self.names["API"]}
        self._provided: dict[str, list[str]] = {}
        for api, component in self._providers.items():
            self._provided.setdefault(component, []).append(api)

    def documents(self) -> list[dict[str, Any]]:
        """All entities, shuffled as a crawl over repositories would find them."""
        makers = {
            "Group": self._group, "User": self._user, "Domain": self._domain, "System": self._system,
            "Resource": self._resource, "API": self._api, "Component": self._component,
        }  # fmt: skip
        found = [makers[kind](name) for kind, names in self.names.items() for name in names]
        self._random.shuffle(found)
        return found

    def _name(self, kind: str, number: int) -> str:
        return f"{self._random.choice(_WORDS)}-{self._random.choice(_WORDS)}-{kind[0].lower()}{number:05x}"

    def _one(self, kind: str) -> str:
        """Low numbers are named more often: some teams, systems and APIs are everybody's."""
        names = self.names[kind]
        return names[int(len(names) * self._random.random() ** 1.8)]

    def _some(self, kind: str, most: int) -> list[str]:
        return sorted({self._one(kind) for _ in range(self._random.randint(0, most))})

    def _entity(self, kind: str, name: str, spec: dict[str, Any], **metadata: Any) -> dict[str, Any]:
        words = " ".join(self._random.choices(_WORDS, k=8))
        about = {"name": name, "description": f"Handles {words}.", **metadata}
        return {"apiVersion": "backstage.io/v1alpha1", "kind": kind, "metadata": about, "spec": spec}

    def _group(self, name: str) -> dict[str, Any]:
        top = self.names["Group"][0]
        spec = {
            "type": "team",
            "children": [],
            "profile": {"displayName": name.title(), "email": f"{name}@example.com"},
        }
        return self._entity("Group", name, spec if name == top else {**spec, "parent": top})

    def _user(self, name: str) -> dict[str, Any]:
        profile = {
            "displayName": name.title(),
            "email": f"{name}@example.com",
            "picture": f"https://img.example.com/{name}",
        }
        logins = {"github.com/user-login": name}
        return self._entity("User", name, {"profile": profile, "memberOf": [self._one("Group")]}, annotations=logins)

    def _domain(self, name: str) -> dict[str, Any]:
        return self._entity("Domain", name, {"owner": self._one("Group")}, title=name.title())

    def _system(self, name: str) -> dict[str, Any]:
        return self._entity("System", name, {"owner": self._one("Group"), "domain": self._one("Domain")})

    def _resource(self, name: str) -> dict[str, Any]:
        return self._entity("Resource", name, {"type": "database", **self._home()})

    def _home(self) -> dict[str, Any]:
        return {"owner": self._one("Group"), "system": self._one("System")}

    def _lifecycle(self) -> str:
        return self._random.choices(["production", "experimental", "deprecated"], [78, 14, 8])[0]

    def _component(self, name: str) -> dict[str, Any]:
        spec: dict[str, Any] = {"type": "service", "lifecycle": self._lifecycle(), **self._home()}
        used = [f"resource:{r}" for r in self._some("Resource", 2)] + [
            f"component:{c}" for c in self._some("Component", 1)
        ]
        lists = {"providesApis": self._provided.get(name, []), "consumesApis": self._some("API", 3), "dependsOn": used}
        slug = {"github.com/project-slug": f"acme/{name}", "backstage.io/techdocs-ref": "dir:."}
        extra = {"tags": sorted(self._random.sample(_TAGS, 3)), "labels": {"tier": str(self._random.randint(1, 4))}}
        return self._entity("Component", name, spec | {k: v for k, v in lists.items() if v}, annotations=slug, **extra)

    def _api(self, name: str) -> dict[str, Any]:
        paths = {f"/{w}/{{id}}": {"get": {"summary": f"Read a {w}", "responses": {"200": {"description": "found"}}}}
                 for w in self._random.sample(_WORDS, 4)}  # fmt: skip
        definition = json.dumps(
            {"openapi": "3.0.3", "info": {"title": name, "version": "1.0.0"}, "paths": paths}, indent=1
        )
        return self._entity("API", name, {"type": "openapi", "lifecycle": self._lifecycle(), **self._home(),
                                          "definition": definition})  # fmt: skip


def write(folder: Path, size: int) -> Path:
    """Files of 500 entities each and one that names them all, which is returned."""
    import yaml

    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    folder.mkdir(parents=True, exist_ok=True)
    names = []
    for number, some in enumerate(_slices(Organisation(size).documents())):
        names.append(f"org-{number:04}.yaml")
        text = yaml.dump_all(some, Dumper=dumper, sort_keys=False, explicit_start=True, width=1000)
        (folder / names[-1]).write_text(text, encoding="utf-8")
    spec = {"type": "file", "targets": [f"./{name}" for name in names]}
    root = {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Location",
        "metadata": {"name": "organisation"},
        "spec": spec,
    }
    (folder / "all.yaml").write_text(yaml.dump(root, Dumper=dumper, sort_keys=False), encoding="utf-8")
    return folder / "all.yaml"


def _slices(documents: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(documents), PER_FILE):
        yield documents[start : start + PER_FILE]

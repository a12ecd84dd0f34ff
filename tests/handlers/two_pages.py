"""A template of two pages, and what became of it."""

from typing import Any

from tests.scaffolder.bench import Bench

STEPS = [{"id": "s", "action": "debug:log", "input": {"message": "Hello ${{ parameters.name }}"}}]
NAME = {"name": {"type": "string", "title": "Name", "pattern": "^[a-z-]+$"}}
TWO_PAGES: list[dict[str, Any]] = [
    {"title": "First", "required": ["name"], "properties": NAME},
    {
        "title": "Second",
        "properties": {"database": {"type": "boolean", "title": "Database?"}},
        "dependencies": {
            "database": {
                "oneOf": [
                    {"properties": {"database": {"const": False}}},
                    {
                        "required": ["days"],
                        "properties": {
                            "database": {"const": True},
                            "days": {"type": "integer", "title": "Days", "default": 30, "maximum": 99},
                        },
                    },
                ]
            }
        },
    },
]


def template(bench: Bench, parameters: Any = None, name: str = "t1", **more: Any) -> str:
    return bench.template({"parameters": parameters or TWO_PAGES, "steps": STEPS, **more}, name=name)


def parameters_of(bench: Bench) -> dict[str, Any]:
    """What the newest run was started with."""
    spec = next(s for s in reversed(bench.jobs.specs) if "run" in s)
    return dict(bench.view(str(spec["run"])).values)


def runs(bench: Bench) -> set[str]:
    return {str(s["run"]) for s in bench.jobs.specs if "run" in s}

"""The templates point at files that exist and at steps that ran before."""

import re

import pytest

from tests.demo.company import Entity, of_kind

NAME_PATTERN = "^[a-z][a-z0-9-]{1,40}$"
TEMPLATES = [t for t in of_kind("template") if t.spec["type"] != "second-day"]  # those have a test of their own
each_template = pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.ref)


def pages(template: Entity) -> list[dict[str, object]]:
    parameters = template.spec["parameters"]
    return parameters if isinstance(parameters, list) else [parameters]


def properties(template: Entity) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for page in pages(template):
        assert isinstance(page["properties"], dict)
        found |= page["properties"]
    return found


@each_template
def test_name_is_checked_and_explained(template: Entity) -> None:
    name = properties(template)["name"]

    assert name["pattern"] == NAME_PATTERN
    assert name["ui:help"]
    assert re.match(NAME_PATTERN, str(name["ui:placeholder"]))
    assert not re.match(NAME_PATTERN, "Interval Drinks")


@each_template
def test_skeleton_of_every_choice_exists(template: Entity) -> None:
    languages = properties(template).get("language", {}).get("enum", [""])
    assert isinstance(languages, list)
    fetched = [step["input"]["url"] for step in template.spec["steps"] if step["action"] == "fetch:template"]

    assert fetched
    for url in fetched:
        for language in languages:
            folder = template.file.parent / url.replace("${{ parameters.language }}", language)
            assert folder.is_dir(), folder


@each_template
def test_steps_create_a_repository_and_register_it(template: Entity) -> None:
    steps = {step["id"]: step for step in template.spec["steps"]}

    assert steps["publish"]["input"]["repoUrl"] == "local?owner=gods-and-stalls&repo=${{ parameters.name }}"
    assert "steps['publish'].output" in steps["register"]["input"]["repoContentsUrl"]
    assert list(steps)[-2:] == ["publish", "register"]
    assert len(steps) == len(template.spec["steps"])


@each_template
def test_every_parameter_used_is_asked_for(template: Entity) -> None:
    text = template.file.read_text("utf-8")
    asked = set(re.findall(r"^\s+(\w+):\n\s+title:", text, re.MULTILINE))

    assert set(re.findall(r"parameters\.(\w+)", text)) <= asked

"""Skeletons of cookiecutter: what they give, and what they can't do."""

import json
from typing import Any

import pytest

from scaffolder.dry_run import DryRun
from tests.scaffolder.bench import Bench
from tests.scaffolder.test_dry_run import dry

BINARY = b"\x89PNG\0\xff{{ cookiecutter.name }}"


def cook(local: Bench, files: dict[str, str | bytes], values: dict[str, Any] | None = None, **more: Any) -> DryRun:
    for name, content in files.items():
        local.file(f"skeleton/{name}", content)
    given = {"url": "./skeleton", "values": {"name": "svc"} if values is None else values, **more}
    return dry(local, [{"action": "fetch:cookiecutter", "input": given}])


def refusal(result: DryRun) -> str:
    assert result.error is not None
    assert result.files == ()
    return result.error.message


def test_skeleton_is_rendered_as_cookiecutter_renders_it(local: Bench) -> None:
    local.file("skeleton/run.sh", "echo {{ cookiecutter.name }}", 0o755)
    files: dict[str, str | bytes] = {
        "cookiecutter.json": json.dumps({"name": "nobody", "slug": "{{ cookiecutter.name | slugify }}"}),
        "{{cookiecutter.slug}}/info.txt": "{{ cookiecutter.name | upper }} ${{ '{{' }} x }}\n",
        "raw.txt": "{{ x }}",
        "logo.png": BINARY,
    }

    result = cook(local, files, {"name": "Seat map"}, copyWithoutRender=["raw.txt"], targetPath="out")

    assert result.error is None
    assert {f.path: f.data for f in result.files} == {
        "out/run.sh": b"echo Seat map",
        "out/seat-map/info.txt": b"SEAT MAP ${{ x }}\n",
        "out/raw.txt": b"{{ x }}",
        "out/logo.png": BINARY,
    }
    assert {f.path for f in result.files if f.executable} == {"out/run.sh"}


def test_hooks_are_refused(local: Bench) -> None:
    result = cook(local, {"hooks/post_gen_project.py": "raise SystemExit", "a.txt": "a"})

    assert refusal(result) == (
        "The skeleton has hooks (post_gen_project.py), which are programs and are not run. "
        "Remove `hooks/`, and do their work in further steps."
    )


@pytest.mark.parametrize("where", ["the step", "the skeleton", "the values"])
def test_extensions_are_refused(local: Bench, where: str) -> None:
    files: dict[str, str | bytes] = {"a.txt": "a"}
    if where == "the skeleton":
        files["cookiecutter.json"] = '{"_extensions": ["os.path"]}'
    values = {"_extensions": ["os.path"]} if where == "the values" else None

    result = cook(local, files, values, **({"extensions": ["os.path"]} if where == "the step" else {}))

    assert "Extensions of cookiecutter are Python programs and are not loaded." in refusal(result)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ('{"templates": {"a": {"path": "/etc"}}}', "`templates` in cookiecutter.json leads to another skeleton."),
        ('{"_jinja2_env_vars": {"cache_size": 1}}', "`_jinja2_env_vars` may set lstrip_blocks and trim_blocks only."),
        ("{", "cookiecutter.json of the skeleton is not JSON"),
        ("[]", "cookiecutter.json of the skeleton should hold an object."),
    ],
)
def test_settings_that_lead_elsewhere_are_refused(local: Bench, settings: str, message: str) -> None:
    assert message in refusal(cook(local, {"cookiecutter.json": settings, "a.txt": "a"}))


@pytest.mark.parametrize("name", ["../../../x", "/nowhere/x"])
def test_names_that_lead_out_are_refused(local: Bench, name: str) -> None:
    result = cook(local, {"{{cookiecutter.name}}": "out"}, {"name": name})

    assert "It writes outside of its folder, which is not allowed." in refusal(result)


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ lipsum.__globals__.os.system('true') }}",
    ],
)
def test_insides_of_python_are_out_of_reach(local: Bench, text: str) -> None:
    said = refusal(cook(local, {"a.txt": text}))

    assert "unsafe" in said or "undefined" in said or "has no attribute" in said, said


def test_files_outside_of_the_skeleton_can_not_be_included(local: Bench) -> None:
    local.file("secret.txt", "s3cr3t")

    assert "TemplateNotFound" in refusal(cook(local, {"a.txt": "{% include '../../../secret.txt' %}"}))


def test_mistake_in_a_skeleton_is_told(local: Bench) -> None:
    assert "`cookiecutter` has no attribute 'nope'" in refusal(cook(local, {"a.txt": "{{ cookiecutter.nope }}"}))


def test_skeleton_that_never_ends_is_ended(local: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scaffolder.actions.fetch_cookiecutter._SECONDS", 1)
    loop = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"

    assert "It took more than the 1 seconds" in refusal(cook(local, {"a.txt": loop}))


def test_skeleton_that_fills_memory_is_ended(local: Bench) -> None:
    assert "more memory than it may have" in refusal(cook(local, {"a.txt": "{{ 'x' * 10 ** 10 }}"}))

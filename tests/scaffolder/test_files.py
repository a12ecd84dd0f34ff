"""Skeletons and files: names, contents, modes, links, and that nothing leads out of the workspace."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from scaffolder.actions.base import Action, ActionContext, Nothing
from scaffolder.model import RunView
from scaffolder.workspace import Workspace
from tests.scaffolder.bench import Bench

VALUES = {"name": "svc", "flag": True, "list": ["a", "b"], "empty": "", "l": [1, 2]}
OUTSIDE = "Relative path is not allowed to refer to a directory outside its parent"
BINARY = b"\x89PNG\0\xff${{ values.name }}"


@pytest.fixture(autouse=True)
def found(local: Bench) -> dict[str, Any]:
    """What lies in the workspace at the end, by name: text, bytes where it isn't text, `-> target` for a link."""
    entries: dict[str, Any] = {}

    def look(context: ActionContext, _given: Nothing) -> Mapping[str, Any] | None:
        entries.clear()
        for path in context.workspace.walk():
            name = context.workspace.relative(path)
            if path.is_symlink():
                entries[name] = f"-> {path.readlink()}"
            elif path.is_file():
                data = path.read_bytes()
                entries[name] = data if b"\0" in data else data.decode()
                entries[f"{name} mode"] = path.stat().st_mode & 0o777
        return None

    local.registry._actions["test:look"] = Action("test:look", "Looks.", Nothing, look)
    return entries


def fetch(local: Bench, more: Mapping[str, Any] | None = None, *steps: dict[str, Any]) -> RunView:
    given = {"url": "./skeleton", "values": VALUES, **(more or {})}
    return local.run([{"action": "fetch:template", "input": given}, *steps, {"action": "test:look"}])


def failure(view: RunView) -> str:
    assert view.error is not None
    return view.error.message


@pytest.mark.parametrize(
    ("name", "content", "result", "text"),
    [
        (
            "${{ values.name }}/README.md",
            "# ${{ values.name | upper }} {{ raw }} ${{ values.nope }} end",
            "svc/README.md",
            "# SVC {{ raw }}  end",
        ),
        ("${{ values.empty }}.md", "x", ".md", "x"),
        ("{% if values.flag %}flag.txt{% endif %}", "x", "flag.txt", "x"),
        (".hidden", "${{ values.name }}", ".hidden", "svc"),
        ("list", "{% for x in values.list -%}\n- ${{ x }}\n{% endfor %}", "list", "- a\n- b\n"),
        ("ci.yaml", 'a: ${{ "${{ secrets.X }}" }}', "ci.yaml", "a: ${{ secrets.X }}"),
        ("raw", "{% raw %}${{ secrets.Y }}{% endraw %}", "raw", "${{ secrets.Y }}"),
        ("crlf", "a ${{ values.name }}\r\nb\r\n", "crlf", "a svc\r\nb\r\n"),
        ("last", "${{ values.name }}\n\n", "last", "svc\n\n"),
        ("no-last", "${{ values.name }}", "no-last", "svc"),
    ],
)
def test_entry_is_rendered(
    local: Bench, found: dict[str, Any], name: str, content: str, result: str, text: str
) -> None:
    local.file(f"skeleton/{name}", content)

    assert fetch(local).status == "completed"

    assert found[result] == text


@pytest.mark.parametrize("name", ["${{ values.empty }}", "${{ values.empty }}/a", "a/${{ values.empty }}/b"])
def test_entry_with_an_empty_name_is_left_out(local: Bench, found: dict[str, Any], name: str) -> None:
    local.file(f"skeleton/{name}", "x")

    assert fetch(local).status == "completed"

    assert found == {}


def test_binary_file_is_copied_byte_by_byte(local: Bench, found: dict[str, Any]) -> None:
    local.file("skeleton/logo.png", BINARY)

    fetch(local)

    assert found["logo.png"] == BINARY


def test_mode_is_kept(local: Bench, found: dict[str, Any]) -> None:
    local.file("skeleton/run.sh", "#!/bin/sh\n", 0o755)

    fetch(local)

    assert found["run.sh mode"] == 0o755


def test_files_without_templating_keep_their_content_but_not_their_name(local: Bench, found: dict[str, Any]) -> None:
    local.file("skeleton/sub/a", "${{ values.name }}")
    local.file("skeleton/${{ values.name }}/README.md", "${{ values.name }}")
    local.file("skeleton/other", "${{ values.name }}")

    fetch(local, {"copyWithoutTemplating": ["sub/**", "**/README.md"]})

    assert (found["sub/a"], found["svc/README.md"], found["other"]) == ("${{ values.name }}",) * 2 + ("svc",)


def test_files_without_render_keep_their_name_too(local: Bench, found: dict[str, Any]) -> None:
    local.file("skeleton/sub/${{ values.name }}", "${{ values.name }}")

    fetch(local, {"copyWithoutRender": ["sub"]})

    assert found["sub/${{ values.name }}"] == "${{ values.name }}"


@pytest.mark.parametrize(
    ("extension", "expected"),
    [
        (True, {"a.txt": "svc", "block.txt": "${{ values.name }}", "svc": "${{ values.name }}"}),
        (".txt", {"a.txt.njk": "${{ values.name }}", "block": "svc", "svc": "${{ values.name }}"}),
    ],
)
def test_with_an_extension_only_such_files_are_rendered(
    local: Bench, found: dict[str, Any], extension: Any, expected: dict[str, str]
) -> None:
    for name in ("a.txt.njk", "block.txt", "${{ values.name }}"):
        local.file(f"skeleton/{name}", "${{ values.name }}")

    fetch(local, {"templateFileExtension": extension})

    assert {k: v for k, v in found.items() if not k.endswith(" mode")} == expected


@pytest.mark.parametrize("more", [{"copyWithoutTemplating": ["a"]}, {"cookiecutterCompat": True}])
def test_extension_excludes_other_ways(local: Bench, more: dict[str, Any]) -> None:
    local.file("skeleton/a", "x")

    view = fetch(local, {"templateFileExtension": True, **more})

    assert (
        failure(view) == "Fetch action input extension incompatible with copyWithoutTemplating and cookiecutterCompat"
    )


def test_target_path_is_below_the_workspace(local: Bench, found: dict[str, Any]) -> None:
    local.file("skeleton/a", "x")

    fetch(local, {"targetPath": "./out/x"})

    assert found["out/x/a"] == "x"


@pytest.mark.parametrize("path", ["../x", "/etc/x", "a/../../x"])
def test_target_path_outside_is_refused(local: Bench, path: str) -> None:
    local.file("skeleton/a", "x")

    assert failure(fetch(local, {"targetPath": path})) == OUTSIDE


@pytest.mark.parametrize("url", ["../x", "/etc", "skeleton/../../x"])
@pytest.mark.parametrize("action", ["fetch:template", "fetch:plain"])
def test_source_outside_of_the_template_is_refused(local: Bench, url: str, action: str) -> None:
    view = local.run([{"action": action, "input": {"url": url}}])

    assert failure(view) == OUTSIDE


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("file:///etc", "Templates may fetch http and https URLs"),
        ("http://169.254.169.254/latest/meta-data", "Reading from '169.254.169.254' is not allowed."),
        ("https://internal.example/o/r/tree/main/x", "Reading from 'internal.example' is not allowed."),
    ],
)
def test_address_without_an_integration_is_refused(local: Bench, url: str, expected: str) -> None:
    view = local.run([{"action": "fetch:template", "input": {"url": url}}])

    assert expected in failure(view)


@pytest.mark.parametrize(("replace", "expected"), [(False, "first"), (True, "second")])
def test_file_that_is_there_is_replaced_only_when_asked(
    local: Bench, found: dict[str, Any], *, replace: bool, expected: str
) -> None:
    local.file("skeleton/a", "first")
    local.file("other/a", "second")
    again = {"action": "fetch:template", "input": {"url": "./other", "replace": replace}}

    fetch(local, None, again)

    assert found["a"] == expected


def test_cookiecutter_names_work(local: Bench, found: dict[str, Any]) -> None:
    text = "{{ cookiecutter.l | jsonify }} {% if cookiecutter.flag == True %}yes{% endif %} ${{ values.name }}"
    local.file("skeleton/{{cookiecutter.name}}/x.md", text)

    view = fetch(local, {"cookiecutterCompat": True})

    assert view.error is None
    assert found["svc/x.md"].split() == ["[1,2]", "yes", "$"]


def test_error_in_a_file_fails_the_step_and_names_the_file(local: Bench) -> None:
    local.file("skeleton/bad.txt", "It is called    ${{ values.name | nofilter }}")

    message = failure(fetch(local))

    assert 'Unknown template filter "nofilter"' in message
    assert message.startswith("Template error at line 1, column ")
    assert "bad.txt" in message


def test_endless_template_is_stopped(local: Bench) -> None:
    loop = "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}"
    local.file("skeleton/bad.txt", loop)

    assert "Template error" in failure(fetch(local))


@pytest.mark.parametrize(("trim", "expected"), [(True, "a\n  yes\nz"), (False, "a\n  \n  yes\n  \nz")])
def test_blocks_are_trimmed_when_asked(local: Bench, found: dict[str, Any], *, trim: bool, expected: str) -> None:
    local.file("skeleton/t", "a\n  {% if values.flag %}\n  yes\n  {% endif %}\nz")

    fetch(local, {"trimBlocks": trim, "lstripBlocks": trim})

    assert found["t"] == expected


def test_link_inside_is_copied_as_a_link(local: Bench, found: dict[str, Any]) -> None:
    local.file("skeleton/a", "x")
    (local.folder / "skeleton/b").symlink_to("a")

    fetch(local)

    assert found["b"] == "-> a"


@pytest.mark.parametrize("target", ["/etc/passwd", "../secret", "../../../../../etc"])
@pytest.mark.parametrize("action", ["fetch:template", "fetch:plain"])
def test_link_that_leads_out_is_refused(local: Bench, target: str, action: str) -> None:
    local.file("secret", "s")
    local.file("skeleton/a", "x")
    (local.folder / "skeleton/b").symlink_to(target)

    view = local.run([{"action": action, "input": {"url": "./skeleton"}}])

    assert failure(view) == "The symlink `b` leads out of its folder and is not copied."


def test_plain_copy_touches_nothing(local: Bench, found: dict[str, Any]) -> None:
    local.file("skeleton/${{ values.name }}", "${{ values.name }}", 0o755)

    local.run([{"action": "fetch:plain", "input": {"url": "./skeleton"}}, {"action": "test:look"}])

    assert found == {"${{ values.name }}": "${{ values.name }}", "${{ values.name }} mode": 0o755}


def test_plain_file_needs_its_folder_and_a_rendered_one_makes_it(local: Bench, found: dict[str, Any]) -> None:
    local.file("a.txt", "${{ values.name }}")
    given = {"url": "./a.txt", "targetPath": "new/a.txt"}

    plain = local.run([{"action": "fetch:plain:file", "input": given}])
    local.run([{"action": "fetch:template:file", "input": {**given, "values": VALUES}}, {"action": "test:look"}])

    assert "ENOENT" in failure(plain)
    assert found["new/a.txt"] == "svc"


def test_missing_folder_is_answered_with_the_near_one(local: Bench) -> None:
    local.file("skeleton/a", "x")

    view = local.run([{"action": "fetch:template", "input": {"url": "./skeletn"}}])

    assert failure(view) == "ENOENT: no such directory, ./skeletn Did you mean `./skeleton`?"


def fs(local: Bench, *steps: dict[str, Any]) -> RunView:
    for name in ("a.md", "b.md", "keep.txt", "d/one", "d/sub/two", ".dot.md"):
        local.file(f"files/{name}", name)
    return local.run([{"action": "fetch:plain", "input": {"url": "./files"}}, *steps, {"action": "test:look"}])


def names(found: dict[str, Any]) -> set[str]:
    return {n for n in found if not n.endswith(" mode")}


def test_delete_takes_globs_and_folders(local: Bench, found: dict[str, Any]) -> None:
    view = fs(local, {"action": "fs:delete", "input": {"files": ["*.md", "nope", "d"]}})

    assert view.error is None
    assert names(found) == {"keep.txt", ".dot.md"}


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "d/../../x"])
def test_delete_outside_is_refused(local: Bench, found: dict[str, Any], path: str) -> None:
    assert failure(fs(local, {"action": "fs:delete", "input": {"files": [path]}})) == OUTSIDE
    assert found == {}


def test_rename_keeps_what_is_there_unless_told(local: Bench, found: dict[str, Any]) -> None:
    def rename(**more: Any) -> dict[str, Any]:
        return {"action": "fs:rename", "input": {"files": [{"from": "a.md", "to": "b.md", **more}]}}

    assert failure(fs(local, rename())).startswith("dest already exists.")
    assert fs(local, rename(overwrite=True)).status == "completed"
    assert found["b.md"] == "a.md"
    assert "a.md" not in found


@pytest.mark.parametrize("move", [{"from": "../x", "to": "y"}, {"from": "a.md", "to": "../y"}])
def test_rename_outside_is_refused(local: Bench, found: dict[str, Any], move: dict[str, str]) -> None:
    assert failure(fs(local, {"action": "fs:rename", "input": {"files": [move]}})) == OUTSIDE
    assert found == {}


def test_folder_is_listed(local: Bench, found: dict[str, Any]) -> None:
    step = {"id": "ls", "action": "fs:readdir", "input": {"paths": ["d"], "recursive": True}}
    for name in ("d/one", "d/sub/two"):
        local.file(f"files/{name}", name)

    view = local.run(
        [{"action": "fetch:plain", "input": {"url": "./files"}}, step], output={"ls": "${{ steps.ls.output }}"}
    )

    assert view.output.values["ls"] == {
        "files": [
            {"name": "one", "path": "d", "fullPath": "d/one"},
            {"name": "two", "path": "d/sub", "fullPath": "d/sub/two"},
        ],
        "folders": [{"name": "sub", "path": "d", "fullPath": "d/sub"}],
    }
    assert found == {}


def test_entity_is_written_with_its_template(local: Bench, found: dict[str, Any]) -> None:
    entity = {"kind": "Component", "metadata": {"name": "x"}}

    local.run([{"action": "catalog:write", "input": {"entity": entity}}, {"action": "test:look"}])

    assert "backstage.io/source-template: template:default/t1" in found["catalog-info.yaml"]


def test_workspace_is_limited(local: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scaffolder.runner.Workspace", partial(Workspace, max_bytes=500_000))
    local.file("skeleton/big", b"\0" * 1_000_000)

    assert "holds more than the 0 MB in 20,000 files that a run may have" in failure(fetch(local))


def test_nothing_was_written_beside_the_workspace(local: Bench, tmp_path: Path) -> None:
    local.file("skeleton/${{ values.up }}", "x")

    view = local.run([{"action": "fetch:template", "input": {"url": "./skeleton", "values": {"up": "../../out"}}}])

    assert failure(view) == OUTSIDE
    assert not list(tmp_path.rglob("out"))


@pytest.mark.parametrize("name", [".git", ".GIT"])
def test_insides_of_a_repository_are_not_written(local: Bench, name: str) -> None:
    local.file("skeleton/${{ values.up }}/config", "[core]\n\tfsmonitor = touch /owned\n")
    given = {"url": "./skeleton", "values": {"up": name}}
    steps = [
        [{"action": "fetch:template", "input": given}],
        [{"action": "fetch:plain", "input": {"url": "./skeleton", "targetPath": f"a/{name}"}}],
        [
            {"action": "fetch:plain", "input": {"url": "./skeleton"}},
            {"action": "fs:rename", "input": {"files": [{"from": "${{ '${{ values.up }}' }}", "to": name}]}},
        ],
    ]

    for one in steps:
        assert failure(local.run(one)) == "`.git` is git's own; a run can't read or write it."

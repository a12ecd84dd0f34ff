"""app-config files as Backstage reads them (conformance group I), and errors that name file, line and key."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callboard.config.build import build_config
from callboard.config.load import RawConfig, load_config, substitute
from callboard.config.model import AppConfig
from callboard.errors import ConfigError

ENV = {"FOO": "foo", "EMPTY": "", "NUMBER": "42"}


def loaded(folder: Path, *files: str, environ: Mapping[str, str] = ENV, **beside: str) -> RawConfig:
    """The merged config of texts, with other files beside them: `inc_yaml="…"` is `inc.yaml`."""
    paths = []
    for number, text in enumerate(files):
        path = folder / f"app-config.{number}.yaml"
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    for name, text in beside.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return load_config(paths, environ=environ)


def test_i1_later_files_merge_into_earlier_ones_and_null_removes(tmp_path: Path) -> None:
    found = loaded(tmp_path, "a: {x: 1, y: [1, 2], z: keep}", "a: {y: [3], w: null, z: null}")
    assert found.data == {"a": {"x": 1, "y": [3]}}


SUBSTITUTIONS: list[tuple[str, str, Any]] = [
    ("I2", "${FOO}", "foo"),
    ("I2", "pre-${FOO}-post", "pre-foo-post"),
    ("I3", "${NOPE:-dflt}", "dflt"),
    ("I3", "${EMPTY:-dflt}", "dflt"),
    ("I4", "${NOPE}", None),
    ("I4", "x${NOPE}y", None),
    ("I4", "${NOPE:-}", None),
    ("I6", "$${FOO}", "${FOO}"),
    ("I6", "$$${FOO}", "$${FOO}"),
    ("", "$FOO and ${not valid} and ${", "$FOO and ${not valid} and ${"),
    ("", "${EMPTY}", ""),
]


@pytest.mark.parametrize(("text", "expected"), [s[1:] for s in SUBSTITUTIONS], ids=[s[1] for s in SUBSTITUTIONS])
def test_variables_are_filled_in(tmp_path: Path, text: str, expected: object) -> None:
    found = loaded(tmp_path, f"a: '{text}'")
    assert ({"a": expected} if expected is not None else {}) == found.data


def test_i5_an_item_whose_variable_is_missing_is_left_out(tmp_path: Path) -> None:
    assert loaded(tmp_path, "a: ['${FOO}', '${NOPE}']").data == {"a": ["foo"]}


@given(st.text("ab${}:-N", max_size=30))
def test_a_text_without_variables_stays_as_it_is(text: str) -> None:
    found = substitute(text, {})
    assert found == text or "{" in text


@given(st.text(max_size=20))
def test_a_value_is_never_looked_at_again(value: str) -> None:
    assert value == substitute("${A}", {"A": value, "B": "b"})


def test_i7_directives_read_the_environment_files_and_parts_of_files(tmp_path: Path) -> None:
    text = "a: {$env: FOO}\nb: {$file: ./f.txt}\nc: {$include: './inc.yaml#b.c'}\nd: {$env: NOPE}\n"
    found = loaded(tmp_path, text, f_txt="file content\n\n", inc_yaml="b: {c: [1, 2, '${FOO}']}")
    assert found.data == {"a": "foo", "b": "file content", "c": [1, 2, "foo"]}


def test_i8_the_environment_stands_above_every_file(tmp_path: Path) -> None:
    names = {
        "APP_CONFIG_a_x": "99",
        "APP_CONFIG_a_q": '"str"',
        "APP_CONFIG_a_r": "not json",
        "APP_CONFIG_list": "[1,2]",
    }
    found = loaded(tmp_path, "a: {x: 1, y: 2}", environ=names)
    assert found.data == {"a": {"x": 99, "y": 2, "q": "str", "r": "not json"}, "list": [1, 2]}


def test_i9_numbers_and_words_from_the_environment_count_as_what_they_say(tmp_path: Path) -> None:
    config = build_config(loaded(tmp_path, "backend: {listen: {port: '${NUMBER}'}}\ncatalog: {readonly: 'true'}"))
    assert (config.backend.listen.port, config.catalog.readonly) == (42, True)


BROKEN_FILES = [
    ("a: [1\n", "app-config.0.yaml:2: did not find expected"),
    ("- a\n", "app-config.0.yaml:1: a config file holds keys at its top, not a list"),
    ("x: 1\na: {$env: FOO, b: 1}\n", "app-config.0.yaml:2: a: `$env` takes one text and stands alone"),
    ("a: {$file: ./none.txt}\n", "a: `$file: ./none.txt` can't be read: No such file or directory"),
    ("a: {$include: ./none.yaml}\n", "none.yaml: can't be read"),
    ("a: {$include: ./app-config.0.yaml}\n", "is nested more than 10 files deep"),
]


@pytest.mark.parametrize(("text", "message"), BROKEN_FILES)
def test_a_broken_file_is_named_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, text)
    assert any(message in problem for problem in caught.value.problems), caught.value.problems


def problems_of(folder: Path, *files: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        build_config(loaded(folder, *files))
    return [problem.removeprefix(f"{folder}/app-config.") for problem in caught.value.problems]


WRONG = [
    ("slack: {comand: /x}", "0.yaml:1: slack.comand: unknown key. Did you mean `command`?"),
    ("backend:\n  listen: x:y", "0.yaml:2: backend.listen: write it like `:7007`"),
    ("catalog:\n  processingInterval: '5'", "0.yaml:2: catalog.processingInterval: The value cannot be a plain number"),
    ("catalog:\n  locations:\n    - type: file", "0.yaml:3: catalog.locations[0].target: is missing"),
    (
        "catalog:\n  rules:\n    - allow: [A]\n      locations: [{type: url, exact: a, pattern: b}]",
        "0.yaml:4: catalog.rules[0].locations[0]: a rule's location takes `exact` or `pattern`, not both",
    ),
    ("integrations:\n  github:\n    - token: x", "0.yaml:3: integrations.github[0].host: is missing"),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_a_wrong_value_is_named_with_file_line_and_key(tmp_path: Path, text: str, message: str) -> None:
    [problem] = problems_of(tmp_path, text)
    assert problem.startswith(message)


def test_all_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    found = problems_of(tmp_path, "slack: {x: 1}\nbackend: {listen: {port: 99999}}", "catalog: {readonly: maybe}")
    assert sorted(
        (p.split(": ")[1] for p in found), key=["slack.x", "backend.listen.port", "catalog.readonly"].index
    ) == ["slack.x", "backend.listen.port", "catalog.readonly"]


def test_a_problem_names_the_file_that_wrote_the_value_last(tmp_path: Path) -> None:
    [problem] = problems_of(tmp_path, "catalog: {readonly: true}", "\ncatalog: {readonly: maybe}")
    assert problem.startswith("1.yaml:2: catalog.readonly")


def test_keys_that_only_backstage_reads_are_left_alone(tmp_path: Path) -> None:
    text = "techdocs: {builder: local}\nbackend: {cors: {origin: x}}\nauth: {providers: {guest: {}}}"
    assert isinstance(build_config(loaded(tmp_path, text)), AppConfig)


def test_paths_count_from_the_file_they_stand_in(tmp_path: Path) -> None:
    config = build_config(loaded(tmp_path, "catalog: {locations: [{type: file, target: ./x.yaml}]}"))
    [location] = config.catalog.locations
    assert str(tmp_path / "x.yaml") == location.target


def test_the_default_files_are_those_that_exist(tmp_path: Path) -> None:
    (tmp_path / "app-config.yaml").write_text("a: 1\nb: 1\n", encoding="utf-8")
    (tmp_path / "app-config.local.yaml").write_text("b: 2\n", encoding="utf-8")
    assert load_config(environ={}, directory=tmp_path).data == {"a": 1, "b": 2}
    assert load_config(environ={}, directory=tmp_path / "nowhere").data == {}

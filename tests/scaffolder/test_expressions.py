"""Step inputs and skeleton files: the facts of the expression tables, and what nobody may get away with."""

import json
from pathlib import Path
from typing import Any

import pytest

from callboard.errors import InputError
from scaffolder.expressions import (
    Budget,
    BudgetError,
    Extras,
    Place,
    TemplateError,
    TextOptions,
    is_truthy_for_step,
    parse_repo_url,
    render_text,
    render_value,
)
from tests.handlers.real import REAL
from tests.scaffolder import oracle

DATA = Path(__file__).parent / "data"
STEPS = json.loads((DATA / "expressions.json").read_text(encoding="utf-8"))
NUNJUCKS = json.loads((DATA / "nunjucks.json").read_text(encoding="utf-8"))
CONTEXT = STEPS["context"]


@pytest.mark.parametrize("case", STEPS["cases"], ids=lambda c: c["input"])
def test_step_input_gives_the_listed_value(case: dict[str, Any]) -> None:
    rendered = render_value(case["input"], CONTEXT)
    assert rendered.undefined is case.get("undefined", False)
    # compared as JSON text, because to Python True is 1 and 1.0
    assert json.dumps(rendered.value) == json.dumps(case.get("result"))
    assert bool(rendered.warnings) is case.get("kept", case["input"] == rendered.value and "${{ " in case["input"])


@pytest.mark.parametrize("case", NUNJUCKS["cases"], ids=lambda c: c["template"])
def test_file_renders_as_nunjucks_does(case: dict[str, Any]) -> None:
    options = TextOptions(trim_blocks=case.get("trim_blocks", False), lstrip_blocks=case.get("lstrip_blocks", False))
    if case.get("fails"):
        with pytest.raises(TemplateError):
            render_text(case["template"], NUNJUCKS["context"], options=options)
    else:
        assert case["text"] == render_text(case["template"], NUNJUCKS["context"], options=options)


def test_undefined_leaves_its_object_and_is_null_in_a_list() -> None:
    value = {"a": "${{ parameters.missing }}", "b": ["${{ parameters.missing }}", 1], "c": {"d": "${{ parameters.n }}"}}
    assert render_value(value, CONTEXT).value == {"b": [None, 1], "c": {"d": 3}}


def test_keys_are_not_rendered() -> None:
    assert render_value({"${{ parameters.name }}": "${{ parameters.n }}"}, CONTEXT).value == {
        "${{ parameters.name }}": 3
    }


def test_warning_names_path_place_and_near_filter() -> None:
    rendered = render_value({"values": {"list": ["x ${{ parameters.name | uper }}"]}}, CONTEXT)
    (warning,) = rendered.warnings
    assert warning.path == "values.list[0]"
    assert warning.source == "x ${{ parameters.name | uper }}"
    assert 'Template error at line 1, column 25: Unknown template filter "uper"' in warning.message
    assert "`upper`" in warning.message


@pytest.mark.parametrize(
    ("source", "advice"),
    [
        ("${{ a || b }}", "write `or`"),
        ("${{ a && b }}", "write `and`"),
        ("${{ !a }}", "write `not x`"),
        ("${{ a ? b : c }}", "write `a if test else b`"),
        ("{% iff a %}{% endif %}", "`if`"),
        ("${{ a", "Close it with `}}`"),
        ("{# a", "Close it with `#}`"),
    ],
)
def test_mistake_comes_with_what_to_write_instead(source: str, advice: str) -> None:
    with pytest.raises(TemplateError) as caught:
        render_text(source, {})
    assert advice in caught.value.user_text


@pytest.mark.parametrize(
    ("source", "line", "column"),
    [
        ("a\nbc ${{ x | nofilter }}", 2, 12),
        ("${{ x.y.z() }}", 1, 10),
        ("\n\n{% foo %}", 3, 1),
        ("${{ 1 in 2 }}", 1, 7),
        ("${{ x is strange }}", 1, 10),
        ("${{ 'a' | replace(r/(/, 'b') }}", 1, 19),
    ],
)
def test_file_error_names_line_and_column(source: str, line: int, column: int) -> None:
    with pytest.raises(TemplateError) as caught:
        render_text(source, {})
    assert caught.value.place == Place(line, column)
    assert caught.value.message.startswith(f"Template error at line {line}, column {column}: ")


@pytest.mark.parametrize(
    "source",
    [
        "${{ range(10**9) }}",
        "${{ 'x'.repeat(10**9) }}",
        "${{ 'x' | center(10**9) }}",
        "${{ 'a\nb' | indent(10**9) }}",
        "${{ [1] | batch(10**9, 'x') }}",
        "${{ [1] | slice(10**9) }}",
        "{% set x = 'aaaaaaaaaa' %}{% for i in range(100) %}{% set x = x + x %}{% endfor %}${{ x }}",
        "{% set x = [1] %}{% for i in range(100) %}{% set x = [x, x] %}{% endfor %}${{ x }}",
        "{% set x = [1] %}{% for i in range(9) %}{% set y = x.push(x) %}{% endfor %}${{ x | dump }}",
        "{% macro f() %}${{ f() }}{% endmacro %}${{ f() }}",
        "{% for i in range(900) %}{% for j in range(900) %}x{% endfor %}{% endfor %}",
        "${{ text | replace(r/(a+)+$/g, '') }}",
        "${{ text | replace(r/(a|a)*b/g, '') }}",
        "${{ text.match(r/^(([a-z])+.)+[A-Z]([a-z])+$/) }}",
    ],
)
def test_template_that_works_without_end_is_stopped(source: str) -> None:
    budget = Budget(operations=50_000, characters=500_000, regex_seconds=0.5)
    with pytest.raises(BudgetError):
        render_text(source, {"text": "a" * 40 + "!"}, budget=budget)


@pytest.mark.parametrize(
    "source",
    [
        "${{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
        "{% if 1 %}" * 300 + "{% endif %}" * 300,
        "${{ " + "not " * 9000 + "1 }}",
    ],
)
def test_template_nested_too_deeply_is_refused(source: str) -> None:
    with pytest.raises(TemplateError, match="nested too deeply"):
        render_text(source, {})


def test_long_sum_is_not_nested() -> None:
    assert render_text("${{ " + "1 + " * 1999 + "1 }}", {}) == "2000"


@pytest.mark.parametrize(
    "path",
    ["x.__class__", "''.__class__", "x.append", "f.__globals__", "range.__globals__", "x.constructor", "self", "lipsum",
     "cycler.__init__", "''.format", "x.__init__.__globals__", "callboard_1"],
)  # fmt: skip
def test_nothing_of_python_is_reachable(path: str) -> None:
    assert render_value("${{ " + path + " }}", {"x": [1]}, extras=Extras(globals={"f": lambda: 1})).undefined


def test_template_changes_its_own_copy_only() -> None:
    context = {"items": ["b", "a"]}
    assert render_text("${{ items.sort().join('') }}|${{ items.push() }}", context) == "ab|2"
    assert context == {"items": ["b", "a"]}


def test_plugin_filter_gets_plain_values_and_its_error_has_a_place() -> None:
    def shout(value: Any, mark: str = "!") -> str:
        return f"{value.upper()}{mark}"

    extras = Extras(filters={"shout": shout}, globals={"always": lambda: True, "region": "eu"})
    assert render_text("${{ 'hi' | shout('?') }} ${{ always() }} ${{ region }}", {}, extras=extras) == "HI? true eu"
    assert render_text("${{ 'hi' | shout(mark='.') }}", {}, extras=extras) == "HI."
    with pytest.raises(TemplateError, match="column 9: filter `shout` doesn't work with this value"):
        render_text("${{ x | shout }}", {}, extras=extras)


@pytest.mark.parametrize(
    ("value", "runs"),
    [(False, False), ("", False), (None, False), (0, False), ([], False), ("false", True), ("0", True), ({}, True),
     ([0], True), (True, True), (float("nan"), False)],
)  # fmt: skip
def test_step_runs_for_the_listed_values(value: object, runs: bool) -> None:  # noqa: FBT001 -- a table's column
    assert is_truthy_for_step(value) is runs


def test_cookiecutter_templates_use_their_own_marks_and_python_names() -> None:
    options = TextOptions(cookiecutter_compat=True)
    source = "{{ cookiecutter.l | jsonify }} {% if cookiecutter.b == True %}y{% endif %} ${{ values.name }}"
    assert render_text(source, {"cookiecutter": {"l": [1, 2], "b": True}}, options=options) == "[1,2] y $"
    loop = "{% for k, v in cookiecutter.items() %}{{ k }}={{ v }};{% endfor %}"
    assert render_text(loop, {"cookiecutter": {"a": 1, "b": 2}}, options=options) == "a=1;b=2;"


def test_line_ends_and_last_newline_stay() -> None:
    assert render_text("a\r\n${{ x }}\r\n\n", {"x": "b"}) == "a\r\nb\r\n\n"


def test_repo_url_is_read_into_its_parts() -> None:
    assert parse_repo_url("h.example?owner=o&repo=r") == {"host": "h.example", "owner": "o", "repo": "r"}
    assert parse_repo_url("dev.example?project=p&owner=o&repo=r") == {
        "host": "dev.example",
        "owner": "o",
        "project": "p",
        "repo": "r",
    }


@pytest.mark.skipif(
    not (REAL / "expected-skeletons.jsonl").exists(),
    reason="needs a folder of real expectations, named by CALLBOARD_REAL",
)
@pytest.mark.parametrize(("compare", "wanted"), [(oracle.expressions, 0.99), (oracle.skeletons, 0.98)])
def test_real_templates_render_as_the_real_engine_does(compare: Any, wanted: float) -> None:
    score = compare(REAL)
    assert score.total > 0
    assert score.share >= wanted, score.differences


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("h.example?owner=o", "missing repo"),
        ("h.example?repo=r", "missing owner"),
        ("not a url", "Invalid repo URL"),
        ("", "Invalid repo URL"),
    ],
)
def test_incomplete_repo_url_is_refused(url: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        parse_repo_url(url)
    assert render_value("${{ u | parseRepoUrl }}", {"u": url}).warnings

"""Whatever stands in a template, rendering gives a text or a TemplateError, and never anything else."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from scaffolder.expressions import Budget, TemplateError, render_text, render_value
from scaffolder.forms import active_fields, read_form, review, submitted, validate_all, with_defaults

BUDGET = Budget(operations=5_000, characters=100_000, seconds=5, regex_seconds=0.2)
TOKENS = st.sampled_from([
    "${{", "}}", "{%", "%}", "{#", "#}", "-", "if", "for", "in", "set", "x", "y", "endif", "endfor", "else", "macro",
    "endmacro", "(", ")", "[", "]", "{", "}", ",", ":", "|", "dump", "sort", "replace", "'a'", '"', "1", "2.5", "not",
    "and", "or", "is", "defined", "==", "===", "<", "+", "*", "//", "%", "**", "~", "=", ".", "length", "split",
    "r/a+/g", "raw", "endraw", "call", "endcall", "switch", "case", "filter", "\\", "\n", "$", "é", "none", "range",
    "join",
])  # fmt: skip
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-10, 10)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
KEYWORDS = st.sampled_from([
    "type", "properties", "items", "enum", "enumNames", "required", "dependencies", "oneOf", "allOf", "if", "then",
    "else", "pattern", "default", "const", "ui:field", "ui:widget", "ui:options", "ui:order", "when", "title",
    "minLength", "a", "b",
])  # fmt: skip
WORDS = st.sampled_from(
    ["string", "object", "array", "boolean", "a", "b", "EntityPicker", "RepoUrlPicker", "hidden", "^(a"]
)
SCHEMAS = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 3) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYWORDS, inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None)
@given(st.lists(TOKENS, max_size=25).map(" ".join) | st.lists(TOKENS, max_size=25).map("".join), JSON)
def test_any_text_renders_or_is_refused(source: str, value: Any) -> None:
    problem = None
    try:
        result = render_text(source, {"x": value}, budget=BUDGET)
    except TemplateError as error:
        result, problem = None, error.problem
    assert isinstance(result if problem is None else problem, str)


@settings(max_examples=200, deadline=None)
@given(JSON)
def test_value_without_expressions_stays_as_it_is(value: Any) -> None:
    assert render_value(value, {}).value == value


@settings(max_examples=200, deadline=None)
@given(JSON)
def test_sole_expression_gives_its_value_back(value: Any) -> None:
    assert render_value("${{ x }}", {"x": value}).value == value


@settings(max_examples=300, deadline=None)
@given(SCHEMAS, st.dictionaries(KEYWORDS, JSON, max_size=3))
def test_any_parameters_and_answers_can_be_asked_checked_and_shown(parameters: Any, values: dict[str, Any]) -> None:
    form = read_form(parameters)
    for page in form.pages:
        assert all(f.path for f in active_fields(page, values))
    assert all(e.message for e in validate_all(form, values))
    assert all(isinstance(text, str) for _title, text in review(form, values))
    assert with_defaults(form, submitted(form, values)) is not None

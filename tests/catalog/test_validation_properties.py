"""Whatever a file holds, the validator answers."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.kinds import BUILTIN_KINDS, KindRegistry
from catalog.relations import emit_relations, prepare
from catalog.validation import FieldFormats, Finding, Validator
from catalog.validation.formats import Format, is_absolute_url

SLOW_MACHINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""How long one example takes says nothing about the code."""

REGISTRY = KindRegistry()
VALIDATOR = Validator(REGISTRY)
VERSIONS = {spec.kind: min(spec.api_versions) for spec in BUILTIN_KINDS}
FIELDS = sorted(frozenset().union(*(spec.fields for spec in BUILTIN_KINDS)))

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
REFS = st.text(alphabet="ab:/.-A", max_size=8)
SPECS = st.dictionaries(st.sampled_from(FIELDS), JSON | REFS | st.lists(REFS, max_size=3), max_size=8)
METADATA = st.fixed_dictionaries(
    {"name": st.text(min_size=1, max_size=6) | st.just("x")},
    optional=dict.fromkeys(("namespace", "labels", "annotations", "tags", "links", "title", "foo"), JSON),
)


@st.composite
def entities(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(sorted(VERSIONS)))
    return {"apiVersion": VERSIONS[kind], "kind": kind, "metadata": draw(METADATA), "spec": draw(SPECS)}


def consistent(findings: list[Finding]) -> bool:
    return all(f.message and f.text.startswith(f.message) for f in findings)


@SLOW_MACHINE
@given(JSON, st.booleans())
def test_any_json_is_answered(document: object, unresolved: bool) -> None:  # noqa: FBT001 - drawn, not called
    assert consistent(VALIDATOR.validate(document, placeholders_unresolved=unresolved))


@SLOW_MACHINE
@given(entities(), st.booleans())
def test_a_document_without_errors_has_relations(document: dict[str, Any], unresolved: bool) -> None:  # noqa: FBT001
    findings = VALIDATOR.validate(document, placeholders_unresolved=unresolved)
    assert consistent(findings)
    if not any(f.severity == "error" for f in findings):
        spec = REGISTRY.get(document["kind"], document["apiVersion"])
        assert spec is not None
        emitted = emit_relations(document, spec)
        assert len(set(emitted)) == len(emitted)
        assert set(emitted) == set(emit_relations(prepare(document, spec), spec))


FORMATS = FieldFormats()


@SLOW_MACHINE
@given(st.text(max_size=80), st.sampled_from([FORMATS.name, FORMATS.namespace, FORMATS.tag, FORMATS.label_key]))
def test_a_suggested_text_is_always_acceptable(text: str, form: Format) -> None:
    suggestion = form.nearest(text)
    assert suggestion is None or form.accepts(suggestion)


@SLOW_MACHINE
@given(st.text(max_size=20))
def test_any_text_is_a_url_or_not(text: str) -> None:
    assert is_absolute_url(text) in {True, False}
    assert is_absolute_url(f"mailto:{text}")

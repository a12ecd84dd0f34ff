"""Lists are read from words; what they leave over makes them no lists."""

import pytest

from answers.filters import Condition, ListQuery, changed_by, read_list
from answers.vocabulary import Vocabulary

_WORDS = Vocabulary.of(
    [("component", "service"), ("component", "library"), ("resource", "database"), ("resource", "s3-bucket"),
     ("api", "openapi"), ("group", "team")],
    ["production", "experimental", "deprecated", "retired-soon"],
    ["python", "go", "postgresql", "critical"],
)  # fmt: skip
_ENTITIES = {
    "team a": "group:default/team-a", "team-a": "group:default/team-a", "ada": "user:default/ada",
    "shop": "system:default/shop", "sales": "domain:default/sales",
}  # fmt: skip


def _read(text: str) -> ListQuery | None:
    return read_list(text, _WORDS, lambda phrase, _owner: _ENTITIES.get(phrase.lower().removesuffix("'s")))


def _conditions(text: str) -> set[tuple[str, str | None, bool]]:
    found = _read(text)
    assert found is not None
    return {(c.facet, c.value, c.negated) for c in found.conditions}


_A = ("owner", "group:default/team-a", False)


@pytest.mark.parametrize(
    ("text", "conditions"),
    [
        ("deprecated services", {("lifecycle", "deprecated", False)}),
        ("services in prod", {("lifecycle", "production", False)}),
        ("services that aren't in production", {("lifecycle", "production", True)}),
        ("non-production services", {("lifecycle", "production", True)}),
        ("retired soon services", {("lifecycle", "retired-soon", False)}),
        ("python services", {("tags", "python", False)}),
        ("services written in golang", {("tags", "go", False)}),
        ("services not written in python", {("tags", "python", True)}),
        ("services tagged pci", {("tags", "pci", False)}),
        ("postgres databases", {("tags", "postgresql", False)}),
        ("services owned by team-a", {_A}),
        ("services that team a owns", {_A}),
        ("what services does team-a own", {_A}),
        ("team-a's services", {_A}),
        ("services of team-a", {_A}),
        ("services not owned by team-a", {("owner", "group:default/team-a", True)}),
        ("services in shop", {("of", "system:default/shop", False)}),
        ("what does ada own", {("owner", "user:default/ada", False)}),
        ("services without an owner", {("owner", None, True)}),
        ("unowned services", {("owner", None, True)}),
        ("services that have no docs", {("docs", None, True)}),
        ("services which don't have any documentation", {("docs", None, True)}),
        ("documented services", {("docs", None, False)}),
        ("services with docs", {("docs", None, False)}),
        ("services not in a system", {("system", None, True)}),
        ("critical python services of team-a without docs",
         {("tags", "critical", False), ("tags", "python", False), _A, ("docs", None, True)}),
        ("list kind=component owner=team-a lifecycle=production", {_A, ("lifecycle", "production", False)}),
    ],
)  # fmt: skip
def test_conditions_are_read(text: str, conditions: set[tuple[str, str | None, bool]]) -> None:
    assert conditions == _conditions(text)


@pytest.mark.parametrize(
    ("text", "kinds", "types"),
    [
        ("list services", ("component",), ("service",)),
        ("all APIs", ("api",), ()),
        ("which databases are there", ("resource",), ("database",)),
        ("s3 buckets", ("resource",), ("s3-bucket",)),
        ("libraries", ("component",), ("library",)),
        ("teams", ("group",), ("team",)),
        ("people in team-a", ("user",), ()),
    ],
)
def test_kinds_and_types_are_read(text: str, kinds: tuple[str, ...], types: tuple[str, ...]) -> None:
    found = _read(text)
    assert found is not None
    assert (found.kinds, found.types) == (kinds, types)


@pytest.mark.parametrize("text", ["how many services are there", "number of services", "count the services"])
def test_a_count_is_read(text: str) -> None:
    found = _read(text)
    assert found is not None
    assert found.count


@pytest.mark.parametrize("text", ["my services", "services we own", "our team's services", "services owned by my team"])
def test_mine_is_read(text: str) -> None:
    found = _read(text)
    assert found is not None
    assert found.mine


@pytest.mark.parametrize(
    "text",
    ["who knows", "frobnicated services", "services of nobody-we-know", "the", "", "services per team", "team a"],
)
def test_what_makes_no_sense_as_a_list_is_none(text: str) -> None:
    assert _read(text) is None


def test_a_follow_up_changes_only_what_it_speaks_of() -> None:
    before = _read("how many deprecated services does team-a own")
    other = _read("list things of ada")
    assert before is not None
    assert other is not None
    changed = changed_by(before, other)
    assert changed.count
    assert changed.kinds == ("component",)
    assert set(changed.conditions) == {
        Condition("lifecycle", "deprecated"),
        Condition("owner", "user:default/ada"),
    }

"""Pages cut into sections that are the page again when joined."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techdocs.sections import ParsedPage, parse_page, slugify, split_front_matter, unique
from tests.techdocs.conftest import DEMO

TEXT = """---
title: From front matter
---
Before everything.

# First *page* {#given}

Intro with a [link](other.md) and ![a plan](plan.png).

## Steps

1. One

    ```bash
    # not a heading
    go
    ```

### Deeper

Text.

## Steps

```mermaid
graph TD; secretword
```

    # code, not a heading

<div>
# not a heading in HTML
</div>

Setext
------

| A | B |
|---|---|
| c | d |
"""


def anchors(page: ParsedPage) -> list[str]:
    return [cut.section.anchor for cut in page.cuts]


def test_sections_have_mkdocs_anchors_levels_and_trails() -> None:
    page = parse_page(TEXT, "fallback")
    assert page.title == "From front matter"
    assert anchors(page) == ["", "given", "steps", "deeper", "steps_1", "setext"]
    deeper = page.cuts[3].section
    assert (deeper.level, deeper.trail) == (3, ("First page", "Steps"))
    assert page.cuts[1].section.title == "First page"


def test_words_to_find_by_are_plain() -> None:
    page = parse_page(TEXT, "")
    assert page.cuts[1].plain == "Intro with a link and a plan."
    assert "# not a heading" in page.cuts[2].plain
    assert "secretword" not in page.cuts[4].plain
    assert page.cuts[5].plain == "A B c d"


@pytest.mark.parametrize("page", sorted(DEMO.rglob("*.md")), ids=lambda p: p.relative_to(DEMO).as_posix())
def test_the_sections_of_a_page_are_the_page(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    _front, body = split_front_matter(text)
    assert "".join(c.section.text for c in parse_page(text, "").cuts) == body


@given(st.text(alphabet="# \n-=`~>ab[](){}!?|<\t:'\"1.*", max_size=200))
def test_any_text_can_be_cut_and_loses_nothing(text: str) -> None:
    page = parse_page(text, "t")
    _front, body = split_front_matter(text)
    joined = "".join(c.section.text for c in page.cuts)
    assert joined.strip("\n") == (body.strip("\n") if body.strip() else joined.strip("\n"))
    assert len(set(anchors(page))) == len(page.cuts)


@pytest.mark.parametrize(
    ("title", "anchor"),
    [
        ("Roll back checkout", "roll-back-checkout"),
        ("What's new?", "whats-new"),
        ("TL;DR for adding a cluster", "tldr-for-adding-a-cluster"),
        ("Café — crème", "cafe-creme"),
        ("a_b  c--d", "a_b-c-d"),
        ("日本", ""),
    ],
)
def test_slugs_follow_mkdocs(title: str, anchor: str) -> None:
    assert slugify(title) == anchor


def test_equal_anchors_are_counted() -> None:
    used: set[str] = set()
    assert [unique("a", used), unique("a", used), unique("a", used), unique("", used)] == ["a", "a_1", "a_2", "_1"]


@pytest.mark.parametrize("text", ["---\n: [\n---\nbody\n", "---\n- list\n---\nbody\n", "body\n"])
def test_front_matter_that_is_none_costs_nothing(text: str) -> None:
    front, body = split_front_matter(text)
    assert (front, body) == ({}, "body\n")


def test_tabs_are_sections_of_text_not_of_code() -> None:
    page = parse_page('# T\n\n=== "Docker"\n    docker run\n\n```\n=== "kept"\n```\n', "")
    assert "docker run" in page.cuts[0].plain
    assert '=== "kept"' in page.cuts[0].plain

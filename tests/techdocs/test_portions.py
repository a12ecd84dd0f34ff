"""Markdown in pieces: nothing is lost, nothing is longer than it may be, and code stays code."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techdocs.markdown import parser, prepared
from techdocs.model import Page, PageInfo
from techdocs.portions import leaf_at, leaves, portions
from techdocs.sections import parse_page, split_front_matter
from tests.techdocs.conftest import DEMO

LONG = {
    "code": "# Code\n\n```bash\n" + "".join(f"echo step {n}\n" for n in range(300)) + "```\n",
    "table": "| a | b |\n|---|---|\n" + "".join(f"| row {n} | value |\n" for n in range(200)),
    "list": "".join(f"{n}. item number {n}\n\n   more of {n}\n" for n in range(1, 150)),
    "paragraph": "One sentence after another. " * 300,
    "word": "x" * 5_000,
    "paragraphs": "".join(f"## H{n}\n\nText of {n}.\n\n" for n in range(200)),
    "admonition": "!!! note\n\n" + "".join(f"    line {n} of the note\n" for n in range(200)),
}


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


@pytest.mark.parametrize("kind", sorted(LONG))
def test_no_piece_is_longer_than_it_may_be_and_every_word_is_there(kind: str) -> None:
    pieces = portions(LONG[kind], 1_000)
    assert len(pieces) > 1
    assert max(map(len, pieces)) <= 1_100
    said = [w for piece in pieces for w in words(piece)]
    assert set(words(LONG[kind])) <= set(said) or kind == "word"


def test_each_piece_of_long_code_is_code_in_its_language() -> None:
    for piece in portions(LONG["code"], 1_000):
        (fence,) = [t for t in parser().parse(prepared(piece)) if t.type == "fence"]
        assert fence.info == "bash"
        assert "echo step" in fence.content


def test_each_piece_of_a_long_table_has_its_header() -> None:
    for piece in portions(LONG["table"], 1_000):
        assert piece.startswith("| a | b |\n|---|---|\n| row ")


def test_a_heading_stays_with_its_text() -> None:
    for piece in portions(LONG["paragraphs"], 500):
        assert re.search(r"Text of \d+\.\s*$", piece)


@given(st.text(alphabet="ab #*-`\n>|1.~!", max_size=600), st.integers(50, 400))
def test_any_text_without_long_blocks_comes_back_whole(text: str, limit: int) -> None:
    assert "".join(portions(text, 1_000)) == text
    assert portions(text, limit)


def page_of(text: str) -> Page:
    parsed = parse_page(text, "Page")
    return Page("component:default/svc", PageInfo("p.md", "Page"), [c.section for c in parsed.cuts], parsed.definitions)


@pytest.mark.parametrize("file", sorted(DEMO.rglob("docs/**/*.md")), ids=lambda p: p.stem)
def test_the_leaves_of_a_page_hold_its_words_in_order(file: Path) -> None:
    text = split_front_matter(file.read_text(encoding="utf-8"))[1]
    found = leaves(page_of(text), 700)
    assert [w for leaf in found for w in words(leaf.text)][:50] == words(text)[:50]
    assert set(words(text)) == {w for leaf in found for w in words(leaf.text)}


def test_a_section_is_found_on_its_leaf_and_carries_its_references() -> None:
    text = (
        "".join(f"## Part {n}\n\n{'word ' * 100}see [there][far]\n\n" for n in range(20))
        + "[far]: https://far.example\n"
    )
    found = leaves(page_of(text), 2_000)
    at = leaf_at(found, "part-15")
    assert at > 0
    assert "## Part 15" in found[at].text
    assert all("[far]: https://far.example" in leaf.text for leaf in found)
    assert leaf_at(found, "nowhere") == 0


def test_an_empty_page_has_one_leaf() -> None:
    assert [leaf.text for leaf in leaves(page_of(""))] == [""]

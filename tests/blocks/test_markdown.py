"""Every Markdown feature that docs use, as blocks that Slack takes and nobody can ping with."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from blocks.limits import check_message
from blocks.markdown import cut_mrkdwn, render

DEMO = Path(__file__).parents[2] / "demo" / "catalog"


def problems(blocks: Sequence[Any]) -> list[Any]:
    return list(check_message({"text": "docs", "blocks": list(blocks)}))


def rendered(text: str, **limits: int) -> list[Any]:
    found = list(render(text, **limits).blocks)
    assert problems(found) == []
    return found


def only(text: str) -> Any:
    (block,) = rendered(text)
    return block


def rich(text: str) -> list[Any]:
    block = only(text)
    assert block["type"] == "rich_text"
    elements: list[Any] = block["elements"]
    return elements


@pytest.mark.parametrize(
    ("markdown", "mrkdwn"),
    [
        ("plain", "plain"),
        ("**bold** and *thin* and ~~gone~~", "*bold* and _thin_ and ~gone~"),
        ("`a < b`", "`a &lt; b`"),
        ("2 * 3 < 4 & 5", "2 * 3 &lt; 4 &amp; 5"),
        ("[page](https://x.example/a?b=1&c=2)", "<https://x.example/a?b=1&amp;c=2|page>"),
        ("[here](relative.md)", "here"),
        ("[click](javascript:alert(1))", "[click](javascript:alert(1))"),
        ("![Plan](https://x.example/p.png)", "<https://x.example/p.png|picture: Plan>"),
        ("![Plan](p.png)", "picture: Plan"),
        ("see https://x.example/y", "see <https://x.example/y|https://x.example/y>"),
        ("one<br>two", "one\ntwo"),
        ("line\nbroken softly", "line broken softly"),
        ("### A *heading* {#id}", "*A heading*"),
        ("one\n\ntwo", "one\n\ntwo"),
    ],
)
def test_a_paragraph_becomes_mrkdwn(markdown: str, mrkdwn: str) -> None:
    assert only(markdown)["text"] == {"type": "mrkdwn", "text": mrkdwn}


@pytest.mark.parametrize("hostile", ["<!channel>", "<@U123>", "<!subteam^S1>", "<!here|here>", "<https://x|y>"])
@pytest.mark.parametrize("frame", ["{}", "- {}", "> {}", "`{}`", "**{}**", "| a |\n|---|\n| {} |", "```\n{}\n```"])
def test_nothing_in_a_document_pings(hostile: str, frame: str) -> None:
    for block in rendered(frame.format(hostile)):
        if block["type"] == "section":
            assert "<!" not in block["text"]["text"]
            assert "<@" not in block["text"]["text"]
        else:
            kinds = {e["type"] for part in block["elements"] for e in _leaves(part)}
            assert kinds <= {"text", "link"}


def _leaves(part: Any) -> list[Any]:
    return [leaf for e in part["elements"] for leaf in _leaves(e)] if "elements" in part else [part]


def test_an_ordered_list_goes_on_counting_after_code() -> None:
    first, code, second = rich("1. one\n\n    ```bash\n    run it\n    ```\n\n2. two\n3. three\n")
    assert (first["style"], len(first["elements"])) == ("ordered", 1)
    assert code == {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "run it"}]}
    assert (second["offset"], len(second["elements"])) == (1, 2)


def test_nested_lists_are_indented() -> None:
    assert [e["indent"] for e in rich("- a\n    - b\n        - c\n- d\n")] == [0, 1, 2, 0]


def test_tasks_have_boxes() -> None:
    items = rich("- [ ] open\n- [x] done\n")[0]["elements"]
    assert [i["elements"][0]["text"] for i in items] == ["☐ open", "☑ done"]


def test_rich_text_keeps_styles_and_links() -> None:
    (item,) = rich("- **go** to [the page](https://x.example) and `run`")[0]["elements"]
    assert item["elements"] == [
        {"type": "text", "text": "go", "style": {"bold": True}},
        {"type": "text", "text": " to "},
        {"type": "link", "url": "https://x.example", "text": "the page"},
        {"type": "text", "text": " and "},
        {"type": "text", "text": "run", "style": {"code": True}},
    ]


def test_an_admonition_is_a_quote_under_its_title() -> None:
    (quote,) = rich('!!! warning "Mind the gap"\n    It is *wide*.\n')
    assert quote["type"] == "rich_text_quote"
    assert quote["elements"][0] == {"type": "text", "text": "⚠️ Mind the gap\n", "style": {"bold": True}}


def test_a_table_stands_in_columns() -> None:
    (block,) = rich("| Code | Means |\n|---|---|\n| `A-1` | old |\n| B | **new** |\n")
    assert block["elements"][0]["text"].splitlines() == ["Code  Means", "────  ─────", "A-1   old", "B     new"]


def test_a_wide_table_becomes_a_list() -> None:
    (block,) = rich(f"| Name | What |\n|---|---|\n| a | {'long ' * 30} |\n")
    assert block["elements"][0]["elements"][1]["text"].startswith("\nWhat: long")


def test_tabs_keep_their_titles() -> None:
    section, code = rendered('=== "Docker"\n    ```sh\n    docker run\n    ```\n')
    assert section["text"]["text"] == "*Docker*"
    assert code["elements"][0]["elements"][0]["text"] == "docker run"


def test_a_diagram_is_mentioned() -> None:
    assert "mermaid diagram" in only("```mermaid\ngraph TD\n```")["text"]["text"]


def test_script_leaves_nothing_behind() -> None:
    text = "before\n\n<script>\nalert(1)\n</script>\n\n<p onclick='x()'>after</p>\n"
    assert only(text)["text"]["text"] == "before\n\nafter"


def test_a_long_text_ends_with_a_whole_sentence() -> None:
    found = render("One sentence here. " * 400, max_chars=1_000)
    assert found.is_cut
    assert found.blocks[-1]["text"]["text"].endswith("here. …")
    assert problems(found.blocks) == []


def test_a_long_code_block_ends_with_a_whole_line() -> None:
    found = render("```\n" + "a line of code\n" * 500 + "```", max_chars=600)
    lines = found.blocks[0]["elements"][0]["elements"][0]["text"].splitlines()
    assert found.is_cut
    assert set(lines[:-1]) == {"a line of code"}
    assert lines[-1] == "…"


def test_a_long_list_ends_with_a_whole_item() -> None:
    found = render("\n".join(f"- item number {i}" for i in range(500)), max_chars=500)
    assert found.is_cut
    assert len(json.dumps(found.blocks[0])) < 5_000
    assert problems(found.blocks) == []


def test_a_cut_never_goes_through_a_link() -> None:
    text = "word " * 10 + "<https://example.org/a/very/long/address|with a name>"
    assert cut_mrkdwn(text, 70) == ("word " * 10).strip()


def test_a_long_page_fits_a_modal_in_pieces() -> None:
    found = render("A sentence of some length. " * 1_000, max_chars=100_000, max_blocks=40)
    assert not found.is_cut
    assert len(found.blocks) > 5
    assert problems(found.blocks) == []


@pytest.mark.parametrize("page", sorted(DEMO.rglob("*.md")), ids=lambda p: p.relative_to(DEMO).as_posix())
def test_the_pages_of_the_demo_company_are_within_limits(page: Path) -> None:
    found = render(page.read_text(encoding="utf-8"), max_blocks=45, max_chars=20_000)
    assert found.blocks
    assert problems(found.blocks) == []

"""Passages of documentation as plain text."""

import pytest

from answers.replies.documents import plain


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("## Roll back\n\nRun `undo` **now**.", "Roll back\n\nRun undo now."),
        ("```bash\nmake undo\n```", "make undo"),
        ("See [the runbook](https://d.example/r) and ![a picture](p.png)", "See the runbook and a picture"),
        ("2 * 3 ** 4 and __init__.py", "2 * 3 ** 4 and __init__.py"),
        ("", ""),
    ],
)
def test_marks_are_left_to_the_renderer(markdown: str, text: str) -> None:
    assert text == plain(markdown)


def test_a_long_passage_ends_at_a_word() -> None:
    assert plain("word " * 500).endswith("word…")
    assert len(plain("word " * 500)) <= 600

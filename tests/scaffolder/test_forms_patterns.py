"""Patterns in words that are exact enough to follow."""

import pytest

from scaffolder.forms import in_words


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("^[a-z0-9-]+$", "Lowercase letters, digits and dashes only"),
        (r"^[a-z0-9\-]+$", "Lowercase letters, digits and dashes only"),
        ("^([a-z0-9\\-])+$", "Lowercase letters, digits and dashes only"),
        ("^[A-Za-z0-9_-]+$", "Letters, digits, dashes and underscores only"),
        ("^[0-9]*$", "Digits only"),
        (r"^\d{4}$", "Digits only, 4 characters"),
        (
            "^[a-z]([-a-z0-9]*[a-z0-9])?$",
            (
                "Lowercase letters, digits and dashes only, starting with a lowercase letter and "
                "ending with a lowercase letter or a digit"
            ),
        ),
        (
            "^[a-z][a-z0-9-]{2,30}$",
            "Lowercase letters, digits and dashes only, starting with a lowercase letter, 3 to 31 characters",
        ),
        (r"^https?:\/\/.+", "An address that starts with http:// or https://"),
        (
            "^([a-z][a-z0-9]*)(-[a-z0-9]+)*$",
            (
                "Lowercase letters, digits and dashes only, starting with a lowercase letter and "
                "ending with a lowercase letter or a digit, in the form ^([a-z][a-z0-9]*)(-[a-z0-9]+)*$"
            ),
        ),
        (r"^\S*$", None),
        ("[a-z]", None),
        ("^(?!x)[a-z]+$", None),
        ("^(a|b)$", None),
        ("^[^a]+$", None),
        ("^)$", None),
    ],
)
def test_pattern_reads_as_words(pattern: str, words: str | None) -> None:
    assert in_words(pattern) == words

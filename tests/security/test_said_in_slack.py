"""What people say comes back to them as words: it pings nobody, links nowhere and runs nothing."""

import re
from typing import Any, Final

import pytest

from answers.asking import ask
from answers.service import Answerer
from blocks import answers, notes
from blocks.limits import check_message
from bot.chat import payload
from callboard.db import Database
from callboard.errors import InputError
from tests.answers.conftest import answerer, demo

__all__ = ["answerer", "demo"]
MARKUP: Final = re.compile(r"<!(?!date\^)|<@U07FINCH000>|<https://evil\.example")
HOSTILE = [
    "<!channel>", "<!everyone|x>", "<@U07FINCH000>", "<https://evil.example|your login>", "*bold* _it_ `code`",
    "```\nblock\n```", "&lt;!channel&gt;", "a" * 5_000, "\u202egnp.exe", "who owns \x00\x1b[31m", "<!subteam^S1>",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("frame", ["who owns {}?", "what depends on {}", "list services owned by {}", "{}", "docs {}"])
def test_a_question_is_answered_without_repeating_its_markup(
    demo: Database, answerer: Answerer, frame: str, text: str
) -> None:
    with demo.read() as connection:
        answer = ask(answerer, connection, frame.format(text), as_user="", before=[])
    sent = payload(answers.render(answer))
    assert check_message(sent) == []
    assert MARKUP.findall(shown(sent)) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_a_refusal_repeats_no_markup_either(text: str) -> None:
    sent = payload(notes.refusal(InputError(f"There is no {text}.", hint=f"Did you mean {text}?")))
    assert MARKUP.findall(shown(sent)) == []


def shown(value: Any) -> str:
    """Every text that Slack would read markup in."""
    if isinstance(value, dict):
        own = str(value["text"]) if value.get("type") == "mrkdwn" or "blocks" in value else ""
        return "\n".join([own, *(shown(v) for v in value.values())])
    return "\n".join(shown(v) for v in value) if isinstance(value, list) else ""

"""A run as a message, whatever its template, its log and its author came up with."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks import runs
from blocks.limits import check_message
from scaffolder.model import Link, Made, Note, RunError, RunOutput, RunStatus, RunView, StepView

statuses = st.sampled_from(["open", "processing", "completed", "failed", "cancelled"])
texts = st.text(string.printable + "äß€", max_size=300)
steps = st.builds(
    StepView, texts, texts, texts, st.one_of(statuses, st.just("skipped")),
    st.one_of(st.none(), st.floats(1e9, 2e9)), st.one_of(st.none(), st.floats(1e9, 2e9)),
    st.lists(st.text(string.printable, max_size=2_000), max_size=6).map(tuple),
)  # fmt: skip
urls = st.sampled_from(["https://example.com/x", "/catalog/x", "javascript:alert(1)", "git@example.com:x", "x" * 4_000])
links = st.builds(Link, texts, st.one_of(st.none(), urls), st.one_of(st.none(), st.just("component:default/x")))
outputs = st.builds(
    RunOutput, st.lists(links, max_size=20).map(tuple), st.lists(st.builds(Note, texts, texts), max_size=8).map(tuple)
)
views = st.builds(
    RunView, st.just("0b6a1c1e-run"), texts, texts, statuses, st.one_of(st.none(), texts), st.just(1e9),
    st.lists(steps, max_size=60).map(tuple), output=outputs,
    error=st.one_of(st.none(), st.builds(RunError, st.text(max_size=4_000))),
    values=st.dictionaries(st.sampled_from(["name", "title"]), texts),
    created=st.lists(st.builds(Made, texts, texts, st.one_of(st.none(), urls)), max_size=30).map(tuple),
)  # fmt: skip


@given(views)
def test_every_run_makes_a_message_that_slack_takes(view: RunView) -> None:
    message = runs.render(view, note="a note")
    assert check_message({"text": message.text, "blocks": list(message.blocks)}) == []


def view(status: RunStatus, **more: object) -> RunView:
    return RunView("run-1", "template:default/t", "T", status, "user:default/jane", 0.0, **more)  # type: ignore[arg-type]


BUTTONS = [
    ("open", ["Cancel", "Log"]), ("processing", ["Cancel", "Log"]), ("completed", ["Run again", "Log"]),
    ("failed", ["Retry", "Run again", "Log"]), ("cancelled", ["Retry", "Run again", "Log"]),
]  # fmt: skip


@pytest.mark.parametrize(("status", "expected"), BUTTONS)
def test_the_buttons_are_those_that_lead_on(status: RunStatus, expected: list[str]) -> None:
    (actions,) = [b for b in runs.render(view(status)).blocks if b["type"] == "actions"]
    assert [e["text"]["text"] for e in actions["elements"]] == expected


def test_a_run_that_was_asked_to_stop_is_not_asked_again() -> None:
    message = runs.render(view("processing", cancel_requested=True))
    assert "is being cancelled" in message.text
    assert "Cancel" not in str([b for b in message.blocks if b["type"] == "actions"])


def test_nothing_in_a_run_can_ping_or_link() -> None:
    failed = view(
        "failed", values={"name": "<!channel>"}, error=RunError("<!here> @channel"),
        steps=(StepView("s", "<https://evil.example|click>", "a", "failed", last_lines=("``` <!everyone>",)),),
    )  # fmt: skip
    drawn = str(runs.render(failed).blocks)
    assert "<!" not in drawn
    assert "<https" not in drawn


def test_an_address_that_is_none_of_the_web_is_shown_and_not_linked() -> None:
    output = RunOutput((Link("Repository", "file:///srv/git/x.git"), Link("Site", "https://example.com")))
    drawn = runs.render(view("completed", output=output)).blocks
    buttons = [e for b in drawn if b["type"] == "actions" for e in b["elements"]]
    assert [b.get("url") for b in buttons if b.get("url")] == ["https://example.com"]
    assert "`file:///srv/git/x.git`" in str(drawn)

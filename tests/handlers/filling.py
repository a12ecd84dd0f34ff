"""Made-up answers for any form: what a patient person would try until the form is content."""

from typing import Any

from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st

from playground.forms import elements, is_empty
from tests.handlers.person import Person

WORDS = (
    "my-thing-1", "mything", "MyThing", "1", "abc", "ABC", "user@example.com", "https://example.com/x", "1.0.0", "main",
    "10.0.0.0/16", "00000000-0000-4000-8000-000000000000", "component:default/petstore", "123456789012", "{}", "a/b",
    "arn:aws:iam::123456789012:role/x", "12", "100", "8080", "no", "2026-01-31",
    "2026-01-31T09:00:00Z", "09:00:00Z", "x" * 40, "my-thing-a-b-c-d",
    '{"token": "x"}',
)  # fmt: skip
MOST_WINDOWS = 80


def fill(person: Person, patterns: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """Fill and submit until nothing is asked any more; the windows on the way."""
    shown: list[dict[str, Any]] = []
    tried: dict[str, int] = {}
    for _ in range(MOST_WINDOWS * 3):
        shown.append(person.view)
        if person.callback not in {"create.form", "create.item.form"}:
            return shown
        complete(person)
        before = person.view
        if not person.submit():
            for block in person.errors:
                tried[block] = tried.get(block, -1) + 1
                _try(person, block, tried[block], patterns or {})
        elif person.view is before:
            raise AssertionError(f"the window stays: {person.text[:2_000]}")
        elif ":warning:" in person.text and person.callback != "create.review":
            _add_missing_items(person)
    raise AssertionError(f"never content: {person.errors} {person.text[:2_000]}")


def complete(person: Person) -> None:
    """Something in every required input that is empty."""
    for block in list(person.view["blocks"]):
        for element in elements(block):
            state = person.state.get(block["block_id"], {}).get(element.get("action_id", ""))
            if block["type"] == "input" and state and is_empty(state) and not block.get("optional"):
                _first(person, block, element)


def _first(person: Person, block: dict[str, Any], element: dict[str, Any]) -> None:
    kind, state = element["type"], person.state[block["block_id"]]
    new: dict[str, Any] = {"value": WORDS[0]}
    if kind in {"static_select", "radio_buttons"}:
        new = {"selected_option": element["options"][0]}
    elif kind in {"multi_static_select", "checkboxes"}:
        new = {"selected_options": element["options"][:1]}
    elif kind in {"external_select", "multi_external_select"}:
        option = _suggested(person, block, element)
        new = {"selected_option": option} if kind == "external_select" else {"selected_options": [option]}
    elif kind == "datepicker":
        new = {"selected_date": "2026-01-31"}
    elif kind == "number_input":
        new = {"value": "1"}
    state[element["action_id"]] = {"type": kind} | new


def _suggested(person: Person, block: dict[str, Any], element: dict[str, Any]) -> Any:
    from bot import routing

    for typed in ("", "component:default/petstore"):
        interaction = person.interaction("options", action=element["action_id"], block=block["block_id"], text=typed)
        reply = person.run(routing.find(routing.OPTIONS, element["action_id"]), interaction)
        if reply is not None and reply.options:
            return reply.options[0]
    return {"text": {"type": "plain_text", "text": "x"}, "value": "component:default/petstore"}


def _try(person: Person, block_id: str, attempt: int, patterns: dict[str, str]) -> None:
    """The next word that might do; after all of them, one made from the field's own pattern."""
    (action,) = person.state[block_id]
    words: list[str] = list(WORDS)
    pattern = patterns.get(block_id.partition(":")[2].rpartition("/")[2])
    if pattern:
        words.insert(1, matching(pattern))
    assert attempt < len(words), f"{block_id}: {person.errors}"
    person.state[block_id][action] = person.state[block_id][action] | {"value": words[attempt]}


def matching(pattern: str) -> str:
    calm = settings(database=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck), max_examples=500)
    anchored = st.from_regex(pattern, fullmatch=True)
    return str(find(anchored, lambda text: 2 <= len(text) < 40 or len(pattern) < 12, settings=calm))


def _add_missing_items(person: Person) -> None:
    adding = [b for b in person.view["blocks"] if str(b.get("block_id", "")).endswith("#add")]
    if adding:
        person.click("Add one")

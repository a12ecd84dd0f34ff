"""Asking for secrets: on a page of one's own outside of Slack, or in a field that says who can see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from blocks import ids, kit, state
from scaffolder.drafts.model import SecretAsk

_BLOCK: Final = "secret:"


@dataclass(frozen=True, slots=True)
class Asking:
    """`url` is the one-time page; without it the fields stand in the window. `given` are names entered already."""

    asks: Sequence[SecretAsk]
    url: str | None = None
    given: frozenset[str] = frozenset()
    can_keep: bool = True


def blocks(asking: Asking) -> list[kit.Block]:
    """What is asked, and where it is entered."""
    if not asking.can_keep:
        names = ", ".join(kit.code(a.name) for a in asking.asks)
        text = f"This template asks for secrets ({names}), and this installation has no key to keep them with."
        return [kit.section(f":lock: {text} An administrator sets `callboard.secretKey`.")]
    if asking.url is None:
        return [_input(ask) for ask in asking.asks[:20]]
    lines = [f"{_mark(a, asking.given)} {kit.bold(a.title)}{'' if a.required else ' (optional)'}" for a in asking.asks]
    enter = kit.button("Enter secrets", ids.LINK, url=asking.url)
    text = ":lock: *Secrets* are entered in your browser, so that nobody reads them here. The page works once, for 15 "
    return [
        kit.section(f"{text}minutes; then come back and go on here.\n" + "\n".join(lines), accessory=enter),
    ]


def _mark(ask: SecretAsk, given: frozenset[str]) -> str:
    return ":white_check_mark:" if ask.name in given else ":white_circle:"


def _input(ask: SecretAsk) -> kit.Block:
    element = {"type": "plain_text_input", "action_id": ids.FORM_VALUE}
    hint = f"{ask.description} Slack shows this while you type; it is stored encrypted until the run is over.".strip()
    return kit.input_block(
        ask.title, element, block_id=f"{_BLOCK}{ask.name[:200]}", hint=hint, optional=not ask.required
    )


def entered(asks: Sequence[SecretAsk], values: Mapping[str, Any]) -> dict[str, str]:
    """What stands in the window's own fields."""
    found: dict[str, str] = {}
    for ask in asks:
        element: Mapping[str, Any] = next(iter((values.get(f"{_BLOCK}{ask.name[:200]}") or {}).values()), {})
        if element.get("value"):
            found[ask.name] = str(element["value"])
    return found


def retry(title: str, run_id: str, asking: Asking, *, problem: str = "") -> dict[str, Any]:
    """Secrets don't outlive a run: going on with it asks for them again."""
    text = f"To go on with {kit.bold(title)}, enter its secrets again: they were deleted when the run ended."
    warning = [kit.section(f":warning: {kit.escape(problem)}")] if problem else []
    return kit.modal(
        "Retry", [kit.section(text), *warning, *blocks(asking)], callback_id=ids.RUN_SECRETS, submit="Retry",
        metadata=state.encode(run=run_id),
    )  # fmt: skip

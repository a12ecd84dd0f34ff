"""Small modals that stand in for something: loading, working, a sentence."""

from typing import Any, Final

from blocks import ids, kit

TITLE: Final = "Callboard"


def loading() -> dict[str, Any]:
    """Opened when the real content isn't ready within a second."""
    return note("Loading…", emoji=":hourglass_flowing_sand:")


def working() -> dict[str, Any]:
    """Acknowledges a form whose outcome takes longer than Slack waits."""
    return note("Working on it… this window changes by itself.", emoji=":hourglass_flowing_sand:")


def note(text: str, *, title: str = TITLE, emoji: str = "") -> dict[str, Any]:
    """A modal that says one thing; `text` is plain."""
    words = f"{emoji} {kit.escape(text)}".strip()
    return kit.modal(title, [kit.section(words)], callback_id=ids.NOTICE_VIEW)

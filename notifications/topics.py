"""What notices are about, as people choose among it."""

from collections.abc import Mapping
from typing import Any, Final

from callboard.config.notifications import Notifications

TOPICS: Final[Mapping[str, str]] = {
    "deprecated": "Something you depend on is going away",
    "progress": "Who has moved off what you deprecated",
    "failing": "A catalog file of yours is broken",
    "ownership": "Ownership moved to or from you",
    "consumers": "An API of yours has a new consumer",
    "followed": "Something you follow changed",
    "message": "Messages from templates and scripts",
}
PLACES: Final[Mapping[str, str]] = {
    "channel": "Team channel",
    "dm": "Direct message",
    "off": "Off",
}


def place_of(defaults: Notifications, chosen: Mapping[str, Any], topic: str) -> str:
    """Where somebody reads a topic: `channel`, `dm` or `off`."""
    configured: Mapping[str, str] = {str(k): v for k, v in defaults.topics.items()}
    return str(chosen.get(f"topic:{topic}") or configured.get(topic) or "channel")


def is_muted(chosen: Mapping[str, Any], topic: str, subject: str, now: float) -> bool:
    """A mute of everything, of the topic or of the thing, that hasn't run out; no end means for good."""
    for key in ("mute:*", f"mute:topic:{topic}", f"mute:entity:{subject}"):
        if key in chosen and (chosen[key].get("until") is None or float(chosen[key]["until"]) > now):
            return True
    return False

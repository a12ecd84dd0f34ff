"""The page on which people and teams choose what reaches them, where and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from blocks import ids, kit, state
from callboard.config.notifications import DAYS
from notifications.topics import PLACES, TOPICS

DEFAULT: Final = "default"
QUIET: Final = "settings.quiet"
WORKING: Final = "settings.days"
CHANNEL: Final = "settings.channel"
UNMUTE: Final = "settings.unmute"
UNFOLLOW: Final = "settings.unfollow"
FOLLOW: Final = "settings.follow"
TOPIC: Final = "settings.topic."
_DAY_NAMES: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MOST: Final = 10


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """What one person may change: their own choices, or those of a team they are in."""

    who: str
    title: str
    choices: Sequence[tuple[str, str]]
    """Everybody whose settings can be chosen here, as `(ref, name)`."""
    chosen: Mapping[str, Any]
    defaults: Mapping[str, str]
    """Where each topic goes when nothing is chosen."""
    quiet: str
    days: Sequence[str]
    note: str = ""


def render(page: SettingsPage) -> dict[str, Any]:
    is_team = page.who.startswith("group:")
    blocks = [*_header(page)]
    for topic, words in TOPICS.items():
        blocks.append(_topic(page, topic, words, is_team=is_team))
    if is_team:
        blocks.append(_channel(page))
    blocks += [_quiet(page), _days(page), _follow(), *_lists(page)]
    return kit.modal(
        "Notifications", blocks, callback_id=ids.SETTINGS_FORM, submit="Save", metadata=state.encode(w=page.who)
    )  # fmt: skip


def _header(page: SettingsPage) -> list[kit.Block]:
    elements: list[kit.Element] = []
    if len(page.choices) > 1:
        options = [kit.option(name, str(i)) for i, (_ref, name) in enumerate(page.choices[: kit.MAX_OPTIONS])]
        current = next((o for o, (ref, _n) in zip(options, page.choices, strict=False) if ref == page.who), options[0])
        elements.append(
            {"type": "static_select", "action_id": ids.SETTINGS_WHO, "options": options, "initial_option": current}
        )  # fmt: skip
    elements.append(kit.button("Send a test message", ids.SETTINGS_TEST, state.encode(w=page.who)))
    note = [kit.context(kit.escape(page.note))] if page.note else []
    return [kit.section(f"What reaches {kit.bold(kit.cut(page.title, 80))}, and where."), kit.actions(*elements), *note]


def _topic(page: SettingsPage, topic: str, words: str, *, is_team: bool) -> kit.Block:
    names = dict(PLACES) if is_team else {"channel": "As my team gets it", "dm": "To me in person too", "off": "Off"}
    usual = names.get(page.defaults.get(topic, "channel"), "")
    options = [kit.option(f"Default: {usual}", DEFAULT), *(kit.option(name, place) for place, name in names.items())]
    now = page.chosen.get(f"topic:{topic}")
    initial = next((o for o in options if o["value"] == now), options[0])
    select: kit.Element = {
        "type": "static_select", "action_id": ids.SETTINGS_VALUE, "options": options, "initial_option": initial,
    }  # fmt: skip
    return kit.input_block(words, select, block_id=f"{TOPIC}{topic}")


def _channel(page: SettingsPage) -> kit.Block:
    element: kit.Element = {
        "type": "conversations_select",
        "action_id": ids.SETTINGS_VALUE,
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    if str(page.chosen.get("channel") or "").startswith(("C", "G")):
        element["initial_conversation"] = page.chosen["channel"]
    hint = "Otherwise the catalog's `slack.com/channel`."
    return kit.input_block("Channel", element, block_id=CHANNEL, hint=hint, optional=True)


def _quiet(page: SettingsPage) -> kit.Block:
    element: kit.Element = {
        "type": "plain_text_input",
        "action_id": ids.SETTINGS_VALUE,
        "max_length": 20,
        "placeholder": kit.plain(page.quiet or "none"),
    }
    if "quiet" in page.chosen:
        element["initial_value"] = page.chosen["quiet"] or "none"
    hint = f"Like 20:00-08:00, or none. Empty: {page.quiet or 'none'}. In the time zone of your Slack profile."
    return kit.input_block("Quiet hours", element, block_id=QUIET, hint=hint, optional=True)


def _days(page: SettingsPage) -> kit.Block:
    options = [kit.option(name, day) for day, name in zip(DAYS, _DAY_NAMES, strict=True)]
    chosen = page.chosen.get("days") or page.days
    element: kit.Element = {
        "type": "checkboxes",
        "action_id": ids.SETTINGS_VALUE,
        "options": options,
        "initial_options": [o for o in options if o["value"] in chosen],
    }
    return kit.input_block("Working days", element, block_id=WORKING)


def _follow() -> kit.Block:
    element: kit.Element = {
        "type": "external_select",
        "action_id": ids.SETTINGS_FOLLOW,
        "min_query_length": 1,
        "placeholder": kit.plain("Type a name"),
    }
    hint = "I tell when its lifecycle, owner or API changes."
    return kit.input_block("Follow something", element, block_id=FOLLOW, hint=hint, optional=True)


def _lists(page: SettingsPage) -> list[kit.Block]:
    """What is muted and followed, each to be ended by a tick."""
    muted = [(key, _mute(key, value)) for key, value in page.chosen.items() if key.startswith("mute:")]
    followed = [(key, key.removeprefix("follow:")) for key in page.chosen if key.startswith("follow:")]
    shown = ((UNMUTE, "Muted; tick what I may tell you again", muted), (UNFOLLOW, "Followed; tick to stop", followed))
    return [_ticks(block_id, label, found[:_MOST]) for block_id, label, found in shown if found]


def _ticks(block_id: str, label: str, found: Sequence[tuple[str, str]]) -> kit.Block:
    options = [kit.option(text, str(i), description=key) for i, (key, text) in enumerate(found)]
    element: kit.Element = {"type": "checkboxes", "action_id": ids.SETTINGS_VALUE, "options": options}
    return kit.input_block(label, element, block_id=block_id, optional=True)


def ticked(page_keys: Mapping[str, Any], prefix: str, values: Sequence[str]) -> list[str]:
    """The keys behind ticks of a list that was drawn from the same settings."""
    keys = [k for k in page_keys if k.startswith(prefix)][:_MOST]
    return [keys[int(v)] for v in values if v.isdigit() and int(v) < len(keys)]


def _mute(key: str, value: Mapping[str, Any]) -> str:
    _mute_word, kind, name = (*key.split(":", 2), "")[:3]
    what = {"*": "Everything", "topic": TOPICS.get(name, name), "entity": name}.get(kind, key)
    until = value.get("until")
    return f"{what}, until {datetime.fromtimestamp(until, UTC):%d %b}" if until else what

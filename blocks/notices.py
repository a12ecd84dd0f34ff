"""A notice as a message: what happened, what of the reader's it concerns, and a button for each next step."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from blocks import entities, ids, kit, state
from blocks.pictures.message import picture_button
from callboard.chat import Message
from callboard.refs import EntityRef
from notifications.model import Affected, Notice, Team
from notifications.reminders import in_words
from notifications.topics import TOPICS

_SHOWN: Final = 15
_TEAMS: Final = 40
_EMOJI: Final = {
    "deprecated": ":hourglass_flowing_sand:", "progress": ":bar_chart:", "failing": ":warning:",
    "ownership": ":key:", "consumers": ":electric_plug:", "followed": ":eyes:", "message": ":speech_balloon:",
    "admin": ":wrench:",
}  # fmt: skip
_CLOSED: Final = {"done": ":white_check_mark:", "withdrawn": ":leftwards_arrow_with_hook:"}
_ASKER: Final = re.compile(r"slack:([UW][A-Z0-9]{2,20})")
MUTE_ENTITY: Final = "me"
MUTE_TOPIC: Final = "mt"
MUTE_ALL: Final = "ma"
WHY: Final = "why"
OPEN_SETTINGS: Final = "set"


def render(notice: Notice, *, note: str = "") -> Message:
    """The message as it stands now; `note` says what is special about this place."""
    emoji = _CLOSED.get(notice.state) or _EMOJI.get(notice.topic, ":bell:")
    blocks = [kit.section(f"{emoji} {kit.bold(kit.cut(_title(notice), 900))}")]
    if notice.text:
        blocks.append(kit.section(kit.cut(kit.escape(notice.text), 2_900)))
    if asker := _ASKER.fullmatch(notice.origin):
        blocks.append(kit.context(f"Asked by <@{asker[1]}>. Answer in this thread."))
    blocks += kit.fields([(label, kit.escape(kit.cut(value, 500))) for label, value in notice.facts])
    blocks += _list(notice)
    if promise := _promise(notice):
        blocks.append(kit.context(f":calendar: {kit.escape(promise)}"))
    if notice.parent is None or notice.kind == "deprecated":
        blocks += _next_steps(notice)
    remarks = [kit.escape(r) for r in (note, _reason(notice)) if r]
    if remarks:
        blocks.append(kit.context(*remarks))
    return Message(kit.cut(_title(notice), 3_000), blocks[: kit.MAX_MESSAGE_BLOCKS])


def _title(notice: Notice) -> str:
    """What it says while it is so; of a file that was mended, that it is."""
    if notice.kind == "failing" and notice.state == "done":
        return f"The catalog file of {notice.subject_title} had an error and is read again."
    return notice.title


def _reason(notice: Notice) -> str:
    return notice.reason if notice.parent is None else ""


def _list(notice: Notice) -> list[kit.Block]:
    if notice.kind == "progress":
        return [kit.section("\n".join(_team(t) for t in some)) for some in _some(notice.teams)]
    if not notice.affected:
        return []
    lines = [_line(a) for a in notice.affected[:_SHOWN]]
    if len(notice.affected) > _SHOWN:
        lines.append(f"…and {len(notice.affected) - _SHOWN} more")
    heading = {"consumers": "*Who*", "admin": "*Which*"}.get(notice.topic, "*Yours*")
    return [kit.section(heading + "\n" + "\n".join(lines))]


def _some(teams: Sequence[Team]) -> list[Sequence[Team]]:
    return [teams[i : i + 20] for i in range(0, min(len(teams), _TEAMS), 20)]


def _team(team: Team) -> str:
    name = kit.bold(kit.cut(team.title, 80))
    if team.moved == team.total:
        return f":white_check_mark: {name} has moved"
    count = f"{team.moved} of {team.total} moved" if team.moved else f"{team.total} to go"
    word = f", says {kit.escape(team.word)}" if team.word else ""
    return f":hourglass_flowing_sand: {name}: {count}{word}"


def _line(affected: Affected) -> str:
    text = f"• {entities.label(affected.ref, kit.cut(affected.title, 80))}"
    if affected.moved:
        return f"{text}  :white_check_mark: moved"
    if len(affected.path) > 2:
        way = " → ".join(EntityRef.from_full(p).short for p in reversed(affected.path[1:-1]))
        text += f"  _via {kit.escape(kit.cut(way, 100)).replace('_', '-')}_"
    return text


def _promise(notice: Notice) -> str:
    if notice.state != "sent" or not notice.acknowledged_until:
        return ""
    who = notice.acknowledged_by or "somebody"
    name = EntityRef.from_full(who).short if ":" in who else who
    return f"{name} says: done by {in_words(date.fromisoformat(notice.acknowledged_until))}."


def _next_steps(notice: Notice) -> list[kit.Block]:
    if notice.kind == "message.channel":
        return [kit.actions(_channel_select(), block_id=f"{ids.NOTICE_CHANNEL}:{notice.id}")]
    buttons: list[kit.Element] = []
    value = state.encode(n=notice.id)
    if notice.kind == "deprecated" and notice.state in {"planned", "sent"}:
        buttons += [
            kit.button("We'll be done by…", ids.NOTICE_ACKNOWLEDGE, value, style="primary"),
            kit.button("Remind us in a week", ids.NOTICE_SNOOZE, value),
            kit.button("How do we depend on it?", ids.NOTICE_PATH, value),
        ]
        if notice.template:
            buttons.append(kit.button("Start the migration", ids.NOTICE_MIGRATE, value))
        if notice.owner:
            buttons.append(kit.button("Ask its owner", ids.NOTICE_ASK, value))
    if notice.subject and notice.topic != "message":
        buttons.append(kit.button("Show it", ids.ASK, state.encode(q=f"tell me about {notice.subject}")))
    if notice.link and notice.link.startswith(("http://", "https://")):
        text = "Open the file" if notice.topic == "failing" else "Open"
        buttons.append(kit.button(text, ids.LINK, url=notice.link))
    more = [] if notice.topic == "admin" else [_more(notice)]
    return [kit.actions(*buttons, *more)] if buttons or more else []


def _channel_select() -> kit.Element:
    return {
        "type": "conversations_select",
        "action_id": ids.NOTICE_CHANNEL,
        "placeholder": kit.plain("Your team's channel"),
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }


def _more(notice: Notice) -> kit.Element:
    choices = [("Why do I get this?", WHY), ("Mute everything for a week", MUTE_ALL), ("Settings", OPEN_SETTINGS)]
    if notice.topic in TOPICS:
        choices.insert(1, ("Mute this kind of message", MUTE_TOPIC))
    if notice.subject and notice.topic != "message":
        choices.insert(1, (kit.cut(f"Mute {notice.subject_title or 'this'}", 70), MUTE_ENTITY))
    options = [kit.option(text, state.encode(n=notice.id, a=act)) for text, act in choices]
    return {"type": "overflow", "action_id": ids.NOTICE_MORE, "options": options}


def acknowledge_modal(notice: Notice, today: date) -> dict[str, Any]:
    """By which day will it be done?"""
    end = date.fromisoformat(notice.end) if notice.end else None
    picker: kit.Element = {"type": "datepicker", "action_id": ids.NOTICE_DAY}
    if end is not None and end >= today:
        picker["initial_date"] = end.isoformat()
    hint = f"It is gone by {in_words(end)}." if end else "Reminders stop until that day has passed."
    left = [_line(a) for a in notice.remaining[:_SHOWN]]
    blocks = [
        kit.section(f"*{kit.escape(kit.cut(notice.subject_title, 200))}* is still needed by:\n" + "\n".join(left)),
        kit.input_block("Nothing of ours depends on it any more by", picker, block_id=ids.NOTICE_DAY, hint=hint),
    ]
    return kit.modal(
        "When will it be done?", blocks, callback_id=ids.NOTICE_ACKNOWLEDGE_MODAL, submit="Promise",
        metadata=state.encode(n=notice.id),
    )  # fmt: skip


def ask_modal(notice: Notice) -> dict[str, Any]:
    """What does one want to ask the owner?"""
    field: kit.Element = {
        "type": "plain_text_input", "action_id": ids.NOTICE_QUESTION, "multiline": True, "max_length": 2_500,
    }  # fmt: skip
    title = kit.cut(notice.subject_title, 60)
    blocks = [
        kit.input_block(
            f"Your question about {title}", field, block_id=ids.NOTICE_QUESTION,
            hint="It is posted where its owner reads, with your name; they answer in a thread.",
        )
    ]  # fmt: skip
    return kit.modal(
        "Ask its owner", blocks, callback_id=ids.NOTICE_ASK_MODAL, submit="Ask", metadata=state.encode(n=notice.id)
    )


def paths(notice: Notice) -> Message:
    """The way from each of the reader's things to what goes away."""
    lines = [_path(a) for a in notice.remaining[:_SHOWN]]
    if not lines:
        lines = ["Nothing of yours depends on it any more."]
    if len(notice.remaining) > _SHOWN:
        lines.append(f"…and {len(notice.remaining) - _SHOWN} more")
    title = f"How you depend on {notice.subject_title}"
    picture = kit.actions(picture_button(notice.subject, "dependents"))
    return Message(title, [kit.section(kit.bold(kit.cut(title, 900))), kit.section("\n".join(lines)), picture])


def _path(affected: Affected) -> str:
    steps = [EntityRef.from_full(p) for p in reversed(affected.path)]
    return "• " + " → ".join(f"{kit.escape(s.short)} _({s.kind})_" for s in steps[:8])


def why(notice: Notice, places: Sequence[str]) -> Message:
    """The whole trace: which rule, whose, where, and how to stop it."""
    lines = [
        notice.reason or "Somebody sent it to you.",
        f"Sent to {notice.recipient}" + (f", in {', '.join(places)}" if places else "") + ".",
        f"Kind: {TOPICS.get(notice.topic, notice.topic)} (`{notice.topic}`).",
    ]
    if notice.actor:
        lines.append(f"What set it off was done by {notice.actor}.")
    lines.append("Mute it from the ⋯ menu, or choose in the settings where each kind reaches you.")
    text = "\n".join(f"• {kit.escape(line)}" for line in lines)
    return Message("Why you get this", [kit.section(f"*Why you get this*\n{text}")])

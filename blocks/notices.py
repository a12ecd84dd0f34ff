"""A notice as a message."""

from blocks import entities, ids, kit, state
from callboard.chat import Message
from callboard.refs import EntityRef
from notifications.model import Affected, Notice

_SHOWN = 15


def render(notice: Notice) -> Message:
    """What happened, what of the reader's it concerns, whom to ask, and the next steps as buttons."""
    facts = [(label, kit.escape(value)) for label, value in notice.facts]
    lines = [_line(a) for a in notice.affected[:_SHOWN]]
    if len(notice.affected) > _SHOWN:
        lines.append(f"…and {len(notice.affected) - _SHOWN} more")
    subject = notice.subject
    buttons = [
        kit.button("Show it", ids.ASK, state.encode(q=f"tell me about {subject}")),
        kit.button("Who owns it?", ids.ASK_2, state.encode(q=f"who owns {subject}")),
        kit.button("Who else depends on it?", ids.ASK_3, state.encode(q=f"what breaks if we retire {subject}")),
    ]
    blocks = [
        kit.section(f":hourglass_flowing_sand: {kit.bold(notice.title)}"),
        *kit.fields(facts),
        kit.section("*Yours*\n" + "\n".join(lines)),
        kit.actions(*buttons),
        kit.context(kit.escape(notice.reason)),
    ]
    metadata = {"event_type": "callboard_notice", "event_payload": {"notice": notice.id}}
    return Message(notice.title, blocks, metadata)


def _line(affected: Affected) -> str:
    text = f"• {entities.label(affected.ref, affected.title)}"
    if len(affected.path) > 2:
        way = " → ".join(EntityRef.from_full(p).short for p in reversed(affected.path[1:-1]))
        text += f"  _via {kit.escape(way)}_"
    return text

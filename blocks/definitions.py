"""API definitions at a glance."""

from typing import Final

from answers.model import Answer, Definition
from blocks import entities, ids, kit, state

_SHOWN: Final = 20
_LONGEST: Final = 110


def definition(answer: Answer, found: Definition) -> list[kit.Block]:
    """What it calls itself, where it is served, and its operations, as many as one reads at a glance."""
    refs = answer.entities[:1]
    name = entities.label(refs[0], answer.subject.title if answer.subject else None) if refs else ""
    itself = " ".join(w for w in (found.title, found.version) if w)
    said = [f"{name}  {kit.code(found.kind)}", kit.escape(itself)]
    said += [kit.link(s, s) for s in found.servers]
    blocks = [kit.section("\n".join(s for s in said if s))]
    shown = "\n".join(_operation(*o) for o in found.operations[:_SHOWN])
    if shown:
        blocks.append(kit.section(shown))
    left = len(found.operations) - _SHOWN
    size = f"{len(found.text.splitlines())} lines"
    blocks.append(kit.context(f"{left} more operations in the file, {size}" if left > 0 else size))
    return blocks


def file_button(ref: str) -> kit.Element:
    """For a private answer, which can hold no file."""
    return kit.button("Send me the file", ids.DEFINITION, state.encode(ref=ref))


def _operation(signature: str, words: str) -> str:
    about = f" — {kit.escape(kit.cut(words, _LONGEST))}" if words else ""
    return f"• {kit.code(kit.cut(signature, _LONGEST))}{about}"

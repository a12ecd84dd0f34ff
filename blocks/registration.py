"""What a location would bring in, before it is registered."""

from collections.abc import Sequence
from typing import Any, Final

from blocks import entities, ids, kit, state
from callboard.refs import LocationRef
from catalog.ingest.candidate import Candidate

_SHOWN: Final = 30


def preview(location: LocationRef, candidates: Sequence[Candidate]) -> dict[str, Any]:
    """The entities, and a button that makes it so."""
    count = "1 entity" if len(candidates) == 1 else f"{len(candidates)} entities"
    blocks = [kit.section(f"{kit.code(location.target)} holds {count}.")]
    if candidates:
        lines = [f"• {entities.label(c.ref)}  {kit.escape(c.ref)}" for c in candidates[:_SHOWN]]
        blocks.append(kit.section(kit.cut("\n".join(lines), kit.MAX_SECTION)))
    submit = "Register" if candidates else None
    metadata = state.encode(url=location.target)
    return kit.modal("Register", blocks, callback_id=ids.REGISTER_VIEW, submit=submit, metadata=metadata)

"""What deserves a notice, and to whom. Pure: events and facts in, notices out."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from notifications.model import Deprecation, Notice

LIFECYCLE: Final = "spec.lifecycle"


def newly_deprecated(body: Mapping[str, Any], deprecated: Collection[str]) -> str | None:
    """The lifecycle that an update moved something to, if that means its end and the one before didn't."""
    change = (body.get("fields") or {}).get(LIFECYCLE)
    if not change:
        return None
    before, after = (str(v or "").lower() for v in change)
    return after if after in deprecated and before not in deprecated else None


def deprecation_notices(found: Deprecation) -> Iterator[Notice]:
    """One notice per team that depends on it, with everything of theirs that does; never to its own owner."""
    facts = [("Lifecycle", found.lifecycle), ("Owner", found.owner_title)]
    optional = (("Use instead", found.replaced_by), ("Gone by", found.end_of_life), ("Ask", found.contact))
    facts += [(label, value) for label, value in optional if value]
    for owner, affected in found.affected_by_owner:
        if owner is None or owner == found.owner:
            continue
        count = "something" if len(affected) == 1 else f"{len(affected)} things"
        yield Notice(
            kind="deprecated",
            key=f"deprecated:{found.ref}:{found.event_id}:{owner}",
            recipient=owner,
            subject=found.ref,
            subject_title=found.title,
            title=f"{found.title} was marked {found.lifecycle}, and {count} of yours depends on it.",
            affected=tuple(affected),
            facts=tuple(facts),
            reason=f"You own what depends on {found.ref}.",
        )

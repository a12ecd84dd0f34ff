"""Who is on call, as far as the catalog itself says: `callboard.dev/on-call` or a PagerDuty annotation."""

from collections.abc import Mapping
from typing import Any

from callboard.entities import ON_CALL, annotations_of
from callboard.parts import CardParts, Fact
from callboard.plugin import hookimpl


@hookimpl
def callboard_card_parts(document: Mapping[str, Any]) -> CardParts | None:
    """A line with the person, the rota or the service to page."""
    annotations = annotations_of(document)
    written = annotations.get(ON_CALL)
    if written:
        url = written if written.startswith(("https://", "http://")) else None
        return CardParts((Fact("On call", "rota" if url else written, url),), order=10)
    service = annotations.get("pagerduty.com/service-id")
    return CardParts((Fact("On call", f"PagerDuty service {service}"),), order=10) if service else None

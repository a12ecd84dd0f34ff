"""Links that follow from well-known annotations: the repository and the source file."""

from collections.abc import Mapping
from typing import Any

from callboard.entities import annotations_of
from callboard.parts import CardParts, Fact
from callboard.plugin import hookimpl


@hookimpl
def callboard_card_parts(document: Mapping[str, Any]) -> CardParts | None:
    """The GitHub repository that an entity names."""
    slug = annotations_of(document).get("github.com/project-slug")
    if not slug or slug.count("/") != 1:
        return None
    return CardParts((Fact("Repository", slug, f"https://github.com/{slug}"),), order=20)

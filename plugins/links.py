"""Where else to look: the links that an entity names, and the repository that its annotations tell of."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from callboard.entities import annotations_of
from callboard.parts import CardParts, Fact, LinkButton
from callboard.plugin import hookimpl

_MOST: Final = 5


@hookimpl
def callboard_card_parts(document: Mapping[str, Any]) -> CardParts | None:
    """The first links, and the GitHub repository."""
    facts = []
    if links := list(_links(document)):
        facts.append(Fact("Links", links=links[:_MOST]))
    slug = annotations_of(document).get("github.com/project-slug")
    if slug and slug.count("/") == 1:
        facts.append(Fact("Repository", slug, f"https://github.com/{slug}"))
    return CardParts(facts, order=20) if facts else None


def _links(document: Mapping[str, Any]) -> Iterator[LinkButton]:
    written = document["metadata"].get("links")
    for one in written if isinstance(written, list) else ():
        if isinstance(one, Mapping) and one.get("url"):
            yield LinkButton(str(one.get("title") or one["url"]), str(one["url"]))

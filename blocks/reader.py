"""The reader: a page of docs in a window, a leaf at a time."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from blocks import ids, kit, state
from blocks.markdown import render as render_markdown
from callboard.refs import EntityRef
from techdocs.links import absolute_links, resolve
from techdocs.model import PageInfo
from techdocs.portions import Leaf
from techdocs.reader import Opened

_MOST_BLOCKS: Final = 85
_MOST_TEXT: Final = 24_000
_LONGEST_KEY: Final = 150
LAST: Final = -1
"""The last leaf, from the page behind it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody reads: a page of an entity's docs by its key, and the leaf of it."""

    ref: str
    page: str = ""
    leaf: int = 0
    anchor: str = ""

    def encoded(self) -> str:
        given = {"r": self.ref, "p": self.page, "n": self.leaf, "a": self.anchor}
        return state.encode(**{name: value for name, value in given.items() if value})


def place_of(value: str) -> Place:
    """Raises OutdatedStateError for what isn't a place."""
    found = state.decode(value)
    if "r" not in found:
        raise state.OutdatedStateError(value[:80])
    return Place(str(found["r"]), str(found.get("p", "")), int(found.get("n", 0)), str(found.get("a", "")))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a window shows. `link` makes addresses that open in a browser, or none."""

    opened: Opened
    leaves: Sequence[Leaf]
    leaf: int
    owner: str = ""
    url: str = ""
    link: Callable[[str, str], str] = lambda _ref, _address: ""


def page_key(path: str) -> str:
    """A page's path, or a digest of a path too long for a menu."""
    if len(path) <= _LONGEST_KEY and not path.startswith("~"):
        return path
    return "~" + hashlib.sha1(path.encode(), usedforsecurity=False).hexdigest()


def open_button(ref: str, *, text: str = "Read", page: str = "", anchor: str = "") -> kit.Element:
    """Opens the reader: at a section, at a page, or at the front."""
    return kit.button(text, ids.READ, Place(ref, page_key(page) if page else "", anchor=anchor[:500]).encoded())


def view(reading: Reading) -> dict[str, Any]:
    """The window. Tables and other blocks that windows can't hold have become text on the way."""
    opened, number = reading.opened, reading.leaf
    shown = _markdown(reading, reading.leaves[number].text)
    blocks = [kit.header(opened.page.info.title or "Untitled"), kit.context(_about(reading))]
    blocks.append(kit.actions(*_turns(reading), _menu(opened.page.info)))
    blocks += shown or [kit.context("This page has no text.")]
    if len(reading.leaves) > 1 or len(shown) > 8:
        blocks += [kit.divider(), kit.actions(*_turns(reading), block_id="reader.below")]
    place = Place(opened.site.ref, page_key(opened.page.info.path), number)
    return kit.modal(opened.site.title or "Docs", blocks, callback_id=ids.READER, metadata=place.encoded())


def page_options(pages: Sequence[PageInfo]) -> list[dict[str, Any]]:
    """The pages of a site for the menu, with where each stands when its title doesn't say."""
    return [_option(page) for page in pages[: kit.MAX_OPTIONS]]


def _option(page: PageInfo) -> dict[str, Any]:
    return kit.option(page.title or page.path, page_key(page.path), description=page.path)


def _menu(page: PageInfo) -> kit.Element:
    return kit.search_menu("Another page", ids.READ_PAGE, chosen=_option(page))


def _markdown(reading: Reading, text: str) -> list[kit.Block]:
    ref, path = reading.opened.site.ref, reading.opened.page.info.path

    def address(target: str) -> str:
        found = resolve(ref, path, target)
        return reading.link(ref, found) if found.startswith("/docs/") else found

    rendered = render_markdown(absolute_links(text, address), max_blocks=_MOST_BLOCKS, max_chars=_MOST_TEXT)
    blocks = [dict(b) for b in rendered.blocks]
    if rendered.is_cut:
        where = kit.link(reading.url, "on the web") if reading.url else "in its file"
        blocks.append(kit.context(f"The rest of this part is too long for a window; it stands {where}."))
    return blocks


def _about(reading: Reading) -> str:
    opened, info = reading.opened, reading.opened.page.info
    said = [kit.code(EntityRef.from_full(opened.site.ref).short)]
    if reading.owner:
        said.append(f"owned by {kit.bold(reading.owner)}")
    if info.changed_at:
        said.append(f"changed {kit.day(info.changed_at)}")
    if len(reading.leaves) > 1:
        said.append(f"part {reading.leaf + 1} of {len(reading.leaves)}")
    return " · ".join(said)


def _turns(reading: Reading) -> list[kit.Element]:
    """Buttons that are there only when they lead somewhere."""
    opened, ref = reading.opened, reading.opened.site.ref
    here, number = page_key(opened.page.info.path), reading.leaf
    found = []
    if number:
        found.append(kit.button("← Previous", ids.READ_BACK, Place(ref, here, number - 1).encoded()))
    elif opened.previous:
        found.append(
            kit.button("← Previous", ids.READ_BACK, Place(ref, page_key(opened.previous.path), LAST).encoded())
        )
    if number + 1 < len(reading.leaves):
        found.append(kit.button("Next →", ids.READ_ON, Place(ref, here, number + 1).encoded()))
    elif opened.following:
        found.append(kit.button("Next →", ids.READ_ON, Place(ref, page_key(opened.following.path)).encoded()))
    if reading.url:
        found.append(kit.button("Open on the web", ids.LINK, url=reading.url))
    return found

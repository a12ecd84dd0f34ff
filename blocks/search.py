"""Search results, and the window to search in."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from blocks import entities, ids, kit, state
from blocks.reader import open_button
from callboard.chat import Message
from callboard.refs import EntityRef
from search.index import API, CATALOG, TECHDOCS
from search.query import Found, Results

PAGE_SIZE: Final = 8
_LONGEST: Final = 1_000
_KINDS: Final = ("component", "api", "system", "resource", "domain", "group", "user", "template")
_SORTS: Final = {"docs": "Documentation", "operations": "API operations"}
Link = Callable[[str, str], str]


def results(text: str, found: Results, *, page: int = 0, link: Link) -> Message:
    """A page of results. Each has a button that shows or reads it."""
    heading = _heading(text, found, page)
    blocks = [kit.section(heading), *(_result(one, link) for one in found.items)]
    left = found.total - (page + 1) * PAGE_SIZE
    if left > 0:
        more = state.encode(q=kit.cut(text, _LONGEST), page=page + 1)
        blocks.append(kit.actions(kit.button(f"Next {min(left, PAGE_SIZE)} of {found.total}", ids.SEARCH_MORE, more)))
    if not found.items:
        blocks.append(kit.context("Fewer or other words may find it. Filters: `kind:api` `owner:team-a` `in:docs`"))
    return Message(heading, blocks)


def _heading(text: str, found: Results, page: int) -> str:
    asked = kit.code(kit.cut(text, 200))
    if not found.items:
        return f":mag: Nothing found for {asked}."
    if found.guessed:
        return f":mag: Nothing is called {asked}. Near it:"
    first = page * PAGE_SIZE + 1
    shown = f", {first} to {first + len(found.items) - 1}" if found.total > len(found.items) else ""
    return f":mag: {found.total} found for {asked}{shown}"


def _result(found: Found, link: Link) -> kit.Block:
    """Name, what it is, and where its text begins."""
    about = " ".join(found.text.split())
    lines = [_title(found, link), kit.escape(kit.cut(about, 160)) if about else ""]
    if found.type == TECHDOCS:
        path, anchor = str(found.fields.get("path", "")), str(found.fields.get("anchor", ""))
        accessory = open_button(found.ref, page=path, anchor=anchor)
    else:
        accessory = kit.button("Show", ids.ASK, state.encode(q=f"tell me about {found.ref}"))
    return kit.section("\n".join(line for line in lines if line), accessory=accessory)


def _title(found: Found, link: Link) -> str:
    short = kit.code(EntityRef.from_full(found.ref).short)
    if found.type == CATALOG:
        extra = ", ".join(kit.escape(w) for w in (found.component_type, found.lifecycle) if w)
        return f"{entities.label(found.ref, kit.cut(found.title, 100))}  {found.kind} {short}" + (
            f" · {extra}" if extra else ""
        )
    title = kit.cut(found.title, 120)
    if found.type == API:
        return f":electric_plug: {kit.code(title)} of {short}"
    url = link(found.ref, found.location)
    return f":book: {kit.link(url, title) if url else kit.bold(title)} in the docs of {short}"


def form() -> Mapping[str, Any]:
    """The window to search in."""
    words = {"type": "plain_text_input", "action_id": ids.SEARCH_WORDS, "max_length": _LONGEST}
    choices = [kit.option(k.capitalize(), f"kind:{k}") for k in _KINDS]
    choices += [kit.option(title, f"in:{place}") for place, title in _SORTS.items()]
    menu = {
        "type": "static_select", "action_id": ids.SEARCH_WORDS, "options": choices,
        "placeholder": kit.plain("Everything", kit.MAX_OPTION),
    }  # fmt: skip
    blocks = [
        kit.input_block("What are you looking for?", words, block_id=ids.SEARCH_WORDS),
        kit.input_block("Only", menu, block_id=ids.SEARCH_FORM, optional=True),
    ]
    return kit.modal("Search", blocks, callback_id=ids.SEARCH_FORM, submit="Search")

"""One search over everything: after the command, from Home, and where a question had no answer."""

from blocks import ids, kit, state
from blocks import search as drawing
from callboard.chat import Interaction, Message, Reply, View
from callboard.errors import InputError
from callboard.ports import visible_to
from handlers.services import Scope
from search.query import search
from search.typed import read_typed

IN_WINDOW = state.encode(window=1)
"""What a window of answers remembers: what is asked there is answered there."""
_LONGEST = 500


def command(interaction: Interaction, scope: Scope) -> Reply:
    """`/callboard search …`; with no words, the window to search in."""
    text = interaction.text.strip().partition(" ")[2].strip()
    return Reply(_found(text, interaction, scope)) if text else open_form(interaction, scope)


def open_form(_interaction: Interaction, _scope: Scope) -> Reply:
    return Reply(view=drawing.form())


def submit(interaction: Interaction, scope: Scope) -> Reply:
    """The results take the place of the form."""
    words = interaction.values[ids.SEARCH_WORDS][ids.SEARCH_WORDS].get("value") or ""
    only = interaction.values.get(ids.SEARCH_FORM, {}).get(ids.SEARCH_WORDS, {}).get("selected_option") or {}
    text = f"{words} {only.get('value', '')}".strip()
    return Reply(view=window("Search", _found(text, interaction, scope)), view_mode="update")


def more(interaction: Interaction, scope: Scope) -> Reply:
    """Another page, or the first for a question that had no answer."""
    asked = state.decode(interaction.value)
    drawn = _found(str(asked["q"]), interaction, scope, page=int(asked.get("page", 0)))
    if interaction.metadata == IN_WINDOW:
        return Reply(view=window("Search", drawn), view_mode="update")
    return Reply(drawn, to="person" if interaction.private else "thread", replace=interaction.private)


def window(title: str, drawn: Message) -> View:
    """An answer in a window; what is asked there is answered there."""
    return kit.modal(title, drawn.blocks, callback_id=ids.NOTICE_VIEW, metadata=IN_WINDOW)


def _found(text: str, interaction: Interaction, scope: Scope, *, page: int = 0) -> Message:
    if len(text) > _LONGEST:
        raise InputError("That is longer than a search.", hint="A few telling words find more.")
    services, typed = scope.services, read_typed(text)
    services.names.refresh()
    found = search(
        scope.uow.connection,
        typed.term,
        types=typed.types,
        filters=typed.filters,
        limit=drawing.PAGE_SIZE,
        offset=page * drawing.PAGE_SIZE,
        visible=visible_to(services.authorizer, interaction.actor),
        names=services.names.find,
        synonyms=services.synonyms,
    )
    access = services.docs_access
    link = access.link if access else lambda _ref, _address: ""
    return drawing.results(text, found, page=page, link=link)

"""Questions: typed after the command, in a mention or a direct message, clicked, or asked of a message."""

from dataclasses import replace
from functools import partial

from answers import repository as memory
from answers.model import Answer
from blocks import answers, ids, kit, notes, state, views
from blocks.creation import actions_button
from blocks.definitions import file_button
from callboard.chat import Attachment, Interaction, Message, Reply
from callboard.errors import InputError
from callboard.parts import CardParts
from catalog.model import Entity
from handlers import create
from handlers.cards import contributed, entity_in_sight
from handlers.definitions import definition_file
from handlers.search import IN_WINDOW, window
from handlers.second_day import actions_for
from handlers.services import Scope
from handlers.shelf import docs_shelf
from insights import repository as insights

_LONGEST = 1_000
_UNANSWERED = frozenset({"unknown", "not_found"})
_WORDS = (
    "`create` starts something new · `search …` finds anything · `docs how do I …` asks the documentation · "
    "`follow checkout` tells you when it changes · `settings` says what reaches you · "
    "`register https://…` adds a catalog file (admins)"
)
_BEING_READ = "Its whole source is being read again; click Refresh once more in a moment to see what came of it."


def command(interaction: Interaction, scope: Scope) -> Reply:
    """`/callboard …`: a question, answered privately."""
    text = interaction.text.strip()
    return _private(text or "help", interaction, scope)


def docs_command(interaction: Interaction, scope: Scope) -> Reply:
    """`/callboard docs how do I …`: looked for in the documentation."""
    words = interaction.text.strip().partition(" ")[2] or "docs"
    return _private(f"docs: {words}", interaction, scope)


def _private(question: str, interaction: Interaction, scope: Scope) -> Reply:
    answer = _answer(question, interaction, scope)
    if answer.intent == "create":
        return create.open_picker(interaction, scope)
    drawn = _drawn(answer, interaction, scope, shareable=True)
    if answer.intent in {"help", "greeting"}:
        drawn = replace(drawn, blocks=[*drawn.blocks, kit.context(_WORDS)])
    return Reply(drawn)


def message(interaction: Interaction, scope: Scope) -> Reply:
    """A mention is answered in its thread, a direct message where it was written."""
    answer = _answer(interaction.text, interaction, scope)
    drawn = _rated(_drawn(answer, interaction, scope), interaction.text, answer)
    if answer.intent == "create":
        button = kit.button("Create something new", ids.CREATE, state.encode(), style="primary")
        drawn = Message(drawn.text, [*drawn.blocks, kit.actions(button)])
    return Reply(drawn, to="thread", file=_file_of(answer))


def click_question(interaction: Interaction, scope: Scope) -> Reply:
    """A button that asks something; the card it stands on stays."""
    asked = state.decode(interaction.value)
    answer = _answer(str(asked["q"]), interaction, scope)
    shareable, page = interaction.private, int(asked.get("page", 0))
    drawn = _drawn(answer, interaction, scope, shareable=shareable, page=page)
    if in_window(interaction):
        return Reply(view=window("Callboard", drawn), view_mode="update")
    if interaction.private:
        return Reply(drawn)
    return Reply(drawn, to="thread", file=_file_of(answer))


def refresh(interaction: Interaction, scope: Scope) -> Reply:
    """Read an entity's source again, now, and show the card anew."""
    ref = str(state.decode(interaction.value)["ref"])
    entity_in_sight(ref, interaction, scope)
    scope.uow.commit()  # what is read below began before the refresh otherwise, and would show the old state
    read = scope.services.catalog.refresh(ref)
    answer = _answer(f"tell me about {ref}", interaction, scope)
    drawn = _drawn(answer, interaction, scope, shareable=interaction.private)
    if read is None:
        drawn = replace(drawn, blocks=[*drawn.blocks, kit.context(_BEING_READ)])
    if in_window(interaction):
        return Reply(view=window("Callboard", drawn), view_mode="update")
    return Reply(drawn, to="thread", replace=True)


def in_window(interaction: Interaction) -> bool:
    """Clicked on an answer that stands in a window."""
    return interaction.metadata == IN_WINDOW


def share(interaction: Interaction, scope: Scope) -> Reply:
    """Show a private answer to the channel, looked up again and signed by who shared it."""
    asked = state.decode(interaction.value)
    drawn = _drawn(_answer(str(asked["q"]), interaction, scope), interaction, scope)
    by = kit.context(f"Shared by <@{interaction.actor.id}>")
    return Reply(Message(drawn.text, [*drawn.blocks[: kit.MAX_MESSAGE_BLOCKS - 1], by]), to="channel")


def rate(interaction: Interaction, scope: Scope) -> Reply:
    """A verdict on an answer; thanks, and for a bad one the way to say more."""
    given = state.decode(interaction.value)
    helpful = bool(given["ok"])
    insights.note_feedback(
        scope.uow.writing(), question=str(given["q"]), helpful=helpful, actor=interaction.actor.id,
        now=scope.services.clock(),
    )  # fmt: skip
    text = "Thank you." if helpful else "Thank you; the admins see that this answer didn't help."
    return Reply(notes.note(text, emoji=":pray:"))


def about(name: str, interaction: Interaction, scope: Scope) -> tuple[Answer, Message]:
    """What a name stands for: the answer that describes it, or asks which one is meant, and how that is shown."""
    answer = _answer(f"tell me about {name}", interaction, scope)
    return answer, _drawn(answer, interaction, scope)


def _rated(message: Message, question: str, answer: Answer) -> Message:
    """The answer with thumbs below it, where there is something to judge."""
    if answer.intent in {"help", "thanks", "greeting", "create"}:
        return message
    asked = kit.cut(question, 600)
    thumbs = kit.feedback(ids.FEEDBACK, state.encode(q=asked, ok=1), state.encode(q=asked, ok=0))
    return replace(message, blocks=[*message.blocks[: kit.MAX_MESSAGE_BLOCKS - 1], thumbs])


def open_modal(_interaction: Interaction, _scope: Scope) -> Reply:
    """The global shortcut: a field for a question."""
    element = {"type": "plain_text_input", "action_id": ids.ASK_INPUT, "max_length": _LONGEST}
    field = kit.input_block("What do you want to know?", element, block_id=ids.ASK_INPUT)
    return Reply(view=kit.modal("Ask Callboard", [field], callback_id=ids.ASK_MODAL, submit="Ask"))


def submit_modal(interaction: Interaction, scope: Scope) -> Reply:
    """The answer takes the place of the question in the same window."""
    text = interaction.values[ids.ASK_INPUT][ids.ASK_INPUT].get("value") or ""
    drawn = _drawn(_answer(text, interaction, scope), interaction, scope)
    return Reply(view=window("Callboard", drawn), view_mode="update")


def who_owns_message(interaction: Interaction, scope: Scope) -> Reply:
    """The message shortcut: the owner of everything that a message names."""
    text = interaction.text[:_LONGEST]
    scope.services.names.refresh()
    about = " and ".join(scope.services.answerer.named_in(text, interaction.actor)) or text
    answer = _answer(f"who owns {about}", interaction, scope, remembered=False)
    if answer.intent in _UNANSWERED or not answer.text:
        return Reply(view=views.note("I find nothing of the catalog in that message."))
    drawn = _drawn(answer, interaction, scope)
    return Reply(view=window("Who owns this?", drawn))


def answer_window(question: str, interaction: Interaction, scope: Scope) -> Reply:
    """An answer in a window of its own, where there is no message to answer below."""
    return Reply(view=window("Callboard", _drawn(_answer(question, interaction, scope), interaction, scope)))


def _answer(question: str, interaction: Interaction, scope: Scope, *, remembered: bool = True) -> Answer:
    if len(question) > 3 * _LONGEST:
        raise InputError("That is longer than a question.", hint="Ask about one thing, in a sentence.")
    services, now = scope.services, scope.services.clock()
    thread = interaction.thread is not None
    topic = memory.recall(scope.uow.connection, interaction.conversation, now=now, thread=thread)
    services.names.refresh()
    answer, fresh = services.answerer.answer(
        question, actor=interaction.actor, topic=topic, connection=scope.uow.connection
    )
    viewer, later = interaction.actor.id, scope.uow.at_end
    if answer.intent in _UNANSWERED and remembered:
        later(partial(insights.note_unanswered, question=question, intent=answer.intent, actor=viewer, now=now))
    if answer.subject is not None:
        later(partial(insights.note_viewed, actor=viewer, ref=answer.subject.ref, now=now))
    if fresh != topic and (fresh.refs or fresh.items):
        later(partial(memory.remember, conversation=interaction.conversation, topic=fresh, now=now))
    return answer


def _drawn(
    answer: Answer, interaction: Interaction, scope: Scope, *, shareable: bool = False, page: int = 0
) -> Message:
    def parts(entity: Entity) -> list[CardParts]:
        services = scope.services
        return contributed(entity, plugins=services.plugins, names=services.names, connection=scope.uow.connection)

    more = []
    docs = docs_shelf(answer.subject, interaction.actor, scope) if answer.subject is not None else None
    if answer.subject is not None and actions_for(answer.subject, interaction.actor, scope):
        more.append(actions_button(answer.subject.ref))
    if answer.definition is not None and answer.entities and interaction.private and interaction.kind != "message":
        more.append(file_button(answer.entities[0]))
    if answer.intent in _UNANSWERED and answer.question:
        asked = state.encode(q=kit.cut(answer.question, 400))
        return answers.render(answer, shareable=shareable, more=[kit.button("Search for it", ids.SEARCH_MORE, asked)])
    return answers.render(answer, parts, shareable=shareable, page=page, more=more, docs=docs)


def _file_of(answer: Answer) -> Attachment | None:
    """The whole of an API definition that is only summed up."""
    return definition_file(answer.subject) if answer.definition is not None and answer.subject is not None else None

"""API definitions as files."""

from blocks import notes, state
from callboard.chat import Attachment, Interaction, Reply
from catalog.model import Entity
from handlers.cards import entity_in_sight
from handlers.services import Scope
from search.definitions import file_name


def send_file(interaction: Interaction, scope: Scope) -> Reply:
    """To the person alone: a private answer can hold no file."""
    ref = str(state.decode(interaction.value)["ref"])
    entity = entity_in_sight(ref, interaction, scope)
    return Reply(notes.note("I send it to you in a direct message.", emoji=":paperclip:"), file=definition_file(entity))


def definition_file(entity: Entity) -> Attachment:
    text = str(entity.spec.get("definition") or "")
    name = file_name(entity.name, str(entity.spec.get("type") or ""), text)
    return Attachment(name, f"Definition of {entity.title}", text)

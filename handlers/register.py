"""`/callboard register URL`: see what a location would bring in, then add it."""

from blocks import ids, kit, registration, state
from callboard.chat import Interaction, Reply
from callboard.errors import InputError, NotAllowedError
from callboard.refs import LocationRef
from catalog.ingest.preview import Preview
from catalog.ingest.run import RootLocation
from catalog.rules import allowance
from handlers.services import Scope


def preview(interaction: Interaction, scope: Scope) -> Reply:
    """A window with the entities that the location holds; nothing is stored."""
    _check(interaction, scope)
    written = interaction.text.strip().partition(" ")[2].strip().strip("<>").partition("|")[0]
    if not written.startswith(("http://", "https://")):
        raise InputError(
            "`register` takes the URL of a catalog file.", hint="`/callboard register https://…/catalog-info.yaml`"
        )
    location = LocationRef("url", written)
    services = scope.services
    allows = allowance(location, services.config.catalog.rules)
    root = RootLocation("registered", location, allows=allows)
    ingestor = services.catalog.ingestor
    found = Preview(ingestor.parser, ingestor.reader, root).candidates()[1:]  # the first stands for the location
    return Reply(view=registration.preview(location, found))


def confirm(interaction: Interaction, scope: Scope) -> Reply:
    """Register and read the location."""
    _check(interaction, scope)
    location = LocationRef("url", str(state.decode(interaction.metadata)["url"]))
    counts = scope.services.catalog.register(location)
    text = (
        f"{location.target} is registered: {counts.created} new, {counts.updated} updated, {counts.errors} with errors."
    )
    view = kit.modal("Register", [kit.section(kit.escape(text))], callback_id=ids.NOTICE_VIEW)
    return Reply(view=view, view_mode="update")


def _check(interaction: Interaction, scope: Scope) -> None:
    if not scope.services.authorizer.may(interaction.actor, "catalog.location.create"):
        raise NotAllowedError(
            "Only admins may register locations.", hint="`callboard.admins` in app-config names them."
        )

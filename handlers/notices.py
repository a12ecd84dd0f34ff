"""Buttons on notices: promise, snooze, mute, show the way, ask the owner, start the migration, and why."""

from dataclasses import replace
from datetime import date
from typing import Final

from blocks import ids, notes, state, views
from blocks import notices as drawing
from callboard.chat import Interaction, Reply
from callboard.errors import InputError, NotFoundError
from handlers import ask, create, settings
from handlers.cards import entity_in_sight
from handlers.services import Scope
from notifications.model import Notice

_WEEK: Final = 7
_MUTES: Final = {
    drawing.MUTE_ENTITY: ("entity", None),
    drawing.MUTE_TOPIC: ("topic", None),
    drawing.MUTE_ALL: ("all", _WEEK),
}


def acknowledge(interaction: Interaction, scope: Scope) -> Reply:
    """Ask for the day."""
    notice = _notice(interaction.value, scope)
    today = scope.services.notices.desk.today(scope.services.clock())
    return Reply(view=drawing.acknowledge_modal(notice, today))


def submit_acknowledge(interaction: Interaction, scope: Scope) -> Reply:
    """Keep the promise; the message shows it."""
    chosen = interaction.values.get(ids.NOTICE_DAY, {}).get(ids.NOTICE_DAY, {}).get("selected_date")
    if not chosen:
        return Reply(errors={ids.NOTICE_DAY: "Choose a day."})
    notice_id = int(state.decode(interaction.metadata)["n"])
    scope.services.notices.acknowledge(scope.uow, notice_id, date.fromisoformat(chosen), interaction.actor)
    return Reply(clear=True)


def snooze(interaction: Interaction, scope: Scope) -> Reply:
    notice_id = int(state.decode(interaction.value)["n"])
    scope.services.notices.snooze(scope.uow, notice_id, _WEEK, interaction.actor)
    return Reply(notes.note("I come back to it in a week, in this thread.", emoji=":zzz:"))


def show_path(interaction: Interaction, scope: Scope) -> Reply:
    return Reply(drawing.paths(_notice(interaction.value, scope)))


def migrate(interaction: Interaction, scope: Scope) -> Reply | None:
    """The first page of the template that does the migration."""
    notice = _notice(interaction.value, scope)
    if notice.template is None:
        raise NotFoundError("There is no migration template for this any more.")
    reply = create.choose_template(replace(interaction, value=notice.template, metadata=""), scope)
    return replace(reply, view_mode="open") if reply else None


def ask_owner(interaction: Interaction, scope: Scope) -> Reply:
    return Reply(view=drawing.ask_modal(_notice(interaction.value, scope)))


def submit_question(interaction: Interaction, scope: Scope) -> Reply:
    """Post the question where the owner reads."""
    written = interaction.values.get(ids.NOTICE_QUESTION, {}).get(ids.NOTICE_QUESTION, {}).get("value") or ""
    if not written.strip():
        return Reply(errors={ids.NOTICE_QUESTION: "Write what you want to know."})
    notice_id = int(state.decode(interaction.metadata)["n"])
    owner = scope.services.notices.ask_owner(scope.uow, notice_id, written.strip(), interaction.actor)
    return Reply(notes.note(f"I asked {owner}. They see your name and answer in a thread under it."))


def more(interaction: Interaction, scope: Scope) -> Reply:
    """The menu: why, mutes, settings."""
    chosen = state.decode(interaction.value)
    act = str(chosen["a"])
    notice = scope.services.notices.get(scope.uow.connection, int(chosen["n"]))
    if act == drawing.OPEN_SETTINGS:
        return settings.open_settings(interaction, scope)
    if act in _MUTES:
        return _mute(interaction, scope, notice, act)
    posts = scope.services.notices.posts(scope.uow.connection, notice.id)
    places = [
        f"<#{p.channel}>" if (p.channel or "").startswith("C") else "a direct message" for p in posts if p.channel
    ]
    return Reply(drawing.why(notice, places))


def follow(interaction: Interaction, scope: Scope) -> Reply:
    """From a card: tell me when this changes; a second click ends it."""
    ref = str(state.decode(interaction.value)["ref"])
    mine = scope.services.notices.settings(scope.uow.connection, interaction.actor.ref or "")
    return _following(ref, interaction, scope, follows=f"follow:{ref}" not in mine)


def follow_named(interaction: Interaction, scope: Scope) -> Reply:
    """`/callboard follow checkout`, `unfollow checkout`; a name that could be several things is asked back."""
    word, _, name = interaction.text.strip().partition(" ")
    if not name.strip():
        raise InputError("Name what you want to follow.", hint=f"Such as `{word.lower()} checkout`.")
    answer, drawn = ask.about(name, interaction, scope)
    if answer.subject is None:
        return Reply(drawn)
    return _following(answer.subject.ref, interaction, scope, follows=word.lower() == "follow")


def _following(ref: str, interaction: Interaction, scope: Scope, *, follows: bool) -> Reply:
    if follows:
        entity_in_sight(ref, interaction, scope)
    scope.services.notices.follow(scope.uow, ref, interaction.actor, follows=follows)
    name = scope.services.names.title_of(ref) or ref
    said = "I tell you when its lifecycle, owner or API changes." if follows else "You don't follow it any more."
    if ask.in_window(interaction):
        return Reply(view=views.note(f"{name}: {said}", emoji=":eyes:"), view_mode="push")
    return Reply(notes.note(f"{name}: {said}", emoji=":eyes:"))


def pick_channel(interaction: Interaction, scope: Scope) -> Reply:
    """A member says where the team reads."""
    notice_id = int(interaction.block.rpartition(":")[2])
    notice = scope.services.notices.get(scope.uow.connection, notice_id)
    settings_of_team = {"channel": interaction.value or None}
    scope.services.notices.choose(scope.uow, notice.recipient, settings_of_team, interaction.actor)
    return Reply(notes.note("Thank you. From now on I post there; invite me if I'm not in it."))


def _mute(interaction: Interaction, scope: Scope, notice: Notice, act: str) -> Reply:
    what, days = _MUTES[act]
    in_person = (interaction.channel or "").startswith("D")
    who = scope.services.notices.mute(
        scope.uow, notice.id, what, interaction.actor, days=days, private=in_person
    )  # fmt: skip
    name = notice.subject_title or "this"
    said = {"entity": f"Nothing more about {name}", "topic": "No more messages of this kind", "all": "Silence"}[what]
    whom = "you" if who == interaction.actor.ref else who.partition("/")[2]
    end = " for a week" if days else ""
    return Reply(notes.note(f"{said} for {whom}{end}. The settings undo it.", emoji=":no_bell:"))


def _notice(value: str, scope: Scope) -> Notice:
    return scope.services.notices.get(scope.uow.connection, int(state.decode(value)["n"]))

"""Choosing what one is told, where and when."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from blocks import ids, state
from blocks import settings as drawing
from blocks.settings import SettingsPage
from callboard.chat import Interaction, Reply
from callboard.config.notifications import parse_hours
from callboard.errors import NotAllowedError
from catalog.queries import lookup
from handlers.services import Scope
from notifications.topics import TOPICS, place_of


def open_settings(interaction: Interaction, scope: Scope) -> Reply:
    """One's own first."""
    return Reply(view=drawing.render(_page(interaction, scope, _self(interaction))))


def choose_who(interaction: Interaction, scope: Scope) -> Reply:
    """The same page for a team."""
    choices = _choices(interaction, scope)
    number = int(interaction.value) if interaction.value.isdigit() else 0
    who = choices[min(number, len(choices) - 1)][0]
    return Reply(view=drawing.render(_page(interaction, scope, who)), view_mode="update")


def send_test(interaction: Interaction, scope: Scope) -> Reply:
    who = str(state.decode(interaction.value)["w"])
    _require_own(interaction, who)
    scope.services.notices.send_test(scope.uow, who, interaction.actor)
    page = replace(_page(interaction, scope, who), note="Sent; it takes a second.")
    return Reply(view=drawing.render(page), view_mode="update")


def submit(interaction: Interaction, scope: Scope) -> Reply:
    """Store what was chosen; errors stand beside their fields."""
    who = str(state.decode(interaction.metadata)["w"])
    _require_own(interaction, who)
    before = scope.services.notices.settings(scope.uow.connection, who)
    quiet = _value(interaction.values, drawing.QUIET).strip()
    days = _ticked(interaction.values, drawing.WORKING)
    errors: dict[str, str] = {}
    if quiet and quiet.lower() != "none":
        try:
            parse_hours(quiet)
        except ValueError as error:
            errors[drawing.QUIET] = str(error)
    if not days:
        errors[drawing.WORKING] = "Choose at least one day; to be left alone, switch the topics off."
    if errors:
        return Reply(errors=errors)
    usual = scope.services.config.notifications.working_days
    chosen: dict[str, Any] = {"days": None if sorted(days) == sorted(usual) else days}
    chosen["quiet"] = None if not quiet else "" if quiet.lower() == "none" else quiet
    for topic in TOPICS:
        place = _value(interaction.values, f"{drawing.TOPIC}{topic}")
        chosen[f"topic:{topic}"] = place if place and place != drawing.DEFAULT else None
    if who.startswith("group:"):
        chosen["channel"] = _value(interaction.values, drawing.CHANNEL) or None
    followed = (interaction.values.get(drawing.FOLLOW, {}).get(ids.SETTINGS_FOLLOW) or {}).get("selected_option")
    if followed and followed["value"] in scope.services.names:
        chosen[f"follow:{followed['value']}"] = {"by": interaction.actor.id}
    for block, prefix in ((drawing.UNMUTE, "mute:"), (drawing.UNFOLLOW, "follow:")):
        ended = drawing.ticked(before, prefix, _ticked(interaction.values, block))
        chosen.update(dict.fromkeys(ended))
    scope.services.notices.choose(scope.uow, who, chosen, interaction.actor)
    return Reply(clear=True)


def _page(interaction: Interaction, scope: Scope, who: str) -> SettingsPage:
    defaults = scope.services.config.notifications
    choices = _choices(interaction, scope)
    return SettingsPage(
        who=who,
        title=dict(choices).get(who, who),
        choices=choices,
        chosen=scope.services.notices.settings(scope.uow.connection, who),
        defaults={topic: place_of(defaults, {}, topic) for topic in TOPICS},
        quiet=defaults.quiet_hours or "",
        days=defaults.working_days,
    )


def _choices(interaction: Interaction, scope: Scope) -> list[tuple[str, str]]:
    actor = interaction.actor
    titles = lookup.summaries(scope.uow.connection, actor.groups)
    mine = [(g, titles[g].title) for g in actor.groups if g in titles]
    return [(_self(interaction), actor.name or "you"), *mine]


def _self(interaction: Interaction) -> str:
    if interaction.actor.ref is None:
        raise NotAllowedError(
            "I can't tell who you are in the catalog, so there is nothing to choose for.",
            hint=f"Ask for `slack.com/user-id: {interaction.actor.id}` on your User.",
        )
    return interaction.actor.ref


def _require_own(interaction: Interaction, who: str) -> None:
    if who != _self(interaction) and who not in interaction.actor.groups:
        raise NotAllowedError("Only its members choose what a team is told.")


def _element(values: Mapping[str, Any], block: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = values.get(block, {}).get(ids.SETTINGS_VALUE) or {}
    return found


def _value(values: Mapping[str, Any], block: str) -> str:
    element = _element(values, block)
    if option := element.get("selected_option"):
        return str(option["value"])
    return str(element.get("value") or element.get("selected_conversation") or "")


def _ticked(values: Mapping[str, Any], block: str) -> list[str]:
    return [str(o["value"]) for o in _element(values, block).get("selected_options") or ()]

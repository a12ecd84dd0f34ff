"""A plugin as somebody might write it: deployments, on cards and as a kind of question."""

from collections.abc import Mapping, Sequence
from typing import Any

from callboard.parts import Asked, CardParts, Fact, Intent, LinkButton, PluginAnswer, Section
from callboard.plugin import hookimpl

_DEPLOYED = {"checkout": "Tuesday 14:02"}


def _answer(asked: Asked) -> PluginAnswer | None:
    name = str(asked.document["metadata"]["name"])
    if name == "refunds":
        raise RuntimeError("the pipeline is away")
    when = _DEPLOYED.get(name)
    if when is None:
        return None
    parts = CardParts((Fact("Version", "4.2 <!channel>"),), (LinkButton("Pipeline", "https://ci.example/checkout"),))
    return PluginAnswer(f"{name} was deployed on {when}, as {asked.actor.name} may see.", parts)


@hookimpl
def callboard_card_parts(document: Mapping[str, Any]) -> CardParts | None:
    name = document["metadata"]["name"]
    if name == "refunds":
        raise RuntimeError("the pipeline is away")
    if name not in _DEPLOYED:
        return None
    section = Section("Deployments", f"Last on {_DEPLOYED[name]} & <!here>")
    return CardParts(
        buttons=[LinkButton("Pipeline", "https://ci.example/x"), LinkButton("Bad", "javascript:1")], sections=[section]
    )


@hookimpl
def callboard_intents() -> Sequence[Intent]:
    return [Intent("deployed", (r"when was S (?:last )?deployed", r"(?:last )?deploy(?:ment)? of S"), _answer)]

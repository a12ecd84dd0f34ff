"""Hooks: how plugins extend Callboard, and how its own features are attached too."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pluggy

from callboard.parts import CardParts
from callboard.ports import Authorizer

PROJECT: Final = "callboard"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


class Hooks:
    """The hook specifications; an implementation may leave out arguments it doesn't need."""

    @hookspec
    def callboard_card_parts(self, document: Mapping[str, Any]) -> CardParts | None:
        """What to add to the card of an entity, or None."""

    @hookspec
    def callboard_entity_kinds(self) -> Sequence[Any]:  # type: ignore[empty-body]
        """Further kinds, as `catalog.kinds.KindSpec`."""

    @hookspec(firstresult=True)
    def callboard_authorizer(self) -> Authorizer | None:
        """Who may see, run and change what, in place of the built-in rules."""

    @hookspec
    def callboard_scaffolder_actions(self) -> Sequence[Any]:  # type: ignore[empty-body]
        """Further template actions."""


def plugin_manager(*plugins: object) -> pluggy.PluginManager:
    """A manager with our specifications, the given plugins and those installed under the `callboard` entry point."""
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(Hooks)
    for plugin in plugins:
        manager.register(plugin)
    manager.load_setuptools_entrypoints(PROJECT)
    manager.check_pending()
    return manager

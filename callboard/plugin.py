"""Hooks: how plugins extend Callboard, and how its own features are attached too."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import pluggy

from callboard.parts import CardParts

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

    @hookspec
    def callboard_scaffolder_actions(self) -> Sequence[Any]:  # type: ignore[empty-body]
        """Further template actions."""

    @hookspec
    def callboard_scaffolder_filters(self) -> Mapping[str, Callable[..., Any]]:  # type: ignore[empty-body]
        """Further filters of template expressions, by name; each takes the value first."""

    @hookspec
    def callboard_scaffolder_globals(self) -> Mapping[str, Any]:  # type: ignore[empty-body]
        """Further names of template expressions: values, and functions to call."""


def plugin_manager(*plugins: object) -> pluggy.PluginManager:
    """A manager with our specifications, the given plugins and those installed under the `callboard` entry point."""
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(Hooks)
    for plugin in plugins:
        manager.register(plugin)
    manager.load_setuptools_entrypoints(PROJECT)
    manager.check_pending()
    return manager

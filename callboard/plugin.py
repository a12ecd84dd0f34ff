"""Hooks: how plugins extend Callboard, and how its own features are attached too."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import pluggy

from callboard.logs import get_logger
from callboard.parts import CardParts, Intent
from callboard.ports import Authorizer

PROJECT: Final = "callboard"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
_log = get_logger("plugins")


class Hooks:
    """The hook specifications; an implementation may leave out arguments it doesn't need."""

    @hookspec
    def callboard_card_parts(self, document: Mapping[str, Any]) -> CardParts | None:
        """What to add to the card of an entity, or None."""

    @hookspec
    def callboard_intents(self) -> Sequence[Intent]:  # type: ignore[empty-body]
        """Further kinds of questions."""

    @hookspec
    def callboard_entity_kinds(self) -> Sequence[Any]:  # type: ignore[empty-body]
        """Further kinds, as `catalog.kinds.KindSpec`."""

    @hookspec
    def callboard_catalog_providers(self) -> Sequence[Any]:  # type: ignore[empty-body]
        """Further sources of catalog files with schedules of their own, as `catalog.ingest.source.Provider`."""

    @hookspec(firstresult=True)
    def callboard_authorizer(self) -> Authorizer | None:
        """Who may see, run and change what, in place of the built-in rules."""

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


def card_parts(manager: pluggy.PluginManager, document: Mapping[str, Any]) -> list[CardParts]:
    """What all plugins add to a card, in their order; one that breaks is logged and adds nothing."""
    found: list[CardParts] = []
    arguments = {"document": document}
    for implementation in manager.hook.callboard_card_parts.get_hookimpls():
        try:
            added: Any = implementation.function(*(arguments[name] for name in implementation.argnames))
        except Exception:  # noqa: BLE001 - somebody else's code must not cost the card
            _log.exception("plugin failed", plugin=implementation.plugin_name, hook="callboard_card_parts")
        else:
            found += [added] if added else []
    return sorted(found, key=lambda parts: parts.order)

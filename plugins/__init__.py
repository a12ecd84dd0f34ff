"""Built-in integrations. Each is a module written against `callboard` alone and registered like anybody's plugin."""

from typing import Final

from plugins import links, on_call

BUILTIN_PLUGINS: Final = (links, on_call)

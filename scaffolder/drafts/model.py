"""A form that somebody is filling in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Draft:
    """`page` is the index of the page being shown; `values` are those of all pages. Secrets are never in it."""

    id: str
    actor: str
    template_ref: str
    page: int = 0
    values: Mapping[str, Any] = field(default_factory=dict)
    channel: str | None = None
    """Where the run is to report; the person's own conversation when None."""
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class SecretAsk:
    """A secret that a template wants."""

    name: str
    title: str
    description: str = ""
    required: bool = False

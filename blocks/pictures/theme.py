"""Colours, measures and icons. The picture brings its own light ground, so it reads on Slack's dark one too."""

from dataclasses import dataclass
from typing import Final

GROUND: Final = "#f6f7f9"
INK: Final = "#1a2130"
SOFT: Final = "#5b6577"
FAINT: Final = "#8a94a6"
LINE: Final = "#d5dae3"
SHADOW: Final = "#e6e9ee"
INSIDE: Final = "#e9edf4"
CARD: Final = "#ffffff"
DANGER: Final = "#c02b2b"
DANGER_TINT: Final = "#fdecec"
TRIAL: Final = "#8a5a00"
TRIAL_TINT: Final = "#fdf1d3"
PLAIN_TINT: Final = "#eceff4"

TITLE: Final = 14.0
SMALL: Final = 11.5
PILL: Final = 10.5
HEADING: Final = 19.0
SUBHEADING: Final = 13.0

PADDING: Final = 28.0
HEADER: Final = 58.0
FOOTER: Final = 40.0
TILE: Final = 34.0
INSET: Final = 12.0
TEXT_AT: Final = INSET + TILE + 10.0
NARROW: Final = 150.0
WIDE: Final = 284.0
LOW: Final = 60.0
HIGH: Final = 78.0


@dataclass(frozen=True, slots=True)
class Look:
    """How a kind is told from the others: by its name, its colour and the shape of its icon."""

    name: str
    colour: str
    tint: str
    icon: str


KINDS: Final[dict[str, Look]] = {
    "component": Look(
        "component", "#1f5fd1", "#e6eefc",
        '<path d="M0-9.5 8.2-4.7V4.7L0 9.5-8.2 4.7V-4.7Z"/><path d="M-8.2-4.7 0 0 8.2-4.7M0 0V9.5"/>',
    ),
    "api": Look(
        "API", "#7a35c9", "#f1e8fc",
        '<path d="M-3.5-8.5C-8.5-8.5-4-1-8.5 0-4 1-8.5 8.5-3.5 8.5M3.5-8.5C8.5-8.5 4-1 8.5 0 4 1 8.5 8.5 3.5 8.5"/>',
    ),
    "resource": Look(
        "resource", "#0b7a6b", "#def4f0",
        '<ellipse cy="-6" rx="8" ry="3.2"/><path d="M-8-6V6C-8 10.3 8 10.3 8 6V-6M-8 0C-8 4.3 8 4.3 8 0"/>',
    ),
    "system": Look(
        "system", "#a85a08", "#fceddb",
        '<path d="M-9-9H-2V-2H-9ZM2-9H9V-2H2ZM-9 2H-2V9H-9ZM2 2H9V9H2Z"/>',
    ),
    "domain": Look(
        "domain", "#b3246b", "#fce6f0",
        '<circle r="9"/><path d="M-9 0H9M0-9C-6-4-6 4 0 9 6 4 6-4 0-9"/>',
    ),
    "group": Look(
        "group", "#475569", "#e8ecf2",
        '<circle cx="-3.5" cy="-4" r="3.5"/>'
        '<path d="M-10 8C-10-1 3-1 3 8ZM3.5-7.3C8.5-7.3 8.5-.7 4.5-.7M6 1.5C9 2.5 10 5 10 8"/>',
    ),
    "airesource": Look(
        "AI resource", "#8a1fa3", "#f7e6fa",
        '<path d="M0-9.5C1-2.5 2.5-1 9.5 0 2.5 1 1 2.5 0 9.5-1 2.5-2.5 1-9.5 0-2.5-1-1-2.5 0-9.5Z"/>',
    ),
    "rest": Look(
        "", "#5b6577", "#e8ecf2",
        '<circle cx="-6" r="1.2"/><circle r="1.2"/><circle cx="6" r="1.2"/>',
    ),
}  # fmt: skip
OTHER: Final = Look("", "#475569", "#e8ecf2", '<circle r="8"/><circle r="2"/>')
UNKNOWN: Final = Look("", "#7d8799", "#eceff4", '<path d="M-3.5-5C-3.5-9.5 4-9.5 4-5 4-1.5 0-1.5 0 2M0 7V7.2"/>')


@dataclass(frozen=True, slots=True)
class Stroke:
    """How a type of edge is drawn, and what the legend calls it."""

    name: str
    colour: str
    dash: str = ""


STROKES: Final[dict[str, Stroke]] = {
    "dependsOn": Stroke("depends on", "#667085"),
    "consumesApi": Stroke("uses API", "#7a35c9"),
    "apiProvidedBy": Stroke("is provided by", "#7a35c9", "1.5 4"),
}


def look(kind: str) -> Look:
    """A kind of somebody's own gets a neutral look and its own name."""
    return KINDS.get(kind) or Look(kind, OTHER.colour, OTHER.tint, OTHER.icon)

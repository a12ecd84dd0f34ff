"""The small pieces of SVG that everything is made of."""

import math
from html import escape

from blocks.pictures import text, theme
from blocks.pictures.layout import Point


def label(
    words: str, x: float, y: float, size: float, colour: str, weight: text.Weight = "regular", anchor: str = "start"
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-family="Inter" font-weight="{text.WEIGHTS[weight]}"'
        f' font-size="{size}" fill="{colour}" text-anchor="{anchor}">{escape(words)}</text>'
    )


def icon(look: theme.Look, x: float, y: float, *, scale: float = 1.0, line: float = 1.7) -> str:
    return (
        f'<g transform="translate({x:.1f} {y:.1f}) scale({scale:g})" fill="none" stroke="{look.colour}"'
        f' stroke-width="{line:g}" stroke-linecap="round" stroke-linejoin="round">{look.icon}</g>'
    )


def arrow(end: Point, tip: Point, colour: str) -> str:
    """A slim head from where the curve ends to the box."""
    angle = math.degrees(math.atan2(tip[1] - end[1], tip[0] - end[0]))
    return (
        f'<path transform="translate({tip[0]:.1f} {tip[1]:.1f}) rotate({angle:.1f})" d="M0 0-9-4-7.2 0-9 4Z"'
        f' fill="{colour}"/>'
    )

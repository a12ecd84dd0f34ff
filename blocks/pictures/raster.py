"""SVG to PNG with our fonts alone, so that a picture is the same on every machine."""

from typing import Final

SCALE: Final = 1.5
_MOST_PIXELS: Final = 4_000_000
_FEWEST: Final = 0.5


def png(svg: str, *, width: float, height: float, fonts: list[str]) -> bytes:
    """The picture at one and a half times its size, less where it would be larger than chat apps show."""
    import resvg_py

    fitting = (_MOST_PIXELS / max(width * height, 1.0)) ** 0.5
    zoom = max(_FEWEST, min(SCALE, fitting))
    return bytes(
        resvg_py.svg_to_bytes(svg_string=svg, zoom=zoom, skip_system_fonts=True, font_files=fonts, font_family="Inter")
    )

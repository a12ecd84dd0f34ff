"""Text that may be drawn: cleaned, measured with the fonts it is drawn in, wrapped and cut."""

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

FONTS: Final = Path(__file__).parent / "fonts"
Weight = Literal["regular", "semibold"]
WEIGHTS: Final[dict[Weight, int]] = {"regular": 400, "semibold": 600}
FILES: Final[dict[Weight, Path]] = {
    "regular": FONTS / "Inter-Regular.ttf",
    "semibold": FONTS / "Inter-SemiBold.ttf",
}
_LONGEST: Final = 200
_SPACES: Final = re.compile(r"\s+")
_AFTER: Final = re.compile(r"(?<=[\s/_.:-])|(?<=[a-z0-9])(?=[A-Z])")
"""Where a name may be broken: after a separator and inside camelCase."""
_MEASURED_AT: Final = 100


@cache
def _font(weight: Weight) -> "FreeTypeFont":
    from PIL import ImageFont

    return ImageFont.truetype(str(FILES[weight]), _MEASURED_AT, layout_engine=ImageFont.Layout.BASIC)


@cache
def _missing() -> bytes:
    return bytes(_font("regular").getmask("\uffff"))


@lru_cache(maxsize=4096)
def _has_glyph(char: str) -> bool:
    """Our fonts hold Latin, Greek and Cyrillic; what they lack would be drawn as an empty box."""
    return char == " " or bytes(_font("regular").getmask(char)) != _missing()


def clean(text: str, fallback: str = "") -> str:
    """One line without control characters, emoji and what has no glyph; `fallback` where too little remains."""
    normal = _SPACES.sub(" ", unicodedata.normalize("NFC", text[: 4 * _LONGEST]))
    kept = [c for c in normal if unicodedata.category(c)[0] in "LNPSZ" and unicodedata.category(c) not in {"Zl", "Zp"}]
    drawn = _SPACES.sub(" ", "".join(c for c in kept if _has_glyph(c))).strip()[:_LONGEST]
    letters = sum(c.isalnum() for c in normal)
    return drawn if 2 * sum(c.isalnum() for c in drawn) > letters else fallback


@lru_cache(maxsize=8192)
def width(text: str, size: float, weight: Weight = "regular") -> float:
    return float(_font(weight).getlength(text)) * size / _MEASURED_AT


def cut(text: str, room: float, size: float, weight: Weight = "regular") -> str:
    """As much of the text as fits, with an ellipsis where something is missing."""
    if width(text, size, weight) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width(text[:middle].rstrip() + "…", size, weight) <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip(" -_/.") + "…"


def wrap(text: str, room: float, size: float, weight: Weight = "regular") -> list[str]:
    """One line or two; broken where a name has a joint, the second one cut to fit."""
    if width(text, size, weight) <= room:
        return [text]
    first = ""
    for piece in _AFTER.split(text):
        if width((first + piece).rstrip(), size, weight) > room:
            break
        first += piece
    if width(first, size, weight) < room / 3:
        first = cut(text, room, size, weight)[:-1]
    return [first.rstrip(), cut(text[len(first) :].lstrip(), room, size, weight)]

"""Nunjucks' filters for texts and numbers; each takes the run and the value."""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import quote

from scaffolder.expressions import values
from scaffolder.expressions.arguments import count_of, describe, items_of, strict_text, text_of
from scaffolder.expressions.errors import TemplateError
from scaffolder.expressions.members import replace_text
from scaffolder.expressions.regex import Regex
from scaffolder.expressions.run import Run
from scaffolder.expressions.values import UNDEFINED, to_number, to_text, truthy

_HTML: Final = str.maketrans({
    "&": "&amp;", '"': "&quot;", "'": "&#39;", "<": "&lt;", ">": "&gt;", "\\": "&#92;",
})  # fmt: skip
_TAGS = re.compile(r"</?([a-z][a-z0-9]*)\b[^>]*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_INTEGER = re.compile(r"\s*([+-]?)(0[xX])?([0-9a-zA-Z]*)")
_FLOAT = re.compile(r"\s*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)")
_LINK = re.compile(r"^(https?://\S*|www\.\S*|\S+@\S+|\S+\.(?:org|net|com)(?:[:/]\S*)?)$")
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


def capitalize(_run: Run, value: Any) -> str:
    text = text_of(value).lower()
    return text[:1].upper() + text[1:]


def title(run: Run, value: Any) -> str:
    return " ".join(capitalize(run, word) for word in text_of(value).split(" "))


def center(run: Run, value: Any, width: Any = UNDEFINED) -> str:
    text, columns = text_of(value), count_of(width, 80)
    spaces = columns - len(text)
    if spaces <= 0:
        return text
    run.meter.text(columns)
    before = math.ceil(spaces / 2 - spaces % 2)
    return " " * before + text + " " * math.ceil(spaces / 2)


def escape(_run: Run, value: Any) -> str:
    return values.printed(value).translate(_HTML)


def indent(run: Run, value: Any, width: Any = UNDEFINED, indentfirst: Any = UNDEFINED) -> str:
    text = text_of(value)
    if not text:
        return ""
    lines, spaces = text.split("\n"), max(count_of(width, 4), 0)
    run.meter.text(len(text) + len(lines) * spaces)
    first = " " * spaces + lines[0] if truthy(indentfirst) else lines[0]
    return "\n".join([first, *(" " * spaces + line for line in lines[1:])])


def nl2br(_run: Run, value: Any) -> str:
    if value is None or value is UNDEFINED:
        return ""
    return re.sub(r"\r\n|\n", "<br />\n", strict_text(value))


def replace(run: Run, value: Any, old: Any = UNDEFINED, new: Any = UNDEFINED, count: Any = UNDEFINED) -> Any:
    """Every occurrence, or the first `count`; a regular expression as its own flags say."""
    if isinstance(old, Regex):
        if not isinstance(value, str):
            raise TemplateError(f"`replace` with a regular expression works on a text, not on {describe(value)}")
        return replace_text(run.meter, value, old, new)
    if values.is_number(old):
        old = to_text(old)
    text = to_text(value) if values.is_number(value) else value
    if not isinstance(old, str) or not isinstance(text, str):
        return value
    put = to_text(new)
    limit = -1 if count is UNDEFINED else count_of(count, 0)
    hits = len(text) + 1 if not old else text.count(old)
    run.meter.text(len(text) + hits * len(put))
    if not old:
        return put + put.join(text) + put
    return text.replace(old, put, limit)


def striptags(_run: Run, value: Any, preserve_linebreaks: Any = UNDEFINED) -> str:
    text = _TAGS.sub("", text_of(value)).strip()
    if not truthy(preserve_linebreaks):
        return re.sub(r"\s+", " ", text)
    text = re.sub(r" +", " ", re.sub(r"^ +| +$", "", text, flags=re.MULTILINE)).replace("\r\n", "\n")
    return re.sub(r"\n{3,}", "\n\n", text)


def truncate(_run: Run, value: Any, length: Any = UNDEFINED, killwords: Any = UNDEFINED, end: Any = UNDEFINED) -> str:
    text, limit = text_of(value), count_of(length, 255)
    if len(text) <= limit:
        return text
    cut = limit if truthy(killwords) else text.rfind(" ", 0, limit + 1)
    shown = text[: limit if cut == -1 else cut]
    return shown + ("..." if end is UNDEFINED or end is None else to_text(end))


def urlencode(run: Run, value: Any) -> str:
    if isinstance(value, str):
        return quote(value, safe="-_.!~*'()")
    pairs = values.entries(value) if isinstance(value, Mapping) else [(i[0], i[1]) for i in items_of(value)]
    return "&".join(f"{urlencode(run, to_text(k))}={urlencode(run, to_text(v))}" for k, v in pairs)


def urlize(_run: Run, value: Any, length: Any = UNDEFINED, nofollow: Any = UNDEFINED) -> str:
    limit = count_of(length, 10**9)
    rel = ' rel="nofollow"' if nofollow is True else ""

    def one(word: str) -> str:
        bare = word.lstrip("(<").removeprefix("&lt;").rstrip(".,)\n>").removesuffix("&gt;")
        if not bare or not _LINK.match(bare):
            return word
        if "@" in bare and not bare.startswith("http"):
            return f'<a href="mailto:{bare}">{bare}</a>'
        href = bare if bare.startswith("http") else f"http://{bare}"
        return f'<a href="{href}"{rel}>{bare[:limit]}</a>'

    return "".join(one(word) for word in re.split(r"(\s+)", strict_text(value)))


def wordcount(_run: Run, value: Any) -> int | None:
    text = text_of(value)
    return len(re.findall(r"\w+", text, re.ASCII)) or None if text else None


def string(_run: Run, value: Any) -> str:
    if value is None or value is UNDEFINED:
        raise TemplateError(f"`string` needs a value, not {describe(value)}")
    return to_text(value)


# --- numbers


def to_int(_run: Run, value: Any, default: Any = UNDEFINED, base: Any = 10) -> Any:
    """The leading digits of a text."""
    found = _INTEGER.match(to_text(value))
    radix = int(count_of(base, 10))
    if found is None or not 2 <= radix <= 36:
        return default
    sign, prefix, digits = found.groups()
    if prefix and radix != 16:
        return 0
    lead = re.match(f"[{_DIGITS[:radix]}]*", digits.lower())
    if lead is None or not lead.group() or len(lead.group()) > 400:
        return default
    return values.number(int(sign + lead.group(), radix))


def to_float(_run: Run, value: Any, default: Any = UNDEFINED) -> Any:
    found = _FLOAT.match(to_text(value))
    return values.number(float(found.group(1))) if found else default


def rounded(_run: Run, value: Any, precision: Any = 0, method: Any = UNDEFINED) -> Any:
    """Halves go up, also below zero."""
    amount, factor = to_number(value), 10.0 ** max(min(count_of(precision, 0), 300), -300)
    scaled = amount * factor
    if not math.isfinite(scaled):
        return amount
    ways: dict[Any, Callable[[float], int]] = {"ceil": math.ceil, "floor": math.floor}
    way = ways.get(method) if isinstance(method, str) else None
    return values.number((way(scaled) if way else math.floor(scaled + 0.5)) / factor)

"""The filters that Nunjucks has, with its answers; each takes the run and the value."""

import math
import random
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from scaffolder.expressions import values
from scaffolder.expressions.errors import TemplateError
from scaffolder.expressions.members import join_list, member, replace_text
from scaffolder.expressions.predicates import TESTS
from scaffolder.expressions.regex import Regex
from scaffolder.expressions.run import Run
from scaffolder.expressions.values import UNDEFINED, to_number, to_text, truthy

_HTML: Final = str.maketrans({
    "&": "&amp;", '"': "&quot;", "'": "&#39;", "<": "&lt;", ">": "&gt;", "`": "&#96;", "\\": "&#92;",
})  # fmt: skip
_TAGS = re.compile(r"</?([a-z][a-z0-9]*)\b[^>]*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_INTEGER = re.compile(r"\s*([+-]?)(0[xX])?([0-9a-zA-Z]*)")
_FLOAT = re.compile(r"\s*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)")
_LINK = re.compile(r"^(https?://\S*|www\.\S*|\S+@\S+|\S+\.(?:org|net|com)(?:[:/]\S*)?)$")
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


def _text(value: Any) -> str:
    """The text a filter works on; nothing and false are an empty one."""
    if value is None or value is UNDEFINED or value is False:
        return ""
    if not isinstance(value, str):
        raise TemplateError(f"this filter works on a text, not on {describe(value)}")
    return value


def _items(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TemplateError(f"this filter works on a list, not on {describe(value)}")
    return value


def describe(value: Any) -> str:
    if value is UNDEFINED:
        return "something undefined"
    if value is None:
        return "null"
    names = {bool: "true or false", str: "a text", list: "a list", dict: "an object"}
    return names.get(type(value), "a number" if values.is_number(value) else "a function")


def _count(value: Any, default: int) -> int:
    """A number argument; what is missing, zero or nonsense is the default, as `x || default` is."""
    amount = to_number(value) if value is not UNDEFINED else math.nan
    return int(amount) if math.isfinite(amount) and amount else default


def _path(run: Run, item: Any, attribute: Any) -> Any:
    for part in to_text(attribute).split("."):
        item = member(run.meter, item, part)
    return item


# --- texts


def capitalize(_run: Run, value: Any) -> str:
    text = _text(value).lower()
    return text[:1].upper() + text[1:]


def title(run: Run, value: Any) -> str:
    return " ".join(capitalize(run, word) for word in _text(value).split(" "))


def center(run: Run, value: Any, width: Any = UNDEFINED) -> str:
    text, columns = _text(value), _count(width, 80)
    spaces = columns - len(text)
    if spaces <= 0:
        return text
    run.meter.text(columns)
    before = math.ceil(spaces / 2 - spaces % 2)
    return " " * before + text + " " * math.ceil(spaces / 2)


def escape(_run: Run, value: Any) -> str:
    return values.printed(value).translate(_HTML)


def indent(run: Run, value: Any, width: Any = UNDEFINED, indentfirst: Any = UNDEFINED) -> str:
    text = _text(value)
    if not text:
        return ""
    lines, spaces = text.split("\n"), max(_count(width, 4), 0)
    run.meter.text(len(text) + len(lines) * spaces)
    first = " " * spaces + lines[0] if truthy(indentfirst) else lines[0]
    return "\n".join([first, *(" " * spaces + line for line in lines[1:])])


def nl2br(_run: Run, value: Any) -> str:
    return re.sub(r"\r\n|\n", "<br />\n", values.printed(value))


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
    limit = -1 if count is UNDEFINED else _count(count, 0)
    hits = len(text) + 1 if not old else text.count(old)
    run.meter.text(len(text) + hits * len(put))
    return text.replace(old, put) if not old else text.replace(old, put, limit)


def striptags(_run: Run, value: Any, preserve_linebreaks: Any = UNDEFINED) -> str:
    text = _TAGS.sub("", _text(value)).strip()
    if not truthy(preserve_linebreaks):
        return re.sub(r"\s+", " ", text)
    text = re.sub(r" +", " ", re.sub(r"^ +| +$", "", text, flags=re.MULTILINE)).replace("\r\n", "\n")
    return re.sub(r"\n{3,}", "\n\n", text)


def truncate(_run: Run, value: Any, length: Any = UNDEFINED, killwords: Any = UNDEFINED, end: Any = UNDEFINED) -> str:
    text, limit = _text(value), _count(length, 255)
    if len(text) <= limit:
        return text
    cut = limit if truthy(killwords) else text.rfind(" ", 0, limit + 1)
    shown = text[: limit if cut == -1 else cut]
    return shown + ("..." if end is UNDEFINED or end is None else to_text(end))


def urlencode(run: Run, value: Any) -> str:
    if isinstance(value, str):
        return quote(value, safe="-_.!~*'()")
    pairs = values.entries(value) if isinstance(value, Mapping) else [(i[0], i[1]) for i in _items(value)]
    return "&".join(f"{urlencode(run, to_text(k))}={urlencode(run, to_text(v))}" for k, v in pairs)


def urlize(_run: Run, value: Any, length: Any = UNDEFINED, nofollow: Any = UNDEFINED) -> str:
    limit = _count(length, 10**9)
    rel = ' rel="nofollow"' if nofollow is True else ""

    def one(word: str) -> str:
        bare = word.lstrip("(<").removeprefix("&lt;").rstrip(".,)\n>").removesuffix("&gt;")
        if not bare or not _LINK.match(bare):
            return word
        if "@" in bare and not bare.startswith("http"):
            return f'<a href="mailto:{bare}">{bare}</a>'
        href = bare if bare.startswith("http") else f"http://{bare}"
        return f'<a href="{href}"{rel}>{bare[:limit]}</a>'

    return "".join(one(word) for word in re.split(r"(\s+)", _text(value)))


def wordcount(_run: Run, value: Any) -> int | None:
    text = _text(value)
    return len(re.findall(r"\w+", text, re.ASCII)) or None if text else None


def string(_run: Run, value: Any) -> str:
    if value is None or value is UNDEFINED:
        raise TemplateError(f"`string` needs a value, not {describe(value)}")
    return to_text(value)


# --- numbers


def to_int(_run: Run, value: Any, default: Any = UNDEFINED, base: Any = 10) -> Any:
    """The leading digits of a text."""
    found = _INTEGER.match(to_text(value))
    radix = int(_count(base, 10))
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
    amount, factor = to_number(value), 10.0 ** max(min(_count(precision, 0), 300), -300)
    scaled = amount * factor
    if not math.isfinite(scaled):
        return amount
    ways: dict[Any, Callable[[float], int]] = {"ceil": math.ceil, "floor": math.floor}
    way = ways.get(method) if isinstance(method, str) else None
    return values.number((way(scaled) if way else math.floor(scaled + 0.5)) / factor)


# --- lists and objects


def length(_run: Run, value: Any) -> Any:
    if value is None or value is UNDEFINED or value is False:
        return 0
    return len(value) if isinstance(value, (str, list, Mapping)) else UNDEFINED


def first(run: Run, value: Any) -> Any:
    return member(run.meter, _sequence(value), 0)


def last(_run: Run, value: Any) -> Any:
    items = _sequence(value)
    return items[-1] if len(items) else UNDEFINED


def _sequence(value: Any) -> Sequence[Any]:
    if isinstance(value, (str, list)):
        return value
    if value is None or value is UNDEFINED:
        raise TemplateError(f"this filter works on a list, not on {describe(value)}")
    return ()


def join(run: Run, value: Any, separator: Any = "", attribute: Any = UNDEFINED) -> str:
    items = _items(value)
    if truthy(attribute):
        items = [member(run.meter, i, attribute) for i in items]
    return join_list(run.meter, items, separator if truthy(separator) else "")


def reverse(_run: Run, value: Any) -> Any:
    return value[::-1] if isinstance(value, str) else _items(value)[::-1]


def as_list(_run: Run, value: Any) -> list[Any]:
    if isinstance(value, str):
        return list(value)
    if isinstance(value, Mapping):
        return [{"key": k, "value": v} for k, v in values.entries(value)]
    return _items(value)


def batch(_run: Run, value: Any, size: Any = UNDEFINED, fill: Any = UNDEFINED) -> list[Any]:
    items, width = _items(value), max(_count(size, 1), 1)
    rows = [items[i : i + width] for i in range(0, len(items), width)]
    if rows and truthy(fill):
        missing = width - len(rows[-1])
        _run.meter.work(missing)
        rows[-1].extend([fill] * missing)
    return rows


def columns(run: Run, value: Any, count: Any = UNDEFINED, fill: Any = UNDEFINED) -> list[Any]:
    """`slice`: so many columns, the first ones longer."""
    items, width = _items(value), max(_count(count, 1), 1)
    run.meter.work(width)
    base, extra = divmod(len(items), width)
    result, at = [], 0
    for column in range(width):
        end = at + base + (column < extra)
        part = items[at:end]
        result.append([*part, fill] if truthy(fill) and column >= extra else part)
        at = end
    return result


def dictsort(_run: Run, value: Any, case_sensitive: Any = UNDEFINED, by: Any = "key") -> list[Any]:
    if not isinstance(value, Mapping):
        raise TemplateError("dictsort filter: val must be an object")
    if by not in {"key", "value", UNDEFINED}:
        raise TemplateError("dictsort filter: You can only sort by either key or value")
    place = 1 if by == "value" else 0
    pairs = [[k, v] for k, v in values.entries(value)]
    return _sorted(pairs, lambda pair: pair[place], sensitive=truthy(case_sensitive), descending=False)


def sort(
    run: Run, value: Any, reverse: Any = UNDEFINED, case_sensitive: Any = UNDEFINED, attribute: Any = UNDEFINED
) -> list[Any]:
    items = _items(value)

    def key(item: Any) -> Any:
        return _path(run, item, attribute) if truthy(attribute) else item

    return _sorted(items, key, sensitive=truthy(case_sensitive), descending=truthy(reverse))


def _sorted(items: list[Any], key: Callable[[Any], Any], *, sensitive: bool, descending: bool) -> list[Any]:
    def order(item: Any) -> tuple[int, Any]:
        found = key(item)
        if values.is_number(found) or isinstance(found, bool):
            return (0, found)
        text = to_text(found)
        return (1, text if sensitive else text.lower())

    return sorted(items, key=order, reverse=descending)


def groupby(run: Run, value: Any, attribute: Any = UNDEFINED) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = {}
    for item in _items(value):
        groups.setdefault(to_text(_path(run, item, attribute)), []).append(item)
    return groups


def total(run: Run, value: Any, attribute: Any = UNDEFINED, start: Any = 0) -> Any:
    items = _items(value)
    picked = [member(run.meter, i, attribute) for i in items] if truthy(attribute) else items
    result = values.number(sum(to_number(i) for i in picked))
    return values.number(result + to_number(start))


def choose(expected: bool) -> Callable[..., list[Any]]:  # noqa: FBT001 -- one switch, named by the table below
    def chosen(_run: Run, value: Any, test: Any = "truthy", argument: Any = UNDEFINED) -> list[Any]:
        found = TESTS.get(to_text(test))
        if found is None:
            raise TemplateError(f'Unknown template test "{to_text(test)}"')
        args = () if argument is UNDEFINED else (argument,)
        return [i for i in _items(value) if found(i, *args) is expected]

    return chosen


def choose_by(expected: bool) -> Callable[..., list[Any]]:  # noqa: FBT001 -- see choose
    def chosen(run: Run, value: Any, attribute: Any = UNDEFINED) -> list[Any]:
        return [i for i in _items(value) if truthy(member(run.meter, i, attribute)) is expected]

    return chosen


def dump(run: Run, value: Any, spaces: Any = UNDEFINED) -> Any:
    pad = " " * min(_count(spaces, 0), 10) if values.is_number(spaces) else values.printed(spaces)[:10]
    text = values.dumps(value, pad)
    if text is None:
        return UNDEFINED
    run.meter.text(len(text))
    return text


def default(_run: Run, value: Any, other: Any = UNDEFINED, boolean: Any = UNDEFINED) -> Any:
    if truthy(boolean):
        return value if truthy(value) else other
    return other if value is UNDEFINED else value


FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "abs": lambda _run, v: values.number(abs(to_number(v))),
    "batch": batch,
    "capitalize": capitalize,
    "center": center,
    "d": default,
    "default": default,
    "dictsort": dictsort,
    "dump": dump,
    "e": escape,
    "escape": escape,
    "first": first,
    "float": to_float,
    "forceescape": escape,
    "groupby": groupby,
    "indent": indent,
    "int": to_int,
    "join": join,
    "last": last,
    "length": length,
    "list": as_list,
    "lower": lambda _run, v: _text(v).lower(),
    "nl2br": nl2br,
    "random": lambda _run, v: random.choice(_items(v)) if _items(v) else UNDEFINED,  # noqa: S311 -- not for secrets
    "reject": choose(expected=False),
    "rejectattr": choose_by(expected=False),
    "replace": replace,
    "reverse": reverse,
    "round": rounded,
    "safe": lambda _run, v: values.printed(v),
    "select": choose(expected=True),
    "selectattr": choose_by(expected=True),
    "slice": columns,
    "sort": sort,
    "string": string,
    "striptags": striptags,
    "sum": total,
    "title": title,
    "trim": lambda _run, v: _text(v).strip() if isinstance(v, str) or not truthy(v) else to_text(v).strip(),
    "truncate": truncate,
    "upper": lambda _run, v: _text(v).upper(),
    "urlencode": urlencode,
    "urlize": urlize,
    "wordcount": wordcount,
}

"""What `value.name` may reach: JavaScript's texts, lists and numbers, each by a whitelist. All else is undefined."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from scaffolder.expressions import values
from scaffolder.expressions.budget import Meter
from scaffolder.expressions.errors import TemplateError
from scaffolder.expressions.regex import Match, Regex, expand
from scaffolder.expressions.values import UNDEFINED, Function

Method = Callable[..., Any]


def member(meter: Meter, owner: Any, key: Any) -> Any:
    """`owner[key]` as JavaScript reads it; no Python attribute is ever looked at."""
    if isinstance(owner, Mapping):
        name = values.to_text(key)
        if name in owner:
            return owner[name]
        return _method(_OBJECT, "object", meter, owner, name)
    if isinstance(owner, (str, list)):
        return _indexed(meter, owner, key)
    if values.is_number(owner) or isinstance(owner, bool):
        return _method(_NUMBER, "number", meter, owner, values.to_text(key))
    if isinstance(owner, Regex) and key in {"source", "flags"}:
        return getattr(owner, key)
    return UNDEFINED


def python_member(meter: Meter, owner: Any, key: Any) -> Any:
    """What cookiecutter templates, written for Python's Jinja, call on top of it."""
    if key == "items" and isinstance(owner, Mapping):
        return Function("object.items", lambda: [[k, v] for k, v in values.entries(owner)])
    if key == "keys" and isinstance(owner, Mapping):
        return Function("object.keys", lambda: [k for k, _ in values.entries(owner)])
    if key == "values" and isinstance(owner, Mapping):
        return Function("object.values", lambda: [v for _, v in values.entries(owner)])
    if key == "get" and isinstance(owner, Mapping):
        return Function("object.get", lambda name, other=UNDEFINED: owner.get(values.to_text(name), other))
    if key == "append" and isinstance(owner, list):
        return Function("list.append", lambda *items: _push(meter, owner, *items))
    return member(meter, owner, key)


def _indexed(meter: Meter, owner: str | list[Any], key: Any) -> Any:
    if values.is_number(key) or (isinstance(key, str) and key.isdecimal() and len(key) < 10):
        index = values.to_number(key)
        return owner[int(index)] if index == int(index) and 0 <= index < len(owner) else UNDEFINED
    if key == "length":
        return len(owner)
    table, label = (_TEXT, "text") if isinstance(owner, str) else (_LIST, "list")
    return _method(table, label, meter, owner, values.to_text(key))


def _method(table: Mapping[str, Method], label: str, meter: Meter, owner: Any, name: str) -> Any:
    found = table.get(name)
    if found is None:
        return UNDEFINED
    return Function(f"{label}.{name}", lambda *args, **_keywords: found(meter, owner, *args))


def _whole(value: Any, default: int) -> int:
    """An argument that should be a whole number; JavaScript takes anything."""
    if value is UNDEFINED:
        return default
    amount = values.to_number(value)
    if amount != amount:  # noqa: PLR0124 -- NaN is the only value that differs from itself
        return 0
    return int(max(min(amount, values.MAX_SAFE), -values.MAX_SAFE))


def _bounds(length: int, start: Any, end: Any) -> tuple[int, int]:
    """Where `slice(start, end)` begins and ends; negative counts from the end."""
    first, last = _whole(start, 0), _whole(end, length)
    first = max(first + length, 0) if first < 0 else first
    last = max(last + length, 0) if last < 0 else last
    return first, max(first, last)


def _slice(_meter: Meter, owner: Any, start: Any = UNDEFINED, end: Any = UNDEFINED) -> Any:
    first, last = _bounds(len(owner), start, end)
    return owner[first:last]


def _at(_meter: Meter, owner: Any, index: Any = UNDEFINED) -> Any:
    position = _whole(index, 0)
    return owner[position] if -len(owner) <= position < len(owner) else UNDEFINED


# --- texts


def _split(meter: Meter, text: str, separator: Any = UNDEFINED, limit: Any = UNDEFINED) -> list[str]:
    meter.text(len(text))
    if separator is UNDEFINED:
        parts = [text]
    elif isinstance(separator, Regex):
        parts = _split_by_regex(meter, text, separator)
    else:
        mark = values.to_text(separator)
        parts = text.split(mark) if mark else list(text)
    return parts if limit is UNDEFINED else parts[: max(_whole(limit, len(parts)), 0)]


def _split_by_regex(meter: Meter, text: str, separator: Regex) -> list[str]:
    parts: list[str] = []
    position = 0
    for found in separator.find(text, seconds=meter.regex_seconds()):
        if found.end == found.start and found.start in {0, len(text)}:
            continue
        parts.extend([text[position : found.start], *(g or "" for g in found.groups[1:])])
        position = found.end
    return [*parts, text[position:]]


def replace_text(meter: Meter, text: str, old: Any, new: Any = UNDEFINED, *, everywhere: bool = False) -> str:
    """`replace` and `replaceAll`: a text replaces its first hit unless everywhere, a regex as its flags say."""
    replacement = values.to_text(new)
    if isinstance(old, Regex):
        limit = 0 if old.is_global else 1
        found = old.find(text, seconds=meter.regex_seconds(), limit=limit)
    else:
        found = _hits(text, values.to_text(old), everywhere=everywhere)
    meter.work(len(found))
    meter.text(len(text) + len(found) * len(replacement))
    parts: list[str] = []
    position = 0
    for hit in found:
        new_text = expand(replacement, hit, text)
        meter.text(len(new_text))
        parts.extend((text[position : hit.start], new_text))
        position = hit.end
    return "".join([*parts, text[position:]])


def _hits(text: str, old: str, *, everywhere: bool) -> list[Match]:
    hits: list[Match] = []
    at = text.find(old)
    while at != -1:
        hits.append(Match(at, at + len(old), [old]))
        at = text.find(old, at + max(len(old), 1)) if everywhere and at < len(text) else -1
    return hits


def _match(meter: Meter, text: str, pattern: Any = UNDEFINED) -> Any:
    if not isinstance(pattern, Regex):
        raise TemplateError("`match` needs a regular expression, written r/…/")
    limit = 0 if pattern.is_global else 1
    found = pattern.find(text, seconds=meter.regex_seconds(), limit=limit)
    if not found:
        return None
    if pattern.is_global:
        return [m.groups[0] for m in found]
    return [UNDEFINED if g is None else g for g in found[0].groups]


def _search(meter: Meter, text: str, pattern: Any = UNDEFINED) -> int:
    if not isinstance(pattern, Regex):
        return text.find(values.to_text(pattern))
    found = pattern.find(text, seconds=meter.regex_seconds(), limit=1)
    return found[0].start if found else -1


def _substring(_meter: Meter, text: str, start: Any = UNDEFINED, end: Any = UNDEFINED) -> str:
    first, last = sorted(max(min(v, len(text)), 0) for v in (_whole(start, 0), _whole(end, len(text))))
    return text[first:last]


def _substr(_meter: Meter, text: str, start: Any = UNDEFINED, length: Any = UNDEFINED) -> str:
    first, _last = _bounds(len(text), start, UNDEFINED)
    return text[first : first + max(_whole(length, len(text)), 0)]


def _repeat(meter: Meter, text: str, count: Any = UNDEFINED) -> str:
    times = _whole(count, 0)
    if times < 0:
        raise TemplateError("`repeat` needs a count of 0 or more")
    meter.text(len(text) * times)
    return text * times


def _pad(meter: Meter, text: str, length: Any, fill: Any, *, at_start: bool) -> str:
    filler = " " if fill is UNDEFINED else values.to_text(fill)
    missing = _whole(length, 0) - len(text)
    if missing <= 0 or not filler:
        return text
    meter.text(missing + len(text))
    padding = (filler * (missing // len(filler) + 1))[:missing]
    return padding + text if at_start else text + padding


def _char_code(_meter: Meter, text: str, index: Any = UNDEFINED) -> Any:
    position = _whole(index, 0)
    return ord(text[position]) if 0 <= position < len(text) else float("nan")


_SPACES: Final = " \t\n\r\v\f\u00a0\ufeff\u2028\u2029"
_TEXT: Final[dict[str, Method]] = {
    "at": _at,
    "charAt": lambda m, t, i=UNDEFINED: member(m, t, _whole(i, 0)) or "",
    "charCodeAt": _char_code,
    "concat": lambda _m, t, *others: t + "".join(map(values.to_text, others)),
    "endsWith": lambda _m, t, x=UNDEFINED: t.endswith(values.to_text(x)),
    "includes": lambda _m, t, x=UNDEFINED, start=0: values.to_text(x) in t[max(_whole(start, 0), 0) :],
    "indexOf": lambda _m, t, x=UNDEFINED, start=0: t.find(values.to_text(x), max(_whole(start, 0), 0)),
    "lastIndexOf": lambda _m, t, x=UNDEFINED: t.rfind(values.to_text(x)),
    "localeCompare": lambda _m, t, x=UNDEFINED: (t > values.to_text(x)) - (t < values.to_text(x)),
    "match": _match,
    "padEnd": lambda m, t, n=UNDEFINED, f=UNDEFINED: _pad(m, t, n, f, at_start=False),
    "padStart": lambda m, t, n=UNDEFINED, f=UNDEFINED: _pad(m, t, n, f, at_start=True),
    "repeat": _repeat,
    "replace": lambda m, t, old=UNDEFINED, new=UNDEFINED: replace_text(m, t, old, new),
    "replaceAll": lambda m, t, old=UNDEFINED, new=UNDEFINED: replace_text(m, t, old, new, everywhere=True),
    "search": _search,
    "slice": _slice,
    "split": _split,
    "startsWith": lambda _m, t, x=UNDEFINED: t.startswith(values.to_text(x)),
    "substr": _substr,
    "substring": _substring,
    "toLowerCase": lambda _m, t: t.lower(),
    "toString": lambda _m, t: t,
    "toUpperCase": lambda _m, t: t.upper(),
    "trim": lambda _m, t: t.strip(_SPACES),
    "trimEnd": lambda _m, t: t.rstrip(_SPACES),
    "trimStart": lambda _m, t: t.lstrip(_SPACES),
}

# --- lists


def join_list(meter: Meter, items: list[Any], separator: Any = UNDEFINED) -> str:
    mark = "," if separator is UNDEFINED else values.to_text(separator)
    parts = [values.printed(i) for i in items]
    meter.text(sum(map(len, parts)) + len(mark) * len(parts))
    return mark.join(parts)


def index_of(items: list[Any], wanted: Any) -> int:
    return next((i for i, item in enumerate(items) if values.strictly_equal(item, wanted)), -1)


def _concat(meter: Meter, items: list[Any], *others: Any) -> list[Any]:
    result = list(items)
    for other in others:
        result.extend(other if isinstance(other, list) else [other])
    meter.work(len(result))
    return result


def _last_index_of(_meter: Meter, items: list[Any], wanted: Any = UNDEFINED) -> int:
    found = index_of(items[::-1], wanted)
    return len(items) - 1 - found if found != -1 else -1


def _push(meter: Meter, items: list[Any], *new: Any) -> int:
    meter.work(len(new))
    items.extend(new)
    return len(items)


def _unshift(meter: Meter, items: list[Any], *new: Any) -> int:
    meter.work(len(items))
    items[:0] = new
    return len(items)


def _reverse(meter: Meter, items: list[Any]) -> list[Any]:
    meter.work(len(items))
    items.reverse()
    return items


def _sort(meter: Meter, items: list[Any]) -> list[Any]:
    meter.work(len(items))
    items.sort(key=lambda v: (v is UNDEFINED, values.to_text(v)))
    return items


def _flat(meter: Meter, items: list[Any]) -> list[Any]:
    return _concat(meter, [], *items)


_LIST: Final[dict[str, Method]] = {
    "at": _at,
    "concat": _concat,
    "flat": _flat,
    "includes": lambda _m, items, x=UNDEFINED: index_of(items, x) != -1,
    "indexOf": lambda _m, items, x=UNDEFINED: index_of(items, x),
    "join": join_list,
    "lastIndexOf": _last_index_of,
    "pop": lambda _m, items: items.pop() if items else UNDEFINED,
    "push": _push,
    "reverse": _reverse,
    "shift": lambda _m, items: items.pop(0) if items else UNDEFINED,
    "slice": _slice,
    "sort": _sort,
    "toString": join_list,
    "unshift": _unshift,
}

# --- numbers, booleans and objects


def _to_fixed(_meter: Meter, value: float, digits: Any = UNDEFINED) -> str:
    places = _whole(digits, 0)
    if not 0 <= places <= 100:
        raise TemplateError("`toFixed` takes 0 to 100 digits")
    return f"{value:.{places}f}"


_NUMBER: Final[dict[str, Method]] = {"toFixed": _to_fixed, "toString": lambda _m, v: values.to_text(v)}
_OBJECT: Final[dict[str, Method]] = {
    "hasOwnProperty": lambda _m, o, k=UNDEFINED: values.to_text(k) in o,
    "toString": lambda _m, _o: "[object Object]",
}

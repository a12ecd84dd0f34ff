"""The filters that Nunjucks has, by name, with its answers."""

import random
from collections.abc import Callable, Mapping
from typing import Any, Final

from scaffolder.expressions import list_filters as collection
from scaffolder.expressions import text_filters as text
from scaffolder.expressions import values
from scaffolder.expressions.arguments import count_of, items_of, strict_text, text_of
from scaffolder.expressions.run import Run
from scaffolder.expressions.values import UNDEFINED, to_number, truthy


def dump(run: Run, value: Any, spaces: Any = UNDEFINED) -> Any:
    pad = " " * min(count_of(spaces, 0), 10) if values.is_number(spaces) else values.printed(spaces)[:10]
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
    "batch": collection.batch,
    "capitalize": text.capitalize,
    "center": text.center,
    "d": default,
    "default": default,
    "dictsort": collection.dictsort,
    "dump": dump,
    "e": text.escape,
    "escape": text.escape,
    "first": collection.first,
    "float": text.to_float,
    "forceescape": text.escape,
    "groupby": collection.groupby,
    "indent": text.indent,
    "int": text.to_int,
    "join": collection.join,
    "last": collection.last,
    "length": collection.length,
    "list": collection.as_list,
    "lower": lambda _run, v: text_of(v).lower(),
    "nl2br": text.nl2br,
    "random": lambda _run, v: random.choice(items_of(v)) if items_of(v) else UNDEFINED,  # noqa: S311 -- not for secrets
    "reject": collection.choose(expected=False),
    "rejectattr": collection.choose_by(expected=False),
    "replace": text.replace,
    "reverse": collection.reverse,
    "round": text.rounded,
    "safe": lambda _run, v: values.printed(v),
    "select": collection.choose(expected=True),
    "selectattr": collection.choose_by(expected=True),
    "slice": collection.columns,
    "sort": collection.sort,
    "string": text.string,
    "striptags": text.striptags,
    "sum": collection.total,
    "title": text.title,
    "trim": lambda _run, v: strict_text(v).strip(),
    "truncate": text.truncate,
    "upper": lambda _run, v: text_of(v).upper(),
    "urlencode": text.urlencode,
    "urlize": text.urlize,
    "wordcount": text.wordcount,
}

"""How filters read what they are given: Nunjucks is lenient with some values and refuses others."""

import math
from typing import Any

from scaffolder.expressions import values
from scaffolder.expressions.errors import TemplateError
from scaffolder.expressions.members import member
from scaffolder.expressions.run import Run
from scaffolder.expressions.values import UNDEFINED, to_number, to_text


def text_of(value: Any) -> str:
    """The text a filter works on; nothing and false are an empty one."""
    if value is None or value is UNDEFINED or value is False:
        return ""
    if not isinstance(value, str):
        raise TemplateError(f"this filter works on a text, not on {describe(value)}")
    return value


def strict_text(value: Any) -> str:
    if not isinstance(value, str):
        raise TemplateError(f"this filter works on a text, not on {describe(value)}")
    return value


def items_of(value: Any) -> list[Any]:
    """What a filter walks through: a text is its characters, whatever is no list is nothing."""
    if isinstance(value, str):
        return list(value)
    return value if isinstance(value, list) else []


def list_of(value: Any) -> list[Any]:
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


def count_of(value: Any, default: int) -> int:
    """A number argument; what is missing, zero or nonsense is the default, as `x || default` is."""
    amount = to_number(value) if value is not UNDEFINED else math.nan
    return int(amount) if math.isfinite(amount) and amount else default


def path_of(run: Run, item: Any, attribute: Any) -> Any:
    for part in to_text(attribute).split("."):
        item = member(run.meter, item, part)
    return item


def given(value: Any) -> Any:
    """The value, unless there is none."""
    if value is None or value is UNDEFINED:
        raise TemplateError(f"this filter works on a list, not on {describe(value)}")
    return value

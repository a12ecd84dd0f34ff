"""Nunjucks' filters for lists and objects; each takes the run and the value."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scaffolder.expressions import values
from scaffolder.expressions.arguments import count_of, describe, given, items_of, list_of, path_of
from scaffolder.expressions.arithmetic import add
from scaffolder.expressions.errors import TemplateError
from scaffolder.expressions.members import join_list, member
from scaffolder.expressions.predicates import TESTS
from scaffolder.expressions.run import Run
from scaffolder.expressions.values import UNDEFINED, to_text, truthy


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
    items = [member(run.meter, i, attribute) for i in items_of(value)] if truthy(attribute) else list_of(value)
    return join_list(run.meter, items, separator if truthy(separator) else "")


def reverse(_run: Run, value: Any) -> Any:
    return value[::-1] if isinstance(value, str) else items_of(value)[::-1]


def as_list(_run: Run, value: Any) -> list[Any]:
    if isinstance(value, str):
        return list(value)
    if isinstance(value, Mapping):
        return [{"key": k, "value": v} for k, v in values.entries(value)]
    return list_of(value)


def batch(_run: Run, value: Any, size: Any = UNDEFINED, fill: Any = UNDEFINED) -> list[Any]:
    items, width = items_of(given(value)), max(count_of(size, 1), 1)
    rows = [items[i : i + width] for i in range(0, len(items), width)]
    if rows and truthy(fill):
        missing = width - len(rows[-1])
        _run.meter.work(missing)
        rows[-1].extend([fill] * missing)
    return rows


def columns(run: Run, value: Any, count: Any = UNDEFINED, fill: Any = UNDEFINED) -> list[Any]:
    """`slice`: so many columns, the first ones longer."""
    items, width = items_of(given(value)), max(count_of(count, 1), 1)
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
    items = items_of(value)

    def key(item: Any) -> Any:
        return path_of(run, item, attribute) if truthy(attribute) else item

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
    for item in items_of(given(value)):
        groups.setdefault(to_text(path_of(run, item, attribute)), []).append(item)
    return groups


def total(run: Run, value: Any, attribute: Any = UNDEFINED, start: Any = 0) -> Any:
    picked = [member(run.meter, i, attribute) for i in items_of(value)] if truthy(attribute) else list_of(value)
    result: Any = 0
    for item in picked:
        result = add(run, result, item)
    return add(run, start, result)


def choose(expected: bool) -> Callable[..., list[Any]]:  # noqa: FBT001 -- one switch, named by the table below
    def chosen(_run: Run, value: Any, test: Any = "truthy", argument: Any = UNDEFINED) -> list[Any]:
        found = TESTS.get(to_text(test))
        if found is None:
            raise TemplateError(f'Unknown template test "{to_text(test)}"')
        args = () if argument is UNDEFINED else (argument,)
        return [i for i in items_of(given(value)) if found(i, *args) is expected]

    return chosen


def choose_by(expected: bool) -> Callable[..., list[Any]]:  # noqa: FBT001 -- see choose
    def chosen(run: Run, value: Any, attribute: Any = UNDEFINED) -> list[Any]:
        return [i for i in list_of(value) if truthy(member(run.meter, i, attribute)) is expected]

    return chosen

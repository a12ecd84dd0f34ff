"""The operations that compiled templates call: JavaScript's operators, member access, calls and printing.

Each is a Jinja2 filter named `js.…`, a name no template can write.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from jinja2 import pass_context
from jinja2.runtime import Context

from callboard.errors import CallboardError, did_you_mean
from scaffolder.expressions import values
from scaffolder.expressions.arithmetic import calculate
from scaffolder.expressions.errors import BudgetError, TemplateError
from scaffolder.expressions.members import index_of, member, python_member
from scaffolder.expressions.predicates import TESTS
from scaffolder.expressions.regex import Regex, compile_regex
from scaffolder.expressions.run import Run, run_of
from scaffolder.expressions.values import UNDEFINED, Function, number, to_number, to_text, truthy

Operation = Callable[..., Any]


class Operand:
    """An operand of `and` or `or` while Python decides which one is the result."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __bool__(self) -> bool:
        return truthy(self.value)


# --- values and containers


def weight(value: Any, limit: int) -> int:
    """How many values hang in a value, counted up to the limit: sharing can't hide growth from the budget."""
    waiting, count = [value], 0
    while waiting and count <= limit:
        item = waiting.pop()
        count += 1
        if isinstance(item, list):
            waiting.extend(item)
        elif isinstance(item, Mapping):
            waiting.extend(item.values())
    return count


def charge_containers(run: Run, args: Sequence[Any]) -> None:
    for arg in args:
        if isinstance(arg, (list, Mapping)):
            run.meter.work(weight(arg, run.meter.budget.operations))


def _list(run: Run, _none: None, *items: Any) -> list[Any]:
    charge_containers(run, items)
    return list(items)


def _object(run: Run, _none: None, *pairs: Any) -> dict[str, Any]:
    charge_containers(run, pairs)
    return dict(zip(pairs[::2], pairs[1::2], strict=True))


def _regex(run: Run, source: str, flags: str, offset: int) -> Regex:
    try:
        return compile_regex(source, flags)
    except TemplateError as error:
        raise error.at(run.source.place(offset)) from None


def _slice(_run: Run, value: Any, start: Any, stop: Any, step: Any) -> Any:
    if not isinstance(value, (str, list)):
        return UNDEFINED
    bounds = [None if v is UNDEFINED or v is None else int(_finite(v)) for v in (start, stop, step)]
    if bounds[2] == 0:
        raise TemplateError("the step of a slice can't be 0")
    return value[slice(*bounds)]


def _finite(value: Any) -> float:
    amount = to_number(value)
    return max(min(amount, values.MAX_SAFE), -values.MAX_SAFE) if amount == amount else 0  # noqa: PLR0124 -- NaN


def _contains(run: Run, wanted: Any, container: Any, offset: int) -> bool:
    if isinstance(container, list):
        return index_of(container, wanted) != -1
    if isinstance(container, str):
        return to_text(wanted) in container
    if isinstance(container, Mapping):
        return to_text(wanted) in container
    raise run.error(f'Cannot use "in" operator to search for "{to_text(wanted)}" in unexpected types.', offset)


# --- calls


def _guarded(run: Run, what: str, offset: int, call: Callable[[], Any]) -> Any:
    """Whatever a called thing raises becomes a template error with a place; defects of plugins included."""
    run.meter.work()
    try:
        return call()
    except TemplateError as error:
        raise error.at(run.source.place(offset)) from None
    except CallboardError as error:
        raise run.error(error.message, offset, error.hint) from error
    except RecursionError:
        raise BudgetError(f"{what} calls itself without end", run.source.place(offset)) from None
    except Exception as error:
        raise run.error(f"{what} doesn't work with this value ({error})", offset) from error


def _call(run: Run, target: Any, label: str, offset: int, *args: Any, **keywords: Any) -> Any:
    if not truthy(target):
        raise run.error(f"Unable to call `{label}`, which is undefined or falsey", offset)
    if not isinstance(target, Function):
        raise run.error(f"Unable to call `{label}`, which is not a function", offset)
    charge_containers(run, args)
    return _guarded(run, f"`{label}`", offset, lambda: target.call(*args, **_named(keywords)))


def _filter(run: Run, value: Any, name: str, offset: int, *args: Any, **keywords: Any) -> Any:
    found = run.filters.get(name)
    if found is None:
        raise run.error(f'Unknown template filter "{name}"', offset, did_you_mean(name, run.filters))
    charge_containers(run, (value,))
    if isinstance(value, str):
        run.meter.text(len(value))
    return _guarded(run, f"filter `{name}`", offset, lambda: found(run, value, *args, **_named(keywords)))


def _test(run: Run, value: Any, name: str, offset: int, *args: Any) -> bool:
    found = TESTS.get(name)
    if found is None:
        raise run.error(f'Unknown template test "{name}"', offset, did_you_mean(name, TESTS))
    return bool(_guarded(run, f"test `{name}`", offset, lambda: found(value, *args)))


def _named(keywords: Mapping[str, Any]) -> dict[str, Any]:
    return {name.removeprefix("k_"): value for name, value in keywords.items()}


def _macro(run: Run, body: Any, name: str, keeps: bool, names: list[str], optional: dict[str, Any]) -> Any:  # noqa: FBT001 -- compiled templates pass positions only
    function = run.macro(body, names, optional, keeps=keeps)
    if name:
        run.assign([name], function)
    return function


# --- statements and printing


def _each(run: Run, items: Any, *names: str) -> Iterator[None]:
    return run.each(items, names)


def _set(run: Run, value: Any, *names: str) -> None:
    run.meter.work()
    run.assign(names, value)


def _print(run: Run, value: Any) -> str:
    text = values.printed(value)
    run.meter.text(len(text))
    run.meter.printed(len(text))
    return text


def _data(run: Run, text: str) -> str:
    run.meter.work()
    run.meter.printed(len(text))
    return text


def _compare(operator: str) -> Operation:
    return lambda _run, a, b: values.compare(operator, a, b)


_OPERATIONS: Final[dict[str, Operation]] = {
    "lookup": lambda run, name: run.lookup(name),
    "member": lambda run, owner, key: (python_member if run.python_members else member)(run.meter, owner, key),
    "slice": _slice,
    "undefined": lambda _run, _none: UNDEFINED,
    "list": _list,
    "object": _object,
    "regex": _regex,
    "truthy": lambda _run, value: truthy(value),
    "not": lambda _run, value: not truthy(value),
    "operand": lambda _run, value: Operand(value),
    "unbox": lambda _run, operand: operand.value,
    "keep": lambda run, value: run.keep(value),
    "same": lambda _run, value: value,
    "in": _contains,
    "test": _test,
    "call": _call,
    "filter": _filter,
    "macro": _macro,
    "each": _each,
    "set": _set,
    "print": _print,
    "data": _data,
    "sign-": lambda _run, value: number(-to_number(value)),
    "sign+": lambda _run, value: to_number(value),
    "math": calculate,
    "floor": lambda _run, value: math.floor(value) if math.isfinite(value) else value,
    **{f"compare{op}": _compare(op) for op in ("<", ">", "<=", ">=")},
    "compare==": lambda _run, a, b: values.loosely_equal(a, b),
    "compare!=": lambda _run, a, b: not values.loosely_equal(a, b),
    "compare===": lambda _run, a, b: values.strictly_equal(a, b),
    "compare!==": lambda _run, a, b: not values.strictly_equal(a, b),
}


def _as_filter(operation: Operation) -> Operation:
    """Taking the context also keeps Jinja2's compiler from folding an operation at compile time."""

    @pass_context
    def called(context: Context, *args: Any, **keywords: Any) -> Any:
        return operation(run_of(context), *args, **keywords)

    return called


JINJA_FILTERS: Final = {f"js.{name}": _as_filter(operation) for name, operation in _OPERATIONS.items()}

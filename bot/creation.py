"""The scaffolder, put together."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from bot.runtime import Runtime
    from scaffolder.actions.base import ActionRegistry, ActionServices
    from scaffolder.runner import Runner
    from scaffolder.service import Scaffolder


_SOON: Final = 0.3
_LATER: Final = 5.0
"""Seconds between looks at a run that has to wait for others, at first and at last."""


def action_registry(runtime: "Runtime") -> "ActionRegistry":
    """The built-in actions and those of plugins; all come in through the same hook. Filters and globals beside them."""
    from scaffolder.actions.base import ActionRegistry
    from scaffolder.expressions import Extras

    hook = runtime.plugins.hook
    filters = {n: f for found in hook.callboard_scaffolder_filters() for n, f in found.items()}
    names = {n: v for found in hook.callboard_scaffolder_globals() for n, v in found.items()}
    return ActionRegistry([a for found in hook.callboard_scaffolder_actions() for a in found], Extras(filters, names))


def build_scaffolder(runtime: "Runtime") -> "Scaffolder":
    import time

    from scaffolder.service import Scaffolder

    return Scaffolder(
        database=runtime.database,
        catalog=runtime.catalog,
        registry=action_registry(runtime),
        enqueue=runtime.queue.enqueue,
        authorizer=runtime.authorizer,
        config=runtime.config,
        clock=time.time,
    )


def action_services(runtime: "Runtime") -> "ActionServices":
    """What template actions may use besides their workspace."""
    from scaffolder.actions.base import ActionServices

    urls = runtime.urls
    return ActionServices(runtime.config, runtime.database, runtime.catalog, urls, runtime.notices)


def build_runner(runtime: "Runtime", on_change: Callable[[str], None] = lambda _run: None) -> "Runner":
    from scaffolder.runner import Runner

    return Runner(
        database=runtime.database,
        registry=action_registry(runtime),
        services=action_services(runtime),
        on_change=on_change,
    )


def run_template(runtime: "Runtime", spec: Mapping[str, Any], on_change: Callable[[str], None]) -> None:
    """Work on a run to its end, or look at it again in a while; the handler of the job `scaffolder.run`."""
    from scaffolder.service import JOB, QUEUE

    run_id, waits = str(spec["run"]), int(spec.get("waits", 0))
    if not build_runner(runtime, on_change).run(run_id, has_waited=waits > 0):
        again = {"run": run_id, "waits": waits + 1}
        with runtime.database.write() as connection:
            runtime.queue.enqueue(
                connection,
                QUEUE,
                JOB,
                again,
                delay=min(_SOON * 1.3**waits, _LATER),
                dedup=f"{JOB}:{run_id}:wait:{waits}",
            )
    on_change(run_id)

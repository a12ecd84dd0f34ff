"""Notices, put together: who plans them, who delivers them, what handlers and commands use."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from callboard.ports import Chat, Directory
from jobs.queue import Task
from notifications.desk import Desk

if TYPE_CHECKING:
    from bot.runtime import Runtime
    from notifications.deprecations import Deprecations
    from notifications.service import Notices
    from notifications.upkeep import Upkeep


def build_desk(runtime: "Runtime") -> Desk:
    """The ledger's verbs on this process's queue and clock."""
    return Desk(runtime.config.notifications, runtime.queue.enqueue, time.time)


def build_deprecations(runtime: "Runtime") -> "Deprecations":
    from notifications.deprecations import Deprecations

    lifecycles = frozenset(name.lower() for name in runtime.config.notifications.deprecated_lifecycles)
    return Deprecations(build_desk(runtime), lifecycles)


def build_notices(runtime: "Runtime") -> "Notices":
    """What handlers, the API and templates use."""
    from notifications.service import Notices

    return Notices(build_desk(runtime), build_deprecations(runtime), time.time)


def build_upkeep(runtime: "Runtime") -> "Upkeep":
    from notifications.upkeep import Upkeep

    return Upkeep(runtime.database, build_desk(runtime), build_deprecations(runtime), time.time)


def job_handlers(runtime: "Runtime") -> dict[str, Callable[[Task], None]]:
    """The jobs that any replica can do."""
    from notifications.desk import RECHECK, TICK

    upkeep = build_upkeep(runtime)
    return {TICK: lambda _task: upkeep.tick(), RECHECK: lambda _task: upkeep.recheck()}


def delivery_handlers(runtime: "Runtime", chat: Chat, directory: Directory) -> dict[str, Callable[[Task], None]]:
    """The jobs that need a workspace to send to."""
    from blocks.notices import render
    from notifications.delivery import Deliverer
    from notifications.desk import DELIVER, POST, REFRESH
    from notifications.placing import Placer
    from notifications.routes import Router

    desk, clock = build_desk(runtime), time.time
    router = Router(runtime.config.notifications, runtime.config.callboard.admins)
    placer = Placer(runtime.database, router, directory, desk, clock)
    deliverer = Deliverer(runtime.database, chat, render, desk, clock)
    return {
        DELIVER: lambda task: placer.place(int(task.spec["notice"])),
        POST: lambda task: deliverer.post(int(task.spec["post"])),
        REFRESH: lambda task: deliverer.refresh(int(task.spec["notice"])),
    }

"""Numbers for Prometheus: requests as they come, the catalog as it stands when it is asked."""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.services import ApiServices
from callboard.db import Database
from catalog.ingest.apply import Applier
from catalog.queries.runs import runs
from catalog.queries.state import state_of

_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)


class RequestMetrics:
    """Counts and times requests by route, never by path: a path is what anybody may make up."""

    def __init__(self, app: ASGIApp, registry: CollectorRegistry) -> None:
        self._app = app
        self._seconds = Histogram(
            "callboard_http_request_seconds",
            "Time to answer a request",
            ("method", "route", "status"),
            registry=registry,
            buckets=_BUCKETS,
        )
        self._known: dict[tuple[str, str, int], Histogram] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, began = 500, time.perf_counter()

        async def remember(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, remember)
        finally:
            self._line(scope, status).observe(time.perf_counter() - began)

    def _line(self, scope: Scope, status: int) -> Histogram:
        """There are as many as routes times statuses, so each is looked up once."""
        route = getattr(scope.get("route"), "path", "none")
        method = scope["method"] if scope["method"] in _METHODS else "other"
        key = (method, route, status)
        if key not in self._known:
            self._known[key] = self._seconds.labels(method, route, str(status))
        return self._known[key]


_METHODS: Final = frozenset({"GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"})


class CatalogMetrics(Collector):
    """What the catalog holds and how its sources are."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Nothing to say beforehand: registering must not read the database."""
        return iter(())

    def collect(self) -> Iterator[GaugeMetricFamily]:
        held = GaugeMetricFamily("callboard_catalog_entities", "Entities by kind", labels=["kind"])
        wrong = GaugeMetricFamily(
            "callboard_catalog_problems", "Documents with a problem, by its kind", labels=["kind"]
        )
        failing = GaugeMetricFamily("callboard_catalog_failing_locations", "Files and URLs that can't be read now")
        errors = GaugeMetricFamily("callboard_catalog_source_failing", "1 while a source fails", labels=["source"])
        age = GaugeMetricFamily(
            "callboard_catalog_source_age_seconds", "Since the last good read of a source", labels=["source"]
        )
        with self._database.read() as connection:
            state, now = state_of(connection), self._database.now(connection)
        for kind, count in state.entities.items():
            held.add_metric([kind], count)
        for kind, count in state.problems.items():
            wrong.add_metric([kind], count)
        failing.add_metric([], state.failing_locations)
        for source in state.sources:
            errors.add_metric([source.key], 0 if source.ok else 1)
            if source.read_at is not None:
                age.add_metric([source.key], max(0.0, now - source.read_at))
        yield from (held, wrong, failing, errors, age)


class SourceMetrics(Collector):
    """What the sources' runs took and cost, on whichever replica: every replica tells the same."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def describe(self) -> Iterator[Metric]:
        """Nothing to say beforehand: registering must not read the database."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        spent = CounterMetricFamily("callboard_source_requests", "Requests spent by kind", labels=["source", "kind"])
        last = GaugeMetricFamily(
            "callboard_source_run_requests", "Requests of the last run by kind", labels=["source", "kind"]
        )
        seconds = GaugeMetricFamily("callboard_source_run_seconds", "How long the last run took", labels=["source"])
        budget = ["source", "budget"]
        limit = GaugeMetricFamily("callboard_source_quota_limit", "Requests that a budget allows", labels=budget)
        left = GaugeMetricFamily("callboard_source_quota_remaining", "Requests left in a budget", labels=budget)
        reset = GaugeMetricFamily("callboard_source_quota_reset_seconds", "Unix time of a new budget", labels=budget)
        with self._database.read() as connection:
            found = runs(connection)
        for source, run in found.items():
            for kind, count in run.total.items():
                spent.add_metric([source, kind], count)
                last.add_metric([source, kind], run.requests.get(kind, 0))
            if run.seconds is not None:
                seconds.add_metric([source], run.seconds)
            for name, quota in run.quotas.items():
                limit.add_metric([source, name], quota.limit)
                left.add_metric([source, name], quota.remaining)
                reset.add_metric([source, name], quota.reset)
        yield from (spent, last, seconds, limit, left, reset)


class IngestionMetrics(Collector):
    """What this process wrote of the catalog."""

    def __init__(self, applier: Applier) -> None:
        self._applier = applier

    def collect(self) -> Iterator[CounterMetricFamily]:
        totals = self._applier.totals
        written = CounterMetricFamily(
            "callboard_ingestion_entities", "Entities that ingestion wrote, by what changed", labels=["change"]
        )
        for change in ("created", "updated", "deleted"):
            written.add_metric([change], getattr(totals, change))
        yield written


class AnswerMetrics(Collector):
    """What people ask for, by intent."""

    def __init__(self, given: Callable[[], Mapping[str, int]]) -> None:
        self._given = given

    def collect(self) -> Iterator[CounterMetricFamily]:
        answers = CounterMetricFamily("callboard_answers", "Questions answered, by intent", labels=["intent"])
        for intent, count in sorted(self._given().items()):
            answers.add_metric([intent], count)
        yield answers


class SlackMetrics(Collector):
    """The Web API methods that Slack has stopped for a while."""

    def __init__(self, waits: Callable[[], Mapping[str, float]]) -> None:
        self._waits = waits

    def collect(self) -> Iterator[GaugeMetricFamily]:
        waits = GaugeMetricFamily("callboard_slack_wait_seconds", "Until Slack takes calls again", labels=["method"])
        for method, seconds in sorted(self._waits().items()):
            waits.add_metric([method], seconds)
        yield waits


def metrics_router(services: ApiServices) -> APIRouter:
    """`/metrics`, for callers with credentials."""
    router = APIRouter(tags=["health"])
    services.metrics.register(CatalogMetrics(services.database))
    services.metrics.register(SourceMetrics(services.database))
    services.metrics.register(IngestionMetrics(services.catalog.applier))

    @router.get("/metrics", summary="Numbers in Prometheus' text format", response_class=PlainTextResponse)
    async def metrics() -> Response:
        content = await run_in_threadpool(generate_latest, services.metrics)
        return Response(content, media_type=CONTENT_TYPE_LATEST)

    return router

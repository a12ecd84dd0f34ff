"""The HTTP application of a replica: the REST API, docs pages, webhooks and, over HTTP, Slack's requests."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from fastapi import APIRouter, FastAPI

from api import secrets, slack_events, webhooks
from api.answers import answers_router
from api.app import create_app
from api.metrics import AnswerMetrics, SlackMetrics
from api.notifications import notifications_router
from api.scaffolder import ScaffolderApi, scaffolder_router
from api.services import ApiServices
from bot.creation import action_services
from bot.docs import docs_routers
from bot.github_webhook import GithubWebhook
from callboard import __version__

DOCS_PATHS = ("/docs/",)

if TYPE_CHECKING:
    from bot.runtime import Runtime


def build_app(
    runtime: "Runtime",
    *,
    handle_slack: slack_events.Handle | None = None,
    is_ready: Callable[[], bool] = lambda: True,
    poke: Callable[[], None] = lambda: None,
) -> FastAPI:
    """Everything that answers on `backend.listen`."""
    check_url = runtime.urls.check
    services = ApiServices(
        runtime.database, runtime.catalog, runtime.config, __version__, is_ready, check_url, runtime.authorizer
    )
    services.metrics.register(AnswerMetrics(lambda: runtime.answerer.given))
    services.metrics.register(SlackMetrics(runtime.slack_budgets.waits))
    routers: list[APIRouter] = [secrets.secrets_router(runtime.database, runtime.config)]
    routers += docs_routers(runtime)
    routers.append(answers_router(runtime.database, runtime.names, runtime.answerer, runtime.authorizer))
    routers.append(notifications_router(runtime.database, runtime.notices, base_url=runtime.config.app.base_url))
    routers.append(
        scaffolder_router(ScaffolderApi(runtime.database, runtime.scaffolder, action_services(runtime), poke))
    )
    routers.append(webhooks.router(GithubWebhook(runtime, poke=poke).receive))
    open_paths = [webhooks.PATH, secrets.PATH, *DOCS_PATHS]
    if handle_slack is not None:
        routers.append(slack_events.router(handle_slack))
        open_paths.append(slack_events.PATH)
    return create_app(services, routers=routers, open_paths=open_paths)

"""The composition root: every adapter is built here, once, and handed in. Parts are made when first asked for,
so that a command that only reads the catalog doesn't load Slack or the web framework.
"""

from collections.abc import Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from callboard import logs
from callboard.config.build import build_config
from callboard.config.load import load_config
from callboard.config.model import AppConfig
from callboard.db import Connection
from callboard.db.engine import Database, database_url, open_database
from catalog.model import Problem

if TYPE_CHECKING:
    import pluggy

    from answers.service import Answerer
    from bot.budget import BudgetedClient, Budgets
    from callboard.ports import Authorizer
    from catalog.ingest.source import Provider
    from catalog.ingest.urls import HttpUrlReader
    from catalog.kinds import KindRegistry
    from catalog.service import Catalog
    from handlers.services import Services
    from jobs.queue import Queue
    from notifications.service import Notices
    from scaffolder.service import Scaffolder
    from search.names import NameIndex
    from search.question import Synonyms
    from techdocs.access import DocsAccess
    from techdocs.indexer import DocsIndexer


class Runtime:
    """One process's parts. `close()` gives back what they hold."""

    def __init__(self, config: AppConfig, *, files: tuple[Path, ...] = (), folders: tuple[Path, ...] = ()) -> None:
        self.config = config
        self.files = files
        self.folders = folders
        _protect_secrets(config)

    @cached_property
    def database(self) -> Database:
        url = database_url(self.config)
        logs.protect(url.password)  # a URL in the configuration is no secret as a whole
        return open_database(url)

    @cached_property
    def plugins(self) -> "pluggy.PluginManager":
        from bot import builtin_hooks
        from callboard.plugin import plugin_manager
        from plugins import BUILTIN_PLUGINS

        return plugin_manager(builtin_hooks, *BUILTIN_PLUGINS)

    @cached_property
    def urls(self) -> "HttpUrlReader":
        from catalog.ingest.urls import HttpUrlReader

        return HttpUrlReader(self.config)

    @cached_property
    def catalog(self) -> "Catalog":
        from catalog.ingest.folder import CatalogFolder
        from catalog.ingest.run import Boundaries
        from catalog.service import build_catalog

        forbidden = (*self.files, self.config.callboard.data_dir)
        return build_catalog(
            self.database,
            self.config,
            urls=self.urls,
            providers=self.providers,
            registry=self.kinds,
            boundaries=Boundaries(tuple({f.parent for f in self.files}), forbidden),
            queue_run=self._queue_run,
            folders=[CatalogFolder(f) for f in self.folders],
        )

    def _queue_run(self, provider: "Provider") -> None:
        from bot.process import queue_provider

        with self.database.write() as connection:
            queue_provider(self.queue, connection, provider)

    @cached_property
    def kinds(self) -> "KindRegistry":
        from catalog.kinds import BUILTIN_KINDS, KindRegistry

        extra = [k for kinds in self.plugins.hook.callboard_entity_kinds() for k in kinds]
        return KindRegistry((*BUILTIN_KINDS, *extra))

    @cached_property
    def providers(self) -> "list[Provider]":
        configured = self.config.catalog.providers
        found: list[Provider] = []
        if configured.github or configured.github_org:
            from bot.github import build_providers

            found = build_providers(self.config)
        return [*found, *(p for some in self.plugins.hook.callboard_catalog_providers() for p in some)]

    @cached_property
    def queue(self) -> "Queue":
        from jobs.queue import Queue

        return Queue(self.database)

    @cached_property
    def names(self) -> "NameIndex":
        from search.names import NameIndex

        return NameIndex(self.database)

    @cached_property
    def authorizer(self) -> "Authorizer":
        from bot.authorization import CatalogAuthorizer

        return self.plugins.hook.callboard_authorizer() or CatalogAuthorizer()

    @cached_property
    def synonyms(self) -> "Synonyms":
        from search.question import Synonyms

        return Synonyms(self.config.search.synonyms)

    @cached_property
    def docs_access(self) -> "DocsAccess":
        from bot.docs import build_docs_access

        return build_docs_access(self)

    @cached_property
    def docs(self) -> "DocsIndexer":
        from bot.docs import build_docs_indexer

        return build_docs_indexer(self)

    @cached_property
    def answerer(self) -> "Answerer":
        from answers.service import Answerer
        from bot.docs import DocsForAnswers

        docs = DocsForAnswers(self.docs_access, self.synonyms)
        return Answerer(
            database=self.database,
            names=self.names,
            docs=docs,
            intents=[i for some in self.plugins.hook.callboard_intents() for i in some],
            authorizer=self.authorizer,
            synonyms=self.synonyms,
        )

    @cached_property
    def scaffolder(self) -> "Scaffolder":
        from bot.creation import build_scaffolder

        return build_scaffolder(self)

    @cached_property
    def notices(self) -> "Notices":
        from bot.notices import build_notices

        return build_notices(self)

    @cached_property
    def slack_budgets(self) -> "Budgets":
        from bot.budget import Budgets

        return Budgets()

    @cached_property
    def services(self) -> "Services":
        import time

        from handlers.services import Services

        return Services(
            config=self.config,
            database=self.database,
            catalog=self.catalog,
            authorizer=self.authorizer,
            names=self.names,
            answerer=self.answerer,
            scaffolder=self.scaffolder,
            notices=self.notices,
            plugins=self.plugins,
            clock=time.time,
            attention=attention_of,
            synonyms=self.synonyms,
            docs_access=self.docs_access,
        )

    def slack_client(self, *, token: str, api_url: str) -> "BudgetedClient":
        """A Web API client that keeps to Slack's budgets, one for everything in this process."""
        from urllib.error import URLError

        from slack_sdk.http_retry.builtin_handlers import ConnectionErrorRetryHandler

        from bot.budget import BudgetedClient

        client = BudgetedClient(token=token, base_url=api_url, timeout=10, budgets=self.slack_budgets)
        client.retry_handlers = [ConnectionErrorRetryHandler(error_types=[URLError])]  # later, it may have been heard
        return client

    def migrate(self) -> None:
        """Wait for the database and bring its schema up to date."""
        from callboard.db.engine import insist, wait_for_database
        from callboard.db.migrate import upgrade

        wait_for_database(self.database)
        insist(self.database, partial(upgrade, self.database))
        insist(self.database, self._compare_trigrams)

    def _compare_trigrams(self) -> None:
        """An extension that the operator adds later counts from the next start on."""
        from callboard.db.migrate import LOCK
        from search.spelling import add_trigrams, has_trigrams

        if self.database.is_sqlite:
            return
        with self.database.read() as connection:
            ready = has_trigrams(connection)
        if not ready:
            with self.database.write() as connection:
                self.database.serialize(connection, LOCK)
                add_trigrams(connection)

    def close(self) -> None:
        if "urls" in self.__dict__:
            self.urls.close()
        if "database" in self.__dict__:
            self.database.dispose()


def runtime_from_files(files: list[Path] | None = None) -> Runtime:
    """A runtime for exactly these config files, or for those of the working directory."""
    raw = load_config(files)
    used = tuple(sorted({o.file for o in raw.origins.values() if o.file}))
    return Runtime(build_config(raw), files=used)


def attention_of(connection: Connection, groups: Sequence[str]) -> list[Problem]:
    """What needs the attention of these groups."""
    return [p for p in attention(connection) if p.owner in groups] if groups else []


def attention(connection: Connection, *, team: str | None = None) -> list[Problem]:
    """What needs attention in the catalog, then in the docs; `team` keeps what that group owns."""
    from catalog.queries import attention as catalog
    from techdocs import queries as docs

    return [*catalog.attention(connection, team=team), *docs.attention(connection, team=team)]


def _protect_secrets(config: Any) -> None:
    """Every secret of the configuration is blanked wherever it might be printed."""
    from pydantic import BaseModel, SecretStr

    if isinstance(config, SecretStr):
        logs.protect(config.get_secret_value())
    elif isinstance(config, BaseModel):
        for name in type(config).model_fields:
            _protect_secrets(getattr(config, name))
    elif isinstance(config, dict):
        for value in config.values():
            _protect_secrets(value)
    elif isinstance(config, list | tuple):
        for value in config:
            _protect_secrets(value)

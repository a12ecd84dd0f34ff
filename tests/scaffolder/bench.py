"""A workbench: a template on disk, a scaffolder over it, and a queue of one's own to run what was started."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import SecretStr

from callboard.chat import Actor
from callboard.config.model import AppConfig, GitIntegration, Integrations
from callboard.config.model import Callboard as CallboardConfig
from callboard.db import Connection, Database
from catalog.service import Catalog
from scaffolder.actions import BUILTIN_ACTIONS
from scaffolder.actions.base import Action, ActionRegistry, ActionServices
from scaffolder.model import RunView
from scaffolder.runner import Runner
from scaffolder.service import Scaffolder
from tests.conftest import NoUrls, catalog_of

JANE = Actor("U1", "user:default/jane", "Jane", groups=("group:default/team-a",))
TEAM = """\
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: jane}
spec: {memberOf: [team-a]}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team-a}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: Petstore}
spec: {type: service, lifecycle: production, owner: team-a}
"""


class Everybody:
    """An authorizer without objections."""

    def may(self, actor: Actor, permission: str, ref: str | None = None) -> bool:  # noqa: ARG002 - the port's
        return True

    def judges_refs(self, permission: str) -> bool:  # noqa: ARG002 - the port's
        return False


@dataclass
class Jobs:
    """What was enqueued, in order."""

    specs: list[Mapping[str, Any]] = field(default_factory=list)

    def __call__(
        self,
        connection: Connection,  # noqa: ARG002 - the port's
        queue: str,  # noqa: ARG002
        kind: str,  # noqa: ARG002
        spec: Mapping[str, Any],
        *,
        delay: float = 0.0,  # noqa: ARG002
        dedup: str | None = None,  # noqa: ARG002
    ) -> bool:
        self.specs.append(spec)
        return True


class Bench:
    """`run(steps)` makes a template of the steps, starts it and runs it to its end."""

    def __init__(self, database: Database, folder: Path, *, actions: Iterable[Action[Any]] = ()) -> None:
        self.database = database
        self.folder = folder / "catalog"
        self.folder.mkdir(exist_ok=True)
        (self.folder / "team.yaml").write_text(TEAM)
        self.remotes = folder / "remotes"
        self.config = AppConfig(
            callboard=CallboardConfig(data_dir=folder / "data", secret_key=SecretStr("a key for tests")),
            integrations=Integrations(git=[GitIntegration(host="local", directory=self.remotes)]),
        )
        self.catalog: Catalog = catalog_of(database, self.folder / "*.yaml", config=self.config)
        self.registry = ActionRegistry([*BUILTIN_ACTIONS, *actions])
        self.jobs = Jobs()
        self.scaffolder = Scaffolder(
            database, self.catalog, self.registry, self.jobs, Everybody(), self.config, lambda: 0.0
        )
        self.changes: list[str] = []
        self.runner = self.new_runner()

    def new_runner(self, on_change: Callable[[str], None] | None = None) -> Runner:
        """As another process would have one."""
        services = ActionServices(self.config, self.database, self.catalog, NoUrls())
        return Runner(
            database=self.database,
            registry=self.registry,
            services=services,
            on_change=on_change or self.changes.append,
        )

    def file(self, name: str, content: str | bytes, mode: int = 0o644) -> Path:
        """A file in the template's folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        path.chmod(mode)
        return path

    def template(self, spec: Mapping[str, Any], name: str = "t1", **metadata: Any) -> str:
        document = {
            "apiVersion": "scaffolder.backstage.io/v1beta3",
            "kind": "Template",
            "metadata": {"name": name, **metadata},
            "spec": {"type": "service", **spec},
        }
        self.file(f"{name}.yaml", yaml.safe_dump(document))
        self.catalog.sync_locations()
        return f"template:default/{name}"

    def start(
        self,
        spec: Mapping[str, Any],
        values: Mapping[str, Any] | None = None,
        *,
        secrets: Mapping[str, str] | None = None,
        actor: Actor = JANE,
    ) -> str:
        ref = self.template(spec)
        with self.database.unit_of_work() as uow:
            return self.scaffolder.start(uow, template_ref=ref, values=values or {}, secrets=secrets, actor=actor)

    def view(self, run_id: str) -> RunView:
        with self.database.read() as connection:
            return self.scaffolder.run_view(connection, run_id)

    def messages(self, run_id: str) -> list[str]:
        with self.database.read() as connection:
            return [str(e.body["message"]) for e in self.scaffolder.log(connection, run_id)]

    def run(
        self,
        steps: list[dict[str, Any]],
        values: Mapping[str, Any] | None = None,
        *,
        secrets: Mapping[str, str] | None = None,
        **spec: Any,
    ) -> RunView:
        run_id = self.start({"steps": steps, **spec}, values, secrets=secrets)
        self.runner.run(run_id)
        return self.view(run_id)

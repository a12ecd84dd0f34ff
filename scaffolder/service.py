"""The scaffolder's verbs: offer templates, start runs, watch, cancel and retry them."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from callboard.chat import Actor
from callboard.config.model import AppConfig
from callboard.db import Connection, Database, UnitOfWork
from callboard.errors import ConflictError, InputError, NotAllowedError, NotFoundError, nearest
from callboard.ports import Authorizer, Enqueue
from callboard.refs import LocationRef, parse_entity_ref, parse_location_ref
from catalog.queries.lookup import raw_document
from scaffolder import queries
from scaffolder.actions.base import ActionRegistry
from scaffolder.audit import repository as audit
from scaffolder.audit.model import AuditRecord
from scaffolder.forms import FieldError, FormModel, read_form, validate_all, with_defaults
from scaffolder.model import RunEvent, RunView, Template, TemplateProblem, TemplateSummary
from scaffolder.problems import check_runnable, problems_of
from scaffolder.repository import GONE, RunRepository
from scaffolder.sealing import Masker, Vault
from scaffolder.templates import read_template
from scaffolder.texts import storable

if TYPE_CHECKING:
    from collections.abc import Callable

    from catalog.service import Catalog

QUEUE: Final = "scaffolder"
JOB: Final = "scaffolder.run"
RUN: Final = "scaffolder.task.create"


class InvalidValuesError(InputError):
    """Some answers can't be used; `errors` says which and why."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        self.errors = tuple(errors)
        said = " ".join(f"{'.'.join(map(str, e.path)) or 'form'}: {e.message}" for e in self.errors[:5])
        super().__init__(f"Some answers can't be used. {said}")


@dataclass(slots=True)
class Scaffolder:
    """Built once by the composition root; what runs a run is `scaffolder.runner`."""

    database: Database
    catalog: "Catalog"
    registry: ActionRegistry
    enqueue: Enqueue
    authorizer: Authorizer
    config: AppConfig
    clock: "Callable[[], float]"

    def templates(self, connection: Connection, actor: Actor) -> list[TemplateSummary]:
        """What the person may run, by title."""
        found = (read_template(ref, document, None) for ref, document in queries.template_documents(connection))
        return [t.summary for t in found if self._may_run(actor, t)]

    def template(self, connection: Connection, ref: str, actor: Actor) -> Template:
        """Raises NotFoundError with near names, NotAllowedError when it is for others."""
        full = str(parse_entity_ref(ref, default_kind="Template"))
        if not full.startswith("template:"):
            raise InputError("Invalid kind, only 'Template' kind is supported")
        text = raw_document(connection, full)
        if text is None:
            raise NotFoundError(f"Template {full} not found", hint=self._near(connection, full, actor))
        template = read_template(full, _parsed(text), self._location(connection, full))
        if not self._may_run(actor, template):
            groups = ", ".join(template.run_by)
            raise NotAllowedError(f"{template.title} is for {groups or 'others'} only.")
        return template

    def form(self, template: Template) -> FormModel:
        """The pages of the template's form."""
        return read_form(template.parameters)

    def problems(self, template: Template) -> list[TemplateProblem]:
        """What is wrong with a template, worst first."""
        return sorted(problems_of(template, self.registry), key=lambda p: p.severity)

    def start(
        self,
        uow: UnitOfWork,
        *,
        template_ref: str,
        values: Mapping[str, Any],
        actor: Actor,
        secrets: Mapping[str, str] | None = None,
        conversation: Mapping[str, Any] | None = None,
    ) -> str:
        """Begin a run; its id. Raises InvalidValuesError with each bad answer, InputError for a broken template."""
        connection = uow.writing()
        template = self.template(connection, template_ref, actor)
        check_runnable(template, self.registry)
        form = self.form(template)
        errors = validate_all(form, values)
        if errors:
            raise InvalidValuesError(errors)
        secrets = {k: v for k, v in (secrets or {}).items() if v}
        _check_secrets(template, secrets)
        spec = self._spec(connection, template, with_defaults(form, values), actor)
        return self._create(connection, template, spec, actor, secrets, conversation)

    def run_view(self, connection: Connection, run_id: str) -> RunView:
        """How a run stands. Raises NotFoundError."""
        view = queries.run_view(connection, run_id)
        if view is None:
            raise NotFoundError(f"No task with id '{run_id}' found")
        return view

    def log(self, connection: Connection, run_id: str, after: int = 0) -> list[RunEvent]:
        """The events after the one with that id."""
        return queries.log(connection, run_id, after=after)

    def user_of(self, connection: Connection, actor: Actor) -> dict[str, Any]:
        """What expressions see as `user`."""
        text = raw_document(connection, actor.ref) if actor.ref else None
        return {"ref": actor.ref} | ({"entity": _parsed(text)} if text is not None else {})

    def cancel(self, uow: UnitOfWork, run_id: str, actor: Actor) -> RunView:
        """Stop a run as soon as it can be; one that is over stays as it is. How it stands now."""
        connection = uow.writing()
        view = self.run_view(connection, run_id)
        self._check_manages(actor, view)
        rows = RunRepository(self.database)
        if not view.is_final:
            audit.cancelled(connection, run_id, _who(actor))
        if view.status == "open":
            body = {"message": "Run completed with status: cancelled", "output": {}}
            rows.append(connection, run_id, [{"type": "completion", "step_id": None, "body": body}])
            rows.end(connection, run_id, "cancelled", {"cancel_requested": True})
        elif view.status == "processing":
            rows.request_cancel(connection, run_id)
        return self.run_view(connection, run_id)

    def retry(self, uow: UnitOfWork, run_id: str, actor: Actor, secrets: Mapping[str, str] | None = None) -> RunView:
        """Go on from the step that failed. Raises ConflictError unless the run failed or was cancelled."""
        connection = uow.writing()
        view = self.run_view(connection, run_id)
        self._check_manages(actor, view)
        missing = [name for name in view.secret_names if not (secrets or {}).get(name)]
        if missing and view.status in {"failed", "cancelled"}:
            raise InputError(f"Secrets are not kept after a run. Enter again: {', '.join(missing)}.")
        sealed = self._sealed(dict(secrets or {}))
        if queries.workspace_archive(connection, run_id) == GONE:
            raise ConflictError("This run is too old: its files are gone.", hint="Start a new one.")
        rows = RunRepository(self.database)
        if not rows.reopen(connection, run_id, {"secrets": sealed}):
            raise ConflictError(f"Task with taskId {run_id} cannot be retried")
        attempt = view.attempt + 1
        body = {"message": f"Attempt {attempt} goes on from the step that failed", "recoverStrategy": "none"}
        rows.append(connection, run_id, [{"type": "recovered", "step_id": None, "body": body | {"attempt": attempt}}])
        now = self.database.now(connection)
        audit.began_again(connection, run_id, attempt=attempt, actor=_who(actor), now=now)
        self._enqueue(connection, run_id, attempt)
        return self.run_view(connection, run_id)

    def _create(
        self,
        connection: Connection,
        template: Template,
        spec: dict[str, Any],
        actor: Actor,
        secrets: Mapping[str, str],
        conversation: Mapping[str, Any] | None,
    ) -> str:
        run_id = str(uuid.uuid4())
        row = {
            "id": run_id,
            "template_ref": template.ref,
            "template_title": template.title,
            "created_by": _who(actor),
            "spec": storable(spec),
            "secrets": self._sealed(secrets),
            "secret_names": sorted(secrets),
            "conversation": dict(conversation) if conversation else None,
        }
        RunRepository(self.database).create(connection, row, template.steps)
        record = AuditRecord(
            run_id=run_id,
            attempt=1,
            at=self.database.now(connection),
            actor=_who(actor),
            template_ref=template.ref,
            version=template.version,
            answers=Masker(secrets.values()).value(storable(spec["parameters"])),
            secret_names=sorted(secrets),
        )
        audit.began(connection, record)
        self._enqueue(connection, run_id, 1)
        return run_id

    def _enqueue(self, connection: Connection, run_id: str, attempt: int) -> None:
        self.enqueue(connection, QUEUE, JOB, {"run": run_id}, dedup=f"{JOB}:{run_id}:{attempt}")

    def _sealed(self, secrets: Mapping[str, str]) -> str | None:
        key = self.config.callboard.secret_key
        return Vault(key.get_secret_value() if key else None).seal(dict(secrets)) if secrets else None

    def _spec(
        self, connection: Connection, template: Template, values: Mapping[str, Any], actor: Actor
    ) -> dict[str, Any]:
        spec = template.document.get("spec") or {}
        return {
            "apiVersion": template.document["apiVersion"],
            "steps": spec.get("steps") or [],
            "output": dict(template.output),
            "parameters": dict(values),
            "user": self.user_of(connection, actor),
            "templateInfo": {
                "entityRef": template.ref,
                "baseUrl": str(template.base) if template.base else None,
                "entity": {"metadata": template.document["metadata"]},
            },
        }

    def _may_run(self, actor: Actor, template: Template) -> bool:
        mine = {actor.ref, *actor.groups}
        if template.run_by and not actor.is_admin and not mine & set(template.run_by):
            return False
        return self.authorizer.may(actor, RUN, template.ref)

    def _check_manages(self, actor: Actor, view: RunView) -> None:
        own = view.created_by is not None and view.created_by in {actor.ref, actor.id}
        if not own and not actor.is_admin:
            raise NotAllowedError(f"Only {view.created_by or 'an administrator'} or an administrator can do that.")

    def _near(self, connection: Connection, ref: str, actor: Actor) -> str | None:
        near = nearest(ref, [t.ref for t in self.templates(connection, actor)])
        return f"Did you mean {' or '.join(f'`{n}`' for n in near)}?" if near else None

    def _location(self, connection: Connection, ref: str) -> LocationRef | None:
        text = queries.managing_location(connection, ref)
        return parse_location_ref(text) if text else None


def _who(actor: Actor) -> str | None:
    return actor.ref or actor.id or None


def _check_secrets(template: Template, secrets: Mapping[str, str]) -> None:
    required = (template.secrets_schema or {}).get("required")
    missing = [str(n) for n in required if n not in secrets] if isinstance(required, list) else []
    if missing:
        raise InputError("; ".join(f"secrets.{name} is required" for name in missing))


def _parsed(text: str) -> dict[str, Any]:
    import orjson

    document: dict[str, Any] = orjson.loads(text)
    return document

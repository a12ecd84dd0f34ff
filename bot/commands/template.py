"""`callboard template …`: see, try and run templates without Slack."""

import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from bot.commands.audit import audit
from bot.commands.printing import note, print_json, print_table
from bot.commands.runtime import open_runtime
from bot.commands.template_files import from_file, place_of
from callboard.chat import Actor
from callboard.errors import InputError, NotFoundError, ServiceUnavailableError, did_you_mean
from callboard.refs import parse_entity_ref

if TYPE_CHECKING:
    from bot.runtime import Runtime
    from callboard.db import Connection
    from scaffolder.dry_run import DryRun
    from scaffolder.forms import Field, FormModel
    from scaffolder.model import RunView, Template

Ref = Annotated[str, typer.Argument(metavar="TEMPLATE", help="A template's name or ref.")]
Named = Annotated[str, typer.Argument(metavar="TEMPLATE", help="A template's name or ref, or its file.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
As = Annotated[Optional[str], typer.Option("--as", metavar="USER", help="Act as this user of the catalog.")]  # noqa: UP045 - typer
Values = Annotated[Optional[Path], typer.Option("--values", help="A YAML or JSON file with the answers.")]  # noqa: UP045 - typer
Root = Annotated[Optional[Path], typer.Option("--root", help="Folder that a file's relative addresses may reach.")]  # noqa: UP045 - typer
Set = Annotated[Optional[list[str]], typer.Option("--set", metavar="NAME=VALUE", help="One answer; repeatable.")]  # noqa: UP045 - typer
Secret = Annotated[
    Optional[list[str]],  # noqa: UP045 - typer
    typer.Option("--secret", metavar="NAME=VARIABLE", help="A secret, read from an environment variable; repeatable."),
]


def register(app: typer.Typer) -> None:
    """Add the `template` group."""
    group = typer.Typer(no_args_is_help=True, help="Software templates.")
    for name, command in (
        ("list", list_), ("show", show), ("run", run), ("dry-run", dry_run), ("actions", actions),
        ("audit", audit),
    ):  # fmt: skip
        group.command(name)(command)
    app.add_typer(group, name="template")


def list_(context: typer.Context, user: As = None, as_json: Json = False) -> None:  # noqa: FBT002 - typer
    """List the templates that one may run."""
    with open_runtime(context) as runtime, runtime.database.read() as connection:
        found = runtime.scaffolder.templates(connection, _actor(connection, user))
    rows = [asdict(t) | {"tags": list(t.tags)} for t in found]
    if as_json:
        print_json(rows)
    else:
        shown = [r | {"tags": " ".join(r["tags"])} for r in rows]
        print_table(("ref", "title", "owner", "type", "tags"), shown, empty="There are no templates.")


def show(context: typer.Context, ref: Named, user: As = None, as_json: Json = False) -> None:  # noqa: FBT002 - typer
    """Show a template's questions, its steps and what is wrong with it."""
    with open_runtime(context) as runtime, runtime.database.read() as connection:
        template = _named(ref, runtime, connection, _actor(connection, user))
        form = runtime.scaffolder.form(template)
        problems = [asdict(p) | {"at": place_of(template, p.path)} for p in runtime.scaffolder.problems(template)]
    fields = list(_fields(form))
    steps = [{"id": s.id, "name": s.name, "action": s.action} for s in template.steps]
    if as_json:
        head = asdict(template.summary) | {"tags": list(template.tags)}
        print_json([head | {"fields": fields, "steps": steps, "problems": problems}])
        return
    typer.echo(f"{template.title} ({template.ref})\n{template.description}\n")
    print_table(("page", "name", "title", "kind", "required", "default"), fields, empty="It asks nothing.")
    print_table(("id", "name", "action"), steps, empty="It has no steps.")
    for problem in problems:
        at = f"{problem['at']}: " if problem["at"] else ""
        note(f"{at}{problem['severity']}: {problem['where']}: {problem['message']}")


def run(
    context: typer.Context,
    ref: Ref,
    values: Values = None,
    set_: Set = None,
    secret: Secret = None,
    user: As = None,
    as_json: Json = False,  # noqa: FBT002 - typer
) -> None:
    """Run a template here and show its log; exit code 1 if it fails."""
    with open_runtime(context) as runtime:
        answers, secrets = _answers(values, set_), _secrets(secret)
        with runtime.database.unit_of_work() as uow:
            run_id = runtime.scaffolder.start(
                uow, template_ref=ref, values=answers, secrets=secrets, actor=_actor(uow.connection, user)
            )
        view = _followed(runtime, run_id)
    if as_json:
        print_json([_as_json(view)])
    else:
        _print_end(view)
    if view.status != "completed":
        raise typer.Exit(1)


def dry_run(
    context: typer.Context,
    template: Named,
    values: Values = None,
    set_: Set = None,
    secret: Secret = None,
    user: As = None,
    root: Root = None,
    into: Annotated[Optional[Path], typer.Option("--into", help="Write the files into this new folder.")] = None,  # noqa: UP045 - typer
) -> None:
    """Show what a run would do, without any effect outside."""
    from bot.creation import action_registry, action_services
    from scaffolder.dry_run import dry_run as try_out

    with open_runtime(context) as runtime:
        with runtime.database.read() as connection:
            actor = _actor(connection, user)
            found = _named(template, runtime, connection, actor, root)
            known = runtime.scaffolder.user_of(connection, actor)
        result = try_out(
            found,
            values=_answers(values, set_),
            secrets=_secrets(secret),
            registry=action_registry(runtime),
            services=action_services(runtime),
            user=known,
        )
    _print_dry(result, into)
    if result.error:
        raise typer.Exit(1)


def actions(
    context: typer.Context,
    action: Annotated[Optional[str], typer.Argument(help="Show this one with its inputs and examples.")] = None,  # noqa: UP045 - typer
    as_json: Json = False,  # noqa: FBT002 - typer
    markdown: Annotated[bool, typer.Option("--markdown", help="The page of the documentation.")] = False,  # noqa: FBT002 - typer
) -> None:
    """List the actions that templates can use."""
    from scaffolder.actions.describe import as_markdown, described

    with open_runtime(context, migrate=False) as runtime:
        registry = runtime.scaffolder.registry
        chosen = [registry.get(action)] if action else registry.all()
    rows = [described(a) for a in chosen]
    if markdown:
        typer.echo(as_markdown(chosen), nl=False)
    elif as_json:
        print_json(rows)
    elif action:
        _print_action(rows[0])
    else:
        print_table(("id", "description"), rows, empty="There are no actions.")


def _named(
    name: str, runtime: "Runtime", connection: "Connection", actor: Actor, root: Path | None = None
) -> "Template":  # fmt: skip
    if Path(name).is_file():
        return from_file(Path(name), runtime, root)
    return runtime.scaffolder.template(connection, name, actor)


def _actor(connection: "Connection", user: str | None) -> Actor:
    """The user of the catalog, or whoever may use this command line."""
    from catalog.queries import people
    from catalog.queries.lookup import existing

    if user is None:
        return Actor(id="command-line", name="command line", is_admin=True)
    ref = str(parse_entity_ref(user, default_kind="User"))
    if not existing(connection, [ref]):
        known = people.refs_of_kind(connection, "user", limit=10_000)
        raise NotFoundError(f"There is no {ref} in the catalog.", hint=did_you_mean(ref, known))
    return Actor(ref, ref, user, groups=people.groups_of(connection, ref))


def _answers(file: Path | None, pairs: list[str] | None) -> dict[str, Any]:
    from callboard.yaml12 import YamlError, parse_one

    found: Any = {}
    if file is not None:
        try:
            found = parse_one(file.read_text(encoding="utf-8")).value
        except OSError as error:
            raise InputError(f"{file} can't be read: {error.strerror}") from None
        except YamlError as error:
            raise InputError(f"{file}:{error.line}: {error}") from None
    if not isinstance(found, dict):
        raise InputError(f"{file} should hold the answers by their names, like `name: interval-drinks`.")
    return found | {name: parse_one(text).value if text else "" for name, text in _pairs("--set", pairs)}


def _secrets(pairs: list[str] | None) -> dict[str, str]:
    found = {}
    for name, variable in _pairs("--secret", pairs):
        if not os.environ.get(variable):
            raise InputError(f"The environment variable {variable} for the secret {name} is not set.")
        found[name] = os.environ[variable]
    return found


def _pairs(option: str, pairs: list[str] | None) -> Iterator[tuple[str, str]]:
    for pair in pairs or []:
        name, equals, text = pair.partition("=")
        if not equals or not name:
            raise InputError(f"`{option} {pair}` should read `{option} NAME=…`.")
        yield name, text


_LONGEST = 3_600.0
"""Seconds that a terminal waits for a run."""


def _followed(runtime: "Runtime", run_id: str) -> "RunView":
    """Work on the queue, as one more worker, until the run is over; its log goes to stderr."""
    import time

    from bot.creation import run_template
    from jobs.worker import Worker
    from scaffolder.service import JOB, QUEUE

    def work(task: Any) -> None:
        run_template(runtime, task.spec, lambda _run: None)

    worker = Worker(runtime.queue, {JOB: work}, queues=[QUEUE], threads=1)
    worker.start()
    seen, deadline = 0, time.monotonic() + _LONGEST
    try:
        while time.monotonic() < deadline:
            with runtime.database.read() as connection:
                view = runtime.scaffolder.run_view(connection, run_id)
                lines = runtime.scaffolder.log(connection, run_id, after=seen)
            for line in lines:
                note(str(line.body["message"]))
                seen = line.id
            if view.is_final:
                return view
            time.sleep(0.1)
    finally:
        worker.stop()
    raise ServiceUnavailableError("The run hasn't ended within an hour; it goes on with any worker that runs.")


def _as_json(view: "RunView") -> dict[str, Any]:
    return {
        "id": view.id,
        "status": view.status,
        "template": view.template_ref,
        "output": dict(view.output.values),
        "error": asdict(view.error) if view.error else None,
        "created": [asdict(m) for m in view.created],
        "steps": [{"id": s.id, "status": s.status} for s in view.steps],
    }


def _print_end(view: "RunView") -> None:
    for link in view.output.links:
        typer.echo(f"{link.title}: {link.url or link.entity_ref}")
    for text in view.output.text:
        typer.echo(f"\n{text.title or ''}\n{text.content}".strip("\n"))
    if view.error and view.created:
        note("What was made before it failed:")
        for made in view.created:
            note(f"  {made.kind} {made.title} {made.url or ''}".rstrip())
    note(f"Run {view.id}: {view.status}")


def _print_dry(result: "DryRun", into: Path | None) -> None:
    from scaffolder.preview import listing

    for line in result.log:
        note(str(line["message"]))
    for text in listing(result):
        typer.echo(text)
    for link in result.output.links:
        typer.echo(f"{link.title}: {link.url or link.entity_ref}")
    if result.error:
        note(f"It would fail: {result.error.message}")
    if into is not None:
        _write_files(result, into)


def _write_files(result: "DryRun", into: Path) -> None:
    if into.exists() and any(into.iterdir()):
        raise InputError(f"{into} is not empty.", hint="Name a folder that doesn't exist yet.")
    for file in result.files:
        path = into / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.data)
        path.chmod(0o755 if file.executable else 0o644)


def _fields(form: "FormModel") -> Iterator[dict[str, Any]]:
    from scaffolder.forms import active_fields, with_defaults

    given = with_defaults(form, {})
    for page in form.pages:
        for field in active_fields(page, given):
            yield _field(field, page.title)


def _field(field: "Field", page: str) -> dict[str, Any]:
    return {
        "page": page,
        "name": ".".join(map(str, field.path)),
        "title": field.title,
        "kind": str(field.kind),
        "required": field.required,
        "default": field.default,
        "choices": [c.value for c in field.choices],
    }


def _print_action(row: dict[str, Any]) -> None:
    typer.echo(f"{row['id']}\n{row['description']}\n")
    for part in ("input", "output"):
        properties = row["schema"][part].get("properties") or {}
        if properties:
            typer.echo(f"{part}:")
        for name, schema in properties.items():
            mark = "*" if name in row["schema"][part].get("required", ()) else " "
            typer.echo(f" {mark} {name}  {schema.get('type', '')}  {schema.get('description', '')}".rstrip())
    for example in row["examples"]:
        typer.echo(f"\n# {example['description']}\n{example['example']}")

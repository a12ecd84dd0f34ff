"""What the catalog is read from, and who in it has a say."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from bot.doctor.check import Check
from callboard.errors import FormatError, InputError

if TYPE_CHECKING:
    from bot.runtime import Runtime


def locations(runtime: "Runtime") -> Iterator[Check]:
    from catalog.ingest.locations import expand_glob, is_glob

    for entry in runtime.config.catalog.locations:
        if entry.type != "file":
            continue
        if not (expand_glob(entry.target) if is_glob(entry.target) else Path(entry.target).exists()):
            message = f"{entry.target} does not exist"
            yield Check("catalog.locations", "failed", message, "Mend the path; it counts from its config file.")


def templates(runtime: "Runtime") -> Iterator[Check]:
    from callboard.chat import Actor

    actor = Actor(is_admin=True)
    with runtime.database.read() as connection:
        for summary in runtime.scaffolder.templates(connection, actor):
            template = runtime.scaffolder.template(connection, summary.ref, actor)
            wrong = [p for p in runtime.scaffolder.problems(template) if p.severity == "error"]
            if wrong:
                message = f"{wrong[0].where}: {wrong[0].message}"
                yield Check(summary.ref, "warning", message, "The template can't run as it is.")


def admins(runtime: "Runtime") -> Iterator[Check]:
    """An admin who isn't in the catalog is nobody: no Slack user is known by that ref."""
    from callboard.refs import parse_entity_ref
    from catalog.queries.lookup import ref_ids

    named = runtime.config.callboard.admins
    wanted: dict[str, str] = {}
    for key, kind, texts in (("users", "User", named.users), ("groups", "Group", named.groups)):
        for text in texts:
            try:
                wanted[str(parse_entity_ref(text, default_kind=kind))] = key
            except (FormatError, InputError) as error:
                yield Check(f"admins {text}", "failed", error.message, f"Mend `callboard.admins.{key}`.")
    with runtime.database.read() as connection:
        known = ref_ids(connection, list(wanted))
    for ref in sorted(wanted.keys() - known.keys()):
        hint = f"Mend `callboard.admins.{wanted[ref]}`, or let the catalog read where it is written."
        yield Check(f"admins {ref}", "warning", f"{ref} is to be an admin and isn't in the catalog", hint)

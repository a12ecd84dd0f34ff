"""Which secrets a template wants, and how they are asked for."""

from collections.abc import Iterator, Mapping
from typing import Any

from blocks import forms
from blocks.secrets import Asking
from handlers.services import Scope
from scaffolder.drafts import secrets as pages
from scaffolder.drafts.model import SecretAsk
from scaffolder.forms import FormModel, active_fields, active_pages
from scaffolder.model import Template
from scaffolder.sealing import Vault


def asks_of(template: Template, form: FormModel, values: Mapping[str, Any]) -> list[SecretAsk]:
    """Secret fields of the form, the schema of `spec.secrets`, and tokens that repository pickers ask for."""
    return list({a.name: a for a in (*_declared(template), *_of_form(form, values))}.values())


def _declared(template: Template) -> Iterator[SecretAsk]:
    schema = template.secrets_schema or {}
    properties, required = schema.get("properties"), schema.get("required")
    names = required if isinstance(required, list) else []
    known = properties if isinstance(properties, Mapping) else {}
    for name in dict.fromkeys([*known, *(str(n) for n in names)]):
        one = known.get(name)
        about = one if isinstance(one, Mapping) else {}
        title, description = str(about.get("title") or name), str(about.get("description") or "")
        yield SecretAsk(str(name), title, description, name in names)


def _of_form(form: FormModel, values: Mapping[str, Any]) -> Iterator[SecretAsk]:
    for page in active_pages(form, values):
        fields = active_fields(page, values)
        for field in forms.secrets_of(fields):
            yield SecretAsk(field.name, field.title, field.description or field.help, field.required)
        for field in forms.leaves(fields):
            if field.repo is not None and field.repo.secrets_key:
                words = "Your own token for the host; left empty, Callboard's is used."
                yield SecretAsk(field.repo.secrets_key, f"Token for {field.title}", words)


def asking(
    template: Template, form: FormModel, values: Mapping[str, Any], *, owner: str, scope: Scope
) -> Asking | None:
    """What to ask for a draft, None where nothing is secret."""
    return asking_for(asks_of(template, form, values), title=template.title, owner=owner, scope=scope)


def asking_for(asks: list[SecretAsk], *, title: str, owner: str, scope: Scope) -> Asking | None:
    """A fresh one-time page where there is an address for it, else fields in the window."""
    if not asks:
        return None
    config = scope.services.config
    if config.callboard.secret_key is None:
        return Asking(asks, can_keep=False)
    if config.backend.base_url is None:
        return Asking(asks)
    connection, now = scope.uow.writing(), scope.services.clock()
    token = pages.issue(connection, owner=owner, title=title, asks=asks, now=now)
    given = pages.given(connection, owner, now=now)
    return Asking(asks, url=f"{config.public_url}/secrets/{token}", given=given)


def taken(owner: str, scope: Scope) -> dict[str, str]:
    """What was entered on one-time pages; gone from there when the transaction ends well."""
    vault = vault_of(scope) if given(owner, scope) else None  # making one takes a while, on purpose
    return {} if vault is None else pages.take(scope.uow.writing(), owner, vault, now=scope.services.clock())


def given(owner: str, scope: Scope) -> frozenset[str]:
    return pages.given(scope.uow.connection, owner, now=scope.services.clock())


def vault_of(scope: Scope) -> Vault | None:
    key = scope.services.config.callboard.secret_key
    return None if key is None else Vault(key.get_secret_value())

"""Try a template that isn't in the catalog, with the files it needs."""

import base64
import binascii
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.auth import require
from api.reading import checked, read_body, required
from api.replies import value_reply
from api.scaffolder.services import ScaffolderApi
from callboard.entities import ref_of
from callboard.errors import CallboardError, InputError
from callboard.refs import LocationRef
from scaffolder.dry_run import DryRun, dry_run
from scaffolder.forms import read_form, validate_all
from scaffolder.model import Template
from scaffolder.service import InvalidValuesError
from scaffolder.templates import read_template
from scaffolder.workspace import Workspace

_CREATE: Final = "scaffolder.task.create"


def add_routes(router: APIRouter, services: ScaffolderApi) -> None:
    @router.post("/dry-run", summary="What a run would do")
    async def try_out(request: Request) -> Response:
        require(request, _CREATE)
        body = await read_body(request)
        document = required(body, "template", dict, "object")
        values = required(body, "values", dict, "object")
        secrets = checked(body, "secrets", dict, "object") or {}
        files = checked(body, "directoryContents", list, "array") or []
        return value_reply(await run_in_threadpool(_tried, services, document, values, secrets, files))


def _tried(
    services: ScaffolderApi, document: dict[str, Any], values: dict[str, Any], secrets: dict[str, Any], files: list[Any]
) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="callboard-template-") as name:
        folder = Workspace(Path(name))
        for file in files:
            _put(folder, file)
        template = _template(document, folder.root / "template.yaml")
        errors = validate_all(read_form(template.parameters), values)
        if errors:
            raise InvalidValuesError(errors)
        result = dry_run(
            template,
            values=values,
            secrets=secrets,
            registry=services.scaffolder.registry,
            services=services.actions,
        )
    if result.error:
        raise result.cause if isinstance(result.cause, CallboardError) else CallboardError(result.error.message)
    return _shown(result)


def _put(folder: Workspace, file: Any) -> None:
    path = file.get("path") if isinstance(file, dict) else None
    content = file.get("base64Content") if isinstance(file, dict) else None
    if not isinstance(path, str) or not isinstance(content, str):
        raise InputError("request/body/directoryContents must hold objects with `path` and `base64Content`")
    try:
        data = base64.b64decode(content, validate=True)
    except binascii.Error:
        raise InputError(f"request/body/directoryContents: the content of `{path}` is not base64") from None
    target = folder.resolve(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


def _template(document: dict[str, Any], file: Path) -> Template:
    metadata = document.get("metadata")
    if not isinstance(metadata, dict) or not isinstance(metadata.get("name"), str):
        raise InputError("Input template is not a template: it has no metadata.name")
    if document.get("kind") != "Template":
        raise InputError("Input template is not a template")
    return read_template(str(ref_of(document)), document, LocationRef("file", str(file)))


def _shown(result: DryRun) -> dict[str, Any]:
    log = [{"body": {k: v for k, v in line.items() if k != "level"}} for line in result.log]
    contents = [
        {"path": f.path, "executable": f.executable, "base64Content": base64.b64encode(f.data).decode()}
        for f in result.files
    ]
    return {
        "log": log,
        "directoryContents": contents,
        "changes": [asdict(change) for change in result.changes],
        "output": dict(result.output.values),
        "steps": [{k: s[k] for k in ("id", "status", "output")} for s in result.steps],
    }

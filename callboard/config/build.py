"""From the merged files to typed settings; problems name file, line and key."""

from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from callboard.config.load import KeyPath, RawConfig, dotted
from callboard.config.model import AppConfig
from callboard.errors import ConfigError, did_you_mean


def build_config(raw: RawConfig) -> AppConfig:
    """Types and defaults for a merged tree. Raises ConfigError with all problems, each with file, line and key."""
    from pydantic import ValidationError

    tree = _with_absolute_paths(raw)
    try:
        return AppConfig.model_validate(tree)
    except ValidationError as error:
        raise ConfigError(_explain(raw, problem) for problem in error.errors(include_url=False)) from None


_PATHS: Final = (
    ("callboard", "dataDir"), ("playground", "seed"), ("backend", "database", "connection"),
    ("integrations", "git", "*", "directory"), ("catalog", "locations", "*", "target"),
)  # fmt: skip


def _with_absolute_paths(raw: RawConfig) -> dict[str, Any]:
    """Relative paths count from the file they stand in, wherever the process was started."""
    tree: dict[str, Any] = _copied(raw.data)
    for pattern in _PATHS:
        _resolve(raw, tree, pattern, ())
    return tree


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _copied(v) for k, v in value.items()}
    return [_copied(v) for v in value] if isinstance(value, list) else value


def _resolve(raw: RawConfig, node: Any, pattern: tuple[str, ...], done: KeyPath) -> None:
    step, rest = pattern[0], pattern[1:]
    if step == "*":
        for index, item in enumerate(node if isinstance(node, list) else ()):
            _resolve(raw, item, rest, (*done, index))
    elif isinstance(node, dict) and step in node:
        if rest:
            _resolve(raw, node[step], rest, (*done, step))
        elif isinstance(node[step], str) and _is_path(node, step, node[step]):
            origin = raw.origin_of((*done, step))
            base = origin.file.parent if origin and origin.file else Path.cwd()
            node[step] = str(base / node[step])


def _is_path(parent: dict[str, Any], key: str, value: str) -> bool:
    if key == "target":
        return parent.get("type") == "file"
    return "://" not in value and value != ":memory:"


def _explain(raw: RawConfig, problem: Any) -> str:
    path = tuple(problem["loc"])
    while path and isinstance(path[-1], str) and path[-1] in {"str", "PostgresConnection"}:
        path = path[:-1]
    origin = raw.origin_of(path)
    where = f"{origin}: " if origin else ""
    return f"{where}{dotted(path) or 'the top'}: {_plain(problem, path)}"


def _plain(problem: Any, path: KeyPath) -> str:
    if problem["type"] == "extra_forbidden":
        hint = did_you_mean(str(path[-1]), _keys_beside(path[:-1]))
        return f"unknown key{'. ' + hint if hint else ''}"
    if problem["type"] == "missing":
        return "is missing"
    return _SHAPES.get(problem["type"]) or str(problem["msg"]).removeprefix("Value error, ")


_SHAPES = {
    **dict.fromkeys(("model_type", "model_attributes_type", "dict_type"), "should be a mapping of keys to values"),
    **dict.fromkeys(("list_type", "tuple_type"), "should be a list"),
}


def _keys_beside(path: KeyPath) -> list[str]:
    model: Any = AppConfig
    for step in path:
        if isinstance(step, str):
            fields = {f.alias or n: f for n, f in model.model_fields.items()}
            model = fields[step].annotation if step in fields else None
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            return []
    return [f.alias or n for n, f in model.model_fields.items()]

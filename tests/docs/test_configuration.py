"""Every setting and every command has its place in the docs."""

import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from bot.commands import MODULES
from callboard.config.model import AppConfig

ROOT = Path(__file__).resolve().parents[2]


def models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in typing.get_args(annotation) for model in models_in(part)]


def leaves(model: type[BaseModel], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, field in model.model_fields.items():
        here = (*path, field.alias or name)
        below = models_in(field.annotation)
        for one in below:
            yield from leaves(one, here)
        if not below:
            yield here


@pytest.mark.parametrize("path", sorted(set(leaves(AppConfig))), ids=".".join)
def test_a_setting_is_described(path: tuple[str, ...]) -> None:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert f"`{path[0]}" in text or f"## {path[0]}" in text or f", {path[0]}" in text
    assert path[-1] in text


@pytest.mark.parametrize("command", sorted(MODULES))
def test_a_command_is_described(command: str) -> None:
    assert f"callboard {command}" in (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")

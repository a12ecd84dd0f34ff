"""Slack's limits."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    path: str
    message: str
    code: str


def check_message(payload: dict[str, object]) -> list[Problem]:
    return []


def check_view(view: dict[str, object]) -> list[Problem]:
    return []

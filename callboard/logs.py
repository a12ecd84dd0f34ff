"""Structured logs to stderr, with every known secret blanked before a line leaves the process."""

import logging
import re
import sys
import threading
from collections.abc import Iterable, MutableMapping
from typing import Any, Final

import structlog

_MASK: Final = "***"
_SHORTEST: Final = 6
_lock = threading.Lock()
_secrets: set[str] = set()
_pattern: re.Pattern[str] | None = None
_SHAPES: Final = re.compile(r"\b(?:xox[abeoprs]-[\w-]{6,}|xapp-[\w-]{6,}|gh[opsu]_\w{16,}|github_pat_\w{16,})")


def protect(*values: str | None) -> None:
    """From now on blank these values wherever they appear in a log line or an error shown to somebody."""
    global _pattern  # noqa: PLW0603 - one process, one set of secrets
    with _lock:
        _secrets.update(v for v in values if v and len(v) >= _SHORTEST)
        ordered = sorted(_secrets, key=len, reverse=True)
        _pattern = re.compile("|".join(map(re.escape, ordered))) if ordered else None


def redact(text: str) -> str:
    """The text without known secrets and without anything shaped like a Slack or GitHub token."""
    if _pattern is not None:
        text = _pattern.sub(_MASK, text)
    return _SHAPES.sub(_MASK, text)


def _redact_event(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = redact(value)
        elif not isinstance(value, int | float | bool | None):
            event[key] = redact(repr(value))
    return event


def _to_stderr(*_names: str) -> Any:
    return structlog.PrintLogger(sys.stderr)


def configure(*, level: str = "info", json: bool = False, quiet: Iterable[str] = ()) -> None:
    """Set up structlog and route the standard library's loggers through the same redaction."""
    renderer: Any = structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=False)
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.format_exc_info,
        _redact_event,
    ]
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=_to_stderr,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=shared))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for name in quiet:
        logging.getLogger(name).setLevel(logging.ERROR)


def get_logger(name: str) -> Any:
    """A structlog logger; keyword arguments become fields."""
    return structlog.get_logger(name, component=name)

"""What an audit tells of a run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One attempt of a run. `version` changes whenever the template does; secrets are there by their names only."""

    run_id: str
    attempt: int
    at: float
    actor: str | None
    template_ref: str
    version: str | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    secret_names: Sequence[str] = ()
    cancelled_by: str | None = None
    ended_at: float | None = None
    outcome: str | None = None
    error: str | None = None
    made: Sequence[Mapping[str, Any]] = ()

"""Trouble on request: rate limits, lost answers, dropped sockets, events that come twice."""

from dataclasses import dataclass, field
from typing import Self

from playground.errors import CannotActError, Json

API_KINDS = frozenset({"ratelimit", "timeout", "error"})
DELIVERY_KINDS = frozenset({"timeout", "error", "duplicate", "drop_socket", "drop_after_send", "refresh_socket"})


@dataclass
class Fault:
    """`method` names a Web API method ("*" any); without it the fault hits what is sent to the app."""

    kind: str
    method: str | None = None
    delivery: str | None = None
    times: int = 1
    retry_after: int = 1
    seconds: float = 1.0
    error: str = "internal_error"
    status: int = 200

    @classmethod
    def from_json(cls, body: Json) -> Self:
        known = {key: value for key, value in body.items() if key in cls.__dataclass_fields__}
        if unknown := sorted(set(body) - set(known)):
            raise CannotActError(f"a fault has no {', '.join(unknown)}; it has {', '.join(cls.__dataclass_fields__)}")
        fault = cls(**{"kind": "", **known})
        allowed = API_KINDS if fault.method else DELIVERY_KINDS
        if fault.kind not in allowed:
            what = "a method" if fault.method else "deliveries"
            raise CannotActError(f"{what} can't have fault {fault.kind!r}; try one of {', '.join(sorted(allowed))}")
        return fault


@dataclass
class Faults:
    planned: list[Fault] = field(default_factory=list)

    def add(self, fault: Fault) -> None:
        self.planned.append(fault)

    def clear(self) -> None:
        self.planned.clear()

    def take_for_method(self, method: str) -> Fault | None:
        return self._take([fault for fault in self.planned if fault.method in {method, "*"}])

    def take_for_delivery(self, kind: str) -> Fault | None:
        """`kind` is the envelope type; a fault without one, or with "*", hits any."""
        mine = [fault for fault in self.planned if fault.method is None and fault.delivery in {None, "*", kind}]
        return self._take(mine)

    def _take(self, candidates: list[Fault]) -> Fault | None:
        if not candidates:
            return None
        fault = candidates[0]
        fault.times -= 1
        if fault.times <= 0:
            self.planned.remove(fault)
        return fault

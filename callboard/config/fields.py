"""What the types of the sections share: how durations are written, and what becomes of keys that we don't know."""

from datetime import timedelta
from typing import Annotated, Any, Final

from pydantic import AliasGenerator, BaseModel, BeforeValidator, ConfigDict
from pydantic.alias_generators import to_camel

from callboard.durations import Schedule, parse_duration, parse_schedule
from callboard.errors import CallboardError

_CAMEL: Final = AliasGenerator(alias=to_camel)


def _duration(value: Any) -> timedelta:
    try:
        return value if isinstance(value, timedelta) else parse_duration(value)
    except CallboardError as error:
        raise ValueError(error.message) from None


def _interval(value: Any) -> timedelta | None:
    return None if value is False or value is None else _duration(value)


def _schedule(value: Any) -> Schedule:
    try:
        return value if isinstance(value, Schedule) else parse_schedule(value)
    except CallboardError as error:
        raise ValueError(error.message) from None


Duration = Annotated[timedelta, BeforeValidator(_duration)]
Interval = Annotated[timedelta | None, BeforeValidator(_interval)]
"""A duration, or None where the file says `false`: never by itself."""
ScheduleField = Annotated[Schedule, BeforeValidator(_schedule)]


class Shared(BaseModel):
    """A section that Backstage has too."""

    model_config = ConfigDict(frozen=True, alias_generator=_CAMEL, populate_by_name=True, extra="ignore")


class Ours(BaseModel):
    """A section that only we have: a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, alias_generator=_CAMEL, populate_by_name=True, extra="forbid")

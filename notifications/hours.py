"""When it is decent to disturb somebody, in their own time zone. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from callboard.config.notifications import DAYS, Notifications, parse_hours, parse_zone

_LOOK_AHEAD = 9


@dataclass(frozen=True, slots=True)
class Hours:
    """`quiet` may span midnight; `days` count from Monday, 0."""

    zone: ZoneInfo
    quiet: tuple[time, time] | None
    days: Collection[int]

    def is_decent(self, moment: float) -> bool:
        local = datetime.fromtimestamp(moment, UTC).astimezone(self.zone)
        return local.weekday() in self.days and not self._is_quiet(local.time())

    def next_decent(self, moment: float) -> float:
        """`moment` itself if it is decent, else the first one after it that is."""
        if self.is_decent(moment):
            return moment
        today = datetime.fromtimestamp(moment, UTC).astimezone(self.zone).date()
        opens = {time(0), self.quiet[1]} if self.quiet else {time(0)}
        for ahead in range(_LOOK_AHEAD):
            for at in sorted(opens):
                local = datetime.combine(today + timedelta(days=ahead), at, self.zone)
                found = local.timestamp()  # an hour that the clock skips becomes the one after it
                if found >= moment and self.is_decent(found):
                    return found
        return moment

    def _is_quiet(self, at: time) -> bool:
        if self.quiet is None:
            return False
        start, end = self.quiet
        return start <= at < end if start < end else at >= start or at < end


def hours_of(defaults: Notifications, chosen: Mapping[str, Any], zone: str | None) -> Hours:
    """The hours of somebody: what they chose, their zone in the workspace, and the installation's defaults."""
    text = chosen.get("quiet", defaults.quiet_hours)
    days = chosen.get("days") or defaults.working_days
    try:
        known = parse_zone(str(chosen.get("zone") or zone or defaults.time_zone))
    except ValueError:
        known = parse_zone(defaults.time_zone)
    return Hours(known, parse_hours(text) if text else None, frozenset(DAYS.index(d) for d in days if d in DAYS))

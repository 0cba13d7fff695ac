"""The instants at which days begin in a time zone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def day_bounds(first: date | None, last: date | None, zone: ZoneInfo) -> tuple[int | None, int | None]:
    """Return the instant at which the first day begins and the one at which the last day ends; None where a side is open.

    Instants are seconds since 1970, UTC. The first one belongs to the days, the second one does not.
    """
    start = _midnight(first, zone) if first else None
    end = _midnight(last + timedelta(days=1), zone) if last and last < date.max else None
    return start, end


def _midnight(day: date, zone: ZoneInfo) -> int:
    # The first and the last day of the calendar cannot be converted to UTC; no zone is more than a day away from UTC.
    convertible = min(max(day, date.min + timedelta(days=1)), date.max - timedelta(days=1))
    return int(datetime.combine(convertible, time(), zone).timestamp())

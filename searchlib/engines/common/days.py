"""The instants at which days begin in a time zone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def day_bounds(first: date | None, last: date | None, zone: ZoneInfo) -> tuple[int | None, int | None]:
    """Return the start of the first day and the end of the last, in seconds since 1970 (UTC); None for an open side."""
    start = _midnight(first, zone) if first else None
    end = _midnight(last + timedelta(days=1), zone) if last and last < date.max else None
    return start, end


def _midnight(day: date, zone: ZoneInfo) -> int:
    # The first and the last day of the calendar cannot be converted to UTC; no zone is more than a day away from UTC.
    convertible = min(max(day, date.min + timedelta(days=1)), date.max - timedelta(days=1))
    return int(datetime.combine(convertible, time(), zone).timestamp())

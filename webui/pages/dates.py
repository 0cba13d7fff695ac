"""Write dates, ages and periods for readers."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from webui.languages import counted, gettext

_DAYS_PER_WEEK = 7
_MONTHS_PER_YEAR = 12


def with_whole_minutes(time: datetime) -> datetime:
    """Return a time whose offset RFC 3339 can express: whole minutes. Date and clock stay.

    Before time zones were introduced, the offset is that of the local mean time: +08:05:43 in Shanghai until 1901.
    """
    offset = time.utcoffset()
    seconds = offset % timedelta(minutes=1) if offset is not None else timedelta()
    return time.replace(tzinfo=timezone(offset - seconds)) if offset is not None and seconds else time


def timestamp_text(time: datetime) -> str:
    """Return a time as RFC 3339 writes it."""
    return with_whole_minutes(time).isoformat()


def day_text(time: datetime | None) -> str:
    """Return the day in ISO 8601; an empty string for None."""
    return time.date().isoformat() if time else ""


def age_text(day: date, today: date) -> str:
    """Return how long ago a day was, in the largest unit that fits; an empty string for a future day."""
    days = (today - day).days
    if days < 0:
        return ""
    recent = (gettext("今天"), gettext("昨天"), gettext("前天"))
    if days < len(recent):
        return recent[days]
    if days < _DAYS_PER_WEEK:
        return counted("%(count)s 天前", days)
    months = (today.year - day.year) * _MONTHS_PER_YEAR + today.month - day.month - (today.day < day.day)
    if months < 1:
        return counted("%(count)s 周前", days // _DAYS_PER_WEEK)
    if months < _MONTHS_PER_YEAR:
        return counted("%(count)s 个月前", months)
    return counted("%(count)s 年前", months // _MONTHS_PER_YEAR)


def period_text(date_from: str, date_to: str) -> str:
    """Return a period with inclusive bounds. The dates are written as they were typed; an empty one sets no bound."""
    if not date_to:
        return gettext("%(date)s 起", date=date_from)
    if not date_from:
        return gettext("至 %(date)s", date=date_to)
    if date_from == date_to:
        return date_from
    return gettext("%(first)s 至 %(last)s", first=date_from, last=date_to)

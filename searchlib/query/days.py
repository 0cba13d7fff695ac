"""Read a year, a month or a day, written out, as the days that it spans."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

_FORMS = tuple(
    re.compile(form)
    for form in (
        r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?",
        r"([0-9]{4})(?:/([0-9]{1,2})(?:/([0-9]{1,2}))?)?",
        r"([0-9]{4})(?:\.([0-9]{1,2})(?:\.([0-9]{1,2}))?)?",
        r"([0-9]{4})年(?:([0-9]{1,2})月份?(?:([0-9]{1,2})[日号])?)?",
        r"([0-9]{4})([0-9]{2})([0-9]{2})",
    )
)


@dataclass(frozen=True, slots=True)
class Days:
    """A first and a last day, both inclusive: a date range without open sides."""

    first: date
    last: date


def calendar_days(year: int, month: int | None = None, day: int | None = None) -> Days | None:
    """Return the days of a year, a month or one day; None where the calendar has none such."""
    if not 1 <= year <= 9999:
        return None
    if month is None:
        return Days(date(year, 1, 1), date(year, 12, 31))
    if not 1 <= month <= 12:
        return None
    length = monthrange(year, month)[1]
    if day is None:
        return Days(date(year, month, 1), date(year, month, length))
    return Days(date(year, month, day), date(year, month, day)) if 1 <= day <= length else None


def ordinal_days(first: int, last: int) -> Days | None:
    """Return the days from one ordinal to another, as far as the calendar reaches; None where it holds none of them."""
    first, last = max(first, date.min.toordinal()), min(last, date.max.toordinal())
    return Days(date.fromordinal(first), date.fromordinal(last)) if first <= last else None


def written_days(text: str) -> Days | None:
    """Read ``2021``, ``2021-11``, ``2021/11/20``, ``2021.11``, ``20211120``, ``2021年11月20日``; digits are ASCII."""
    for form in _FORMS:
        if written := form.fullmatch(text):
            year, month, day = (int(part) if part else None for part in written.groups())
            return calendar_days(year or 0, month, day)
    return None

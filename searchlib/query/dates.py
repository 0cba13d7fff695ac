"""Read dates in words and figures as ranges of days.

A week begins on Monday. ``近三个月`` are the three months that end today, ``近7天`` the seven days. A month or a
day without a year is the latest that has begun; behind another date (``十一月到二月``) it is the next. ``2021年以后``
begins with that year's first day, and ``2021年以前`` ends on the day before it.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from unicodedata import normalize

from searchlib.query.days import Days, calendar_days, ordinal_days, written_days
from searchlib.query.numerals import digits_for_numerals
from searchlib.query.tree import DateRange

_LONGEST = 60  # characters of the longest text that is worth reading
_SIMPLIFIED = str.maketrans("個週這禮號來後內從開過現間−〜", "个周这礼号来后内从开过现间-~")
_SPACE = re.compile(r"(?<![0-9])\s+|\s+(?![0-9])")  # a space between two digits stays: 2021 11 is no 202111

_BOUND = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_RECENT = re.compile(
    r"(?:最近|近|过去)的?([0-9]{1,9}|半)个?(天|日|周|星期|礼拜|月|季度|年)(?:以内|之内|内|里|来|以来)?"
)
_WITHIN = re.compile(
    r"([0-9]{1,3}|半)(?:个(?=[星礼月季])|(?=[天日周年]))(天|日|周|星期|礼拜|月|季度|年)(?:以内|之内|内)"
)
_SINCE = re.compile(r"(?:自从|自|从)?(.+?)(?:以来|至今|到现在|起|开始|以后|之后|后)")
_BEFORE = re.compile(r"(.+?)(?:以前|之前|前)")
_BETWEEN = re.compile(
    r"(?:自从|自|从)?(.*?)(?:(\.{2,3})|至|到|~|[—–]+|(?<=[年月日号份])-|(?<=^[0-9]{4})-(?=[0-9]{4}年?$))(.*)"
)
_YEAR = re.compile(r"(今年|本年|去年|前年)(?:([0-9]{1,2})月份?(?:([0-9]{1,2})[日号])?)?")
_MONTH_DAY = re.compile(r"([0-9]{1,2})月份?(?:([0-9]{1,2})[日号])?")
_MONTH = re.compile(r"(本|这|当|上)(?:1?个)?月")
_WEEK = re.compile(r"(本|这|上)(?:1?个|1)?(?:周|星期|礼拜)")
_PART_OF_YEAR = re.compile(r"(今年|本年|去年|前年|[0-9]{4}年)?(?:([上下])半年|第?([1-4])季度)")
_DAYS_AGO = {"今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2, "前日": 2, "大前天": 3}
_YEARS_AGO = {"今年": 0, "本年": 0, "去年": 1, "前年": 2}
_UNIT_DAYS = {"天": 1, "日": 1, "周": 7, "星期": 7, "礼拜": 7}
_UNIT_MONTHS = {"月": 1, "季度": 3, "年": 12}
_LEAP_YEARS_APART = 8  # at most, so that 29 February is found


def parse_date_bound(text: str, *, end: bool) -> date | None:
    """Return the first day of ``2021``, ``2021-11`` or ``2021-11-20``, or the last where it ends a range; else None."""
    days = written_days(text) if _BOUND.fullmatch(text) else None
    if days is None:
        return None
    return days.last if end else days.first


def parse_day_range(text: str) -> DateRange | None:
    """Return the days of a year, month or day that the text names without regard to today; else None."""
    typed = _plain(text)
    return _closed(None if typed is None else written_days(typed))


def parse_dates(text: str, *, today: date) -> DateRange | None:
    """Return the days that the text names, in figures or in words, seen from today; None where it names none."""
    typed = _plain(text)
    if typed is None:
        return None
    readings = (_recent, _within, _since, _before, _between, _one)
    return next((dates for reading in readings if (dates := reading(typed, today)) is not None), None)


def parse_recent(text: str, *, today: date) -> DateRange | None:
    """Return the days of ``近三个月`` or ``最近7天``, which say without any mark that they are dates; else None."""
    typed = _plain(text) if text.startswith(("近", "最近")) else None
    return None if typed is None else _recent(typed, today)


def _plain(text: str) -> str | None:
    """Return the text half-width, simplified and with figures for numerals; None where it is too long for dates."""
    if len(text) > _LONGEST:
        return None
    return _SPACE.sub("", digits_for_numerals(normalize("NFKC", text).translate(_SIMPLIFIED)))


def _closed(days: Days | None) -> DateRange | None:
    return None if days is None else DateRange(days.first, days.last)


def _recent(typed: str, today: date) -> DateRange | None:
    """近三个月, 最近7天, 过去一年."""
    match = _RECENT.fullmatch(typed)
    return _closed(_last_periods(match[1], match[2], today)) if match else None


def _within(typed: str, today: date) -> DateRange | None:
    """半年内, 三个月以内; but not 三月内, and not 2021年内."""
    match = _WITHIN.fullmatch(typed)
    return _closed(_last_periods(match[1], match[2], today)) if match else None


def _last_periods(count: str, unit: str, today: date) -> Days | None:
    """Return the days of the last periods, which end today."""
    if count == "半":
        half = {"年": ("6", "月"), "月": ("15", "天")}.get(unit)
        return _last_periods(*half, today) if half else None
    number = int(count)
    if not number:
        return None
    if unit in _UNIT_DAYS:
        return ordinal_days(today.toordinal() - number * _UNIT_DAYS[unit] + 1, today.toordinal())
    year, month = divmod(today.year * 12 + today.month - 1 - number * _UNIT_MONTHS[unit], 12)
    if year < 1:
        return Days(date.min, today)
    before = date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))
    return Days(before + timedelta(days=1), today)


def _since(typed: str, today: date) -> DateRange | None:
    """2021年以来, 去年至今, 从三月起."""
    match = _SINCE.fullmatch(typed)
    days = _single(match[1], today) if match else None
    return None if days is None else DateRange(days.first, None)


def _before(typed: str, today: date) -> DateRange | None:
    """2021年以前, 去年之前."""
    match = _BEFORE.fullmatch(typed)
    days = _single(match[1], today) if match else None
    return None if days is None or days.first == date.min else DateRange(None, days.first - timedelta(days=1))


def _between(typed: str, today: date) -> DateRange | None:
    """2021-03..2021-06, 2021.., 三月到六月, 2020年至2021年."""
    match = _BETWEEN.fullmatch(typed)
    if not match:
        return None
    left, dots, right = match.groups()
    if dots and not (left and right):
        days = _single(left or right, today)
        if days is None:
            return None
        return DateRange(days.first, None) if left else DateRange(None, days.last)
    first, last = _point(left, today), _point(right, today)
    if isinstance(first, _Yearless):
        first = first.latest(last.first if isinstance(last, Days) else today)
    if isinstance(last, _Yearless):
        last = last.next(first.first) if first else None
    if first is None or last is None:
        return None
    if first.first > last.last:
        first, last = last, first
    return DateRange(first.first, last.last)


def _one(typed: str, today: date) -> DateRange | None:
    """One year, month, week or day."""
    return _closed(_single(typed, today))


def _single(typed: str, today: date) -> Days | None:
    point = _point(typed, today)
    return point.latest(today) if isinstance(point, _Yearless) else point


@dataclass(frozen=True, slots=True)
class _Yearless:
    """A month, or a day of it, of a year that is not said."""

    month: int
    day: int | None

    def latest(self, until: date) -> Days | None:
        """Return the latest such month or day that has begun by a day."""
        years = range(until.year, until.year - _LEAP_YEARS_APART - 1, -1)
        return next((days for days in self._in(years) if days.first <= until), None)

    def next(self, after: date) -> Days | None:
        """Return the next such month or day that is not over on a day."""
        years = range(after.year, after.year + _LEAP_YEARS_APART + 1)
        return next((days for days in self._in(years) if days.last >= after), None)

    def _in(self, years: Iterable[int]) -> Iterable[Days]:
        for year in years:
            days = calendar_days(year, self.month, self.day)
            if days:
                yield days


def _point(typed: str, today: date) -> Days | _Yearless | None:
    """Read one year, month, week or day, written out or seen from today."""
    if days := written_days(typed):
        return days
    if match := _MONTH_DAY.fullmatch(typed):
        return _Yearless(int(match[1]), int(match[2]) if match[2] else None)
    if match := _YEAR.fullmatch(typed):
        month, day = (int(part) if part else None for part in match.groups()[1:])
        return calendar_days(today.year - _YEARS_AGO[match[1]], month, day)
    if match := _PART_OF_YEAR.fullmatch(typed):
        return _part_of_year(match[1], match[2], match[3], today)
    if match := _MONTH.fullmatch(typed):
        year, month = divmod(today.year * 12 + today.month - 1 - (match[1] == "上"), 12)
        return calendar_days(year, month + 1)
    if match := _WEEK.fullmatch(typed):
        monday = today.toordinal() - today.weekday() - 7 * (match[1] == "上")
        return ordinal_days(monday, monday + 6)
    if typed in _DAYS_AGO:
        day_ordinal = today.toordinal() - _DAYS_AGO[typed]
        return ordinal_days(day_ordinal, day_ordinal)
    return None


def _part_of_year(year: str | None, half: str | None, quarter: str | None, today: date) -> Days | None:
    """Read 去年下半年 and 2021年第三季度; without a year the latest that has begun."""
    months = 3 if quarter else 6
    first = (int(quarter) - 1 if quarter else "上下".index(half or "上")) * months + 1
    if year is None:
        number = today.year - (first > today.month)
    else:
        number = today.year - _YEARS_AGO[year] if year in _YEARS_AGO else int(year[:4])
    begin, end = calendar_days(number, first), calendar_days(number, first + months - 1)
    return Days(begin.first, end.last) if begin and end else None

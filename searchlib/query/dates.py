"""Parse dates, in words or figures, into ranges of days.

A week begins on Monday. ``近三个月`` is the three months that end today, ``近7天`` the seven days. A month or day without
a year is the latest one that has begun; after another date (``十一月到二月``) it is the next one. ``2021年以后`` begins on
the first day of that year, and ``2021年以前`` ends on the day before it.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from unicodedata import normalize

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.common.numerals import DIGIT_FORMS, NUMERALS, numeral_digits
from searchlib.query.tree import DateRange

_MAX_DATE_LENGTH = 60
"""The maximum number of characters of a date."""

_SIMPLIFIED_FORMS = str.maketrans("個週這禮號來後內從開過現間−〜", "个周这礼号来后内从开过现间-~")
_REMOVABLE_SPACE = lazy_pattern(r"(?<![0-9])\s+|\s+(?![0-9])")  # not between digits: 2021 11 is not 202111

# No number begins with 百, 千 or 万: 近百年 means "almost a hundred years".
_NUMERAL = lazy_pattern(f"(?<![百千万萬])[十{DIGIT_FORMS}][{NUMERALS}]*")

_WRITTEN_DATES = tuple(
    lazy_pattern(pattern)
    for pattern in (
        r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?",
        r"([0-9]{4})(?:/([0-9]{1,2})(?:/([0-9]{1,2}))?)?",
        r"([0-9]{4})(?:\.([0-9]{1,2})(?:\.([0-9]{1,2}))?)?",
        r"([0-9]{4})年(?:([0-9]{1,2})月份?(?:([0-9]{1,2})[日号])?)?",
        r"([0-9]{4})([0-9]{2})([0-9]{2})?",
    )
)
_YEAR_DIGITS = f"0-9{DIGIT_FORMS}"
_SHORT_YEAR = lazy_pattern(
    rf"(?<![{_YEAR_DIGITS}十近去的第满])(?:(?![两兩])[{_YEAR_DIGITS}]){{2}}(?=年(?![以之]?[前内]|[里来]))"
)
"""The last two digits of a year: 23年, but not 近23年 or 23年前."""

_APPROXIMATE = lazy_pattern(
    rf"(?<![{_YEAR_DIGITS}])(?:一[二两]|[二两]三|三[四五]|四五|五六|六七|七八|八九)(?![{_YEAR_DIGITS}月日号])"
)
"""Two numerals that are no number together: 两三年 is not 23 years."""

_MONTHS = "january february march april may june july august september october november december".split()
_MONTH_NAME = "|".join(f"{name[:3]}(?:{name[3:]})?" if name[3:] else name for name in _MONTHS).replace("sep(", "sept?(")
ENGLISH_DATE = (
    rf"(?:(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)? ?)?(?P<month>{_MONTH_NAME})\.?"
    rf"(?: ?(?P<day_after>[0-9]{{1,2}})(?:st|nd|rd|th)?(?=[, ]))?,? ?(?P<year>[0-9]{{4}})"
)
"""The pattern of ``July 2023``, ``Jul 5, 2023`` and ``5 July 2023``."""

_ENGLISH_DATE = lazy_pattern(ENGLISH_DATE, re.IGNORECASE)
_IDENTIFIER_END = lazy_pattern("(?:[型编单批货证代]号|码|邮编|版本|股票)$")
_DATE_BOUND = lazy_pattern(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_RECENT_PERIOD = lazy_pattern(
    r"(?:最近|近|过去)的?([0-9]{1,9}|半)个?(天|日|周|星期|礼拜|月|季度|年)(?:以内|之内|内|里|来|以来)?"
)
_WITHIN_PERIOD = lazy_pattern(
    r"([0-9]{1,3}|半)(?:个(?=[星礼月季])|(?=[天日周年]))(天|日|周|星期|礼拜|月|季度|年)(?:以内|之内|内)"
)
_PERIODS_AGO = lazy_pattern(
    r"([0-9]{1,3}|半)(?:个(?=[星礼月])|(?=[天日周年]))(天|日|周|星期|礼拜|月|年)(?:以前|之前|前)"
)
_SINCE_DATE = lazy_pattern(r"(?:自从|自|从)?(.+?)(?:以来|至今|到现在|起|开始|以后|之后|后)")
_BEFORE_DATE = lazy_pattern(r"(.+?)(?:以前|之前|前)")
_FROM_TO = lazy_pattern(
    r"(?:自从|自|从)?(.*?)(?:(\.{2,3})|至|到|~|[—–]+|(?<=[年月日号份])-|(?<=^[0-9]{4})-(?=[0-9]{4}年?$))(.*)"
)
_RELATIVE_YEAR = lazy_pattern(r"(今年|本年|去年|前年)(?:([0-9]{1,2})月份?(?:([0-9]{1,2})[日号])?)?")
_MONTH_AND_DAY = lazy_pattern(r"([0-9]{1,2})月份?(?:([0-9]{1,2})[日号])?")
_RELATIVE_MONTH = lazy_pattern(r"(本|这|当|上)(?:1?个)?月")
_RELATIVE_WEEK = lazy_pattern(r"(本|这|上)(?:1?个|1)?(?:周|星期|礼拜)")
_HALF_OR_QUARTER = lazy_pattern(r"(今年|本年|去年|前年|[0-9]{4}年)?(?:([上下])半年|第?([1-4])季度)")
_DAYS_AGO = {"今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2, "前日": 2, "大前天": 3}
_YEARS_AGO = {"今年": 0, "本年": 0, "去年": 1, "前年": 2}
_DAYS_IN = {"天": 1, "日": 1, "周": 7, "星期": 7, "礼拜": 7}
_MONTHS_IN = {"月": 1, "季度": 3, "年": 12}
_MAX_YEARS_TO_LEAP_DAY = 8


@dataclass(frozen=True, slots=True)
class _Days:
    """A range of days without an open side; both ends are inclusive."""

    first: date
    last: date


def names_identifier(folded: str) -> bool:
    """Return whether a folded text ends with the kind of a number that is no date: 型号, 邮编."""
    return _IDENTIFIER_END.search(folded) is not None


def parse_date_bound(text: str, *, end: bool) -> date | None:
    """Return the first day of ``2021``, ``2021-11`` or ``2021-11-20``, or with ``end`` the last; None for other text."""
    days = _written_date(text) if _DATE_BOUND.fullmatch(text) else None
    if days is None:
        return None
    return days.last if end else days.first


def parse_dates(text: str, *, today: date) -> DateRange | None:
    """Return the days that a text names, in words or figures, as of ``today``; return None if it names none."""
    typed = _normalized(text, today)
    if typed is None:
        return None
    ranges = (parse(typed, today) for parse in (_recent, _since, _before, _between))
    return next(filter(None, ranges), None) or _as_range(_single(typed, today))


def parse_recent(text: str, *, today: date) -> DateRange | None:
    """Return the days of ``近三个月`` or ``最近7天``, which need no field name; None for other text."""
    typed = _normalized(text, today) if text.startswith(("近", "最近")) else None
    return None if typed is None else _recent(typed, today)


def _normalized(text: str, today: date) -> str | None:
    """Return the text in half-width and simplified characters, with numerals in digits, and full years.

    Return None if it is too long, or has an approximate number.
    """
    if len(text) > _MAX_DATE_LENGTH:
        return None
    simplified = normalize("NFKC", text).translate(_SIMPLIFIED_FORMS)
    dated = _SHORT_YEAR.sub(lambda year: _full_year(year[0], today), simplified)
    if _APPROXIMATE.search(dated):
        return None
    return _REMOVABLE_SPACE.sub(
        "", _NUMERAL.sub(lambda match: numeral_digits(match[0], is_counted=True) or match[0], dated)
    )


def _full_year(digits: str, today: date) -> str:
    """Return the last year up to that of ``today`` with these last two digits: 2023 for 23 or 二三."""
    number = int(numeral_digits(digits) or 0)
    return str(today.year - (today.year - number) % 100)


def _as_range(days: _Days | None) -> DateRange | None:
    return None if days is None else DateRange(days.first, days.last)


def _recent(typed: str, today: date) -> DateRange | None:
    """Parse ``近三个月``, ``最近7天``, ``过去一年``, and ``半年内``, ``三个月以内``, but not ``三月内`` or ``2021年内``."""
    match = _RECENT_PERIOD.fullmatch(typed) or _WITHIN_PERIOD.fullmatch(typed)
    return _as_range(_last_periods(match[1], match[2], today)) if match else None


def _last_periods(count: str, period: str, today: date) -> _Days | None:
    """Return the days of the last ``count`` periods, which end today."""
    if count == "半":
        half = {"年": ("6", "月"), "月": ("15", "天")}.get(period)
        return _last_periods(*half, today) if half else None
    number = int(count)
    if not number:
        return None
    if period in _DAYS_IN:
        return _ordinal_days(today.toordinal() - number * _DAYS_IN[period] + 1, today.toordinal())
    year, month = divmod(today.year * 12 + today.month - 1 - number * _MONTHS_IN[period], 12)
    if year < 1:
        return _Days(date.min, today)
    before = date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))
    return _Days(before + timedelta(days=1), today)


def _since(typed: str, today: date) -> DateRange | None:
    """Parse ``2021年以来``, ``去年至今``, ``从三月起``."""
    match = _SINCE_DATE.fullmatch(typed)
    days = _single(match[1], today) if match else None
    return None if days is None else DateRange(days.first, None)


def _before(typed: str, today: date) -> DateRange | None:
    """Parse ``2021年以前``, ``去年之前``."""
    match = _BEFORE_DATE.fullmatch(typed)
    days = _single(match[1], today) if match else None
    return None if days is None or days.first == date.min else DateRange(None, days.first - timedelta(days=1))


def _between(typed: str, today: date) -> DateRange | None:
    """Parse ``2021-03..2021-06``, ``2021..``, ``三月到六月``, ``2020年至2021年``."""
    match = _FROM_TO.fullmatch(typed)
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
        first = first.latest(last.first if isinstance(last, _Days) else today)
    if isinstance(last, _Yearless):
        last = last.next(first.first) if first else None
    if first is None or last is None:
        return None
    if first.first > last.last:
        first, last = last, first
    return DateRange(first.first, last.last)


def _single(typed: str, today: date) -> _Days | None:
    """Parse a single year, month, week or day."""
    point = _point(typed, today)
    return point.latest(today) if isinstance(point, _Yearless) else point


@dataclass(frozen=True, slots=True)
class _Yearless:
    """A month, or a day of a month, without a year."""

    month: int
    day: int | None

    def latest(self, until: date) -> _Days | None:
        """Return the latest such month or day that begins on or before a day."""
        years = range(until.year, until.year - _MAX_YEARS_TO_LEAP_DAY - 1, -1)
        return next((days for days in self._in_years(years) if days.first <= until), None)

    def next(self, after: date) -> _Days | None:
        """Return the next such month or day that ends on or after a day."""
        years = range(after.year, after.year + _MAX_YEARS_TO_LEAP_DAY + 1)
        return next((days for days in self._in_years(years) if days.last >= after), None)

    def _in_years(self, years: Iterable[int]) -> Iterable[_Days]:
        for year in years:
            days = _calendar_days(year, self.month, self.day)
            if days:
                yield days


def _point(typed: str, today: date) -> _Days | _Yearless | None:
    """Parse a single year, month, week or day, absolute or relative to today."""
    if days := _written_date(typed):
        return days
    if match := _MONTH_AND_DAY.fullmatch(typed):
        return _Yearless(int(match[1]), int(match[2]) if match[2] else None)
    if match := _RELATIVE_YEAR.fullmatch(typed):
        month, day = (int(part) if part else None for part in match.groups()[1:])
        return _calendar_days(today.year - _YEARS_AGO[match[1]], month, day)
    if match := _HALF_OR_QUARTER.fullmatch(typed):
        return _half_or_quarter(match[1], match[2], match[3], today)
    if match := _RELATIVE_MONTH.fullmatch(typed):
        year, month = divmod(today.year * 12 + today.month - 1 - (match[1] == "上"), 12)
        return _calendar_days(year, month + 1)
    if match := _RELATIVE_WEEK.fullmatch(typed):
        monday = today.toordinal() - today.weekday() - 7 * (match[1] == "上")
        return _ordinal_days(monday, monday + 6)
    if match := _PERIODS_AGO.fullmatch(typed):
        return _periods_ago(match[1], match[2], today)
    if typed in _DAYS_AGO:
        day_ordinal = today.toordinal() - _DAYS_AGO[typed]
        return _ordinal_days(day_ordinal, day_ordinal)
    return None


def _periods_ago(typed: str, period: str, today: date) -> _Days | None:
    """Return the day, week, month or year of 三天前, 两周前, 三个月前 or 三年前; 半年前 is a month, 半个月前 a week."""
    if typed == "半":
        half = {"年": ("6", "月"), "月": ("2", "周")}.get(period)
        return _periods_ago(*half, today) if half else None
    count = int(typed)
    if period in ("天", "日"):
        day = today.toordinal() - count
        return _ordinal_days(day, day)
    if period in _DAYS_IN:
        monday = today.toordinal() - today.weekday() - 7 * count
        return _ordinal_days(monday, monday + 6)
    if period == "年":
        return _calendar_days(today.year - count)
    year, month = divmod(today.year * 12 + today.month - 1 - count, 12)
    return _calendar_days(year, month + 1)


def _half_or_quarter(year: str | None, half: str | None, quarter: str | None, today: date) -> _Days | None:
    """Return the days of ``去年下半年`` or ``2021年第三季度``; without a year, of the latest one that has begun."""
    months = 3 if quarter else 6
    first = (int(quarter) - 1 if quarter else "上下".index(half or "上")) * months + 1
    if year is None:
        number = today.year - (first > today.month)
    else:
        number = today.year - _YEARS_AGO[year] if year in _YEARS_AGO else int(year[:4])
    begin, end = _calendar_days(number, first), _calendar_days(number, first + months - 1)
    return _Days(begin.first, end.last) if begin and end else None


def _written_date(text: str) -> _Days | None:
    """Parse ``2021``, ``2021-11``, ``2021/11/20``, ``2021.11``, ``20211120`` or ``2021年11月20日``; digits are ASCII."""
    for pattern in _WRITTEN_DATES:
        if match := pattern.fullmatch(text):
            year, month, day = (int(part) if part else None for part in match.groups())
            return _calendar_days(year or 0, month, day)
    if match := _ENGLISH_DATE.fullmatch(text):
        return _calendar_days(*year_month_day(match))
    return None


def year_month_day(date: re.Match[str]) -> tuple[int, int, int | None]:
    """Return the numbers in a match of ``ENGLISH_DATE``."""
    month = next(number for number, name in enumerate(_MONTHS, 1) if name.startswith(date["month"][:3].lower()))
    day = date["day"] or date["day_after"]
    return int(date["year"]), month, int(day) if day else None


def _calendar_days(year: int, month: int | None = None, day: int | None = None) -> _Days | None:
    """Return the days of a year, month or day; return None if the calendar does not have it."""
    if not 1 <= year <= 9999:
        return None
    if month is None:
        return _Days(date(year, 1, 1), date(year, 12, 31))
    if not 1 <= month <= 12:
        return None
    length = monthrange(year, month)[1]
    if day is None:
        return _Days(date(year, month, 1), date(year, month, length))
    return _Days(date(year, month, day), date(year, month, day)) if 1 <= day <= length else None


def _ordinal_days(first: int, last: int) -> _Days | None:
    """Return the days from one ordinal to another, clipped to the calendar; return None if none is left."""
    first, last = max(first, date.min.toordinal()), min(last, date.max.toordinal())
    return _Days(date.fromordinal(first), date.fromordinal(last)) if first <= last else None

"""Parse ranges of the numbers and dates in front matter: ``1990..2000``, ``>=4``, ``2021-03..2021-06``."""

from __future__ import annotations

from datetime import date
from math import inf, nextafter
from unicodedata import normalize

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.query.dates import parse_date_bound
from searchlib.query.ranges import ValueRange, value_number

_MAX_LENGTH = 100
"""Maximum characters of a range."""

_BETWEEN = lazy_pattern(r"\s*(.*?)\s*\.\.\s*(.*?)\s*")
_COMPARED = lazy_pattern(r"\s*([<>]=?)\s*(.+?)\s*")

_FIRST_DAY, _LAST_DAY = 0, date.max.toordinal() + 1


def parse_range(text: str) -> ValueRange | None:
    """Return the range that a text describes: ``a..b``, ``a..``, ``..b``, ``>a``, ``>=a``, ``<a``, ``<=a``; None for other
    text.

    The ends are numbers, or dates like ``2021``, ``2021-11`` and ``2021-11-20``.
    """
    if len(text) > _MAX_LENGTH:
        return None
    typed = normalize("NFKC", text.replace("≥", ">=").replace("≤", "<="))
    if match := _BETWEEN.fullmatch(typed):
        low, high = match[1], match[2]
        return _range(text, low, high) if low or high else None
    if match := _COMPARED.fullmatch(typed):
        return _compared(text, match[1], match[2])
    return None


def parse_values(text: str) -> ValueRange | None:
    """Return the range of a text, or of a single number, so that ``4`` matches ``4.0``; None for other text."""
    if (values := parse_range(text)) is not None:
        return values
    number = value_number(text)
    return None if number is None else ValueRange(text, (number, number), None)


def _range(text: str, low: str, high: str) -> ValueRange | None:
    numbers = (value_number(low) if low else -inf, value_number(high) if high else inf)
    first = parse_date_bound(low, end=False) if low else None
    last = parse_date_bound(high, end=True) if high else None
    days = None
    if (first or not low) and (last or not high):
        days = (first.toordinal() if first else _FIRST_DAY, last.toordinal() if last else _LAST_DAY)
    return _value_range(text, numbers, days)


def _compared(text: str, operator: str, bound: str) -> ValueRange | None:
    number = value_number(bound)
    first, last = parse_date_bound(bound, end=False), parse_date_bound(bound, end=True)
    numbers: tuple[float | None, float | None] = (None, None)
    days: tuple[int, int] = (_FIRST_DAY, _LAST_DAY)
    match operator:
        case ">=":
            numbers = (number, inf)
            days = (first.toordinal() if first else _LAST_DAY, _LAST_DAY)
        case ">":
            numbers = (None if number is None else nextafter(number, inf), inf)
            days = (last.toordinal() + 1 if last else _LAST_DAY, _LAST_DAY)
        case "<=":
            numbers = (-inf, number)
            days = (_FIRST_DAY, last.toordinal() if last else _FIRST_DAY)
        case "<":
            numbers = (-inf, None if number is None else nextafter(number, -inf))
            days = (_FIRST_DAY, first.toordinal() - 1 if first else _FIRST_DAY)
    return _value_range(text, numbers, days if first else None)


def _value_range(
    text: str, numbers: tuple[float | None, float | None], days: tuple[int, int] | None
) -> ValueRange | None:
    low, high = numbers
    ends = None if low is None or high is None else (low, high)
    return ValueRange(text, ends, days) if ends or days else None

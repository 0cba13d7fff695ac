"""Ranges of the numbers and dates in front matter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import isfinite

from searchlib.common.lazy_pattern import lazy_pattern

MAX_NUMBER_LENGTH = 60
"""Maximum characters of a number."""

_NUMBER = lazy_pattern(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_DAY = lazy_pattern(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})(?![0-9])")


@dataclass(frozen=True, slots=True)
class ValueRange:
    """A range of values. Numbers are compared with ``numbers``, dates with ``days``; both ends are inclusive.

    Days are ordinals as in ``date.toordinal``. A range of dates contains no numbers, and a range of numbers no days.
    """

    text: str
    numbers: tuple[float, float] | None
    days: tuple[int, int] | None

    @property
    def is_empty(self) -> bool:
        """Return whether the range contains no value because it ends before it begins."""
        return all(ends is None or ends[0] > ends[1] for ends in (self.numbers, self.days))

    def contains(self, value: str) -> bool:
        """Return whether a value is a number or a date in the range."""
        number, day = value_number(value), value_day(value)
        return bool(
            (number is not None and self.numbers and self.numbers[0] <= number <= self.numbers[1])
            or (day is not None and self.days and self.days[0] <= day <= self.days[1])
        )


def value_number(value: str) -> float | None:
    """Return a value as a number, or None if it is not one."""
    if len(value) > MAX_NUMBER_LENGTH or not _NUMBER.fullmatch(value):
        return None
    number = float(value)
    return number if isfinite(number) else None


def value_day(value: str) -> int | None:
    """Return the ordinal of the day at the beginning of a value such as ``2021-11-20 08:00``, or None."""
    match = _DAY.match(value)
    if match is None:
        return None
    try:
        return date(*map(int, match.groups())).toordinal()
    except ValueError:
        return None

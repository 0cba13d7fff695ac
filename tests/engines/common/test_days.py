"""Days are half-open ranges of seconds in a zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from searchlib.engines.common.days import day_bounds

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")


def seconds(*moment: int) -> int:
    return int(datetime(*moment, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("first", "last", "zone", "bounds"),
    [
        (date(2021, 11, 20), date(2021, 11, 20), SHANGHAI, (seconds(2021, 11, 19, 16), seconds(2021, 11, 20, 16))),
        (date(2021, 11, 20), None, SHANGHAI, (seconds(2021, 11, 19, 16), None)),
        (None, date(2021, 11, 20), SHANGHAI, (None, seconds(2021, 11, 20, 16))),
        (None, None, SHANGHAI, (None, None)),
        # The day on which summer time ends has 25 hours.
        (date(2021, 10, 31), date(2021, 10, 31), BERLIN, (seconds(2021, 10, 30, 22), seconds(2021, 10, 31, 23))),
        (date(1969, 1, 1), date(1969, 1, 1), ZoneInfo("UTC"), (seconds(1969, 1, 1), seconds(1969, 1, 2))),
    ],
)
def test_bounds_are_midnights_of_the_zone(
    first: date | None, last: date | None, zone: ZoneInfo, bounds: tuple[int | None, int | None]
) -> None:
    assert day_bounds(first, last, zone) == bounds


def test_the_ends_of_the_calendar_have_bounds_too() -> None:
    start, end = day_bounds(date.min, date.max, SHANGHAI)
    assert start is not None
    assert start < seconds(2, 1, 1)
    assert end is None

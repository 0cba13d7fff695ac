"""Read dates from front matter."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from searchlib.sources.dates import find_date, read_date
from searchlib.sources.front_matter.metadata import Metadata

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Sat, 20 Nov 2021 00:00:00 GMT", "2021-11-20T08:00:00+08:00"),
        ("Mon, 3 Jul 2017 10:00:00 -0400", "2017-07-03T22:00:00+08:00"),
        ("2015-08-06", "2015-08-06T00:00:00+08:00"),
        ("2015-8-6", "2015-08-06T00:00:00+08:00"),
        ("2015/8/6 1:02", "2015-08-06T01:02:00+08:00"),
        ("2021.10.1", "2021-10-01T00:00:00+08:00"),
        ("2023-08-17 10:13:00", "2023-08-17T10:13:00+08:00"),
        ("2023-08-17T10:13:00Z", "2023-08-17T18:13:00+08:00"),
        ("2023-08-17T10:13:00.123+09:00", "2023-08-17T09:13:00+08:00"),
        ("2023-08-17 10:13:00 +0900", "2023-08-17T09:13:00+08:00"),
        ("2023-08-17 3:05 PM", "2023-08-17T15:05:00+08:00"),
        ("2023-08-17 12:05 AM", "2023-08-17T00:05:00+08:00"),
        ("2023-08-17 24:00:00", "2023-08-18T00:00:00+08:00"),
        ("2015-9-1 --定稿时间", "2015-09-01T00:00:00+08:00"),
        ("2015-09-01T08:00:00+08:00 #发布时间", "2015-09-01T08:00:00+08:00"),
        ("05/20/2020", "2020-05-20T00:00:00+08:00"),
        ("5/9/2020", "2020-05-09T00:00:00+08:00"),
        ("20/05/2020", "2020-05-20T00:00:00+08:00"),
        ("2021年10月01日", "2021-10-01T00:00:00+08:00"),
        ("2021年10月1日 下午3:30", "2021-10-01T15:30:00+08:00"),
        ("2021年10月1日 15时30分20秒", "2021-10-01T15:30:20+08:00"),
        ("２０２１－１０－０１", "2021-10-01T00:00:00+08:00"),
        ("20211001", "2021-10-01T00:00:00+08:00"),
        ("2021年10月", "2021-10-01T00:00:00+08:00"),
        ("Saturday, January 30, 2021", "2021-01-30T00:00:00+08:00"),
        ("Jan 9, 2021 at 10:00 AM", "2021-01-09T10:00:00+08:00"),
        ("Fri Jun 9 10:00:00 2017 +0900", "2017-06-09T09:00:00+08:00"),
        ("Thu Jan 01 10:00:00 CST 2015", "2015-01-01T10:00:00+08:00"),
        ("Sat Nov 20 2021 08:00:00 GMT+0800 (中国标准时间)", "2021-11-20T08:00:00+08:00"),
        ("<2018-01-10 Wed>", "2018-01-10T00:00:00+08:00"),
        ("1637366400", "2021-11-20T08:00:00+08:00"),
        (1637366400, "2021-11-20T08:00:00+08:00"),
        (1637366400000, "2021-11-20T08:00:00+08:00"),
        (20211001, "2021-10-01T00:00:00+08:00"),
        (date(2021, 10, 1), "2021-10-01T00:00:00+08:00"),
        (datetime(2021, 10, 1, 12), "2021-10-01T12:00:00+08:00"),
        (datetime(2021, 10, 1, 12, tzinfo=UTC), "2021-10-01T20:00:00+08:00"),
        ("1970-01-01 12:00", "1970-01-01T12:00:00+08:00"),
    ],
)
def test_a_date_is_read(written: object, read: str) -> None:
    moment = read_date(written, SHANGHAI)
    assert moment is not None
    assert moment.isoformat() == read
    assert moment.tzinfo is SHANGHAI


@pytest.mark.parametrize(
    "written",
    [
        "Invalid Date",
        "`r Sys.Date()`",
        "",
        "2021-13-01",
        "2021-02-30",
        "0001-01-01T00:00:00Z",
        "9999-12-31",
        "99999-01-01",
        "2021-01-01 25:00",
        "2021-10-011",
        "{{ .Date }}",
        "1234",
        "NaN",
        "9" * 5000,
        7,
        10**30,
        float("nan"),
        float("inf"),
        True,
        None,
        [],
        {},
        "2021-10-01T00:00:00+99:99",
    ],
)
def test_other_values_are_not_dates(written: object) -> None:
    assert read_date(written, SHANGHAI) is None


def test_a_date_without_a_zone_is_in_the_given_zone() -> None:
    moment = read_date("2021-10-01 00:00", ZoneInfo("America/New_York"))
    assert moment is not None
    assert moment.isoformat() == "2021-10-01T00:00:00-04:00"


@pytest.mark.parametrize(
    ("metadata", "key"),
    [
        ({"created": "2020-01-01", "date": "2021-01-01"}, "date"),
        ({"Date": "2021-01-01"}, "Date"),
        ({"date": "Invalid Date", "pubDate": "2021-01-01"}, "pubDate"),
        ({"ms.date": "01/02/2021"}, "ms.date"),
        ({"updated": "2021-01-01"}, "updated"),
        ({"update": "2021-01-01"}, ""),
    ],
)
def test_the_date_comes_from_the_first_key_with_a_readable_date(metadata: dict[str, object], key: str | None) -> None:
    assert find_date(Metadata(metadata), SHANGHAI)[1] == key

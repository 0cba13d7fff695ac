"""Ranges of numbers and dates are parsed, and contain values."""

from __future__ import annotations

import pytest

from searchlib.query.range_parser import parse_range


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        (
            "1990..2000",
            ["1990", "1995.5", "2000", "1990-01-01", "2000-12-31 23:00"],
            ["1989.9", "2001", "2001-01-01", "", "甲"],
        ),
        ("..3", ["-7", "3", "1e0"], ["3.01", "1999-01-01"]),
        ("4..", ["4", "1e9"], ["3.9", "nan", "inf", "4 年"]),
        (
            "2021-03..2021-06",
            ["2021-03-01", "2021/6/30", "2021年4月1日"],
            ["2021", "2021-07-01", "2021-02-30", "2021-04-0123"],
        ),
        (">=4", ["4", "4.0", "+5"], ["3.999", "４"]),
        (">4", ["4.0001"], ["4"]),
        ("＜4", ["3.9"], ["4"]),
        ("≤ 4", ["4", "-1"], ["4.1"]),
        (">2021", ["2022-01-01", "2022"], ["2021-12-31", "2021"]),
        ("<2021-03-04", ["2021-03-03"], ["2021-03-04", "1"]),
    ],
)
def test_a_range_contains_numbers_and_dates_between_its_ends(text: str, inside: list[str], outside: list[str]) -> None:
    values = parse_range(text)
    assert values
    assert [value for value in (*inside, *outside) if values.contains(value)] == inside


@pytest.mark.parametrize(
    "text", ["", "..", "4", "a..b", "4..b", ">=", ">甲", "2021-13..", "1...2", "=4", "1.." + "9" * 200]
)
def test_other_text_is_no_range(text: str) -> None:
    assert parse_range(text) is None

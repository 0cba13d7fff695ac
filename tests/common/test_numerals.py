"""Numbers in Chinese characters are read and spelled in one place."""

from __future__ import annotations

import pytest

from searchlib.common.numerals import numeral_digits, spelled_numbers


@pytest.mark.parametrize(
    ("numeral", "digits"),
    [
        ("十", "10"),
        ("三十一", "31"),
        ("廿三", "23"),
        ("卅", "30"),
        ("两百五十", "250"),
        ("兩千零二十一", "2021"),
        ("二○二一", "2021"),
        ("〇五", "05"),
        ("貳拾叁", "23"),
        ("一万五", "15000"),
        ("一萬零五", "10005"),
        ("两亿五千万", "250000000"),
        ("三千五", "3500"),
        ("二0〇一", "2001"),
        ("千百", None),
        ("十十", None),
        ("万", None),
        ("元", None),
    ],
)
def test_a_number_is_read(numeral: str, digits: str | None) -> None:
    assert numeral_digits(numeral) == digits


def test_no_scale_is_omitted_before_what_is_counted() -> None:
    assert (numeral_digits("一百二"), numeral_digits("一百二", is_counted=True)) == ("120", "102")


@pytest.mark.parametrize("value", [*range(1_100), 9_009, 10_000, 15_000, 210_000, 30_000_000])
def test_a_spelled_number_is_read_as_its_value(value: int) -> None:
    assert {numeral_digits(each) for each in spelled_numbers(value)} == {str(value)}

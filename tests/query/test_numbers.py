"""Numbers can be written in digits, in characters, with separators, and with several names of a unit."""

from __future__ import annotations

import pytest

from searchlib.query.numbers import number_writings

WRITINGS = [
    ("神舟15", {"15": "十五"}),
    ("35岁", {"35": "三十五"}),
    ("20大", {"20": "二十"}),
    ("2位", {"2": "二 两"}),
    ("三十五岁", {"三十五": "35"}),
    ("十岁", {"十": "10"}),
    ("一百二十个", {"一百二十": "120"}),
    ("二〇二一年", {"二〇二一": "2021"}),
    ("1600元", {"1600": "1,600"}),
    ("1,600元", {"1,600": "1600"}),
    ("28150.36", {"28150.36": "28,150.36"}),
    ("1600日元", {"1600": "1,600"}),
    ("600毫升", {"600毫升": "600ml"}),
    ("5分钟", {"5分钟": "5min 五分钟 五min"}),
    ("18号", {"18号": "18日 十八号 十八日"}),
    ("300g", {"300g": "300克"}),
    ("5g手机", {"5g": "五g"}),
    ("千百年", {}),
    ("五六个", {}),
    ("007", {}),
    ("mate60", {}),
    ("tls1.2", {}),
    ("v2.0", {}),
    ("没有数字", {}),
]


@pytest.mark.parametrize(("text", "expected"), WRITINGS)
def test_a_number_can_be_written_in_these_ways(text: str, expected: dict[str, str]) -> None:
    found = {text[each.start : each.end]: " ".join(each.writings) for each in number_writings(text)}
    assert found == expected


def test_separators_alone_are_another_way_without_context() -> None:
    (number,) = number_writings("1600")
    assert number.separated == ("1,600",)
    (number,) = number_writings("15")
    assert number.separated == ()

"""Dates, in words and figures, are parsed into ranges of days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchlib.query.dates import parse_date_bound, parse_dates, parse_recent
from searchlib.query.tree import DateRange

TODAY = date(2021, 5, 20)  # a Thursday


def span(first: str | None, last: str | None) -> DateRange:
    return DateRange(date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None)


ABSOLUTE = [
    ("2021", "2021-01-01", "2021-12-31"),
    ("2021-11", "2021-11-01", "2021-11-30"),
    ("2021-1", "2021-01-01", "2021-01-31"),
    ("2021-11-20", "2021-11-20", "2021-11-20"),
    ("2021/11/20", "2021-11-20", "2021-11-20"),
    ("2021/11", "2021-11-01", "2021-11-30"),
    ("2021.11.20", "2021-11-20", "2021-11-20"),
    ("20211120", "2021-11-20", "2021-11-20"),
    ("2021年", "2021-01-01", "2021-12-31"),
    ("2021年11月", "2021-11-01", "2021-11-30"),
    ("2021年3月份", "2021-03-01", "2021-03-31"),
    ("2021年11月20日", "2021-11-20", "2021-11-20"),
    ("2021年11月20号", "2021-11-20", "2021-11-20"),
    ("2021年11月20號", "2021-11-20", "2021-11-20"),
    (" 2021 年 11 月 ", "2021-11-01", "2021-11-30"),
    ("２０２１年１１月", "2021-11-01", "2021-11-30"),
    ("２０２１－１１", "2021-11-01", "2021-11-30"),
    ("2021−11", "2021-11-01", "2021-11-30"),
    ("二〇二一年十一月", "2021-11-01", "2021-11-30"),
    ("二○二一年十月", "2021-10-01", "2021-10-31"),
    ("二零二一年三月五日", "2021-03-05", "2021-03-05"),
    ("二〇二一年十二月三十一日", "2021-12-31", "2021-12-31"),
    ("两千零二十一年", "2021-01-01", "2021-12-31"),
    ("2020-02", "2020-02-01", "2020-02-29"),
    ("2020-02-29", "2020-02-29", "2020-02-29"),
    ("0001", "0001-01-01", "0001-12-31"),
    ("9999-12-31", "9999-12-31", "9999-12-31"),
]

SHORT = [
    ("202112", "2021-12-01", "2021-12-31"),
    ("20年", "2020-01-01", "2020-12-31"),
    ("２０年", "2020-01-01", "2020-12-31"),
    ("98年", "1998-01-01", "1998-12-31"),
    ("零八年", "2008-01-01", "2008-12-31"),
    ("20年7月", "2020-07-01", "2020-07-31"),
    ("20年7月5日", "2020-07-05", "2020-07-05"),
    ("20年上半年", "2020-01-01", "2020-06-30"),
    ("19年3月到20年5月", "2019-03-01", "2020-05-31"),
    ("19年以来", "2019-01-01", None),
    ("近20年", "2001-05-21", "2021-05-20"),
    ("July 2020", "2020-07-01", "2020-07-31"),
    ("jul. 2020", "2020-07-01", "2020-07-31"),
    ("Sept 2020", "2020-09-01", "2020-09-30"),
    ("May 5th, 2020", "2020-05-05", "2020-05-05"),
    ("5 May 2020", "2020-05-05", "2020-05-05"),
    ("三年前", "2018-01-01", "2018-12-31"),
    ("十三年前", "2008-01-01", "2008-12-31"),
    ("20年前", "2001-01-01", "2001-12-31"),
    ("半年前", "2020-11-01", "2020-11-30"),
    ("半個月前", "2021-05-03", "2021-05-09"),
    ("一百二十天前", "2021-01-20", "2021-01-20"),
    ("三个月前", "2021-02-01", "2021-02-28"),
    ("五个月以前", "2020-12-01", "2020-12-31"),
    ("两周前", "2021-05-03", "2021-05-09"),
    ("三天之前", "2021-05-17", "2021-05-17"),
]

RELATIVE = [
    ("今天", "2021-05-20", "2021-05-20"),
    ("昨天", "2021-05-19", "2021-05-19"),
    ("前天", "2021-05-18", "2021-05-18"),
    ("今日", "2021-05-20", "2021-05-20"),
    ("昨日", "2021-05-19", "2021-05-19"),
    ("前日", "2021-05-18", "2021-05-18"),
    ("本周", "2021-05-17", "2021-05-23"),
    ("这周", "2021-05-17", "2021-05-23"),
    ("這週", "2021-05-17", "2021-05-23"),
    ("这一周", "2021-05-17", "2021-05-23"),
    ("这个星期", "2021-05-17", "2021-05-23"),
    ("這個禮拜", "2021-05-17", "2021-05-23"),
    ("上周", "2021-05-10", "2021-05-16"),
    ("上个星期", "2021-05-10", "2021-05-16"),
    ("本月", "2021-05-01", "2021-05-31"),
    ("这个月", "2021-05-01", "2021-05-31"),
    ("這個月", "2021-05-01", "2021-05-31"),
    ("上个月", "2021-04-01", "2021-04-30"),
    ("上個月", "2021-04-01", "2021-04-30"),
    ("上一个月", "2021-04-01", "2021-04-30"),
    ("上月", "2021-04-01", "2021-04-30"),
    ("今年", "2021-01-01", "2021-12-31"),
    ("去年", "2020-01-01", "2020-12-31"),
    ("前年", "2019-01-01", "2019-12-31"),
    ("今年三月", "2021-03-01", "2021-03-31"),
    ("去年十一月", "2020-11-01", "2020-11-30"),
    ("去年11月20日", "2020-11-20", "2020-11-20"),
    ("近三个月", "2021-02-21", "2021-05-20"),
    ("最近三个月", "2021-02-21", "2021-05-20"),
    ("最近3个月", "2021-02-21", "2021-05-20"),
    ("最近３個月", "2021-02-21", "2021-05-20"),
    ("过去三个月", "2021-02-21", "2021-05-20"),
    ("過去三個月", "2021-02-21", "2021-05-20"),
    ("三个月内", "2021-02-21", "2021-05-20"),
    ("近一周", "2021-05-14", "2021-05-20"),
    ("近两个星期", "2021-05-07", "2021-05-20"),
    ("近7天", "2021-05-14", "2021-05-20"),
    ("7天内", "2021-05-14", "2021-05-20"),
    ("近十日", "2021-05-11", "2021-05-20"),
    ("近一年", "2020-05-21", "2021-05-20"),
    ("近两年", "2019-05-21", "2021-05-20"),
    ("近兩年來", "2019-05-21", "2021-05-20"),
    ("近一个季度", "2021-02-21", "2021-05-20"),
    ("半年内", "2020-11-21", "2021-05-20"),
    ("近半年", "2020-11-21", "2021-05-20"),
    ("半年以內", "2020-11-21", "2021-05-20"),
    ("近半个月", "2021-05-06", "2021-05-20"),
    ("近99999年", "0001-01-01", "2021-05-20"),
    ("近999999999天", "0001-01-01", "2021-05-20"),
    ("近2020年", "0001-05-21", "2021-05-20"),
    ("大前天", "2021-05-17", "2021-05-17"),
    ("上半年", "2021-01-01", "2021-06-30"),
    ("下半年", "2020-07-01", "2020-12-31"),
    ("去年上半年", "2020-01-01", "2020-06-30"),
    ("2021年下半年", "2021-07-01", "2021-12-31"),
    ("第二季度", "2021-04-01", "2021-06-30"),
    ("三季度", "2020-07-01", "2020-09-30"),
    ("今年第一季度", "2021-01-01", "2021-03-31"),
    ("二〇二〇年四季度", "2020-10-01", "2020-12-31"),
    ("三月", "2021-03-01", "2021-03-31"),
    ("五月", "2021-05-01", "2021-05-31"),
    ("六月", "2020-06-01", "2020-06-30"),
    ("5月20日", "2021-05-20", "2021-05-20"),
    ("5月21日", "2020-05-21", "2020-05-21"),
    ("2月29日", "2020-02-29", "2020-02-29"),
]

RANGES = [
    ("2021-03..2021-06", "2021-03-01", "2021-06-30"),
    ("2021-03...2021-06", "2021-03-01", "2021-06-30"),
    ("2021.3..2021.6", "2021-03-01", "2021-06-30"),
    ("2021..", "2021-01-01", None),
    ("..2021-06", None, "2021-06-30"),
    ("2021-11-20..2021-11-20", "2021-11-20", "2021-11-20"),
    ("2020至2021", "2020-01-01", "2021-12-31"),
    ("2020~2021", "2020-01-01", "2021-12-31"),
    ("2020～2021", "2020-01-01", "2021-12-31"),
    ("2020—2021", "2020-01-01", "2021-12-31"),
    ("2020-2021", "2020-01-01", "2021-12-31"),
    ("2020-2021年", "2020-01-01", "2021-12-31"),
    ("2020年到2021年", "2020-01-01", "2021-12-31"),
    ("从2020年到2021年", "2020-01-01", "2021-12-31"),
    ("2021年3月到6月", "2021-03-01", "2021-06-30"),
    ("2021年3月-6月", "2021-03-01", "2021-06-30"),
    ("2021年11月到2月", "2021-11-01", "2022-02-28"),
    ("2021年3月5日至4月2日", "2021-03-05", "2021-04-02"),
    ("三月到六月", "2021-03-01", "2021-06-30"),
    ("十一月到二月", "2020-11-01", "2021-02-28"),
    ("11月到2020年2月", "2019-11-01", "2020-02-29"),
    ("六月到八月", "2020-06-01", "2020-08-31"),
    ("去年三月到六月", "2020-03-01", "2020-06-30"),
    ("去年三月到今年二月", "2020-03-01", "2021-02-28"),
    ("三月到昨天", "2021-03-01", "2021-05-19"),
    ("2021-06..2021-03", "2021-03-01", "2021-06-30"),
    ("今年到去年", "2020-01-01", "2021-12-31"),
    ("去年下半年到今年第一季度", "2020-07-01", "2021-03-31"),
    ("2021年以来", "2021-01-01", None),
    ("2021年以來", "2021-01-01", None),
    ("2021年至今", "2021-01-01", None),
    ("2021-03至今", "2021-03-01", None),
    ("去年三月到现在", "2020-03-01", None),
    ("自2021年起", "2021-01-01", None),
    ("2021年以后", "2021-01-01", None),
    ("2021年之後", "2021-01-01", None),
    ("三月以来", "2021-03-01", None),
    ("2021年以前", None, "2020-12-31"),
    ("2021年之前", None, "2020-12-31"),
    ("2021年11月前", None, "2021-10-31"),
    ("昨天以前", None, "2021-05-18"),
    ("0001年以来", "0001-01-01", None),
]

INVALID = [
    *("", " ", "唐朝", "2021-02-30", "2021-13", "2021-00", "2021-11-00", "2021-11-31", "0000", "21", "202113", "99999"),
    *("2021-11/20", "2021 11", "-2021", "2021-", "2021-11-", "2021年13月", "13月", "2月30日", "十三月", "去年十三月"),
    *("..", "...", "2021..唐朝", "唐朝..2021", "2020..2021..2022", "2021至", "至2021", "到", "至今", "以前", "近"),
    *(
        "近0天",
        "近零个月",
        "近年",
        "近百年",
        "近半周",
        "近几天",
        *("三年来", "两三年前", "最近两三年", "三五年前", "十三四天前", "一两年以后"),
        "0001年以前",
        "9999999999年",
        "近" + "9" * 10 + "年",
    ),
    *("第五季度", "零季度", "0000年上半年", "半年", "上半", "9999年第一半年"),
    *("2021年内", "三月内", "2021-03-2021-06", "近" * 100, "9" * 10_000, "一" * 10_000, "." * 10_000, "\ud800"),
]


@pytest.mark.parametrize(("text", "first", "last"), ABSOLUTE)
def test_an_absolute_date_is_its_days_whatever_today_is(text: str, first: str, last: str) -> None:
    for today in (TODAY, date.min, date.max):
        assert parse_dates(text, today=today) == span(first, last)


@pytest.mark.parametrize(("text", "first", "last"), [*SHORT, *RELATIVE, *RANGES])
def test_relative_dates_and_ranges_are_resolved_as_of_today(text: str, first: str | None, last: str | None) -> None:
    assert parse_dates(text, today=TODAY) == span(first, last)


@pytest.mark.parametrize("text", INVALID, ids=lambda text: ascii(text[:20]))
def test_text_that_names_no_day_is_not_parsed(text: str) -> None:
    assert parse_dates(text, today=TODAY) is None


@pytest.mark.parametrize(
    ("text", "today", "first", "last"),
    [
        ("本周", "2021-05-17", "2021-05-17", "2021-05-23"),
        ("本周", "2021-05-23", "2021-05-17", "2021-05-23"),
        ("上周", "2021-01-01", "2020-12-21", "2020-12-27"),
        ("上个月", "2021-01-31", "2020-12-01", "2020-12-31"),
        ("昨天", "2021-01-01", "2020-12-31", "2020-12-31"),
        ("三月", "2021-02-28", "2020-03-01", "2020-03-31"),
        ("三月到六月", "2021-02-28", "2020-03-01", "2020-06-30"),
        ("十一月到二月", "2021-12-01", "2021-11-01", "2022-02-28"),
        ("2月29日", "1903-06-01", "1896-02-29", "1896-02-29"),
        ("近三个月", "2021-05-31", "2021-03-01", "2021-05-31"),
        ("近一个月", "2021-03-31", "2021-03-01", "2021-03-31"),
        ("近一年", "2020-02-29", "2019-03-01", "2020-02-29"),
        ("昨天", "0001-01-01", None, None),
        ("上周", "0001-01-03", None, None),
        ("上个月", "0001-01-01", None, None),
        ("去年", "0001-01-01", None, None),
        ("六月", "0001-01-01", None, None),
        ("本周", "9999-12-31", "9999-12-27", "9999-12-31"),
        ("9999年12月到1月", "2021-05-20", None, None),
    ],
)
def test_relative_dates_depend_on_today(text: str, today: str, first: str | None, last: str | None) -> None:
    expected = span(first, last) if first else None
    assert parse_dates(text, today=date.fromisoformat(today)) == expected


@pytest.mark.parametrize("text", ["近三个月", "最近3個月", "近7天", "近半年", "最近一周"])
def test_recent_periods_are_dates_without_a_field_name(text: str) -> None:
    assert parse_recent(text, today=TODAY) is not None
    assert parse_recent(text, today=TODAY) == parse_dates(text, today=TODAY)


@pytest.mark.parametrize(
    "text", ["2021", "去年", "三月", "近年", "近百年", "三个月内", "昨天", "近三个月的新闻", "过去三个月", "x" * 99]
)
def test_other_dates_need_a_field_name(text: str) -> None:
    assert parse_recent(text, today=TODAY) is None


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2021", "2021-01-01", "2021-12-31"),
        ("2021-11", "2021-11-01", "2021-11-30"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("2021-11-20", "2021-11-20", "2021-11-20"),
        ("0001", "0001-01-01", "0001-12-31"),
        ("9999", "9999-01-01", "9999-12-31"),
    ],
)
def test_a_bound_is_the_first_or_the_last_day(text: str, first: str, last: str) -> None:
    assert parse_date_bound(text, end=False) == date.fromisoformat(first)
    assert parse_date_bound(text, end=True) == date.fromisoformat(last)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "21",
        "2021-1",
        "2021-1-1",
        "2021/11",
        "2021年",
        "２０２１",
        "2021 ",
        "2021\n",
        "0000",
        "2021-13",
        "2021-02-29",
        "去年",
        "20211120",
    ],
)
def test_a_bound_has_one_of_three_forms(text: str) -> None:
    assert parse_date_bound(text, end=False) is None
    assert parse_date_bound(text, end=True) is None


FIVE_YEARS = (date(2004, 1, 1) - date(1999, 1, 1)).days
YEARS_AROUND = [date(1999, 1, 1) + timedelta(days=day) for day in range(FIVE_YEARS)]


@given(st.sampled_from(YEARS_AROUND), st.sampled_from([4, 7, 10]))
def test_an_absolute_date_is_the_days_whose_iso_form_starts_with_it(day: date, length: int) -> None:
    text = day.isoformat()[:length]
    days = [each for each in YEARS_AROUND if each.isoformat().startswith(text)]
    expected = DateRange(days[0], days[-1])
    figures = dict(zip("0123456789", "〇一二三四五六七八九", strict=True))
    in_words = "年".join(text.split("-", 1)).replace("-", "月") + {4: "年", 7: "月", 10: "日"}[length]
    in_numerals = "".join(figures.get(char, char) for char in in_words)
    for typed in (text, text.replace("-", "/"), in_words, in_numerals):
        assert parse_dates(typed, today=TODAY) == expected
    assert parse_date_bound(text, end=False) == days[0]
    assert parse_date_bound(text, end=True) == days[-1]


@given(st.dates(min_value=date(1000, 1, 1)), st.integers(1, 400))
def test_recent_days_and_weeks_have_the_given_number_of_days(today: date, count: int) -> None:
    for unit, length in (("天", 1), ("周", 7)):
        dates = parse_dates(f"近{count}{unit}", today=today)
        assert dates is not None
        assert dates.first is not None
        assert dates.last == today
        assert (today - dates.first).days + 1 == count * length


@given(st.dates(min_value=date(1000, 1, 1)), st.integers(1, 400))
def test_recent_months_begin_the_day_after_the_same_day_of_an_earlier_month(today: date, count: int) -> None:
    """The day before the range is the same day of the month as today, or the last day of a shorter month."""
    dates = parse_dates(f"近{count}个月", today=today)
    assert dates is not None
    assert dates.first is not None
    assert dates.last == today
    before = dates.first - timedelta(days=1)
    assert (today.year - before.year) * 12 + today.month - before.month == count
    assert before.day == today.day or (before.day < today.day and dates.first.day == 1)


NUMBERS = {1: "一", 2: "二", 10: "十", 11: "十一", 20: "二十", 21: "二十一", 99: "九十九", 100: "一百", 110: "一百一十"}
NUMBERS |= {101: "一百零一", 365: "三百六十五", 1_000: "一千", 1_001: "一千零一", 12_000: "一万二千", 100_000: "十萬"}


@pytest.mark.parametrize(("number", "numeral"), NUMBERS.items())
def test_a_chinese_numeral_equals_its_number(number: int, numeral: str) -> None:
    assert parse_dates(f"近{numeral}天", today=TODAY) == parse_dates(f"近{number}天", today=TODAY)
    assert parse_dates(f"近{numeral}天", today=TODAY) != parse_dates(f"近{number + 1}天", today=TODAY)


PIECES = st.one_of(
    st.sampled_from(["2021", "0001", "9999", "2021-02", "12月", "二月", "29日", "31日", "99999"]),
    st.sampled_from(
        ["今年", "去年", "前年", "昨天", "前天", "上", "本", "近", "最近", "从", "以来", "以前", "至今", "起", "内"]
    ),
    st.sampled_from(["..", "-", "/", "至", "到", "~", "周", "月", "星期", "个", "年", "日", "天", "季度"]),
    st.sampled_from(["半", "一", "十", "百", "万", "２", "〇", "廿"]),
)


@given(
    st.one_of(st.lists(PIECES, max_size=6).map("".join), st.text(st.characters(), max_size=70)),
    st.one_of(st.dates(), st.sampled_from([date.min, date.max, date(1, 1, 3), date(9999, 12, 30), date(2020, 2, 29)])),
)
def test_any_text_gives_no_range_or_one_in_ascending_order(text: str, today: date) -> None:
    for dates in (parse_dates(text, today=today), parse_recent(text, today=today)):
        if dates is not None:
            assert dates.first is not None or dates.last is not None
            assert dates.first is None or dates.last is None or dates.first <= dates.last
    if parse_recent(text, today=today) is not None:
        assert parse_dates(text, today=today) == parse_recent(text, today=today)

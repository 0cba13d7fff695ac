"""A date in the plain text of a query is offered as a filter."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchlib.analysis.query_analyzer import PLAIN_ANALYZER
from searchlib.models import DateOffer
from searchlib.query.date_offers import find_date_offer
from searchlib.query.dates import parse_date_bound, parse_dates
from searchlib.query.parser import parse

TODAY = date(2026, 3, 15)


def offer(text: str) -> DateOffer | None:
    return find_date_offer(parse(text, today=TODAY), today=TODAY, analyzer=PLAIN_ANALYZER)


OFFERED = [
    # the query, the date in it, what it means, the rest
    ("去年的元宇宙", "去年", "2025", "元宇宙"),
    ("元宇宙 去年", "去年", "2025", "元宇宙"),
    ("去年", "去年", "2025", ""),
    ("在去年发布的手机", "去年", "2025", "发布的手机"),
    ("今年三月 元宇宙", "今年三月", "2026-03", "元宇宙"),
    ("2021年11月的新闻", "2021年11月", "2021-11", "新闻"),
    ("２０２１年元宇宙", "２０２１年", "2021", "元宇宙"),
    ("二〇二一年的元宇宙", "二〇二一年", "2021", "元宇宙"),
    ("元宇宙 2021", "2021", "2021", "元宇宙"),
    ("2021-11的新闻", "2021-11", "2021-11", "新闻"),
    ("2021年3月5日会议", "2021年3月5日", "2021-03-05", "会议"),
    ("昨天的会议", "昨天", "2026-03-14", "会议"),
    ("本周热点", "本周", "2026-03-09 – 2026-03-15", "热点"),
    ("上个月的热点", "上个月", "2026-02", "热点"),
    ("三月到六月的销量", "三月到六月", "2026-03 – 2026-06", "销量"),
    ("近三个月的新闻", "近三个月", "2025-12-16 – 2026-03-15", "新闻"),
    ("2021年以来元宇宙", "2021年以来", "2021 –", "元宇宙"),
    ("2021年以前元宇宙", "2021年以前", "– 2020", "元宇宙"),
    ("去年下半年的房价", "去年下半年", "2025-07 – 2025-12", "房价"),
    ("从去年三月到现在的股市", "从去年三月到现在", "2025-03 –", "股市"),
    ("2018-2020 房价", "2018-2020", "2018 – 2020", "房价"),
    ("房价 2018～2020年", "2018～2020年", "2018 – 2020", "房价"),
    ("2019/03 房价", "2019/03", "2019-03", "房价"),
    ("2019/03/05的会议", "2019/03/05", "2019-03-05", "会议"),
    ("python 2021年", "2021年", "2021", "python"),
    ("元宇宙 2021 python", "2021", "2021", "元宇宙 python"),
    ("今年中国经济", "今年", "2026", "中国经济"),
    ("25年7月新能源", "25年7月", "2025-07", "新能源"),
    ("营收 25年", "25年", "2025", "营收"),
    ("老歌 98年", "98年", "1998", "老歌"),
    ("5月 5日", "5月 5日", "2025-05-05", ""),
    ("龙舟 五月 五日", "五月 五日", "2025-05-05", "龙舟"),
    ("去年 5月 房价", "去年 5月", "2025-05", "房价"),
    ("半年前的房价", "半年前", "2025-09", "房价"),
    ("房价 半个月前", "半个月前", "2026-02-23 – 2026-03-01", "房价"),
    ("202507", "202507", "2025-07", ""),
    ("20250715 房价", "20250715", "2025-07-15", "房价"),
    ("25年 7月 新能源", "25年 7月", "2025-07", "新能源"),
    ("25年三季度营收", "25年三季度", "2025-07 – 2025-09", "营收"),
    ("公众号 2025", "2025", "2025", "公众号"),
    ("房价 2025.7", "2025.7", "2025-07", "房价"),
    ("apple July 2025", "July 2025", "2025-07", "apple"),
    ("2025年 7月 新能源", "2025年 7月", "2025-07", "新能源"),
    ("三年前的元宇宙", "三年前", "2023", "元宇宙"),
    ("三月起飞", "三月", "2026-03", "起飞"),
    ("去年的元宇宙 tag:新媒体", "去年", "2025", "元宇宙 tag:新媒体"),
]


@pytest.mark.parametrize(("text", "typed", "label", "rest"), OFFERED)
def test_a_date_in_plain_text_is_offered(text: str, typed: str, label: str, rest: str) -> None:
    found = offer(text)
    assert found is not None
    assert (found.text, found.label, found.query) == (typed, label, rest)
    days = parse_dates(typed, today=TODAY)
    assert days is not None
    assert found.date_from == (days.first.isoformat() if days.first else None)
    assert found.date_to == (days.last.isoformat() if days.last else None)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "元宇宙",
            "2021款",
            "2021年度总结",
            "1990年代",
            "12021年",
            "v2021-11",
            "2021-11b",
            "2021",
            "100年",
            "9999",
        ),
        *(
            "日本周边",
            "目前天气",
            "网上月饼",
            "样本年龄",
            "晚上周杰伦",
            "五月天",
            "上周末",
            "近日新闻",
            "一周年",
            "13月",
        ),
        *("去年年底", "去年底的销量", "2021年年初", "2021年底", "今年年中 房价", "三月下旬", "去年三月底"),
        *("Windows 2000", "Office 2019 教程", "2018-20201", "v2018-2020", "a/2019/03", "2019/03/05/x", "1234-5678 号"),
        *("本周导读", "今天头条", "本周週刊"),
        *("三天内学会", "1912年的中国", "2030年的世界", "元宇宙 1984", "2021年2月30日"),
        *(
            '"去年" 元宇宙',
            "“去年的元宇宙”",
            "去年 -元宇宙",
            "去年 OR 元宇宙",
            "(去年 元宇宙) x",
            "去年* 元宇宙",
            "tag:去年",
        ),
        *("1921年7月1日", "近23年", "上市23年", "pycharm 2023.1", "tag:July 2023", "600519"),
        *("型号 202307", "邮编：200001", "單號 20250715", "版本 2023.1", "工作 10年 经验", "质保 20年"),
        *("黄酒 15年", "威士忌 18年", "上半年前三名", "前半年前"),
        *("两三年前的元宇宙", "最近两三年的房价", "二十三四年前", "大三年前", "第三年前"),
        *("日期：去年 元宇宙", "近三个月", "date:2021 去年", "年" * 2000),
    ],
)
def test_a_vague_date_or_a_query_with_operators_has_no_offer(text: str) -> None:
    assert offer(text) is None


PIECES = [
    "去年",
    "今年三月",
    "2021年",
    "的",
    "元宇宙",
    " ",
    "以来",
    "到",
    "本周",
    "2021",
    "-",
    "11",
    '"',
    "*",
    ":",
    "月",
]


@given(st.one_of(st.lists(st.sampled_from(PIECES), max_size=8).map("".join), st.text(max_size=30)))
def test_every_offer_has_a_label_that_fits_its_days(text: str) -> None:
    found = offer(text)
    if found is None:
        return
    assert found.text in text
    assert found.date_from or found.date_to
    assert len(found.query) < len(text)
    first, dash, last = (part.strip() for part in found.label.partition("–"))
    last = last if dash else first
    for bound, day, is_end in ((first, found.date_from, False), (last, found.date_to, True)):
        read = parse_date_bound(bound, end=is_end)
        assert (read.isoformat() if read else None) == day

"""The text of a query as it was typed, for queries with symbols or operators."""

from __future__ import annotations

import random
import re
from datetime import date

import pytest

from searchlib.analysis.units import LATIN
from searchlib.query.as_typed import contains_typed, normalize_spaces, typed_text, typed_words
from searchlib.query.parser import parse

TODAY = date(2026, 3, 15)


@pytest.mark.parametrize(
    ("query", "units", "has_operators"),
    [
        ("rm -rf", ("rm", "rf"), True),
        ("NOT NULL", ("not", "null"), True),
        ("研发 AND 设计", ("研", "发", "and", "设", "计"), True),
        ("标题：测试", ("标", "题", "测", "试"), True),
        ("a｜b", ("a", "b"), True),
        ("-5℃", ("5", "c"), True),
        ("新媒体 -营销", ("新", "媒", "体", "营", "销"), True),
        ("pip install --upgrade", ("pip", "install", "upgrade"), False),
        ("2021 - 2022", ("2021", "2022"), False),
        (".NET Core", ("net", "core"), False),
        ("{{ message }}", ("message",), False),
        ("!= null", ("null",), False),
        ("-f", ("f",), True),
        ("-5", ("5",), True),
        ("设计》（A/B）。研", ("设", "计", "a", "b", "研"), False),
    ],
)
def test_a_query_with_symbols_or_operators_has_a_typed_text(
    query: str, units: tuple[str, ...], has_operators: bool
) -> None:
    typed = typed_text(parse(query, today=TODAY))
    assert typed is not None
    assert (typed.phrase.units, typed.has_operators) == (units, has_operators)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "元宇宙 产业",
        "C++ 教程",
        "node.js",
        "-营销",
        "研发，",
        "Docker*",
        "*.md",
        '"rm -rf"',
        "a -b date:2021",
        "近三个月",
    ],
)
def test_other_queries_have_none(query: str) -> None:
    assert typed_text(parse(query, today=TODAY)) is None


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (".NET Core 教程", {("net", "core"): ".net core"}),
        ("for i in range", {("for", "i", "in", "range"): ""}),
        ("报错 no such file 怎么办 C++20", {("no", "such", "file"): "", ("c", "20"): "c++20"}),
        ("A/B test", {("a", "b", "test"): "a/b test"}),
        ("1/3 的人", {("1", "3"): "1/3"}),
        ("100%的人", {("100",): "100%"}),
        ("35元自助餐", {("35", "元"): "35元"}),
        ("体重2.5公斤 5kg", {("2", "5", "公"): "2.5公", ("5kg",): "5kg"}),
        ("3d game engine", {("3d", "game", "engine"): ""}),
        ("5g手机 3d", {("5g",): "5g", ("3d",): "3d"}),
        ("4G+5G", {("4g", "5g"): "4g+5g"}),
        ("¥35", {("35",): "¥35", ("35", "元"): "35元"}),
        ("机票 ￥1,200.5", {("1", "200", "5"): "¥1,200.5", ("1", "200", "5", "元"): "1,200.5元"}),
        ("¥35，门票", {("35",): "¥35", ("35", "元"): "35元"}),
        ("1元，2元", {("1", "元"): "1元", ("2", "元"): "2元"}),
        ("HK$35", {("hk", "35"): "hk$35"}),
        ("£9", {("9",): "£9", ("9", "英", "镑"): "9英镑"}),
        ("1元 2元 3元 4元", {("1", "元"): "1元", ("2", "元"): "2元", ("3", "元"): "3元"}),
        ("小米 14", {("小", "米", "14"): "小米 14"}),
        ("红米 9 评测 2023", {("红", "米", "9"): "红米 9"}),
        ("618", {("618",): "618"}),
        ("三十公里 三公里跑", {("三", "十", "公", "里"): "三十公里"}),
        ("一样 一个 一天 两个 万元 百年", {}),
        ("奥运会 2008", {}),
        ("2023年7月5日", {}),
        ("第264条 mate60pro", {}),
        ("tcp/ip", {}),
        ("/etc/hosts", {("etc", "hosts"): "/etc/hosts"}),
        ("$_GET", {("get",): "$_get"}),
        ("教程 *.md", {("md",): "*.md"}),
        ("取 ::before 与 __init__", {("before",): "::before", ("init",): "__init__"}),
        ("a==b", {("a", "b"): "a==b"}),
        ("read_csv", {}),
        ("error (publickey)", {}),
        ("python file", {}),
        ("docker 与 redis 与 nginx", {}),
        ('"for i in range"', {}),
    ],
)
def test_words_with_symbols_and_phrases_of_latin_words_are_typed_words(
    query: str, words: dict[tuple[str, ...], str]
) -> None:
    found = typed_words(parse(query, today=TODAY))
    assert {phrase.units: text for each in found for phrase, text in each.writings} == words


@pytest.mark.parametrize(
    ("typed", "text", "contains"),
    [
        ("rm -rf", "运行 RM  -RF 即可", True),
        ("rm -rf", "rm rf", False),
        ("rm -rf", "charm -rf", False),
        ("rm -rf", "rm -rfv", False),
        ("-5℃", "降到-5℃", True),
        ("-5℃", "3-5℃", False),
        ("5%", "只有 5%。", True),
        ("5%", "只有 2.5%", False),
        ("35元", "每份 35 元", True),
        ("35元", "每克 223.35元", False),
        ("35元", "共 1,035 元", False),
        ("¥35", "¥35.50", False),
        ("¥35", "¥35,000", False),
        ("¥35", "只要¥35，", True),
        ("v2.3", "v2.3.1", False),
        ("售价 35", "售价35", True),
        ("售价 35", "售价35.80元", False),
        ("十公里", "跑了十公里", True),
        ("十公里", "跑了五十公里", False),
        ("十公里", "跑了几十公里", False),
        ("一带一路、亚投行", "重点一带一路、亚投行", True),
        ("$_get", "取 $_GET['id']", True),
        ("$_get", "取 ＄＿ＧＥＴ", True),
        ("::before", "a::before", True),
        ("::before", "a:before", False),
        (".net", "java.net", False),
        ("*.md", "ls *.md", True),
        ("等...", "等…", True),
        ("3 5", "35", False),
        ("標題：測試", "标题:测试", True),
        ("a\u3000b", "a\nb", False),
    ],
)
def test_a_text_contains_it_with_its_symbols_and_not_inside_words(typed: str, text: str, contains: bool) -> None:
    assert contains_typed(typed)(text) is contains


def test_a_typed_text_is_found_where_a_search_for_its_pattern_finds_it() -> None:
    chosen = random.Random("typed")
    characters = "aA1.,-@ 　\t中[]\n"
    found = 0
    for _ in range(2_000):
        typed = "".join(chosen.choices(characters, k=chosen.randint(1, 4))).strip()
        if not typed or "\n" in typed:
            continue
        text = "".join(chosen.choices(characters, k=chosen.randint(0, 14)))
        is_prefix = chosen.random() < 0.3
        whole = normalize_spaces(typed)
        after = "" if is_prefix or not re.match(LATIN, whole[-1]) else f"(?!{LATIN})"
        before = "" if whole[0] in "[]" else f"(?<!{LATIN})"
        before += r"(?<!\d[.,])" if whole[0].isdecimal() else ""
        pattern = re.sub(r"(?<=1)(?:\\ )?(?=中)|(?<=中)(?:\\ )?(?=1)", " ?", re.escape(whole))
        expected = re.search(f"{before}{pattern}{after}", normalize_spaces(text)) is not None
        assert contains_typed(typed, is_prefix=is_prefix)(text) is expected, (typed, text, is_prefix)
        found += expected
    assert found > 100

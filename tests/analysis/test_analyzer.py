"""The analysis of the fields of an article."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchlib.analysis.analyzer import AnalyzedField, analyze_article
from searchlib.analysis.boilerplate import Boilerplate, line_digest
from searchlib.analysis.fold import fold
from searchlib.analysis.tokens import words
from searchlib.models import Article


def test_a_text_is_folded_and_has_words() -> None:
    analyzed = analyze_article(Article(id="a", path="a", title="學習，學習Ａ", body=""), Boilerplate())["title"]
    assert analyzed == AnalyzedField("学习,学习a")
    assert analyzed.words == ["学习", "学习", "a"]


def test_words_do_not_cross_lines() -> None:
    analyzed = AnalyzedField("机器\n学习 c++\n\nc#")
    assert "机器" in analyzed.words
    assert "器学" not in analyzed.words


@pytest.mark.parametrize("text", ["", "，。", " \u3000\t"])
def test_a_text_without_units_has_no_words(text: str) -> None:
    assert AnalyzedField(fold(text)).words == []


NOTICE = "扫码关注灯塔编辑部的公众号"
BODY = "第一章\n灯塔的光照得很远，船上的人隔着雾也能看见它，只是不知道是谁点的。"


@pytest.mark.parametrize(
    ("body", "left"),
    [(f"{NOTICE}\n{BODY}", "第一章"), (BODY, f"第一章\n{NOTICE}"), (f"{NOTICE}\n第一章", f"第一章\n{NOTICE}")],
    ids=["boilerplate", "no line of the body", "no other content"],
)
def test_a_heading_that_is_boilerplate_is_left_out(body: str, left: str) -> None:
    article = Article(id="a", path="a", title="灯塔", body=body, headings=("第一章", NOTICE))
    analyzed = analyze_article(article, Boilerplate([line_digest(NOTICE)]))
    assert analyzed["headings"].folded == left


LINE = st.one_of(
    st.text(st.characters(exclude_characters="\n")),
    st.text(st.sampled_from("机器学習学习的元宇宙ab1+#，。. _-ＣｃﾊﾞéA😀☀"), max_size=20),
)


@settings(max_examples=150)
@given(st.lists(LINE, max_size=5).map("\n".join))
def test_words_are_those_of_each_line(text: str) -> None:
    lines = fold(text).split("\n")
    expected = Counter(word.text for line in lines for word in words(line, parts=True))
    assert Counter(AnalyzedField(fold(text)).words) == expected

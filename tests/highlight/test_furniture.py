"""Snippets leave out repeated titles, and lines about the source of an article."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchlib.highlight.furniture import without_source, without_title, without_titles
from searchlib.highlight.snippets import ArticleText, content_snippets
from tests.highlight.marked_texts import bracketed, highlight_term

TITLE = "人工智能走进课堂，老师怎么看？"


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        (TITLE, None),
        ("人工智能走进课堂 老师怎么看", None),
        ("人工智慧走进课堂", "人工智慧走进课堂"),
        ("老师怎么看？", "老师怎么看？"),
        ("人工智能走进课堂", None),
        ("人工智能走进课堂，老师怎么看？上海的一所学校给出了答案。", "上海的一所学校给出了答案。"),
        ("人工智能走进课堂，老师怎么看待它。上海的一所学校给出了答案。", "上海的一所学校给出了答案。"),
        ("人工智能走进了课堂。", "人工智能走进了课堂。"),
        (f"{TITLE}\u200b", None),
        (f"{TITLE}{TITLE} 上海的一所学校给出了答案。", "上海的一所学校给出了答案。"),
        (f"{TITLE}！{TITLE}", None),
        (f"{TITLE}\u200b其他", "\u200b其他"),
        ("", ""),
    ],
)
def test_a_line_is_left_without_the_title(line: str, rest: str | None) -> None:
    around = ("之前的一行", "之后的一行")
    expected = [around[0], *([rest] if rest is not None else []), around[1]]
    assert without_title("\n".join((around[0], line, around[1])), TITLE) == "\n".join(expected)


def test_a_short_title_stays_at_the_beginning_of_a_sentence() -> None:
    assert without_title("Docker\nDocker 是一种容器。", "Docker") == "Docker 是一种容器。"
    assert without_title("全部文字", "") == "全部文字"


@pytest.mark.parametrize(
    "line",
    [
        "原文地址：Markov Chains in Python: Beginner Tutorial",
        "本文永久链接：https://example.com/a/b.md",
        "> * 译者：张三",
        "校对者：李四、王五",
        "https://example.com/a",
        "Original author: Jane Doe",
        "（来源：新华社）",
    ],
)
def test_a_line_about_the_source_is_left_out(line: str) -> None:
    assert without_source(f"{line}\n正文在此。") == "正文在此。"


@pytest.mark.parametrize(
    "line", ["作者认为：这样不行。", "他说：来源很多。", "见 https://example.com 的说明", "时间都去哪儿了", ""]
)
def test_a_sentence_stays(line: str) -> None:
    assert without_source(f"{line}\n正文在此。") == f"{line}\n正文在此。"


def test_only_the_ends_of_a_long_text_are_searched() -> None:
    middle = "中间的话。\n" * 2_000
    text = f"{TITLE}\n译者：张三\n{middle}译者：李四\n{middle}译者：王五"
    assert without_source(without_title(text, TITLE)) == f"{middle}译者：李四\n{middle}".rstrip("\n")


def test_snippets_prefer_the_content_to_lines_about_the_source_and_those_to_boilerplate() -> None:
    body = f"{TITLE}\n译者：课堂小组\n今天的课堂不同了。\n转发有奖"
    content = body.removesuffix("\n转发有奖")

    def found(word: str) -> list[str]:
        (snippets,) = content_snippets([ArticleText(body, content, TITLE)], [highlight_term(word)])
        return [bracketed(each) for each in snippets]

    assert found("课堂") == ["今天的[课堂]不同了。"]
    assert found("小组") == ["译者：课堂[小组]"]
    assert found("有奖") == ["转发[有奖]"]
    assert found("人工") == found("没有") == ["今天的课堂不同了。"]


TEXTS = st.lists(
    st.sampled_from([TITLE, "课堂", "人工智能走进课堂", "译者：张三", "見証", "", "ﬁ", "\u0301"]), max_size=4
).map("\n".join)


@given(st.lists(st.tuples(TEXTS, st.sampled_from([TITLE, "", "課堂", "一\n二", "Ｄｏｃｋｅｒ 入门"])), max_size=4))
def test_titles_are_removed_from_many_texts_as_from_each_alone(pairs: list[tuple[str, str]]) -> None:
    texts, titles = [text for text, _ in pairs], [title for _, title in pairs]
    assert without_titles(texts, titles) == [without_title(text, title) for text, title in pairs]

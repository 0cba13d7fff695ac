"""Boilerplate lines recur in articles that otherwise differ, but not only in copies of one article."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from searchlib.analysis.boilerplate import (
    MIN_ARTICLES,
    NO_BOILERPLATE,
    ArticleLines,
    Boilerplate,
    find_boilerplate,
    line_digest,
)

LINE = "本站文章均为原创，转载请注明出处"
MANY = MIN_ARTICLES


def boilerplate_of(articles: Sequence[tuple[str, str]]) -> list[int]:
    """Return the digests of the boilerplate of articles, each with title and body."""
    return find_boilerplate([ArticleLines.of(title, body) for title, body in articles]).tolist()


def own(number: int) -> str:
    return f"第{number}篇只说自己的事情，和别的文章没有一句相同的话。"


def test_a_line_at_the_end_of_many_articles_is_boilerplate() -> None:
    articles = [(f"题{number}", f"{own(number)}\n  {LINE}　") for number in range(MANY)]
    articles[0] = (articles[0][0], articles[0][1].replace("，转载", "， 转载"))
    assert boilerplate_of(articles) == [line_digest(LINE)]
    assert boilerplate_of(articles[1:]) == []


def test_in_a_large_archive_a_line_must_recur_more_often() -> None:
    others = [(f"别{number}", own(-number)) for number in range(30_000)]
    recurring = [(f"题{number}", f"{own(number)}\n{LINE}") for number in range(15)]
    assert boilerplate_of([*others, *recurring]) == []
    assert boilerplate_of([*others[:10_000], *recurring]) == [line_digest(LINE)]


def test_headings_code_and_numbers_are_no_boilerplate() -> None:
    for line in (
        "另請參閱",
        "参考资料：",
        "sudo apt-get update && sudo reboot",
        "2021-11-20 08:00:00",
        "————————————",
        "} // 结束循环",
    ):
        assert boilerplate_of([(f"题{number}", f"{own(number)}\n{line}") for number in range(2 * MANY)]) == [], line


def test_copies_of_an_article_have_no_boilerplate() -> None:
    body = "\n".join(map(own, range(5)))
    assert boilerplate_of([("同一篇", body)] * MANY) == []
    assert boilerplate_of([(f"换了题目的第{number}回", body) for number in range(MANY)]) == []
    assert boilerplate_of([("同一篇", f"{body}\n第{number}个网站的转载说明") for number in range(MANY)]) == []


def test_split_keeps_the_order_of_lines() -> None:
    boilerplate = Boilerplate([line_digest(LINE), line_digest("扫码关注我们的公众号")])
    body = f"扫码关注我们的公众号\n{own(1)}\n\n{LINE} \n{own(2)}"
    assert boilerplate.split(body) == (f"{own(1)}\n\n{own(2)}", f"扫码关注我们的公众号\n{LINE} ")
    assert boilerplate.split(own(1)) == (own(1), "")
    assert Boilerplate().split(body) == (body, "")


def test_an_article_that_would_have_no_content_has_no_boilerplate() -> None:
    boilerplate = Boilerplate([line_digest(LINE)])
    for body in (LINE, f"短。\n{LINE}"):
        assert boilerplate.split(body) == (body, "")


@pytest.mark.parametrize(
    "suffix", [" | 灯塔文档", "｜灯塔文档", " - 灯塔的博客", " – Lighthouse Docs", "——灯塔周刊", "_灯塔网"]
)
def test_the_last_part_that_many_titles_share_is_boilerplate(suffix: str) -> None:
    others = [(f"别的题目 - 第{number}部", own(-number)) for number in range(200)]
    digests = boilerplate_of([(f"题目{number}{suffix}", own(number)) for number in range(MANY)] + others)
    boilerplate = Boilerplate(digests)
    assert boilerplate.without_suffix(f"另一个题目{suffix}") == "另一个题目"
    for title in ("另一个题目", f"灯塔{suffix}的历史", suffix.strip(), "别的题目 - 第3部", ""):
        assert boilerplate.without_suffix(title) == title


def test_the_last_part_of_few_titles_or_of_copies_is_content() -> None:
    titles = [(f"题目{number} | 灯塔文档", own(number)) for number in range(MANY)]
    assert boilerplate_of([*titles[1:], *[(f"另{number}", own(-number)) for number in range(90)]]) == []
    assert boilerplate_of([*titles, *[(f"另{number}", own(-number)) for number in range(50 * MANY)]]) == []
    assert boilerplate_of([titles[0]] * MANY) == []


@pytest.mark.parametrize(
    ("line", "is_byline"),
    [
        ("译者：ChatGPT", True),
        ("作者: 林深", True),
        ("责任编辑：周舟", True),
        ("（校对：阿明）", True),
        ("> 翻译｜小禾", True),
        ("作者：林深，原文链接，原文日期：2016-03-17 译者：小禾；校对：阿明；定稿：周舟", True),
        ("作者：Lin Shen 选题：a1 译者：小禾 校对：阿明", True),
        ("作者：林深，来源不明", False),
        ("作者：林深，他谈到了来源：一本书。", False),
        ("作者：我不同意。", False),
        ("作者很少谈自己", False),
        ("编辑：打开文件，再保存", False),
        ("译者：", False),
    ],
)
def test_bylines_near_the_ends_are_boilerplate(line: str, is_byline: bool) -> None:
    text = "\n".join(map(own, range(40)))
    expected = (text, line) if is_byline else (f"{line}\n{text}", "")
    assert NO_BOILERPLATE.split(f"{line}\n{text}") == expected
    middle = "\n".join([*map(own, range(20)), line, *map(own, range(20))])
    assert NO_BOILERPLATE.split(middle) == (middle, "")

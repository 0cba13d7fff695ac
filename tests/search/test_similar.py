"""Similar articles share significant terms, which are frequent in an article and rare in the archive and the language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

import searchlib
from searchlib.search.similar import MAX_CANDIDATES, MAX_TERMS, significant_terms

ARTICLES = 1_000


def terms_of(title: str, body: str, frequencies: Mapping[str, int], default: int = 10) -> list[str]:
    """Return the significant terms of an article, given the number of articles of each word."""

    def look_up(words: Iterable[str]) -> dict[str, int]:
        return {word: frequencies.get(word, default) for word in words}

    return list(significant_terms(title, body, look_up, ARTICLES))


@pytest.mark.parametrize(
    ("title", "body", "frequencies", "expected"),
    [
        ("", "机器 学习", {"机器": 5, "学习": 500}, ["机器", "学习"]),  # the rarer one first
        ("", "机器 学习", {}, ["机器", "学习"]),  # the rarer one in other texts first
        ("", "beta beta beta alpha", {}, ["beta", "alpha"]),  # the more frequent of equally rare ones
        ("beta", "alpha alpha", {}, ["beta", "alpha"]),  # the title counts three times
        ("", "机器 学习", {"学习": 1}, ["机器"]),  # in no other article
        ("", "机器 学习", {"学习": 2}, ["机器", "学习"]),
        ("", "机器 学习", {"机器": 0, "学习": 0}, []),
        ("", "的 猫 狗 a 机器", {}, ["机器"]),  # single characters are left out
        ("", "2021 12 机器", {}, ["机器"]),
        ("", "三十 第一 二十分钟 三分之一 两年 三星", {}, ["三星", "分钟", "之一"]),  # numbers
        ("", "iphone13", {"iphone13": 2}, ["iphone13", "iphone"]),
        ("", "學習", {}, ["学习"]),
        ("", "，。", {}, []),
        ("", "", {}, []),
    ],
)
def test_the_most_significant_terms_come_first(
    title: str, body: str, frequencies: dict[str, int], expected: list[str]
) -> None:
    assert terms_of(title, body, frequencies) == expected


def test_equally_significant_terms_are_in_alphabetical_order() -> None:
    assert terms_of("", "beta alpha gamma", {}) == terms_of("", "gamma beta alpha", {}) == ["alpha", "beta", "gamma"]


def test_only_the_most_significant_terms_are_returned() -> None:
    names = [f"word{chr(97 + number // 26)}{chr(97 + number % 26)}" for number in range(100)]
    found = terms_of("", " ".join(names), {name: 900 - number for number, name in enumerate(names)})
    assert found == names[: -MAX_TERMS - 1 : -1]


def test_all_frequencies_are_read_in_one_call() -> None:
    asked: list[list[str]] = []

    def look_up(words: Iterable[str]) -> dict[str, int]:
        asked.append(list(words))
        return dict.fromkeys(asked[-1], 5)

    significant_terms("机器", "学习机器", look_up, ARTICLES)
    assert [sorted(words) for words in asked] == [["学习", "机器"]]


def test_a_text_of_very_many_words_costs_a_bounded_number_of_look_ups() -> None:
    asked: list[str] = []

    def look_up(words: Iterable[str]) -> dict[str, int]:
        asked.extend(words)
        return dict.fromkeys(asked, 5)

    names = [
        f"w{chr(97 + number // 676)}{chr(97 + number // 26 % 26)}{chr(97 + number % 26)}" for number in range(9_000)
    ]
    terms = list(significant_terms("题目", f"今天 我们 {' '.join(names)} {names[-1]}", look_up, ARTICLES))
    assert len(asked) == MAX_CANDIDATES
    assert terms[:2] == ["题目", names[-1]]
    # Words that are common in the language come last.
    assert {*asked} == {"题目", names[-1], *names[: MAX_CANDIDATES - 2]}


def test_common_words_are_no_evidence() -> None:
    evidence = significant_terms("", "今天 我们 发酵 the", lambda words: dict.fromkeys(words, 2), 10)
    assert evidence["发酵"] > 2
    assert evidence["今天"] == evidence["我们"] == evidence["the"] == 0


def test_a_word_that_many_articles_of_the_archive_contain_is_no_evidence() -> None:
    assert significant_terms("", "发酵", lambda words: dict.fromkeys(words, 90), 100)["发酵"] < 1
    assert significant_terms("", "发酵", lambda words: dict.fromkeys(words, 9_000), 10_000)["发酵"] == 0


POSTS = {
    "sourdough.md": """在家做面包的三个月
去年冬天我第一次养出了自己的酵种，每天早上给它喂一次面粉和水，一个星期以后很有活力。
面团的含水量决定了气孔。水多的面团很粘手，折叠的时候要把手打湿。铸铁锅要提前烧热，烤二十分钟以后打开盖子。
我觉得最难的不是技术，而是等待，很多时候我们以为发酵已经完成了。""",
    "rye.md": """黑麦面包
黑麦的面团像泥一样，不需要折叠。酵种放在二十八度的地方，发酵快了一半。
铸铁锅烧热，盖上盖子烤四十分钟，第二天切开才好吃。如果太酸，可以多喂几次面粉。""",
    "guitar.md": """三十岁开始学吉他
很多人说三十岁开始已经太晚了，我觉得不是这样。每天练习二十分钟，一年以后可以弹二十首歌。
最开始的两个月手指很疼，后来我慢慢习惯了。晚上练习的时候，我会把灯关掉。""",
    "moving.md": """搬家以后
这个星期终于搬完了。二十个箱子，一半是书，还有一些东西我已经忘记自己有过。
早上可以听到鸟叫，晚上几乎没有车。以后买什么之前，我会先想一想。""",
    "kyoto.md": """京都的三天
第一天下雨，我们吃了很多小东西。第二天早上六点出门，几乎没有人。
晚上在河边坐着，一直到很晚。如果再去一次，我会多留一点时间什么都不做。""",
    "index.md": """给数据库的查询加索引
这个博客的统计页面越来越慢，每次打开都需要三秒。今天我终于看了一下查询计划，结果是全表扫描。
加上一个复合索引以后，查询快了很多。索引也有代价：写入的时候要更新它。""",
    "backup.md": """每天备份数据库
数据库就是一个文件，但是不能直接复制：如果正好有程序在写入，备份可能是坏的。
每天晚上运行一次，恢复的时候检查一下索引和查询就可以了。""",
    "speed.md": """Notes on typing faster
I wanted to type faster, so I did it for ten minutes every day. After a month I made fewer mistakes.""",
    "walk.md": """A walk in the rain
We went out after ten and did not come back for a day. I wanted to see the sea, so it took a month to plan.""",
}


def test_articles_of_a_tiny_blog_are_only_similar_if_they_share_a_subject(tmp_path: Path) -> None:
    for name, text in POSTS.items():
        (tmp_path / "posts").mkdir(exist_ok=True)
        (tmp_path / "posts" / name).write_text(f"# {text.replace(chr(10), chr(10) * 2)}\n", encoding="utf-8")
    searchlib.build_index(tmp_path / "posts", tmp_path / "index")
    with searchlib.open_index(tmp_path / "index") as index:
        similar = {name: [hit.id for hit in index.similar(name).hits] for name in POSTS}
    assert {name: ids for name, ids in similar.items() if ids} == {
        "sourdough.md": ["rye.md"],
        "rye.md": ["sourdough.md"],
        "index.md": ["backup.md"],
        "backup.md": ["index.md"],
    }

"""Spellings, and the texts that phrases are read from."""

from __future__ import annotations

import pytest

from searchlib.analysis.dictionary import Dictionary
from searchlib.suggest.entries import LEXICON_WORD, find_spellings, sampled_articles, sampled_lines, without_fragments


def test_a_word_that_is_often_written_with_capitals_is_spelled_so() -> None:
    lines = [
        "用 Java 写",
        "学 Java 和 java",
        "装 git",
        "又装 git",
        "看 Git",
        "再装 git",
        "写 C++ 与 iOS",
        "c++11 与 c#",
    ]
    assert find_spellings(lines) == {"java": "Java", "c++": "C++", "ios": "iOS"}


def test_a_spelling_ends_with_its_line() -> None:
    assert find_spellings(["学 C", "++ 与 Java", "Script 是文", "", "C+"]) == {
        "c": "C",
        "java": "Java",
        "script": "Script",
    }


def test_lines_of_code_do_not_count() -> None:
    assert find_spellings(["public class Main", "主程序在 main 里"]) == {}


@pytest.mark.parametrize("articles", [0, 1, 4000, 4001, 100_000])
def test_at_most_so_many_articles_are_read(articles: int) -> None:
    assert min(articles, 2000) <= len(sampled_articles(articles)) <= 4000


def test_of_a_body_the_first_lines_are_read() -> None:
    assert sampled_lines(["题"], ["一\n二", "三" * 5000]) == ["题", "一", "二", "三" * 2000]


@pytest.mark.parametrize("word", ["c++", "c#", "java", "元宇宙", "3d", "b+", "notepad++"])
def test_such_a_word_can_be_an_entry(word: str) -> None:
    assert LEXICON_WORD.fullmatch(word)


@pytest.mark.parametrize("word", ["c", "5", "12", "元", "2023", "netty+"])
def test_such_a_word_cannot(word: str) -> None:
    assert not LEXICON_WORD.fullmatch(word)


def test_a_word_that_nearly_always_stands_inside_the_same_more_usual_word_is_a_fragment() -> None:
    words = {
        **{"务器": 10, "服务": 30, "服务器": 10},
        **{"一系": 40, "一系列": 39, "一起": 30},
        # Usual words stay, and so do those that often stand alone.
        **{"马克思": 30, "马克思主义": 29, "民法": 30, "民法典": 29, "核武": 30, "核武器": 30},
        **{"有趣": 40, "有趣味": 39},
        **{"宇宙": 20, "元宇宙": 20, "羽毛": 9, "羽毛球": 9, "斯拉": 10, "特斯拉": 7},
        # Too few articles tell nothing.
        **{"件夹": 2, "文件夹": 2},
        "computer": 9,
    }
    assert without_fragments(words) == {word: count for word, count in words.items() if word not in ("务器", "一系")}
    assert without_fragments(words, Dictionary("", (("务器", 5), ("一系", 5)))) == words

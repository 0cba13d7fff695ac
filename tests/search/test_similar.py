"""The words that tell what an article is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from searchlib.search.similar import MAX_TERMS, significant_terms

ARTICLES = 1_000


def told(title: str, body: str, frequencies: Mapping[str, int], default: int = 10) -> list[str]:
    """The telling words, where a word occurs in as many articles as ``frequencies`` says, or else ``default``."""

    def look_up(words: Iterable[str]) -> dict[str, int]:
        return {word: frequencies.get(word, default) for word in words}

    return significant_terms(title, body, look_up, ARTICLES)


@pytest.mark.parametrize(
    ("title", "body", "frequencies", "expected"),
    [
        ("", "机器 学习", {"机器": 500, "学习": 5}, ["学习", "机器"]),  # the rarer goes first
        ("", "机器 机器 机器 学习", {}, ["机器", "学习"]),  # of equally rare ones the more frequent
        ("学习", "机器 机器", {}, ["学习", "机器"]),  # the title counts three times
        ("", "机器 学习", {"学习": 1}, ["机器"]),  # nowhere else: leads to no other article
        ("", "机器 学习", {"学习": 2}, ["学习", "机器"]),
        ("", "机器 学习", {"机器": 0, "学习": 0}, []),
        ("", "的 猫 狗 a 机器", {}, ["机器"]),  # one character tells too little
        ("", "2021 12 机器", {}, ["机器"]),
        ("", "iphone13", {"iphone13": 2}, ["iphone13", "iphone"]),
        ("", "學習", {}, ["学习"]),
        ("", "，。", {}, []),
        ("", "", {}, []),
    ],
)
def test_the_words_that_tell_most_come_first(
    title: str, body: str, frequencies: dict[str, int], expected: list[str]
) -> None:
    assert told(title, body, frequencies) == expected


def test_words_that_tell_the_same_come_in_one_order() -> None:
    assert told("", "beta alpha gamma", {}) == told("", "gamma beta alpha", {}) == ["alpha", "beta", "gamma"]


def test_only_the_best_words_are_taken() -> None:
    names = [f"word{chr(97 + number // 26)}{chr(97 + number % 26)}" for number in range(100)]
    found = told("", " ".join(names), {name: 900 - number for number, name in enumerate(names)})
    assert found == names[: -MAX_TERMS - 1 : -1]


def test_frequencies_are_asked_for_once() -> None:
    asked: list[list[str]] = []

    def look_up(words: Iterable[str]) -> dict[str, int]:
        asked.append(list(words))
        return dict.fromkeys(asked[-1], 5)

    significant_terms("机器", "学习机器", look_up, ARTICLES)
    assert [sorted(words) for words in asked] == [["学习", "机器"]]

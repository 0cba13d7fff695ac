"""Significant terms are frequent in an article and rare in the archive."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from math import log

import pytest

from searchlib.search.similar import MAX_CANDIDATES, MAX_TERMS, significant_terms

ARTICLES = 1_000


def terms_of(title: str, body: str, frequencies: Mapping[str, int], default: int = 10) -> list[str]:
    """Return the significant terms of an article, given the number of articles of each word."""

    def look_up(words: Iterable[str]) -> dict[str, int]:
        return {word: frequencies.get(word, default) for word in words}

    return significant_terms(title, body, look_up, ARTICLES)


@pytest.mark.parametrize(
    ("title", "body", "frequencies", "expected"),
    [
        ("", "机器 学习", {"机器": 500, "学习": 5}, ["学习", "机器"]),  # the rarer one first
        ("", "机器 机器 机器 学习", {}, ["机器", "学习"]),  # the more frequent of equally rare ones
        ("学习", "机器 机器", {}, ["学习", "机器"]),  # the title counts three times
        ("", "机器 学习", {"学习": 1}, ["机器"]),  # in no other article
        ("", "机器 学习", {"学习": 2}, ["学习", "机器"]),
        ("", "机器 学习", {"机器": 0, "学习": 0}, []),
        ("", "的 猫 狗 a 机器", {}, ["机器"]),  # single characters are left out
        ("", "2021 12 机器", {}, ["机器"]),
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


def test_words_that_cannot_be_significant_are_not_looked_up() -> None:
    chosen = random.Random("similar")
    letters = [chr(97 + number) for number in range(26)]
    names = [f"w{one}{other}" for one in letters for other in letters]
    frequencies = {name: chosen.randint(2, 40) for name in names}
    counts = {name: 1 + (number < 100) * chosen.randint(5, 30) for number, name in enumerate(names)}
    body = " ".join(name for name, count in counts.items() for _ in range(count))
    asked: list[str] = []

    def look_up(words: Iterable[str]) -> dict[str, int]:
        asked.extend(words)
        return {word: frequencies[word] for word in words}

    weights = {name: (1 + log(counts[name])) * log(1 + ARTICLES / frequencies[name]) for name in names}
    assert (
        significant_terms("", body, look_up, ARTICLES)
        == sorted(weights, key=lambda name: (-weights[name], name))[:MAX_TERMS]
    )
    assert len(asked) < len(names)


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
    terms = significant_terms("题目", f"{' '.join(names)} {names[-1]}", look_up, ARTICLES)
    assert len(asked) == MAX_CANDIDATES
    assert terms[:2] == ["题目", names[-1]]
    assert asked[2:] == names[: MAX_CANDIDATES - 2]

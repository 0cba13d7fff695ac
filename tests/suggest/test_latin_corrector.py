"""Mistyped Latin words are corrected with the words of an index."""

from __future__ import annotations

import pytest

from searchlib.suggest.latin_corrector import LatinCorrector
from tests.suggest.fake_statistics import FakeStatistics

ARTICLES = 10_000

WORDS = {
    "python": 9000, "core": 3000, "state": 4000, "string": 5000, "line": 8000, "changing": 400, "from": 9000, "form": 900,
    "farm": 3000, "chore": 9, "slate": 9, "stringer": 9, "linq": 3, "pyhton": 9, "pythn": 3, "ubunt": 3, "ubuntu": 900,
    "重庆": 600, "机器": 900, "林旭": 25, "linux": 9000,
}  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("pyhton", "python"), ("pythn", "python"), ("pythonn", "python"), ("ubunt", "ubuntu"), ("linq", "line")],
)
def test_a_typo_is_corrected(typed: str, meant: str) -> None:
    assert LatinCorrector(FakeStatistics(WORDS), ARTICLES).correct(typed) == meant


@pytest.mark.parametrize("word", ["chore", "slate", "stringer", "python", "form"])
def test_a_word_of_several_articles_is_not_corrected(word: str) -> None:
    assert LatinCorrector(FakeStatistics(WORDS), ARTICLES).correct(word) is None


def test_a_word_of_a_title_or_a_tag_is_not_corrected() -> None:
    assert LatinCorrector(FakeStatistics(WORDS, titles=["linq tutorial"]), ARTICLES).correct("linq") is None
    assert LatinCorrector(FakeStatistics(WORDS, values=["linq"]), ARTICLES).correct("linq") is None


@pytest.mark.parametrize(("typed", "meant"), [("chongqing", "重庆"), ("jiqi", "机器"), ("linxu", "linux")])
def test_a_name_in_pinyin_is_preferred_to_a_similar_word(typed: str, meant: str) -> None:
    words = {**WORDS, "chongqing": 3, "jiri": 90}
    assert LatinCorrector(FakeStatistics(words), ARTICLES).correct(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("chognqing", "重庆"),
        ("chonqqing", None),
        ("chonggqing", "重庆"),
        ("honggong", None),
        ("zhonguo", "中国"),
        ("zhognguo", "中国"),
        ("linxu", "linux"),
    ],
)
def test_pinyin_with_a_slip_is_read_as_a_name(typed: str, meant: str | None) -> None:
    words = {**WORDS, "中国": 3000, "上海": 800}
    assert LatinCorrector(FakeStatistics(words), ARTICLES).correct(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"), [("beijing", "北京"), ("women", None), ("tale", None), ("banana", None), ("python", None)]
)
def test_a_frequent_word_that_spells_a_much_more_frequent_name_is_offered_this(typed: str, meant: str | None) -> None:
    words = {**WORDS, "beijing": 42, "北京": 8000, "women": 38, "我们": 9000, "tale": 30, "他乐": 900, "banana": 33}
    assert LatinCorrector(FakeStatistics(words), ARTICLES).correct(typed) == meant


def test_swapped_letters_are_likelier_than_a_different_letter() -> None:
    words = {"farm": 9000, "from": 900}
    assert LatinCorrector(FakeStatistics(words), ARTICLES).correct("form") == "from"


@pytest.mark.parametrize(("articles", "meant"), [(90, "幂等"), (ARTICLES, None)])
def test_a_name_of_few_articles_is_meant_by_its_pinyin_beside_a_word_in_a_small_archive(
    articles: int, meant: str | None
) -> None:
    corrector = LatinCorrector(FakeStatistics({"幂等": 3, "jvm": 40}), articles)
    assert corrector.correct("mideng", ("jvm", "")) == meant
    assert corrector.correct("mideng") is None

"""Frequencies of jieba's dictionary tell how common words are."""

from __future__ import annotations

import pytest

from searchlib.analysis.common_words import share_of_articles
from searchlib.analysis.han_tokenizer import CORPUS_WORDS, JiebaTokenizer, han_tokenizer


def test_common_words_are_in_more_articles() -> None:
    words = ("我们", "今天", "早上", "发酵", "酵种")
    shares = [share_of_articles(word) for word in words]
    assert shares == sorted(shares, reverse=True)
    assert shares[1] > 0.05
    assert shares[3] < 0.01


@pytest.mark.parametrize(("word", "share"), [("the", 0.3), ("sqlite", 0.0), ("b端", 0.0), ("😀", 0.0)])
def test_latin_words_are_rare_except_for_the_most_frequent_ones(word: str, share: float) -> None:
    assert share_of_articles(word) == share


def test_both_tokenizers_have_the_frequencies_of_the_dictionary() -> None:
    jieba = JiebaTokenizer()
    words = ("我们", "机器学习", "酵种", "元宇宙", "铸铁锅")
    # They round differently.
    expected = pytest.approx([jieba.frequency(word) for word in words], abs=1)
    assert [han_tokenizer().frequency(word) for word in words] == expected
    assert jieba.frequency("我们") == 98740
    assert jieba._jieba.total == CORPUS_WORDS

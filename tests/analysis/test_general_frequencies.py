"""General frequencies are those of jieba's dictionary."""

from __future__ import annotations

from searchlib.analysis.general_frequencies import general_frequencies
from searchlib.analysis.han_tokenizer import JiebaTokenizer


def test_frequencies_are_those_of_jieba() -> None:
    words = {"服务器", "务器", "节气", "没有这样的词"}
    frequencies = general_frequencies(words)
    assert frequencies.keys() == words - {"没有这样的词"}
    tokenizer = JiebaTokenizer()
    assert {word: tokenizer.add(word, 1)[1] for word in frequencies} == frequencies

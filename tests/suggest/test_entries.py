"""The phrases of a lexicon are those that a plain loop over the titles finds."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from random import Random

import pytest

from searchlib.analysis.dictionary import JIEBA_WORD
from searchlib.analysis.han_tokenizer import HanTokenizer, JiebaTokenizer, han_tokenizer
from searchlib.analysis.stop_words import FUNCTION_WORDS
from searchlib.suggest.entries import find_phrases
from searchlib.suggest.lexicon import MAX_KEY_LENGTH

PIECES = "元宇宙 人工智能 的 和 我们 什么 全文 检索 网 电子商务 中华人民共和国 A 3 ,  《 》 㐀 𠮷 长城 很 茶".split(" ")


def phrases_by_loop(titles: list[str], tokenizer: HanTokenizer) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for title in titles:
        for run in JIEBA_WORD.findall(title):
            words = [word for word, _, _ in tokenizer.tokenize(run)]
            for one, other in pairwise(words):
                if not {one, other} & FUNCTION_WORDS and 2 < len(one + other) <= MAX_KEY_LENGTH:
                    counts[one + other] += 1
    return {phrase: count for phrase, count in counts.most_common() if count >= 3}


@pytest.mark.parametrize("tokenizer", [han_tokenizer(), JiebaTokenizer()], ids=["rjieba", "jieba"])
def test_phrases_are_those_of_a_plain_loop(tokenizer: HanTokenizer) -> None:
    random = Random(8)
    titles = ["".join(random.choices(PIECES, k=random.randint(0, 6))) for _ in range(3000)]
    phrases = find_phrases(titles, tokenizer)
    assert list(phrases.items()) == list(phrases_by_loop(titles, tokenizer).items())
    assert len(phrases) > 30


@pytest.mark.parametrize("titles", [[], [""], ["网"], ["A", ""]])
def test_titles_without_two_words_have_no_phrases(titles: list[str]) -> None:
    assert find_phrases(titles, han_tokenizer()) == {}

"""Find the phrases of an archive: adjacent words that occur together as one expression."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import NDArray

from searchlib.analysis.dictionary import JIEBA_CHARACTERS
from searchlib.analysis.han_tokenizer import RUN_END, HanTokenizer
from searchlib.analysis.stop_words import FUNCTION_WORDS
from searchlib.common.lazy_pattern import lazy_pattern

MAX_PHRASES = 50_000
"""Maximum number of phrases in a lexicon; the most frequent ones are taken."""

MAX_PHRASE_LENGTH = 10
"""Maximum characters of a phrase."""

_MAX_WORDS = 3
"""Maximum words of a phrase."""

_MIN_OCCURRENCES, _FEW_LINES = 3, 1_000
"""Minimum occurrences of a phrase. In a text of at most _FEW_LINES lines, one fewer suffices."""

_MIN_COHESION = 0.5
"""Minimum normalized pointwise mutual information of the two parts of a phrase, for every split (Bouma 2009)."""

_MIN_SHARE_OF_PART = 0.15
"""An alternative to cohesion: the minimum share of a phrase in the occurrences of a part, such as 元 in 元宇宙."""

_MIN_ENTROPY_SHARE, _ENTROPY_OCCURRENCES = 0.9, 3
"""The minimum entropy of the words before a phrase, and of those after it, as a share of the maximum for this number of
occurrences, which is capped (Jin and Tanaka-Ishii 2006)."""

_MAX_LONGER_SHARE = 0.5
"""Maximum share of the occurrences of a phrase that the same word follows, or precedes."""

_ADVERBS = frozenset(
    """
    正在 已经 已 曾 曾经 将会 即将 可能 必须 需要 应当 不能 不会 不是 就是
    还是 也是 都是 只是 而是 便 仍 仍然 仍在 均 亦 却 并非 无法 今日 近日
    日前 今天 昨天 昨日 明天 目前 当前 如今 现在 此前 此后 之后 之前 以来
    期间 同时 后 前 时 日 月 年 间 内 外 当 通过 根据 按照 针对 随着 作为
    成为 进行 具有 包括 包含 表示 称 说 来自 位于 至 比 受 据 每 各 另
    某 本 两 一 二 三 所有 任何 其他 一些 这是 那么 因此 例如 比如 以下
    如下 非常 十分 比较 相当 更加 越来越 一直 不断 开始 继续 首次 再次 又一
    第一 带来 出现 发生 获得
    """.split()
)
"""Folded adverbs and similar words. A phrase does not begin or end with one."""

_NOT_AT_BOUNDARIES = FUNCTION_WORDS | _ADVERBS

_LATIN = r"(?<![a-z0-9])[0-9]{0,2}[a-z][a-z0-9]{0,15}(?![a-z0-9])[+#]{0,2}"
"""A Latin word of a phrase, beside a Han character: a in a股, 3d in 3d打印, c++ in c++语言."""

_HAN = f"[{JIEBA_CHARACTERS}]"
_RUN = lazy_pattern(rf"(?:{_LATIN})?{_HAN}++(?:{_LATIN}{_HAN}*+)*")
_RUN_END_OR_LATIN = lazy_pattern(rf"({RUN_END}|[0-9a-z]++[+#]*+)")
"""A separator of Han characters in a text of runs. Inside of runs, this is ``_LATIN``, and re finds it faster."""

_RUN_END_NUMBER = 0

_RUNS_AT_ONCE = 10_000
"""Runs that are tokenized at once."""

Integers = NDArray[np.int64]


def find_phrases(lines: Sequence[str], tokenizer: HanTokenizer) -> dict[str, int]:
    """Return the phrases of folded lines, with the numbers of their occurrences, most frequent first.

    A repeated line counts once. Some phrases are words too.
    """
    # The first word is the end of a run, whose number is _RUN_END_NUMBER.
    sequence, words = _number_words(lines, tokenizer)
    lengths = np.fromiter(map(len, words), np.int64, len(words))
    is_boundary = ~np.fromiter(map(_NOT_AT_BOUNDARIES.__contains__, words), bool, len(words))
    is_content = ~np.fromiter(map(FUNCTION_WORDS.__contains__, words), bool, len(words))
    is_boundary[_RUN_END_NUMBER] = is_content[_RUN_END_NUMBER] = False
    # A Han phrase of two characters would be two words of one character. A Latin word makes an expression of them: b站.
    min_lengths = np.where(np.fromiter(map(str.isascii, words), bool, len(words)), 2, 3)
    min_count = _MIN_OCCURRENCES - int(np.count_nonzero(sequence == _RUN_END_NUMBER) <= _FEW_LINES)
    phrases: dict[str, int] = {}
    for grams in _grams(sequence, is_content, min_count):
        first = grams.example
        last = first + grams.words - 1
        length = np.add.reduce([lengths[sequence[first + offset]] for offset in range(grams.words)])
        min_length = np.minimum.reduce([min_lengths[sequence[first + offset]] for offset in range(grams.words)])
        is_phrase = (length >= min_length) & (length <= MAX_PHRASE_LENGTH)
        is_phrase &= is_boundary[sequence[first]] & is_boundary[sequence[last]]
        is_phrase &= grams.is_cohesive
        for neighbors in (sequence[grams.at - 1], sequence[grams.at + grams.words]):
            is_phrase &= _is_boundary_of(grams, neighbors, is_content)
        for number in np.flatnonzero(is_phrase).tolist():
            phrase = "".join(words[each] for each in sequence[first[number] : last[number] + 1].tolist())
            phrases[phrase] = phrases.get(phrase, 0) + int(grams.counts[number])
    for phrase in _parts_of_phrases(phrases):
        del phrases[phrase]
    ordered = sorted(phrases.items(), key=lambda item: (-item[1], item[0]))
    return dict(ordered[:MAX_PHRASES])


def _number_words(lines: Sequence[str], tokenizer: HanTokenizer) -> tuple[Integers, list[str]]:
    """Return the numbers of the words of distinct lines, with those of ``RUN_END`` around each run, and the word of each number.

    A run has Han characters, and Latin words directly beside them.
    """
    runs = _RUN.findall("\n".join(dict.fromkeys(lines)))
    numbers: defaultdict[str, int] = defaultdict(count().__next__)
    chunks = [np.array([numbers[RUN_END]])]
    # The words of all runs at once would take 50 times the memory of their numbers.
    for at in range(0, len(runs), _RUNS_AT_ONCE):
        words = _words(RUN_END.join(runs[at : at + _RUNS_AT_ONCE]), tokenizer)
        words.append(RUN_END)
        chunks.append(np.fromiter(map(numbers.__getitem__, words), np.int64, len(words)))
    return np.concatenate(chunks), list(numbers)


def _words(runs: str, tokenizer: HanTokenizer) -> list[str]:
    """Return the words of runs with ``RUN_END`` between them. The tokenizer gets only the Han characters."""
    parts = _RUN_END_OR_LATIN.split(runs)
    separators = iter(parts[1::2])
    return [next(separators) if word == RUN_END else word for word in tokenizer.texts(RUN_END.join(parts[::2]))]


def _parts_of_phrases(phrases: Mapping[str, int]) -> set[str]:
    """Return the phrases at the beginning or end of a longer phrase that is nearly as frequent, regardless of tokenization."""
    return {
        part
        for phrase, count in phrases.items()
        for length in range(2, len(phrase))
        for part in (phrase[:length], phrase[-length:])
        if part in phrases and count > _MAX_LONGER_SHARE * phrases[part]
    }


@dataclass(frozen=True, slots=True)
class _Grams:
    """Frequent sequences of ``words`` adjacent words.

    Attributes:
        at: int64[occurrences], the positions of the first words.
        gram: int64[occurrences], the number of the sequence that begins there.
        counts: int64[sequences].
        example: int64[sequences], a position of each.
        is_cohesive: bool[sequences], whether the parts belong together, wherever the sequence is split.
    """

    words: int
    at: Integers
    gram: Integers
    counts: Integers
    example: Integers
    is_cohesive: NDArray[np.bool_]


def _grams(sequence: Integers, is_content: NDArray[np.bool_], min_count: int) -> Iterator[_Grams]:
    """Yield the sequences of two words, then of more, that occur at least ``min_count`` times and have no function words."""
    total = len(sequence)
    counts = np.bincount(sequence) if total else sequence
    # For each number of words: the number of occurrences of the words that begin at each position.
    occurrences = [counts[sequence]]
    gram = np.where(is_content[sequence], sequence, -1) if total else sequence
    for words in range(2, _MAX_WORDS + 1):
        at = (
            np.flatnonzero((gram[: 1 - words or None] >= 0) & is_content[sequence[words - 1 :]])
            if total >= words
            else gram[:0]
        )
        keys = gram[at] * len(is_content) + sequence[at + words - 1]
        _, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
        is_frequent = counts[inverse] >= min_count
        at = at[is_frequent]
        _, example, inverse, counts = np.unique(
            inverse[is_frequent], return_index=True, return_inverse=True, return_counts=True
        )
        example = at[example]
        occurring = np.ones(total, np.int64)
        occurring[at] = counts[inverse]
        occurrences.append(occurring)
        yield _Grams(words, at, inverse, counts, example, _is_cohesive(words, counts, example, occurrences))
        gram = np.full(total, -1, np.int64)
        gram[at] = inverse


def _is_cohesive(words: int, counts: Integers, example: Integers, occurrences: Sequence[Integers]) -> NDArray[np.bool_]:
    """bool[sequences]: whether each sequence is cohesive at all splits; ``occurrences`` are those of the parts by words."""
    total = len(occurrences[0])
    is_cohesive = np.ones(len(counts), bool)
    for split in range(1, words):
        left, right = occurrences[split - 1][example], occurrences[words - split - 1][example + split]
        information = np.log(counts * float(total) / (left * right)) / -np.log(counts / total)
        share = counts / np.minimum(left, right)
        is_cohesive &= (information >= _MIN_COHESION) | (share >= _MIN_SHARE_OF_PART)
    return is_cohesive


def _is_boundary_of(grams: _Grams, neighbors: Integers, is_content: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """bool[sequences]: whether each sequence has a boundary at these neighbors of its occurrences.

    It has one if there are many different neighbors, and none is nearly as frequent as the sequence. Each end of a run and each
    function word counts as a different neighbor, because no phrase contains one.
    """
    sequences, word_count = len(grams.counts), len(is_content)
    distinct = np.where(is_content[neighbors], neighbors, word_count + np.arange(len(neighbors)))
    keys, counts = np.unique(grams.gram * (word_count + len(neighbors)) + distinct, return_counts=True)
    of = keys // (word_count + len(neighbors))
    max_counts = np.zeros(sequences, np.int64)
    np.maximum.at(max_counts, of, counts)
    entropy = np.log(grams.counts) - np.bincount(of, counts * np.log(counts), sequences) / grams.counts
    max_entropy = np.log(np.minimum(grams.counts, _ENTROPY_OCCURRENCES))
    result: NDArray[np.bool_] = (entropy >= _MIN_ENTROPY_SHARE * max_entropy) & (
        max_counts <= _MAX_LONGER_SHARE * grams.counts
    )
    return result

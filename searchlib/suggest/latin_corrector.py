"""Correct mistyped Latin words with the words of an index."""

from __future__ import annotations

from enum import IntEnum

from searchlib.analysis.pinyin_patterns import spelled_syllables
from searchlib.analysis.stop_words import FUNCTION_WORDS
from searchlib.suggest.lookup import MIN_TARGET_ARTICLES
from searchlib.suggest.pinyin_reader import NO_NEIGHBORS, Neighbors, PinyinReader
from searchlib.suggest.word_statistics import WordStatistics, is_name

_CORRECT_ARTICLES = 20
"""A word is correct if at least this many articles contain it."""

_MIN_RATIO = 50
"""A correction must be at least this many times as frequent as the word."""

_DOUBTFUL_ARTICLES = 5
"""A word in at least this many articles is probably correct: only an obvious typo with a higher ratio is corrected."""

_MIN_RATIO_OF_SWAP, _MIN_RATIO_OF_LETTER = 100, 500
"""The ratios for such a word, if it has two letters swapped, or a letter missing or doubled."""

_MIN_PINYIN_ARTICLES, MIN_PINYIN_RATIO = 10, 5
"""The minimum articles of a name that replaces its pinyin, except beside other words in a small archive, and their minimum ratio
to the articles of the typed word."""

_MIN_FREQUENT_PINYIN_RATIO = 50
"""The minimum ratio for a typed word that is correct: 北京 is offered for ``beijing``."""

_MIN_MISTYPED_PINYIN = 6
"""The minimum letters of mistyped pinyin. Fewer letters with a slip spell many names."""

_SMALL_ARCHIVE = 1000
"""With fewer articles, a word or name of a single article can be meant. In a larger archive, most of these are typos themselves."""

_LONG_WORD = 8
"""Minimum letters of a word that may have two typos."""


class _Typo(IntEnum):
    """The kinds of typos between a word and its correction, likeliest first."""

    SWAP = 0
    LETTER = 1
    """A letter is missing or doubled."""
    OTHER = 2

    @classmethod
    def between(cls, typed: str, meant: str) -> _Typo:
        """Return the typo between two words with an edit distance of one."""
        if len(typed) == len(meant):
            return cls.SWAP if sorted(typed) == sorted(meant) else cls.OTHER
        without_doubled = {typed[:at] + typed[at + 1 :] for at in range(1, len(typed)) if typed[at] == typed[at - 1]}
        return cls.LETTER if len(typed) < len(meant) or meant in without_doubled else cls.OTHER


def is_obvious_typo(typed: str, meant: str) -> bool:
    """Return whether two letters are swapped, or one is missing or doubled."""
    lengths_differ_by_one = abs(len(typed) - len(meant)) <= 1
    return lengths_differ_by_one and _Typo.between(typed, meant) <= _Typo.LETTER


class LatinCorrector:
    """Corrects Latin words with the words of an index; ``articles`` is its number of articles."""

    def __init__(self, statistics: WordStatistics, articles: int) -> None:
        self._statistics = statistics
        self._is_small = articles < _SMALL_ARCHIVE
        self._min_target_articles = 1 if self._is_small else MIN_TARGET_ARTICLES
        self._pinyin = PinyinReader(statistics)

    def correct(self, word: str, beside: Neighbors = NO_NEIGHBORS) -> str | None:
        """Return the frequent word that a rare word probably means, or the name that it spells in pinyin, or None.

        Of several names, one that articles contain next to the texts ``beside`` the word is likeliest.

        A word in many articles is correct, but a name that it spells can be much more frequent. The beginning of a word or of the
        pinyin of a name is completed, not corrected.
        """
        frequency = self._statistics.frequencies([word])[word]
        if frequency >= _CORRECT_ARTICLES or (frequency and is_name(word, self._statistics)):
            return self._frequent_name(word, frequency, beside)
        if longer := self._longer_word(word, frequency):
            return longer
        name = self._pinyin.name(word, beside)
        if not name and (name := self._pinyin.completed_name(word)) and name.count >= _MIN_PINYIN_ARTICLES:
            return None if frequency else name.text
        candidates = self._candidates(word, frequency)
        least = 1 if self._is_small and any(beside) else _MIN_PINYIN_ARTICLES
        if name and name.count >= max(least, frequency * MIN_PINYIN_RATIO):
            # linxu more likely means linux than a name with this pinyin.
            candidates = [each for each in candidates if each[1] <= _Typo.LETTER and -each[2] > name.count]
            return min(candidates)[-1] if candidates else name.text
        if candidates or frequency or len(word) < _MIN_MISTYPED_PINYIN:
            return min(candidates)[-1] if candidates else None
        name = self._pinyin.mistyped_name(word)
        return name.text if name and name.count >= _MIN_PINYIN_ARTICLES else None

    def _frequent_name(self, word: str, frequency: int, beside: Neighbors) -> str | None:
        """Return the name that a word spells in pinyin, if it is much more frequent than the word, or None."""
        name = self._pinyin.name(word, beside) if spelled_syllables(word) else None
        is_frequent = name and name.text not in FUNCTION_WORDS and name.count >= frequency * _MIN_FREQUENT_PINYIN_RATIO
        return name.text if name and is_frequent and name.count >= _MIN_PINYIN_ARTICLES else None

    def _longer_word(self, word: str, frequency: int) -> str | None:
        """Return the most frequent word that begins with a rare word, or None."""
        min_articles = max(self._min_target_articles, frequency * _MIN_RATIO)
        lexicon = self._statistics.lexicon()
        latin = lexicon.latin
        longer = [other for other in lexicon.latin_with_prefix(word) if latin[other] >= min_articles and other != word]
        return max(longer, key=lambda other: (latin[other], other), default=None)

    def _candidates(self, word: str, frequency: int) -> list[tuple[int, _Typo, int, str]]:
        """Return the edit distance, typo, negated number of articles and text of each possible correction."""
        # Imported here: only a query with a rare Latin word needs it.
        from rapidfuzz import process
        from rapidfuzz.distance import DamerauLevenshtein

        lexicon = self._statistics.lexicon()
        matches = process.extract(
            word,
            lexicon.spelling_targets(self._min_target_articles).get(word[0], ()),
            scorer=DamerauLevenshtein.distance,
            score_cutoff=1 if len(word) < _LONG_WORD else 2,
            limit=None,
        )
        candidates = []
        for other, distance, _ in matches:
            articles = lexicon.latin[other]
            typo = _Typo.between(word, other) if distance == 1 else _Typo.OTHER
            ratio = _MIN_RATIO_OF_SWAP if typo == _Typo.SWAP else _MIN_RATIO_OF_LETTER
            is_doubtful = frequency < _DOUBTFUL_ARTICLES or (typo <= _Typo.LETTER and articles >= frequency * ratio)
            is_frequent = articles >= max(self._min_target_articles, frequency * _MIN_RATIO)
            if is_doubtful and is_frequent and other != word:
                candidates.append((distance, typo, -articles, other))
        return candidates

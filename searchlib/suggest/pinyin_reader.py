"""Read pinyin as words and names of an index."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, product

from searchlib.analysis.fold import fold
from searchlib.analysis.han_tokenizer import han_tokenizer
from searchlib.analysis.pinyin_patterns import (
    MAX_TYPED_LENGTH,
    PinyinChar,
    PinyinPattern,
    pinyin_patterns,
    spelled_syllables,
    with_confused_syllables,
)
from searchlib.analysis.stop_words import FUNCTION_WORDS
from searchlib.analysis.units import HAN
from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.suggest.lexicon import KINDS, WORD
from searchlib.suggest.lookup import Completion
from searchlib.suggest.word_statistics import WordStatistics

_PINYIN_TEXT = lazy_pattern(r"[a-z'’\s]+")
_MIXED_TEXT = lazy_pattern(rf"(?=[{HAN}]*[a-z])(?=[a-z]*[{HAN}])(?>(?:[a-z]{{2,}}+|[{HAN}])+)[a-z]?")
"""Han characters and pinyin. A single letter is a word of its own (``a股``), except at the end."""

_NAME_KINDS = tuple(number for number, kind in enumerate(KINDS) if kind != "title")

_MAX_READINGS = 3
"""Maximum number of splits of letters into syllables that are tried."""

_MAX_WORD_SYLLABLES = 8

_MAX_HOMOPHONES = 4
"""Maximum number of words with the same syllables that are considered, most frequent first."""

_MAX_SEQUENCES = 12
"""Maximum number of word sequences that are considered for the same syllables, likeliest first."""

_MAX_SPELLINGS = 4
"""Maximum number of texts that pinyin may spell, if the words of none are adjacent in an article."""

_WORD_COST = 4.0
"""The cost of each word of a sequence, as a logarithm of frequencies: few long words are likelier than many short ones."""

_MIN_FREQUENCY, _RARE_SHARE = 5, 0.2
"""A word is rare if general texts contain it fewer times, and this is then its weight: words with the same pinyin are likelier."""

_PHRASE_WEIGHT = 2.0
"""The weight of the number of articles in which the words of a sequence are adjacent."""

_MAX_SYLLABLES_WITH_CHARACTER = 6
"""Maximum syllables of a name that may include a single character as a word."""

_MAX_CHARACTERS = 16
"""Maximum number of characters of a syllable that are tried, most frequent first. Most of its characters are rare."""

_MAX_NEIGHBORS = 2
"""Maximum number of sequences before and after such a character that are tried."""

Syllables = tuple[PinyinChar, ...]

Neighbors = tuple[str, str]
"""The folded texts before and after a text, empty where there is none."""

NO_NEIGHBORS: Neighbors = ("", "")

WordSequence = tuple[float, tuple[str, ...]]
"""Adjacent words with their score."""


class PinyinReader:
    """Reads pinyin with the words of an index."""

    def __init__(self, statistics: WordStatistics) -> None:
        self._statistics = statistics

    def spellings(self, typed: str) -> list[str]:
        """Return the words that a text of whole syllables may spell, separated by spaces, likeliest first.

        Several texts are returned only if no article contains the words of one of them side by side. If no words have these
        syllables, syllables that speakers confuse are tried: zongguo spells 中国.
        """
        readings = [pattern.chars for pattern in _readings(typed)[:_MAX_READINGS] if pattern.is_spelled]
        sequences, frequency = self._likeliest_sequences(readings)
        if not frequency:
            if name := self._name_with_character(readings):
                return [name]
            if completed := self.completed_name(typed):
                return [completed.text]
            if not sequences:
                confused = [
                    tuple(with_confused_syllables(_without_longer(char)) for char in syllables)
                    for syllables in readings
                ]
                sequences, frequency = self._likeliest_sequences(confused)
                return [" ".join(sequences[0])] if frequency else []
        return [" ".join(words) for words in sequences[: 1 if frequency else _MAX_SPELLINGS]]

    def separate_names(self, typed: str) -> str | None:
        """Return the names that the pinyin between spaces spells, or None if some of it spells none, or there are no spaces."""
        names = [self.name(part) for part in typed.split()]
        return " ".join(name.text for name in names if name) if len(names) > 1 and all(names) else None

    def mixed_words(self, typed: str) -> str | None:
        """Return the words of a text of Han characters and pinyin (``新guan疫苗``), or None if no article contains them.

        If the last syllable is unfinished, the result is the likeliest name that begins with the text.
        """
        if not _MIXED_TEXT.fullmatch(fold(typed)):
            return None
        # A letter that stands for itself is no pinyin.
        patterns = [
            pattern
            for pattern in pinyin_patterns(typed)
            if not any(char.char.isascii() and char.char for char in pattern.chars)
        ]
        readings = [each.chars for each in patterns[:_MAX_READINGS] if each.is_spelled]
        sequences, frequency = self._likeliest_sequences(readings)
        if frequency:
            return "".join(sequences[0])
        name = self._completed_name(patterns)
        return name.text if name else None

    def _likeliest_sequences(self, readings: Sequence[Syllables]) -> tuple[list[tuple[str, ...]], int]:
        """Return the words of all readings, likeliest first, and in how many articles those of the first are adjacent."""
        sequences = [sequence for syllables in readings for sequence in self._sequences(syllables)]
        frequencies = self._statistics.phrase_frequencies(["".join(words) for _, words in sequences])

        def likelihood(sequence: WordSequence) -> tuple[bool, float]:
            # Words that are adjacent in an article take precedence: 机器 学习, not 及其 学习.
            score, words = sequence
            frequency = frequencies["".join(words)]
            return frequency > 0, score + _PHRASE_WEIGHT * math.log1p(frequency)

        ordered = [words for _, words in sorted(sequences, key=likelihood, reverse=True)]
        return ordered, frequencies["".join(ordered[0])] if ordered else 0

    def abbreviated_name(self, typed: str) -> str | None:
        """Return the best name that a text abbreviates, by initials or its beginning, or None if there is none."""
        names = self._statistics.lexicon().complete(_readings(typed), limit=1, kinds=_NAME_KINDS)
        return names[0].text if names else None

    def completed_name(self, typed: str) -> Completion | None:
        """Return the best name whose syllables a text spells in full, except for an unfinished last one."""
        return self._completed_name(_readings(typed))

    def _completed_name(self, patterns: Iterable[PinyinPattern]) -> Completion | None:
        readings = [pattern for pattern in patterns if _is_spelled_up_to_last(pattern)]
        names = self._statistics.lexicon().complete(readings, limit=1, kinds=_NAME_KINDS) if readings else []
        return names[0] if names else None

    def name(self, typed: str, beside: Neighbors = NO_NEIGHBORS) -> Completion | None:
        """Return the most frequent name of at least two characters that a text spells in full, or None.

        Names that articles contain next to the texts ``beside`` take precedence: 公式 after excel, not 共识.
        """
        readings = [pattern for pattern in _readings(typed) if pattern.is_spelled]
        names = [name for pattern in readings for name in self._names(pattern.chars)]
        if len(names) < 2 or not any(beside):
            return max(names, key=_weight, default=None)
        before, after = beside
        phrases = {
            name.text: [each for each in (before + name.text, name.text + after) if each != name.text] for name in names
        }
        frequencies = self._statistics.phrase_frequencies({each for texts in phrases.values() for each in texts})
        return max(names, key=lambda name: (max(frequencies[each] for each in phrases[name.text]), _weight(name)))

    def mistyped_name(self, typed: str) -> Completion | None:
        """Return the most frequent name that letters spell if two are swapped, or one was missed or typed twice, or None."""
        if len(typed) > MAX_TYPED_LENGTH:
            return None
        names = [self.name(each) for each in _without_slip(typed) if spelled_syllables(each)]
        return max(filter(None, names), key=_weight, default=None)

    def _names(self, syllables: Syllables) -> list[Completion]:
        """Return the most frequent names with exactly these syllables."""
        pattern = PinyinPattern(tuple(map(_without_longer, syllables)))
        lexicon = self._statistics.lexicon()
        names = lexicon.complete([pattern], limit=_MAX_HOMOPHONES, kinds=_NAME_KINDS, is_whole=True)
        return [name for name in names if name.count][:_MAX_HOMOPHONES]

    def _sequences(self, syllables: Syllables) -> list[WordSequence]:
        """Return the likeliest sequences of words with these syllables; for no syllables, the empty sequence."""
        best: list[list[WordSequence]] = [[(0.0, ())]]
        for end in range(1, len(syllables) + 1):
            sequences = [
                (score + math.log(_weight(name)) - _WORD_COST, (*words, name.text))
                for start in range(max(0, end - _MAX_WORD_SYLLABLES), end - 1)
                if best[start]
                for name in self._names(syllables[start:end])
                for score, words in best[start]
            ]
            best.append(sorted(sequences, reverse=True)[:_MAX_SEQUENCES])
        return best[-1]

    def _name_with_character(self, readings: Sequence[Syllables]) -> str | None:
        """Return the most frequent phrase that consists of words and one single character, or None if no article contains one.

        The tokenizer leaves single characters of names that are not in its dictionary: 元 宇宙.
        """
        phrases = [phrase for syllables in readings for phrase in self._phrases_with_character(syllables)]
        frequencies = self._statistics.phrase_frequencies(phrases)
        best = max(phrases, key=frequencies.__getitem__, default=None)
        return best if best and frequencies[best] else None

    def _phrases_with_character(self, syllables: Syllables) -> Iterator[str]:
        if len(syllables) > _MAX_SYLLABLES_WITH_CHARACTER:
            return
        for at, syllable in enumerate(syllables):
            before, after = self._sequences(syllables[:at]), self._sequences(syllables[at + 1 :])
            if not (before and after):
                continue
            homophones = self._statistics.lexicon().characters(_without_longer(syllable).codes)
            # Excluded: texts with function words are frequent, but not names (手机可).
            frequencies = self._statistics.frequencies([char for char in homophones if char not in FUNCTION_WORDS])
            characters = sorted(frequencies, key=lambda char: -frequencies[char])[:_MAX_CHARACTERS]
            # A name of three characters has a single word next to the character, with many homophones.
            limit = _MAX_SEQUENCES if len(syllables) == 3 else _MAX_NEIGHBORS
            for (_, first), char, (_, last) in product(before[:limit], characters, after[:limit]):
                yield "".join((*first, char, *last))


def _without_slip(typed: str) -> Iterator[str]:
    """Yield the letters with two swapped, with one doubled, and without one of two equal letters."""
    for at, (one, other) in enumerate(pairwise(typed)):
        before, after = typed[:at], typed[at + 2 :]
        yield before + (one if one == other else other + one) + after
        yield before + one + one + other + after


def _weight(name: Completion) -> float:
    """Return the number of articles with a name, less for a rare word, which may be a fragment (接器 of 连接器)."""
    is_rare = name.kind == WORD and han_tokenizer().frequency(name.text) < _MIN_FREQUENCY
    return name.count * (_RARE_SHARE if is_rare else 1.0)


def _readings(typed: str) -> list[PinyinPattern]:
    """Return the ways to read a text as at least two syllables; none if it is not pinyin."""
    if not _PINYIN_TEXT.fullmatch(fold(typed)):
        return []
    return [
        pattern
        for pattern in pinyin_patterns(typed)
        if len(pattern.chars) > 1 and all(char.codes for char in pattern.chars)
    ]


def _is_spelled_up_to_last(pattern: PinyinPattern) -> bool:
    """Return whether all syllables are typed in full, except for the last, which may be unfinished."""
    *before, last = pattern.chars
    is_whole = all(high - low == 1 for char in before for low, high in char.codes)
    return is_whole and any(high - low > 1 for low, high in last.codes)


def _without_longer(char: PinyinChar) -> PinyinChar:
    """Return the character's pattern with only the syllables that equal the typed letters, not those that start with them."""
    return PinyinChar(char.char, tuple((low, low + 1) for low, _ in char.codes))

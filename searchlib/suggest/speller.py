"""Find what is meant by Latin letters: the words that pinyin spells, and the Latin word that was mistyped."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from enum import IntEnum
from itertools import product

from searchlib.analysis.fold import fold
from searchlib.analysis.pinyin_patterns import PinyinChar, PinyinPattern, pinyin_patterns
from searchlib.analysis.stop_words import FUNCTION_WORDS
from searchlib.suggest.corrector import Archive
from searchlib.suggest.lexicon import KINDS
from searchlib.suggest.lookup import MIN_TARGET_ARTICLES, Completion

_PINYIN = re.compile(r"[a-zü'’\s]+")
_LONGEST_WORD = 8
_MOST_ALIKE = 4
_MOST_ROWS = 12
_SPELLED_KINDS = tuple(number for number, kind in enumerate(KINDS) if kind != "title")
_MOST_READ = 3
"""Readings of a long run of letters that are tried."""

_MOST_WITH_CHARACTER = 6
"""Syllables of a run that may have a word of one character in it."""

_MOST_CHARACTERS = 16
"""Characters of one syllable that are tried, the most frequent: a syllable has up to some hundred, most of them rare."""

_MOST_BESIDE = 2
"""Rows of words before and behind such a character that are tried."""

_SEPARATE_WORD = 4.0
"""What another word costs, as a logarithm of frequencies: a few long words are likelier than many short ones."""

_TOGETHER = 2.0
"""How much it counts, beside how frequent the words are, that they stand side by side."""

_KNOWN = 20
"""A Latin word that so many articles hold is no slip, and a correction occurs in so many at least as the first says."""

_MUCH_RARER = 50
"""A Latin word is taken for another if that is so many times as frequent."""

_SOME, _SWAPPED_RARER, _VASTLY_RARER = 5, 100, 500
"""One that so many articles hold is so only if that is so many times as frequent, and a swap or another plain slip away."""

_SPELLED, _SPELLED_RARER = 10, 5
"""One that is pinyin is taken for the word that it spells if so many articles hold that, and so many times as many."""


class _Slip(IntEnum):
    """What makes one Latin word of another, the likeliest first."""

    SWAP = 0
    LETTER = 1
    """A letter that is missing or stands twice."""
    OTHER = 2

    @classmethod
    def of(cls, typed: str, meant: str) -> _Slip:
        """The slip between words of which one is one edit away from the other."""
        if len(typed) == len(meant):
            return cls.SWAP if sorted(typed) == sorted(meant) else cls.OTHER
        doubled = {typed[:at] + typed[at + 1 :] for at in range(1, len(typed)) if typed[at] == typed[at - 1]}
        return cls.LETTER if len(typed) < len(meant) or meant in doubled else cls.OTHER


Syllables = tuple[PinyinChar, ...]
"""What each character is read as."""

Row = tuple[float, tuple[str, ...]]
"""Words side by side, and how likely they are."""


def _whole(place: PinyinChar) -> PinyinChar:
    """The place without syllables that only begin as typed."""
    return PinyinChar(codes=tuple((low, low + 1) for low, _ in place.codes))


class Speller:
    """Reads Latin letters by the words of one archive."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def words(self, typed: str, *, in_full: bool) -> str | None:
        """The words that pinyin spells, with spaces between them; None where it spells none.

        ``in_full`` asks for pinyin whose syllables are all typed; otherwise for one name by its initials or its beginning.
        """
        if not _PINYIN.fullmatch(fold(typed)):
            return None
        ways = [way for way in pinyin_patterns(typed) if all(place.codes for place in way.chars) and len(way.chars) > 1]
        if in_full:
            return self._spelled([way.chars for way in ways[:_MOST_READ] if way.is_spelled])
        found = self._archive.lexicon().complete(ways, most=1, kinds=_SPELLED_KINDS)
        return found[0].text if found else None

    def _spelled(self, ways: Sequence[Syllables]) -> str | None:
        """The likeliest words that are read so; rather those that the archive holds side by side: 机器 学习, not 及其 学习."""
        rows = [row for places in ways for row in self._sentences(places)]
        held = self._archive.phrase_frequencies(["".join(words) for _, words in rows])
        if not any(held.values()):
            # The segmenter leaves single characters of names that it does not know: 元 宇宙.
            runs = [run for places in ways for run in self._runs_with_a_character(places)]
            held_runs = self._archive.phrase_frequencies(runs)
            likeliest = max(runs, key=held_runs.__getitem__, default="")
            if likeliest and held_runs[likeliest]:
                return likeliest
        if not rows:
            return None
        _, words = max(
            rows,
            key=lambda row: (held["".join(row[1])] > 0, row[0] + _TOGETHER * math.log1p(held["".join(row[1])])),
        )
        return " ".join(words)

    def _runs_with_a_character(self, places: Syllables) -> Iterator[str]:
        """The likely runs of these syllables that are words but for one character."""
        if len(places) > _MOST_WITH_CHARACTER:
            return
        for at, place in enumerate(places):
            before, behind = self._sentences(places[:at]), self._sentences(places[at + 1 :])
            if not (before and behind):
                continue
            alike = self._archive.lexicon().characters(_whole(place).codes)
            # 手机可 stands in many texts, and is no word.
            counts = self._archive.frequencies([char for char in alike if char not in FUNCTION_WORDS])
            chars = sorted(counts, key=lambda char: -counts[char])[:_MOST_CHARACTERS]
            # A name of three characters has one word beside the character, which may be of many alike.
            most = _MOST_ROWS if len(places) == 3 else _MOST_BESIDE
            for (_, first), char, (_, last) in product(before[:most], chars, behind[:most]):
                yield "".join((*first, char, *last))

    def _sentences(self, places: Syllables) -> list[Row]:
        """The likeliest rows of words that have these syllables, and how likely each is; one without words for none."""
        best: list[list[Row]] = [[(0.0, ())]]
        for end in range(1, len(places) + 1):
            found = [
                (score + math.log(word.count) - _SEPARATE_WORD, (*words, word.text))
                for start in range(max(0, end - _LONGEST_WORD), end - 1)
                if best[start]
                for word in self._words(places[start:end])
                for score, words in best[start]
            ]
            best.append(sorted(found, reverse=True)[:_MOST_ROWS])
        return best[-1]

    def _words(self, places: Syllables) -> list[Completion]:
        """The most frequent names of just these syllables."""
        exact = tuple(map(_whole, places))
        found = self._archive.lexicon().complete([PinyinPattern(exact)], most=_MOST_ALIKE, kinds=_SPELLED_KINDS)
        return [each for each in found if each.rank == 0 and each.count][:_MOST_ALIKE]

    def correct(self, word: str) -> str | None:
        """The frequent word that is likely meant by a rare one in Latin letters, or None; what is pinyin means what it spells."""
        count = self._archive.frequencies([word])[word]
        if count >= _KNOWN or (count and self._is_name(word)):
            return None
        # Only a query with a rare Latin word needs it.
        from rapidfuzz import process
        from rapidfuzz.distance import DamerauLevenshtein

        most = 1 if len(word) < 8 else 2
        lexicon = self._archive.lexicon()
        found = process.extract(
            word, lexicon.spelling_targets, scorer=DamerauLevenshtein.distance, score_cutoff=most, limit=None
        )
        held = lexicon.latin
        likely = []
        for other, distance, _ in found:
            slip = _Slip.of(word, other) if distance == 1 else _Slip.OTHER
            # What some articles hold is a word of its own, unless it is made of a common one by the plainest of slips.
            rarer = _SWAPPED_RARER if slip == _Slip.SWAP else _VASTLY_RARER
            doubted = count < _SOME or (slip <= _Slip.LETTER and held[other] >= count * rarer)
            if (
                doubted
                and held[other] >= max(MIN_TARGET_ARTICLES, count * _MUCH_RARER)
                and other[0] == word[0]
                and other != word
            ):
                likely.append((distance, slip, -held[other], other))
        spelled = self._name_spelled(word)
        if spelled and spelled.count >= max(_SPELLED, count * _SPELLED_RARER):
            # linxu is linux rather than a name that is spelled so.
            likely = [each for each in likely if each[1] <= _Slip.LETTER and -each[2] > spelled.count]
            return min(likely)[-1] if likely else spelled.text
        return min(likely)[-1] if likely else None

    def _name_spelled(self, word: str) -> Completion | None:
        """The most frequent name of two characters or more whose pinyin is just this."""
        ways = [way for way in pinyin_patterns(word) if way.is_spelled and all(place.codes for place in way.chars)]
        found = [each for way in ways if len(way.chars) > 1 for each in self._words(way.chars)]
        return max(found, key=lambda each: each.count, default=None)

    def _is_name(self, word: str) -> bool:
        """Whether articles are filed under a word, or a title holds it."""
        return self._archive.title_frequencies([word])[word] > 0 or self._archive.lexicon().is_value(word)

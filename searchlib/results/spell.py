"""Find what is meant by Latin letters: the words that pinyin spells, and the Latin word that was mistyped."""

from __future__ import annotations

import math
import re
from enum import IntEnum
from functools import cached_property

from searchlib.results.correct import Archive
from searchlib.results.lexicon import KINDS, Completion
from searchlib.text.fold import fold
from searchlib.text.syllables import Pattern, Place, patterns

_PINYIN = re.compile(r"[a-zü'’\s]+")
_LONGEST_WORD = 8
_MOST_ALIKE = 4
_MOST_ROWS = 12
_SPELLED_KINDS = tuple(number for number, kind in enumerate(KINDS) if kind != "title")
_MOST_READ = 3
"""Readings of a long run of letters that are tried."""

_SEPARATE_WORD = 4.0
"""What another word costs, as a logarithm of frequencies: a few long words are likelier than many short ones."""

_TOGETHER = 2.0
"""How much it counts, beside how frequent the words are, that they stand side by side."""

_FEWEST = 3
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
        ways = [way for way in patterns(typed) if all(place.codes for place in way.places) and len(way.places) > 1]
        if in_full:
            spelled = [each for way in ways[:_MOST_READ] if way.is_spelled for each in self._sentences(way)]
            if not spelled:
                return None
            # Words that the archive holds side by side belong together: 机器 学习, not 及其 学习.
            held = self._archive.run_frequencies(["".join(words) for _, words in spelled])
            return " ".join(max(spelled, key=lambda each: each[0] + _TOGETHER * math.log1p(held["".join(each[1])]))[1])
        found = self._archive.lexicon().complete(ways, most=1, kinds=_SPELLED_KINDS)
        return found[0].text if found else None

    def _sentences(self, way: Pattern) -> list[tuple[float, tuple[str, ...]]]:
        """The likeliest rows of words that have these syllables, and how likely each is."""
        best: list[list[tuple[float, tuple[str, ...]]]] = [[(0.0, ())]]
        for end in range(1, len(way.places) + 1):
            found = [
                (score + math.log(word.count) - _SEPARATE_WORD, (*words, word.text))
                for start in range(max(0, end - _LONGEST_WORD), end - 1)
                if best[start]
                for word in self._words(way.places[start:end])
                for score, words in best[start]
            ]
            best.append(sorted(found, reverse=True)[:_MOST_ROWS])
        return best[-1]

    def _words(self, places: tuple[Place, ...]) -> list[Completion]:
        """The most frequent names of just these syllables."""
        exact = tuple(Place(codes=tuple((low, low + 1) for low, _ in place.codes)) for place in places)
        found = self._archive.lexicon().complete([Pattern(exact)], most=_MOST_ALIKE, kinds=_SPELLED_KINDS)
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
        found = process.extract(word, self._latin, scorer=DamerauLevenshtein.distance, score_cutoff=most, limit=None)
        held = self._archive.lexicon().latin
        likely = []
        for other, distance, _ in found:
            slip = _Slip.of(word, other) if distance == 1 else _Slip.OTHER
            # What some articles hold is a word of its own, unless it is made of a common one by the plainest of slips.
            rarer = _SWAPPED_RARER if slip == _Slip.SWAP else _VASTLY_RARER
            doubted = count < _SOME or (slip <= _Slip.LETTER and held[other] >= count * rarer)
            if doubted and held[other] >= max(_FEWEST, count * _MUCH_RARER) and other[0] == word[0] and other != word:
                likely.append((distance, slip, -held[other], other))
        spelled = self._spelled(word)
        if spelled and spelled.count >= max(_SPELLED, count * _SPELLED_RARER):
            # linxu is linux rather than a name that is spelled so.
            likely = [each for each in likely if each[1] <= _Slip.LETTER and -each[2] > spelled.count]
            return min(likely)[-1] if likely else spelled.text
        return min(likely)[-1] if likely else None

    def _spelled(self, word: str) -> Completion | None:
        """The most frequent name of two characters or more whose pinyin is just this."""
        ways = [way for way in patterns(word) if way.is_spelled and all(place.codes for place in way.places)]
        found = [each for way in ways if len(way.places) > 1 for each in self._words(way.places)]
        return max(found, key=lambda each: each.count, default=None)

    def _is_name(self, word: str) -> bool:
        """Whether articles are filed under a word, or a title holds it."""
        return self._archive.title_frequencies([word])[word] > 0 or self._archive.lexicon().is_value(word)

    @cached_property
    def _latin(self) -> list[str]:
        return [word for word, count in self._archive.lexicon().latin.items() if count >= _FEWEST and len(word) >= 4]

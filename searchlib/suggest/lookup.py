"""Look up words and names in a lexicon."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from searchlib.analysis.pinyin import TABLE_FIRST, default_syllables
from searchlib.analysis.pinyin_patterns import CodeRanges, PinyinChar, PinyinPattern
from searchlib.analysis.syllables import NO_SYLLABLE
from searchlib.suggest.lexicon import (
    KINDS,
    MAX_KEY_LENGTH,
    OTHER,
    PHRASE,
    RANKS,
    TITLE,
    WORD,
    Array,
    Integers,
    LexiconArrays,
)

MIN_TARGET_ARTICLES, MIN_TARGET_CHARACTERS = 3, 4
"""A mistyped word is compared with words of at least this many articles and characters."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """The places where names can be begun: ``names`` int64[rows] and ``starts`` int64[rows], places in ``chars``.

    They ascend by their first character, ``chars`` [rows]; ``by_syllable`` int64[rows] are the rows that ascend by their first
    syllable, ``syllables`` [rows] in that order.
    """

    names: Integers
    starts: Integers
    chars: Array
    by_syllable: Integers
    syllables: Array


@dataclass(frozen=True, slots=True)
class Completion:
    """A name that typed text begins: ``rank`` is lower the better the text fits, ``count`` as the lexicon has it."""

    rank: int
    count: int
    kind: int
    text: str


@dataclass(frozen=True, slots=True)
class WordTable:
    """The words of one length: ``chars`` uint16[length, words], ``syllables`` uint16[length, words], ``counts`` [words]."""

    chars: Array
    syllables: Array
    counts: Array

    def text(self, number: int) -> str:
        """The word of that number."""
        return "".join(map(chr, self.chars[:, number].tolist()))


class LexiconPart:
    """The names of some of the articles; ``text_of`` gives the whole text of a value or title by its kind and source."""

    def __init__(self, arrays: LexiconArrays, text_of: Callable[[int, int], str]) -> None:
        self.arrays = arrays
        self._text_of = text_of
        self._words: dict[int, WordTable] = {}

    @cached_property
    def _ends(self) -> Integers:
        """int64[names]: where the key of each ends."""
        return np.cumsum(self.arrays.lengths, dtype=np.int64)

    @cached_property
    def _syllables(self) -> Array:
        """uint16[chars]: how each character is read where it stands."""
        syllables = default_syllables(self.arrays.chars, self.arrays.readings)
        syllables[self.arrays.odd_at] = self.arrays.odd_syllables
        return syllables

    @cached_property
    def _sources(self) -> Array:
        """uint32[names]: the source of each name that has one."""
        sources = np.zeros(len(self.arrays.kinds), np.uint32)
        sources[self.arrays.has_source] = self.arrays.sources
        return sources

    @cached_property
    def _rows(self) -> _Rows:
        arrays = self.arrays
        inner = arrays.inner.astype(np.int64)
        names = np.concatenate([np.arange(len(self._ends)), np.searchsorted(self._ends, inner, "right")])
        starts = np.concatenate([self._ends - arrays.lengths, inner])
        order = np.argsort(arrays.chars[starts], kind="stable")
        names, starts = names[order], starts[order]
        syllables = self._syllables[starts]
        by_syllable = np.argsort(syllables, kind="stable")
        return _Rows(names, starts, arrays.chars[starts], by_syllable, syllables[by_syllable])

    def complete(self, pattern: PinyinPattern, kinds: Sequence[int], most: int) -> Iterator[Completion]:
        """The most frequent names of these kinds that the pattern begins: of each rank so many."""
        arrays = self.arrays
        names, starts = self._found(pattern.chars)
        if len(kinds) < len(KINDS):
            kept = np.isin(arrays.kinds[names], np.array(kinds, np.uint8))
            names, starts = names[kept], starts[kept]
        ends = self._ends[names]
        goes_on = np.where(ends - starts > len(pattern.chars), 1, 0)
        ranks = np.where(starts > ends - arrays.lengths[names], 2, goes_on)
        counts = arrays.counts[names].astype(np.int64)
        for rank in range(RANKS):
            own = np.flatnonzero(ranks == rank)
            if len(own) > most:
                of_own = counts[own]
                own = own[of_own >= np.partition(of_own, -most)[-most]]
                own = own[np.argsort(-counts[own], kind="stable")][: 2 * most]
            for at in own.tolist():
                number = int(names[at])
                yield Completion(rank, int(counts[at]), int(arrays.kinds[number]), self.text(number))

    def _found(self, places: Sequence[PinyinChar]) -> tuple[Integers, Integers]:
        """The names, and where in ``chars`` they begin to be what the places ask for."""
        rows = self._rows
        first = places[0]
        if first.char:
            wanted = _code(first.char)
            low, high = rows.chars.searchsorted(wanted, "left"), rows.chars.searchsorted(wanted, "right")
            names, starts = rows.names[low:high], rows.starts[low:high]
        else:
            bounds = rows.syllables.searchsorted(np.array(first.codes, np.uint16)).tolist()
            at = np.concatenate([np.empty(0, np.int64), *[rows.by_syllable[low:high] for low, high in bounds]])
            names, starts = rows.names[at], rows.starts[at]
        if len(places) > 1:
            kept = starts + len(places) <= self._ends[names]
            names, starts = names[kept], starts[kept]
        for offset, place in enumerate(places[1:], 1):
            kept = self._fit(starts + offset, place)
            names, starts = names[kept], starts[kept]
        return names, starts

    def _fit(self, at: Integers, place: PinyinChar) -> NDArray[np.bool_]:
        if place.char:
            fits: NDArray[np.bool_] = self.arrays.chars[at] == _code(place.char)
            return fits
        return _within(self._syllables[at], place.codes)

    def is_value(self, key: str) -> bool:
        """Whether a category, tag or author has this key, as far as keys are held."""
        arrays, held = self.arrays, key[:MAX_KEY_LENGTH]
        # The kinds of values come before that of words.
        names = np.flatnonzero((arrays.kinds < WORD) & (arrays.lengths == len(held)))
        begins = self._ends[names] - len(held)
        for offset, char in enumerate(held):
            begins = begins[arrays.chars[begins + offset] == _code(char)]
        return len(begins) > 0

    def text(self, number: int) -> str:
        """The whole text of a name."""
        kind = int(self.arrays.kinds[number])
        if kind not in (WORD, PHRASE):
            return self._text_of(kind, int(self._sources[number]))
        end = int(self._ends[number])
        return "".join(map(chr, self.arrays.chars[end - int(self.arrays.lengths[number]) : end].tolist()))

    def words(self, length: int) -> WordTable:
        """The words, phrases and values of that length whose characters all have a reading."""
        if length not in self._words:
            arrays = self.arrays
            names = np.flatnonzero((arrays.kinds != TITLE) & (arrays.lengths == length))
            at = (self._ends[names] - length)[None, :] + np.arange(length)[:, None]
            syllables = self._syllables[at]
            kept = np.all(syllables != NO_SYLLABLE, axis=0)
            self._words[length] = WordTable(
                np.ascontiguousarray(arrays.chars[at][:, kept]),
                np.ascontiguousarray(syllables[:, kept]),
                arrays.counts[names[kept]].astype(np.int64),
            )
        return self._words[length]

    @cached_property
    def latin(self) -> Mapping[str, int]:
        """The words without Han characters, and in how many articles each occurs."""
        arrays = self.arrays
        is_word = np.flatnonzero(arrays.kinds == WORD)
        names = is_word[arrays.chars[self._ends[is_word] - 1] < TABLE_FIRST]
        return {self.text(number): int(arrays.counts[number]) for number in names.tolist()}


def _code(char: str) -> np.uint16:
    return np.uint16(min(ord(char), OTHER))


def _within(syllables: Array, codes: CodeRanges) -> NDArray[np.bool_]:
    fits = np.zeros(len(syllables), bool)
    for low, high in codes:
        fits |= (syllables >= low) & (syllables < high)
    return fits


class Lexicon:
    """All names of an archive, in one part or several; for any number of threads.

    ``is_exact`` where no article has come or gone since they were counted. ``gone`` counts the titles of the articles that
    have gone since.
    """

    def __init__(
        self, parts: Sequence[LexiconPart], *, is_exact: bool, gone: Callable[[], Mapping[str, int]] = dict[str, int]
    ) -> None:
        self.parts = parts
        self.is_exact = is_exact
        self._gone = gone

    @cached_property
    def gone_titles(self) -> Mapping[str, int]:
        """The titles of the articles that are gone, and how many had each: what is left of a title is counted by them."""
        return self._gone()

    def complete(
        self, patterns: Sequence[PinyinPattern], *, most: int, kinds: Sequence[int] = range(len(KINDS))
    ) -> list[Completion]:
        """The names that the patterns begin, best first: one text once, under the kind in which it ranks best."""
        # What stands there as it was typed is no less than what it may abbreviate.
        read = [pattern.abbreviated for pattern in patterns if any(place.codes for place in pattern.chars)]
        least = min(read, default=0)
        found: dict[tuple[str, int], Completion] = {}
        for pattern in patterns:
            behind = max(pattern.abbreviated - least, 0) * RANKS
            for each in self._together(pattern, kinds, most):
                known = found.get((each.text, each.kind))
                if known is None or each.rank + behind < known.rank:
                    found[each.text, each.kind] = replace(each, rank=each.rank + behind)
        best: dict[str, Completion] = {}
        for each in sorted(found.values(), key=lambda each: (each.rank, -each.count, each.kind, each.text)):
            best.setdefault(each.text, each)
        return list(best.values())

    def _together(self, pattern: PinyinPattern, kinds: Sequence[int], most: int) -> Iterable[Completion]:
        """What one pattern finds in all parts, with the counts of the same name added up."""
        found: dict[tuple[str, int], Completion] = {}
        for part in self.parts:
            # A name that can be read in two ways, or begun at two of its units, is found twice: the better place is first.
            own: dict[tuple[str, int], Completion] = {}
            for each in part.complete(pattern, kinds, most):
                own.setdefault((each.text, each.kind), each)
            for each in own.values():
                known = found.get((each.text, each.kind))
                found[each.text, each.kind] = (
                    each
                    if known is None
                    else replace(each, rank=min(each.rank, known.rank), count=each.count + known.count)
                )
        return found.values()

    def is_value(self, key: str) -> bool:
        """Whether a category, tag or author has this key: its units side by side, folded."""
        return bool(key) and any(part.is_value(key) for part in self.parts)

    def words(self, length: int) -> Iterator[WordTable]:
        """The words of that length, of each part."""
        for part in self.parts:
            yield part.words(length)

    @cached_property
    def latin(self) -> Mapping[str, int]:
        """The words without Han characters, and in how many articles each occurs."""
        found: dict[str, int] = {}
        for part in self.parts:
            for word, count in part.latin.items():
                found[word] = found.get(word, 0) + count
        return found

    @cached_property
    def spelling_targets(self) -> list[str]:
        """The words without Han characters that a mistyped word is compared with."""
        return [
            word
            for word, count in self.latin.items()
            if count >= MIN_TARGET_ARTICLES and len(word) >= MIN_TARGET_CHARACTERS
        ]

    def characters(self, codes: CodeRanges) -> list[str]:
        """The characters whose usual reading is one of the codes."""
        if not self.parts:
            return []
        fits = np.flatnonzero(_within(self.parts[0].arrays.readings, codes))
        return [chr(TABLE_FIRST + at) for at in fits.tolist()]

    def syllable(self, char: str) -> int:
        """The code of the usual reading of a character."""
        at = ord(char) - TABLE_FIRST
        for part in self.parts:
            if 0 <= at < len(part.arrays.readings):
                return int(part.arrays.readings[at])
        return NO_SYLLABLE

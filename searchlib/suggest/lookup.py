"""Look up entries of a lexicon: by the beginning of a name, by length, and by reading."""

from __future__ import annotations

import math
import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from searchlib.analysis.pinyin import TABLE_FIRST, default_syllables
from searchlib.analysis.pinyin_patterns import CodeRanges, PinyinChar, PinyinPattern
from searchlib.analysis.syllables import NO_SYLLABLE
from searchlib.suggest.lexicon import KINDS, MAX_KEY_LENGTH, OTHER_CHARACTER, PHRASE, TITLE, WORD, Array, LexiconArrays

MIN_TARGET_ARTICLES, MIN_TARGET_CHARACTERS = 3, 4
"""A mistyped word is compared with words of at least this many articles and characters."""

_INNER = 2
"""The rank of a match in a later part of a key. The rank of the whole key is 0, that of its beginning 1."""

_RANK_COSTS = (0.0, 1.5, 3.0)
_READING_COST, _INITIAL_COST = 0.5, 0.5
"""The costs of a match: of each rank, of reading it as pinyin, and of each syllable before the last that is typed as its initial
only. They are natural logarithms, as is the gain from the number of articles."""

_MAX_FIRST, _MIN_FIRST_SHARE, _MIN_FIRST_VALUE_SHARE = 3, 0.1, 0.001
"""The maximum number of names that begin with the typed text and precede all readings, and how likely a word, and a category, tag
or author, must be to do so, relative to the likeliest reading."""

_RANK_FACTORS = np.exp(-np.array(_RANK_COSTS))

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Completion:
    """An entry that matches typed text literally or as a reading, with its likelihood.

    ``count`` is its number of articles, ``cost`` the penalty of the match.
    """

    rank: int
    is_reading: bool
    cost: float
    count: int
    kind: int
    text: str

    @property
    def likelihood(self) -> float:
        """The log odds that the user means this entry."""
        return math.log(max(self.count, 1)) - self.cost


@dataclass(frozen=True, slots=True)
class WordTable:
    """The words of one length: ``chars`` and ``syllables`` uint16[length, words], ``counts`` of articles int64[words]."""

    chars: Array
    syllables: Array
    counts: Array

    def text(self, number: int) -> str:
        """Return the word with this number."""
        return "".join(map(chr, self.chars[:, number].tolist()))


@dataclass(frozen=True, slots=True)
class _Starts:
    """The positions where a match can begin, sorted by their character.

    ``entries`` int64[starts] and ``positions`` int64[starts] in the characters of all keys, ``chars`` uint16[starts].
    ``by_syllable`` int64[starts] has the indices of the starts sorted by syllable, ``syllables`` uint16[starts] the syllables in
    this order.
    """

    entries: Integers
    positions: Integers
    chars: Array
    by_syllable: Integers
    syllables: Array


class LexiconPart:
    """The lexicon of some articles. ``text_of`` returns the text of a value or title for its kind and source."""

    def __init__(self, arrays: LexiconArrays, text_of: Callable[[int, int], str]) -> None:
        self.arrays = arrays
        self._text_of = text_of
        self._words: dict[int, WordTable] = {}

    @cached_property
    def _ends(self) -> Integers:
        """int64[entries]: where each key ends."""
        return np.cumsum(self.arrays.lengths, dtype=np.int64)

    @cached_property
    def _syllables(self) -> Array:
        """uint16[characters of all keys]: the syllable of each character."""
        syllables = default_syllables(self.arrays.chars, self.arrays.default_syllables)
        syllables[self.arrays.irregular_at] = self.arrays.irregular_syllables
        return syllables

    @cached_property
    def _sources(self) -> Array:
        """uint32[entries]: the source of each value and title."""
        sources = np.zeros(len(self.arrays.kinds), np.uint32)
        sources[self.arrays.has_source] = self.arrays.sources
        return sources

    @cached_property
    def _starts(self) -> _Starts:
        arrays = self.arrays
        inner = arrays.inner_starts.astype(np.int64)
        entries = np.concatenate([np.arange(len(self._ends)), np.searchsorted(self._ends, inner, "right")])
        positions = np.concatenate([self._ends - arrays.lengths, inner])
        order = np.argsort(arrays.chars[positions], kind="stable")
        entries, positions = entries[order], positions[order]
        syllables = self._syllables[positions]
        by_syllable = np.argsort(syllables, kind="stable")
        return _Starts(entries, positions, arrays.chars[positions], by_syllable, syllables[by_syllable])

    def complete(
        self, pattern: PinyinPattern, kinds: Sequence[int], limit: int, *, is_whole: bool = False
    ) -> Iterator[Completion]:
        """Yield the likeliest entries of these kinds that match the pattern, about ``limit``.

        With ``is_whole``, yield only entries that match as a whole.
        """
        arrays = self.arrays
        entries, positions = self._match(pattern.chars)
        if is_whole:
            is_chosen = positions + len(pattern.chars) == self._ends[entries]
            is_chosen &= arrays.lengths[entries] == len(pattern.chars)
            entries, positions = entries[is_chosen], positions[is_chosen]
        if len(kinds) < len(KINDS):
            has_kind = np.isin(arrays.kinds[entries], np.array(kinds, np.uint8))
            entries, positions = entries[has_kind], positions[has_kind]
        ends = self._ends[entries]
        ranks = (ends - positions > len(pattern.chars)).astype(np.int64)
        ranks[positions > ends - arrays.lengths[entries]] = _INNER
        likelihoods = arrays.counts[entries] * _RANK_FACTORS[ranks]
        # Twice as many are read, because a value can match more than once.
        best = np.arange(len(entries))
        if len(best) > 2 * limit:
            best = best[likelihoods >= np.partition(likelihoods, -2 * limit)[-2 * limit]]
        best = best[np.argsort(-likelihoods[best], kind="stable")][: 2 * limit]
        is_reading = pattern.is_reading
        cost = _READING_COST + _INITIAL_COST * pattern.initials if is_reading else 0.0
        for entry, rank in zip(entries[best].tolist(), ranks[best].tolist(), strict=True):
            yield Completion(
                rank=rank,
                is_reading=is_reading,
                cost=cost + _RANK_COSTS[rank],
                count=int(arrays.counts[entry]),
                kind=int(arrays.kinds[entry]),
                text=self.text(entry),
            )

    def _match(self, chars: Sequence[PinyinChar]) -> tuple[Integers, Integers]:
        """Return the entries that match, int64[matches], and the positions where the matches begin."""
        starts = self._starts
        first = chars[0]
        if first.char:
            code = _code(first.char)
            low, high = starts.chars.searchsorted(code, "left"), starts.chars.searchsorted(code, "right")
            entries, positions = starts.entries[low:high], starts.positions[low:high]
        else:
            bounds = starts.syllables.searchsorted(np.array(first.codes, np.uint16)).tolist()
            at = np.concatenate([np.empty(0, np.int64), *[starts.by_syllable[low:high] for low, high in bounds]])
            entries, positions = starts.entries[at], starts.positions[at]
        if len(chars) > 1:
            is_long_enough = positions + len(chars) <= self._ends[entries]
            entries, positions = entries[is_long_enough], positions[is_long_enough]
        for offset, char in enumerate(chars[1:], 1):
            fits = self._fits(positions + offset, char)
            entries, positions = entries[fits], positions[fits]
        return entries, positions

    def _fits(self, positions: Integers, char: PinyinChar) -> NDArray[np.bool_]:
        """bool[positions]: whether the characters there match."""
        if char.char:
            fits: NDArray[np.bool_] = self.arrays.chars[positions] == _code(char.char)
            return fits
        return _in_ranges(self._syllables[positions], char.codes)

    def is_value(self, key: str) -> bool:
        """Return whether a category, tag or author has this key, compared up to ``MAX_KEY_LENGTH``."""
        key = key[:MAX_KEY_LENGTH]
        ends, lengths = self._values
        return self._is_at_any(ends[lengths == len(key)] - len(key), key)

    def is_in_value(self, key: str) -> bool:
        """Return whether the key of a category, tag or author contains this key."""
        positions, room = self._value_characters
        return self._is_at_any(positions[room >= len(key)], key)

    def _is_at_any(self, positions: Integers, key: str) -> bool:
        """Return whether the characters of a key begin at any of the positions."""
        for offset, char in enumerate(key):
            positions = positions[self.arrays.chars[positions + offset] == _code(char)]
        return len(positions) > 0

    @cached_property
    def _values(self) -> tuple[Integers, Integers]:
        """int64[values] twice: the end of the key of each category, tag and author, and its length."""
        # The kinds of values come before that of words.
        entries = np.flatnonzero(self.arrays.kinds < WORD)
        return self._ends[entries], self.arrays.lengths[entries].astype(np.int64)

    @cached_property
    def _value_characters(self) -> tuple[Integers, Integers]:
        """int64[characters] twice: the position of each character of the keys of values, and the length of its key from it on."""
        ends, lengths = self._values
        room = np.repeat(np.cumsum(lengths), lengths) - np.arange(lengths.sum())
        return np.repeat(ends, lengths) - room, room

    def text(self, entry: int) -> str:
        """Return the whole text of an entry."""
        kind = int(self.arrays.kinds[entry])
        if kind not in (WORD, PHRASE):
            return self._text_of(kind, int(self._sources[entry]))
        key = self._key(entry)
        at = int(self.arrays.spelled.searchsorted(entry))
        if at == len(self.arrays.spelled) or self.arrays.spelled[at] != entry:
            return key
        capitals = int(self.arrays.capitals[at])
        return "".join(char.upper() if capitals >> at & 1 else char for at, char in enumerate(key))

    def _key(self, entry: int) -> str:
        end = int(self._ends[entry])
        return "".join(map(chr, self.arrays.chars[end - int(self.arrays.lengths[entry]) : end].tolist()))

    def words(self, length: int) -> WordTable:
        """Return the words, phrases and values of this length of which every character has a syllable."""
        if length not in self._words:
            arrays = self.arrays
            entries = np.flatnonzero((arrays.kinds != TITLE) & (arrays.lengths == length))
            positions = (self._ends[entries] - length)[None, :] + np.arange(length)[:, None]
            syllables = self._syllables[positions]
            is_readable = np.all(syllables != NO_SYLLABLE, axis=0)
            self._words[length] = WordTable(
                np.ascontiguousarray(arrays.chars[positions][:, is_readable]),
                np.ascontiguousarray(syllables[:, is_readable]),
                arrays.counts[entries[is_readable]].astype(np.int64),
            )
        return self._words[length]

    @cached_property
    def latin(self) -> Mapping[str, int]:
        """The words without Han characters, with their numbers of articles."""
        arrays = self.arrays
        words = np.flatnonzero(arrays.kinds == WORD)
        latin = words[arrays.chars[self._ends[words] - 1] < TABLE_FIRST]
        if not len(latin):
            return {}
        starts = self._ends[latin] - arrays.lengths[latin]
        ends = self._ends[latin] - starts[0]
        # All words are decoded at once, several times as fast as one by one.
        codes = arrays.chars[starts[0] : self._ends[latin[-1]]]
        text = codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
        bounds = zip((starts - starts[0]).tolist(), ends.tolist(), strict=True)
        return dict(zip([text[start:end] for start, end in bounds], arrays.counts[latin].tolist(), strict=True))


def _code(char: str) -> np.uint16:
    return np.uint16(min(ord(char), OTHER_CHARACTER))


def _in_ranges(syllables: Array, ranges: CodeRanges) -> NDArray[np.bool_]:
    is_inside = np.zeros(len(syllables), bool)
    for low, high in ranges:
        is_inside |= (syllables >= low) & (syllables < high)
    return is_inside


class Lexicon:
    """The lexicon of an index, in one part or several. It can be used by several threads.

    ``is_exact`` is set if no article has been added or deleted since the numbers of articles were counted.
    ``deleted_titles`` returns the titles of the articles that have been deleted since, with their numbers.
    """

    def __init__(
        self,
        parts: Sequence[LexiconPart],
        *,
        is_exact: bool,
        deleted_titles: Callable[[], Mapping[str, int]] = dict[str, int],
    ) -> None:
        self.parts = parts
        self.is_exact = is_exact
        self._deleted_titles = deleted_titles
        self._spelling_targets: dict[int, Mapping[str, Sequence[str]]] = {}

    @cached_property
    def deleted_titles(self) -> Mapping[str, int]:
        """The titles of deleted articles that are still counted, with the number of articles of each."""
        return self._deleted_titles()

    def complete(
        self,
        patterns: Sequence[PinyinPattern],
        *,
        limit: int,
        kinds: Sequence[int] = range(len(KINDS)),
        is_whole: bool = False,
    ) -> list[Completion]:
        """Return the entries that match any of the patterns, likeliest first. Spellings of the same text are one entry.

        With ``is_whole``, only entries that match as a whole are returned.
        """
        completions: dict[tuple[str, int], Completion] = {}
        for pattern in patterns:
            for each in self._complete(pattern, kinds, limit, is_whole):
                previous = completions.get((each.text, each.kind))
                if previous is None or each.cost < previous.cost:
                    completions[each.text, each.kind] = each
        by_text: dict[str, Completion] = {}
        for each in sorted(completions.values(), key=_order):
            by_text.setdefault(each.text.casefold(), each)
        return _literal_first(list(by_text.values()))

    def _complete(
        self, pattern: PinyinPattern, kinds: Sequence[int], limit: int, is_whole: bool
    ) -> Iterator[Completion]:
        """Yield the entries of all parts that match, each with the sum of its counts."""
        merged: dict[tuple[str, int], Completion] = {}
        for part in self.parts:
            # Values with several readings or inner starts match more than once; the best match comes first.
            in_part: dict[tuple[str, int], Completion] = {}
            for each in part.complete(pattern, kinds, limit, is_whole=is_whole):
                in_part.setdefault(
                    (each.text.casefold() if each.kind in (WORD, PHRASE) else each.text, each.kind), each
                )
            for key, each in in_part.items():
                previous = merged.get(key)
                merged[key] = each if previous is None else _merge(previous, each)
        yield from merged.values()

    def is_value(self, key: str) -> bool:
        """Return whether a category, tag or author has this key: its folded units, joined."""
        return bool(key) and any(part.is_value(key) for part in self.parts)

    def is_in_value(self, key: str) -> bool:
        """Return whether the key of a category, tag or author contains this key, as far as it is stored."""
        return bool(key) and any(part.is_in_value(key) for part in self.parts)

    def words(self, length: int) -> Iterator[WordTable]:
        """Yield the words of this length of each part."""
        for part in self.parts:
            yield part.words(length)

    @cached_property
    def latin(self) -> Mapping[str, int]:
        """The words without Han characters, with their numbers of articles."""
        counts = Counter[str]()
        for part in self.parts:
            counts.update(part.latin)
        return counts

    def latin_with_prefix(self, prefix: str) -> list[str]:
        """Return the words without Han characters that start with a prefix, ascending."""
        words = self._sorted_latin
        return words[bisect_left(words, prefix) : bisect_left(words, prefix + chr(sys.maxunicode))]

    @cached_property
    def _sorted_latin(self) -> list[str]:
        return sorted(self.latin)

    def spelling_targets(self, min_articles: int) -> Mapping[str, Sequence[str]]:
        """Return the words without Han characters that a mistyped word is compared with, by their first letter, which must agree.

        At least ``min_articles`` contain each.
        """
        if min_articles not in self._spelling_targets:
            targets: dict[str, list[str]] = {}
            for word, count in self.latin.items():
                if count >= min_articles and len(word) >= MIN_TARGET_CHARACTERS:
                    targets.setdefault(word[0], []).append(word)
            self._spelling_targets[min_articles] = targets
        return self._spelling_targets[min_articles]

    def characters(self, codes: CodeRanges) -> list[str]:
        """Return the characters whose default syllable is one of the codes."""
        if not self.parts:
            return []
        offsets = np.flatnonzero(_in_ranges(self.parts[0].arrays.default_syllables, codes))
        return [chr(TABLE_FIRST + offset) for offset in offsets.tolist()]

    def syllable(self, char: str) -> int:
        """Return the code of the default syllable of a character, or ``NO_SYLLABLE``."""
        offset = ord(char) - TABLE_FIRST
        for part in self.parts:
            if 0 <= offset < len(part.arrays.default_syllables):
                return int(part.arrays.default_syllables[offset])
        return NO_SYLLABLE


def _merge(one: Completion, other: Completion) -> Completion:
    """Return the merged completion of an entry of two parts, spelled as in the part where it is more frequent."""
    frequent = max(one, other, key=lambda each: each.count)
    return replace(
        frequent, rank=min(one.rank, other.rank), cost=min(one.cost, other.cost), count=one.count + other.count
    )


def _order(completion: Completion) -> tuple[float, int, str]:
    return -completion.likelihood, completion.kind, completion.text


def _literal_first(completions: list[Completion]) -> list[Completion]:
    """Move up to ``_MAX_FIRST`` names that begin as typed, and are not too rare, before all readings."""
    likeliest_reading = max((each.likelihood for each in completions if each.is_reading), default=0.0)

    def is_likely(each: Completion) -> bool:
        share = _MIN_FIRST_VALUE_SHARE if each.kind < WORD else _MIN_FIRST_SHARE
        return each.likelihood >= likeliest_reading + math.log(share)

    literal = [each for each in completions if not each.is_reading and each.rank < _INNER and is_likely(each)]
    first = literal[:_MAX_FIRST]
    return [*first, *(each for each in completions if each not in first)]

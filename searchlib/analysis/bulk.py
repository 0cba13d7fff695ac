"""Cut long folded texts into units and words with array operations, several times as fast as ``units`` and ``tokens``.

Both functions number distinct terms. They return the start and the number of each occurrence, and the text of each number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import count

import numpy as np
from numpy.typing import NDArray

from searchlib.analysis.code_points import (
    CODE_POINT_COUNT,
    CodePoints,
    Integers,
    decode,
    encode,
    number_slices,
    true_runs,
)
from searchlib.analysis.dictionary import Dictionary
from searchlib.analysis.han_tokenizer import RUN_END, han_tokenizer
from searchlib.analysis.tokens import latin_words
from searchlib.analysis.units import BREAKS, EMOJI, HAN_CHARACTER, LATIN, MARKS
from searchlib.common.lazy_pattern import lazy_pattern

LINE_END = "\n"

HAN_BATCH = 1 << 17
"""The approximate number of Han characters for one call of the tokenizer. It limits memory: until words are numbered, they
are Python objects."""

Flags = NDArray[np.bool_]
Numbers = defaultdict[str, int]
"""The number of each word; a new word gets the next number."""

_OTHER, _HAN, _LATIN, _JOINER, _LINE_END, _BREAK, _EMOJI, _UNCLASSIFIED = range(8)
"""The kinds of characters. A joiner can be part of a Latin word, as letters and digits can."""

_JOINERS = ".-_'+#"
_MARKS = lazy_pattern(MARKS)
_LATIN_CHARACTER = lazy_pattern(LATIN)
_EMOJI_CHARACTER = lazy_pattern(f"[{EMOJI}]")


def number_units(folded: str) -> tuple[Integers, Integers, list[str], Flags]:
    """Return the starts and numbers of units and line ends, int64[n] each, in order, and the text of each number.

    The last array, bool[n], says whether a break is directly before a unit.
    """
    codes = encode(folded)
    kinds = _kinds(codes)
    starts, ends = true_runs(kinds == _LATIN)
    starts_unit = (kinds == _HAN) | (kinds == _LINE_END)
    starts_unit[starts] = True
    behind = codes.take(ends, mode="clip")
    for run in np.flatnonzero((behind == ord("+")) | (behind == ord("#"))).tolist():
        if marks := _MARKS.match(folded, int(ends[run])):
            ends[run] = marks.end()
    latin_numbers, latin = number_slices(folded, codes, starts, ends)
    positions = np.flatnonzero(starts_unit)
    numbers = codes[positions].astype(np.int64)
    numbers[kinds[positions] == _LATIN] = latin_numbers + CODE_POINT_COUNT
    # A table is faster than a sort: a batch has many more characters than there are code points.
    new_number = np.zeros(CODE_POINT_COUNT + len(latin), np.int64)
    new_number[numbers] = 1
    distinct = np.flatnonzero(new_number)
    new_number[distinct] = np.arange(len(distinct))
    texts = [chr(code) if code < CODE_POINT_COUNT else latin[code - CODE_POINT_COUNT] for code in distinct.tolist()]
    after_break = np.zeros(len(positions) + 1, bool)
    after_break[positions.searchsorted(_breaks(codes, kinds))] = True
    return positions, new_number[numbers], texts, after_break[:-1]


def _breaks(codes: CodePoints, kinds: NDArray[np.uint8]) -> Integers:
    """Return the positions of the matches of ``BREAK``, int64[n], unordered."""
    dots = np.flatnonzero(codes == ord("."))
    after, second = (codes.take(dots + offset, mode="clip") if len(dots) else dots for offset in (1, 2))
    is_break = (after == ord(" ")) | ((after == ord(".")) & (second == ord(".")) & (dots + 2 < len(codes)))
    return np.concatenate([np.flatnonzero(kinds == _BREAK), dots[is_break]])


def word_texts(folded: str, dictionary: Dictionary | None = None) -> list[str]:
    """Return the texts of ``tokens.words(folded, parts=True)`` in another order."""
    _, numbers, texts = number_words(folded, dictionary)
    return [texts[number] for number in numbers.tolist()]


def number_words(
    folded: str, dictionary: Dictionary | None = None, *, han_batch: int = HAN_BATCH
) -> tuple[Integers, Integers, list[str]]:
    """Return a position in its line and the number of each word and part, int64[n] each, and the text of each number."""
    codes = encode(folded)
    kinds = _kinds(codes)
    numbers: Numbers = defaultdict(count().__next__)
    is_han, is_latin = kinds == _HAN, kinds == _LATIN
    run_starts, _ = true_runs(is_han)
    tokenize = han_tokenizer(dictionary).texts_for_search
    run_sizes, han = _han_words(_han_batches(codes, is_han, han_batch), numbers, tokenize)
    starts, ends = true_runs(is_latin | (kinds == _JOINER))
    # A run of joiners only is not a word. `reduceat` includes the characters up to the next run; they contain no letters.
    has_latin = np.logical_or.reduceat(is_latin, starts) if len(starts) else np.empty(0, bool)
    starts, ends = starts[has_latin], ends[has_latin]
    latin_sizes, latin, lasts = _latin_words(*number_slices(folded, codes, starts, ends), numbers)
    firsts = han[np.cumsum(run_sizes) - run_sizes]
    mixed_positions, mixed = _mixed_words(numbers, ends, lasts, run_starts, firsts)
    emoji_positions = np.flatnonzero(kinds == _EMOJI)
    emoji = _numbers_of([chr(code) for code in codes[emoji_positions].tolist()], numbers)
    return (
        np.concatenate(
            [np.repeat(run_starts, run_sizes), np.repeat(starts, latin_sizes), mixed_positions, emoji_positions]
        ),
        np.concatenate([han, latin, mixed, emoji]),
        list(numbers),
    )


def _han_batches(codes: CodePoints, is_han: Flags, size: int) -> Iterator[str]:
    """Yield the runs of Han characters, each followed by ``RUN_END``, in texts of about ``size`` characters."""
    with_ends = np.full(len(codes) + 1, ord(RUN_END), np.uint32)
    np.copyto(with_ends[:-1], codes, where=is_han)
    is_included = np.zeros(len(codes) + 1, bool)
    is_included[:-1] = is_han
    is_included[1:] |= is_han
    runs = with_ends[is_included]
    bounds = np.flatnonzero(runs == ord(RUN_END)) + 1
    begin = 0
    while begin < len(runs):
        end = int(bounds[min(int(np.searchsorted(bounds, begin + size)), len(bounds) - 1)])
        yield decode(runs[begin:end])
        begin = end


def _han_words(
    batches: Iterator[str], numbers: Numbers, tokenize: Callable[[str], list[str]]
) -> tuple[Integers, Integers]:
    """Return the number of words of each run, int64[runs], and the words of all runs, int64[words]."""
    word_numbers = np.concatenate(
        [np.empty(0, np.int64), *(_numbers_of(tokenize(batch), numbers) for batch in batches)]
    )
    ends = np.flatnonzero(word_numbers == numbers[RUN_END])
    return np.diff(ends, prepend=-1) - 1, np.delete(word_numbers, ends)


def _numbers_of(words: list[str], numbers: Numbers) -> Integers:
    return np.fromiter(map(numbers.__getitem__, words), np.int64, len(words))


def _latin_words(run_numbers: Integers, runs: Sequence[str], numbers: Numbers) -> tuple[Integers, Integers, Integers]:
    """Return the words of each run of letters, digits and joiners.

    ``runs`` are the distinct runs, and ``run_numbers`` int64[n] says which of them occurs where. Return the number of words
    of each occurrence, int64[n], all their words, int64[words], and the word that ends each occurrence or -1, int64[n].
    """
    of_each = [latin_words(run) for run in runs]
    sizes = np.fromiter((len(texts) for texts, _ in of_each), np.int64, len(of_each))
    words = np.array([numbers[text] for texts, _ in of_each for text in texts], np.int64)
    lasts = np.array([numbers[last] if last else -1 for _, last in of_each], np.int64)
    starts = np.cumsum(sizes) - sizes
    sizes_here = sizes[run_numbers]
    starts_here = np.cumsum(sizes_here) - sizes_here
    at = np.repeat(starts[run_numbers] - starts_here, sizes_here) + np.arange(int(sizes_here.sum()))
    return sizes_here, words[at], lasts[run_numbers]


def _mixed_words(
    numbers: Numbers, ends: Integers, lasts: Integers, run_starts: Integers, firsts: Integers
) -> tuple[Integers, Integers]:
    """Return the words of a Latin word and the single Han character directly after it (b端, a股, 2021年), with their positions.

    ``ends`` and ``lasts`` describe the Latin runs, ``run_starts`` and ``firsts`` the Han runs.
    """
    if not len(run_starts):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    texts = list(numbers)
    is_single = np.fromiter(map(len, texts), np.int64, len(texts)) == 1
    runs = np.minimum(np.searchsorted(run_starts, ends), len(run_starts) - 1)
    is_mixed = np.flatnonzero((lasts >= 0) & (run_starts[runs] == ends) & is_single[firsts[runs]])
    pairs = zip(lasts[is_mixed].tolist(), firsts[runs[is_mixed]].tolist(), strict=True)
    return ends[is_mixed], np.array([numbers[texts[last] + texts[first]] for last, first in pairs], np.int64)


def _kinds(codes: CodePoints) -> NDArray[np.uint8]:
    """Return the kind of each character, uint8[characters]."""
    table = _kind_table()
    kinds = table.take(codes)
    if kinds.max(initial=0) == _UNCLASSIFIED:
        for code in set(codes[kinds == _UNCLASSIFIED].tolist()):
            table[code] = _kind(chr(code))
        kinds = table.take(codes)
    return kinds


@cache
def _kind_table() -> NDArray[np.uint8]:
    """Return the table of kinds, uint8[code points], which ``_kinds`` fills with the characters that occur."""
    return np.full(CODE_POINT_COUNT, _UNCLASSIFIED, np.uint8)


def _kind(char: str) -> int:
    if char == LINE_END:
        return _LINE_END
    if char in _JOINERS:
        return _JOINER
    if char in BREAKS:
        return _BREAK
    if _EMOJI_CHARACTER.match(char):
        return _EMOJI
    if HAN_CHARACTER.match(char):
        return _HAN
    return _LATIN if _LATIN_CHARACTER.match(char) else _OTHER

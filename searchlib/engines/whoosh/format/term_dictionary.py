"""Hold the terms of a field as sorted arrays."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from searchlib.engines.whoosh.format.arrays import Array, ArrayFile, ArrayWriter
from searchlib.engines.whoosh.format.integers import Integers
from searchlib.engines.whoosh.format.lengths import Lengths

KEY = 8
"""Bytes of a term that make its key."""

_HALF = 32
_SHORT = b"\0"
_ESCAPE = b"\1"
_ARRAYS = ("groups", "group_ends", "lows", "rests")

Keys = NDArray[np.uint64]


def key(term: bytes) -> int:
    """The first eight bytes of a term as a number, filled up with zeros: keys order terms, but for equal keys."""
    return int.from_bytes(term[:KEY].ljust(KEY, b"\0"), "big")


def keys_of(terms: Sequence[bytes]) -> Keys:
    """The keys of many terms."""
    return _as_keys(_stems(terms))


def _stems(terms: Sequence[bytes]) -> Array:
    return np.array(terms, f"S{KEY}")


def _as_keys(stems: Array) -> Keys:
    return stems.view(">u8").astype(np.uint64)


def is_long(term: bytes) -> bool:
    """Whether a term is more than its key tells."""
    return len(term) > KEY or term.endswith(b"\0")


@dataclass(frozen=True, slots=True)
class TermDictionary:
    """The distinct terms of a field, bytes, ascending, each with a number.

    ``groups`` uint32[groups] holds the distinct upper halves of the terms' keys, ``group_ends`` uint32[groups] the number
    of terms up to the end of each, ``lows`` uint32[terms] the lower halves. What long terms have beyond their keys lies in
    ``rests`` uint8[bytes], with ``rest_lengths`` for all terms.
    """

    groups: NDArray[np.uint32]
    group_ends: NDArray[np.uint32]
    lows: NDArray[np.uint32]
    rests: NDArray[np.uint8]
    rest_lengths: Lengths

    @classmethod
    def of(cls, terms: Sequence[bytes]) -> TermDictionary:
        """The vocabulary of ascending terms."""
        lengths = np.fromiter(map(len, terms), np.int64, len(terms))
        stems = _stems(terms)
        # An array of bytes ends each of them before the NULs at its end.
        long_at = np.flatnonzero((lengths > KEY) | (np.strings.str_len(stems) < lengths))
        return cls.of_keys(_as_keys(stems), long_at, [terms[number] for number in long_at.tolist()])

    @classmethod
    def of_keys(cls, keys: Keys, long_at: Integers, long: Sequence[bytes]) -> TermDictionary:
        """The vocabulary of terms with these keys, ascending; those at ``long_at`` are the long terms."""
        rests = [term[KEY:] if term[KEY : KEY + 1] > _ESCAPE else _rest(term) for term in long]
        rest_lengths = np.zeros(len(keys), np.int64)
        rest_lengths[long_at] = [len(rest) for rest in rests]
        return cls.of_rests(keys, rest_lengths, np.frombuffer(b"".join(rests), np.uint8))

    @classmethod
    def of_rests(cls, keys: Keys, rest_lengths: Integers, rests: NDArray[np.uint8]) -> TermDictionary:
        """The vocabulary of terms with these keys and rests, ascending."""
        halves = (keys >> np.uint64(_HALF)).astype(np.uint32)
        begins = np.flatnonzero(np.concatenate(([True], halves[1:] != halves[:-1]))[: len(halves)])
        return cls(
            halves[begins],
            np.append(begins, len(keys))[1:].astype(np.uint32),
            keys.astype(np.uint32),
            rests,
            Lengths.of(rest_lengths),
        )

    @classmethod
    def read(cls, file: ArrayFile, field: str) -> TermDictionary:
        """The vocabulary that ``write`` wrote."""
        groups, group_ends, lows, rests = (file.array(f"{field}.{name}") for name in _ARRAYS)
        return cls(groups, group_ends, lows, rests, Lengths.read(file, f"{field}.rest_lengths"))

    def write(self, file: ArrayWriter, field: str) -> None:
        """Write the arrays into a file."""
        for name in _ARRAYS:
            file.write(f"{field}.{name}", getattr(self, name))
        self.rest_lengths.write(file, f"{field}.rest_lengths")

    def __len__(self) -> int:
        return len(self.lows)

    def keys(self, first: int, end: int) -> Keys:
        """The keys of the terms from the first to before the end."""
        low, high = self.group_ends.searchsorted(np.array([first, max(end - 1, first)], np.uint32), "right").tolist()
        ends = np.minimum(self.group_ends[low : high + 1].astype(np.int64), end)
        sizes = np.diff(ends, prepend=first)
        halves = np.repeat(self.groups[low : high + 1], sizes).astype(np.uint64)
        return (halves << np.uint64(_HALF)) | self.lows[first:end]

    def key_bound(self, wanted: int) -> int:
        """The number of the first term whose key is not less."""
        half, low = np.uint32(wanted >> _HALF), np.uint32(wanted & 0xFFFFFFFF)
        group = int(self.groups.searchsorted(half))
        first = int(self.group_ends[group - 1]) if group else 0
        if group == len(self.groups) or self.groups[group] != half:
            return first
        return first + int(self.lows[first : int(self.group_ends[group])].searchsorted(low))

    def find(self, term: bytes) -> int | None:
        """The number of a term."""
        number = self.lower_bound(term)
        return number if number < len(self) and self._is(number, term) else None

    def _is(self, number: int, term: bytes) -> bool:
        if is_long(term):
            return self.term(number) == term
        wanted = key(term)
        group = int(self.group_ends.searchsorted(np.uint32(number), "right"))
        is_key = self.groups[group] == wanted >> _HALF and self.lows[number] == wanted & 0xFFFFFFFF
        return bool(is_key) and not self.rest_lengths.small[number]

    def lower_bound(self, term: bytes) -> int:
        """The number of the first term that is not less."""
        wanted = key(term)
        first = self.key_bound(wanted)
        if not is_long(term):
            return first
        end = self.key_bound(wanted + 1) if wanted + 1 < 1 << (2 * _HALF) else len(self)
        return first + bisect_left(range(first, end), term, key=self.term)

    def starting_with(self, prefix: bytes) -> range:
        """The numbers of the terms that begin with the prefix."""
        stem = prefix.rstrip(b"\xff")
        end = self.lower_bound(stem[:-1] + bytes([stem[-1] + 1])) if stem else len(self)
        return range(self.lower_bound(prefix), end)

    def term(self, number: int) -> bytes:
        """The term of that number."""
        return self.terms(number, number + 1)[0]

    def terms(self, first: int = 0, end: int | None = None) -> list[bytes]:
        """The terms from the first to before the end."""
        end = len(self) if end is None else end
        found = [word.rstrip(b"\0") for word in _as_bytes(self.keys(first, end))]
        numbers, long = self.long_between(first, end)
        for number, term in zip(numbers.tolist(), long, strict=True):
            found[number - first] = term
        return found

    def rests_between(self, first: int, end: int) -> tuple[Integers, NDArray[np.uint8]]:
        """What the terms from the first to before the end have beyond their keys: the bytes of each, and all of them.

        They are in the order of the terms where keys are equal.
        """
        starts = self.rest_lengths.starts(first, end)
        return np.diff(starts), self.rests[int(starts[0]) : int(starts[-1])]

    def long_between(self, first: int, end: int) -> tuple[Integers, list[bytes]]:
        """The numbers of the long terms from the first to before the end, and these terms."""
        found = np.flatnonzero(self.rest_lengths.small[first:end]) + first
        if not len(found):
            return found, []
        starts = self.rest_lengths.starts(first, end)
        rests = self.rests[int(starts[0]) : int(starts[-1])].tobytes()
        starts -= starts[0]
        stems = _as_bytes(self.keys(first, end)[found - first])
        ends = starts[1:][found - first].tolist()
        begins = starts[:-1][found - first].tolist()
        long = [_whole(stem, rests[begin:end]) for stem, begin, end in zip(stems, begins, ends, strict=True)]
        return found, long


def _as_bytes(keys: Keys) -> list[bytes]:
    """The keys as bytes, all eight of each."""
    text = keys.astype(">u8").tobytes()
    return [text[at : at + KEY] for at in range(0, len(text), KEY)]


def _rest(term: bytes) -> bytes:
    """What is kept of a long term, beyond its key, that has no plain text there: of one no longer than a key, its length."""
    if len(term) <= KEY:
        return _SHORT + bytes([len(term)])
    return _ESCAPE + term[KEY:]


def _whole(stem: bytes, rest: bytes) -> bytes:
    if rest[:1] == _SHORT:
        return stem[: rest[1]]
    return stem + (rest[1:] if rest[:1] == _ESCAPE else rest)

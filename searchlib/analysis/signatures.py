"""Sum a text up in a few bytes that are nearly the same for texts that are nearly the same.

The runs of ``SHINGLE`` units of a text are hashed; the hashes fall into ``SIGNATURE_BYTES`` bins, and of the least of each bin one
byte is kept (one permutation hashing: Li, Owen, Zhang 2012; empty bins borrow from the next: Shrivastava, Li 2014; one
byte of each: Li, König 2010). The share of equal bytes of two signatures tells the Jaccard similarity of their runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

SHINGLE = 4
"""Units in a run."""

SIGNATURE_BYTES = 64
"""Bytes of a signature, eight of them in each of its ``SIGNATURE_UINT64S`` numbers."""

SIGNATURE_UINT64S = SIGNATURE_BYTES // 8

MIN_SHINGLES = 60
"""Of a text with fewer runs, bytes tell too little: such texts are alike only if they are the same, titles included."""

MIN_UNITS = 20
"""A text with fewer units is like no other: what is the same in two notes of a few words says nothing."""

Signatures = NDArray[np.uint64]
"""uint64[texts, WORDS]: a row of zeros is like no other, not even one of zeros."""

_AT_ONCE = 1 << 15
"""Units that are hashed together, more or less."""

_MIX = [np.uint64(each) for each in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)]
_BIN_SHIFT = np.uint64(64 - (SIGNATURE_BYTES - 1).bit_length())
_EMPTY = np.uint64(2**64 - 1)


def signatures(
    units: NDArray[np.int64], texts: Sequence[str], lengths: NDArray[np.int64], titles: Sequence[str]
) -> Signatures:
    """The signatures of some texts, given one after the other.

    ``units`` int64[all units] are the numbers of the units of all texts, in order; ``texts`` what each number stands for;
    ``lengths`` int64[n] how many units each text has; ``titles`` the folded titles.
    """
    hashes = np.array([_hash(text) for text in texts], np.uint64)
    ends = np.cumsum(lengths)
    begins = ends - lengths
    table = np.full(len(lengths) * SIGNATURE_BYTES, _EMPTY)
    # Some texts at a time: what fits into the processor's caches is done soonest.
    bounds = [0, *(np.flatnonzero(np.diff(ends // _AT_ONCE)) + 1).tolist(), len(lengths)]
    for first, last in pairwise(bounds):
        owners = np.repeat(np.arange(first, last), lengths[first:last])
        if len(owners) >= SHINGLE:
            _keep_least(table, hashes[units[begins[first] : ends[last - 1]]], owners)
    table = _filled(table.reshape(-1, SIGNATURE_BYTES))
    found = (_mixed(table) >> np.uint64(56)).astype(np.uint8)
    found[lengths < MIN_UNITS] = 0
    for number in np.flatnonzero((lengths >= MIN_UNITS) & (lengths < MIN_SHINGLES + SHINGLE - 1)).tolist():
        own = hashes[units[begins[number] : ends[number]]]
        whole = own.tobytes() + titles[number].encode(errors="surrogatepass")
        found[number] = np.frombuffer(blake2b(whole, digest_size=SIGNATURE_BYTES).digest(), np.uint8)
    return found.view("<u8").astype(np.uint64, copy=False)


def _keep_least(table: NDArray[np.uint64], hashes: NDArray[np.uint64], owners: NDArray[np.int64]) -> None:
    """Note the least hash of the runs of some texts in each bin of theirs; ``owners`` says whose each unit is."""
    last = len(hashes) - SHINGLE + 1
    runs = hashes[:last].copy()
    for at in range(1, SHINGLE):
        runs *= _MIX[0]
        runs += hashes[at : last + at]
    inside = owners[:last] == owners[SHINGLE - 1 :]
    runs = _mixed(runs[inside])
    # Which bin, and then by what is left of the hash.
    bins = owners[:last][inside] * SIGNATURE_BYTES + (runs >> _BIN_SHIFT).astype(np.int64)
    np.minimum.at(table, bins, runs << np.uint64(6))


def similarity(one: Signatures, other: Signatures) -> NDArray[np.float64]:
    """float64[n]: the share of equal bytes in each pair of rows."""
    equal: NDArray[np.int64] = np.count_nonzero(one.view(np.uint8) == other.view(np.uint8), axis=1)
    return equal / SIGNATURE_BYTES


@lru_cache(maxsize=1 << 16)
def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest(), "little")


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Numbers of which every bit hangs on every bit of these (Steele, Lea, Flood 2014)."""
    values = (values ^ (values >> np.uint64(30))) * _MIX[1]
    values = (values ^ (values >> np.uint64(27))) * _MIX[2]
    return values ^ (values >> np.uint64(31))


def _filled(table: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The table with the empty bins of each row filled from the next one that is not, and its distance."""
    rows = np.flatnonzero(np.any(table == _EMPTY, axis=1) & ~np.all(table == _EMPTY, axis=1))
    if not len(rows):
        return table
    twice = np.concatenate([table[rows], table[rows]], axis=1)
    places = np.where(twice == _EMPTY, 2 * SIGNATURE_BYTES, np.arange(2 * SIGNATURE_BYTES))
    following = np.minimum.accumulate(places[:, ::-1], axis=1)[:, ::-1][:, :SIGNATURE_BYTES]
    distance = (following - np.arange(SIGNATURE_BYTES)).astype(np.uint64)
    table[rows] = np.take_along_axis(twice, following, axis=1) + distance * _MIX[0]
    return table

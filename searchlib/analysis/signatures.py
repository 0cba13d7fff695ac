"""Compute signatures of texts: a few bytes that are nearly equal for nearly equal texts.

The shingles of a text, ``SHINGLE`` units each, are hashed. The hashes fall into ``SIGNATURE_BYTES`` bins, and the signature
has one byte of the least hash of each bin (one permutation hashing: Li, Owen, Zhang 2012; empty bins borrow from the next
one: Shrivastava, Li 2014; b-bit minwise hashing: Li, König 2010). The share of equal bytes in two signatures estimates the
    Jaccard similarity of the sets of shingles.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from searchlib.analysis.units import units as find_units

SHINGLE = 4
"""Units in a shingle."""

SIGNATURE_BYTES = 64
"""Bytes of a signature."""

SIGNATURE_UINT64S = SIGNATURE_BYTES // 8 + 1
"""The number of 64-bit numbers that store a signature and, as the last one, the digest of the title."""

MIN_TITLE_UNITS = 8
"""Titles with fewer units have no digest: equal short titles, such as 前言, are a coincidence."""

MIN_SHINGLES = 60
"""Texts with fewer shingles are similar only if they and their titles are equal: an estimate would be too rough."""

MIN_UNITS = 20
"""Texts with fewer units are similar to no other text: equal notes of a few words are a coincidence."""

Signatures = NDArray[np.uint64]
"""uint64[texts, SIGNATURE_UINT64S]. A row of zeros is similar to no other, not even to another row of zeros. The digest of a
title is 0 if the title is short."""

_HASH_BATCH = 1 << 15
"""Units that are hashed together, approximately: their arrays fit into the caches of the processor."""

_MIX = [np.uint64(each) for each in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)]
_BIN_SHIFT = np.uint64(64 - (SIGNATURE_BYTES - 1).bit_length())
_EMPTY_BIN = np.uint64(2**64 - 1)


def signatures(
    units: NDArray[np.int64], texts: Sequence[str], lengths: NDArray[np.int64], titles: Sequence[str]
) -> Signatures:
    """Return the signatures of texts.

    ``units`` int64[units of all texts] are the numbers of the units, text after text; ``texts`` has the unit of each number;
    ``lengths`` int64[texts] is the number of units of each text; ``titles`` are the folded titles.
    """
    hashes = np.array([_hash(text) for text in texts], np.uint64)
    ends = np.cumsum(lengths)
    begins = ends - lengths
    minima = np.full(len(lengths) * SIGNATURE_BYTES, _EMPTY_BIN)
    bounds = [0, *(np.flatnonzero(np.diff(ends // _HASH_BATCH)) + 1).tolist(), len(lengths)]
    for first, last in pairwise(bounds):
        owners = np.repeat(np.arange(first, last), lengths[first:last])
        if len(owners) >= SHINGLE:
            _update_minima(minima, hashes[units[begins[first] : ends[last - 1]]], owners)
    minima = _without_empty_bins(minima.reshape(-1, SIGNATURE_BYTES))
    least_bytes = (_mixed(minima) >> np.uint64(56)).astype(np.uint8)
    least_bytes[lengths < MIN_UNITS] = 0
    for number in np.flatnonzero((lengths >= MIN_UNITS) & (lengths < MIN_SHINGLES + SHINGLE - 1)).tolist():
        own = hashes[units[begins[number] : ends[number]]]
        whole = own.tobytes() + titles[number].encode(errors="surrogatepass")
        least_bytes[number] = np.frombuffer(blake2b(whole, digest_size=SIGNATURE_BYTES).digest(), np.uint8)
    digests = np.array([_title_digest(title) for title in titles], np.uint64).reshape(-1, 1)
    digests[lengths < MIN_UNITS] = 0
    return np.concatenate([least_bytes.view("<u8").astype(np.uint64, copy=False), digests], axis=1)


def _title_digest(title: str) -> int:
    is_long = len(title) >= MIN_TITLE_UNITS and len(find_units(title)) >= MIN_TITLE_UNITS
    return _hash(title) if is_long else 0


def similarity(ones: Signatures, others: Signatures) -> NDArray[np.float64]:
    """Return the share of equal bytes of each pair of rows, float64[rows]."""
    first, second = (np.ascontiguousarray(rows[:, :-1]).view(np.uint8) for rows in (ones, others))
    equal: NDArray[np.int64] = np.count_nonzero(first == second, axis=1)
    return equal / SIGNATURE_BYTES


def _update_minima(minima: NDArray[np.uint64], hashes: NDArray[np.uint64], owners: NDArray[np.int64]) -> None:
    """Update the least hash of each bin with the shingles of some texts. ``owners`` int64[units] is the text of each unit."""
    count = len(hashes) - SHINGLE + 1
    shingles = hashes[:count].copy()
    for at in range(1, SHINGLE):
        shingles *= _MIX[0]
        shingles += hashes[at : count + at]
    is_inside = owners[:count] == owners[SHINGLE - 1 :]
    shingles = _mixed(shingles[is_inside])
    # The first bits of a hash select the bin; the other bits are compared.
    bins = owners[:count][is_inside] * SIGNATURE_BYTES + (shingles >> _BIN_SHIFT).astype(np.int64)
    np.minimum.at(minima, bins, shingles << np.uint64(6))


@lru_cache(maxsize=1 << 16)
def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest(), "little")


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return hashes in which each bit depends on all bits of the value (splitmix64: Steele, Lea, Flood 2014)."""
    values = (values ^ (values >> np.uint64(30))) * _MIX[1]
    values = (values ^ (values >> np.uint64(27))) * _MIX[2]
    return values ^ (values >> np.uint64(31))


def _without_empty_bins(minima: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Fill each empty bin of a row with a value made of the next bin that is not empty, and of the distance to that bin."""
    rows = np.flatnonzero(np.any(minima == _EMPTY_BIN, axis=1) & ~np.all(minima == _EMPTY_BIN, axis=1))
    if not len(rows):
        return minima
    twice = np.concatenate([minima[rows], minima[rows]], axis=1)
    bins = np.where(twice == _EMPTY_BIN, 2 * SIGNATURE_BYTES, np.arange(2 * SIGNATURE_BYTES))
    following = np.minimum.accumulate(bins[:, ::-1], axis=1)[:, ::-1][:, :SIGNATURE_BYTES]
    distance = (following - np.arange(SIGNATURE_BYTES)).astype(np.uint64)
    minima[rows] = np.take_along_axis(twice, following, axis=1) + distance * _MIX[0]
    return minima

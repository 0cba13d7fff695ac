"""Group articles whose signatures are nearly the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchlib.analysis.signatures import SIGNATURE_BYTES, SIGNATURE_UINT64S, Signatures, similarity

MIN_SIMILARITY = 0.85
"""The minimum share of equal bytes in the signatures of near duplicates; docs/design/near-duplicates.md explains the choice."""

MIN_SIMILARITY_OF_SAME_TITLE = 0.5
"""The minimum share of equal bytes if the titles are equal, and not short."""

MAX_GROUPS_PER_KEY = 500
"""The maximum number of groups with the same band or title whose first articles are compared with a later article. If more groups
share it, near duplicates with different signatures can be missed."""

_FREQUENT_KEY = 64
"""A key of more different signatures is frequent: only the first articles of groups are compared, not all pairs of articles."""

_PAIRS_AT_ONCE = 1 << 18
"""The number of pairs of articles that are compared at once, to bound memory."""

_MIX = np.array([2 * number * number + 1 for number in range(3, 3 + SIGNATURE_UINT64S)], np.uint64)
"""Odd factors that mix the numbers of a signature into one."""

_BAND = np.uint32
_BANDS = SIGNATURE_BYTES // 4
"""The bands of a signature, of four bytes each."""

_MAX_DIFFERENT = int(SIGNATURE_BYTES * (1 - MIN_SIMILARITY))
"""The maximum number of bytes, and therefore of bands, in which near duplicates differ."""

Integers = NDArray[np.int64]

Groups = NDArray[np.uint32]
"""uint32[articles]: the number of the first article in the group of each article; its own number in a group of one."""


def group_near_duplicates(signatures: Signatures) -> Groups:
    """Return the groups of articles, given their signatures in order.

    Every article is similar to the first one of its group, so a chain of small changes does not join different texts. An
    article that is similar to the first articles of several groups joins the most similar one.
    """
    groups = np.arange(len(signatures), dtype=np.uint32)
    candidates, keys = _candidate_keys(signatures)
    originals = _originals(signatures, candidates)
    is_copy = originals < candidates
    similar = defaultdict(
        list,
        {
            number: [first]
            for number, first in zip(candidates[is_copy].tolist(), originals[is_copy].tolist(), strict=True)
        },
    )
    frequent_keys: defaultdict[int, list[int]] = defaultdict(list)
    for column in keys.T:
        is_frequent = _has_frequent_key(column, is_copy)
        for later, earlier in _pairs(column, is_copy, ~is_frequent):
            pairs = _similar(signatures, candidates[later], candidates[earlier])
            for number, first in pairs.tolist():
                similar[number].append(first)
        for at in is_frequent.nonzero()[0].tolist():
            frequent_keys[int(candidates[at])].append(int(column[at]))
    firsts_by_key: defaultdict[int, list[int]] = defaultdict(list)
    for number in sorted({*similar, *frequent_keys}):
        own_keys = frequent_keys.get(number, ())
        firsts = {first for key in own_keys for first in firsts_by_key[key]}
        found = {first for first in similar.get(number, ()) if groups[first] == first}
        if firsts:
            found.update(_similar(signatures, np.full(len(firsts), number), np.array([*firsts]))[:, 1].tolist())
        if found:
            choices = np.array(sorted(found))
            groups[number] = choices[similarity(signatures[choices], signatures[[number]]).argmax()]
            continue
        for key in own_keys:
            if len(firsts_by_key[key]) < MAX_GROUPS_PER_KEY:
                firsts_by_key[key].append(number)
    return groups


def _originals(signatures: Signatures, candidates: Integers) -> Integers:
    """Return int64[candidates]: the first candidate with the same signature as this one."""
    originals = candidates.copy()
    firsts: dict[bytes, int] = {}
    for at in _is_repeated(signatures[candidates] @ _MIX).nonzero()[0].tolist():
        number = int(candidates[at])
        originals[at] = firsts.setdefault(signatures[number].tobytes(), number)
    return originals


def _pairs(
    keys: Integers, is_copy: NDArray[np.bool_], is_compared: NDArray[np.bool_]
) -> Iterator[tuple[Integers, Integers]]:
    """Yield the indices of compared candidates, and of earlier ones with the same key that are no copies, int64[n] each."""
    by_key = np.argsort(keys, kind="stable")
    by_key = by_key[is_compared[by_key]]
    is_original = ~is_copy[by_key]
    originals = by_key[is_original]
    starts = keys[originals].searchsorted(keys[by_key])
    # How many originals are before each candidate, and have its key.
    counts: Integers = np.cumsum(is_original) - is_original - starts
    ends = np.cumsum(counts)
    bounds = [0, *(np.flatnonzero(np.diff(ends // _PAIRS_AT_ONCE)) + 1).tolist(), len(ends)]
    for first, last in pairwise(bounds):
        sizes = counts[first:last]
        offsets = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        yield np.repeat(by_key[first:last], sizes), originals[np.repeat(starts[first:last], sizes) + offsets]


def _has_frequent_key(keys: Integers, is_copy: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return bool[candidates]: which have a key that is frequent."""
    distinct, numbers = np.unique(keys, return_inverse=True)
    counts = np.bincount(numbers[~is_copy], minlength=len(distinct))
    return counts[numbers] > _FREQUENT_KEY


def _similar(signatures: Signatures, later: Integers, earlier: Integers) -> Integers:
    """Return those of the pairs of articles that are near duplicates, int64[n, 2]."""
    titles = signatures[later, -1]
    same_title = (titles == signatures[earlier, -1]) & (titles != 0)
    minimum = np.where(same_title, MIN_SIMILARITY_OF_SAME_TITLE, MIN_SIMILARITY)
    is_similar = similarity(signatures[later], signatures[earlier]) >= minimum
    return np.column_stack([later, earlier])[is_similar]


def _candidate_keys(signatures: Signatures) -> tuple[Integers, Integers]:
    """Return the articles that may have near duplicates, int64[n], and keys of each, int64[n, m]: some bands, and the title.

    Near duplicates share at least one of these keys: the title, or a band, because there is one band more than can differ.
    """
    signed = np.flatnonzero(signatures[:, :-1].any(axis=1))
    bands = np.ascontiguousarray(signatures[signed, :-1]).view(_BAND).reshape(-1, _BANDS)
    titles = signatures[signed, -1]
    shared = np.zeros(len(signed), np.int64)
    for band in bands.T:
        shared += _is_repeated(band)
    is_candidate = (shared >= _BANDS - _MAX_DIFFERENT) | (_is_repeated(titles) & (titles != 0))
    some = _MAX_DIFFERENT + 1
    # The same bytes at a different offset in the signature are a different band.
    band_keys = (np.arange(some) << 32) | bands[is_candidate, :some].astype(np.int64)
    # Negative keys are title digests. An article without a digest gets a key of its own.
    own = np.where(titles == 0, signed, (titles >> np.uint64(1)).astype(np.int64))[is_candidate]
    return signed[is_candidate], np.column_stack([band_keys, -1 - own])


def _is_repeated(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Return bool[values]: whether a value occurs more than once."""
    order = np.argsort(values)
    ordered = values[order]
    same = np.zeros(len(values) + 1, bool)
    same[1:-1] = ordered[1:] == ordered[:-1]
    repeated = np.empty(len(values), bool)
    repeated[order] = same[1:] | same[:-1]
    return repeated

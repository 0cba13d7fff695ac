"""Group articles whose signatures are nearly the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchlib.analysis.signatures import SIGNATURE_BYTES, Signatures, similarity

MIN_SIMILARITY = 0.85
"""The minimum share of equal bytes in the signatures of near duplicates; docs/design/near-duplicates.md explains the choice."""

MIN_SIMILARITY_OF_SAME_TITLE = 0.5
"""The minimum share of equal bytes if the titles are equal, and not short."""

MAX_GROUPS_PER_BAND = 500
"""The maximum number of groups with the same band or title whose first articles are compared with a later article. If more groups
share it, near duplicates with different signatures can be missed."""

_ROWS_AT_ONCE = 10_000
"""Number of candidates whose keys are converted to Python objects at once, to bound memory."""

_MIX = np.array([2 * number * number + 1 for number in range(3, 3 + SIGNATURE_BYTES // 8)], np.uint64)
"""Odd factors that mix the numbers of a signature into one."""

_BAND = np.uint32
_BANDS = SIGNATURE_BYTES // 4
"""The bands of a signature, of four bytes each."""

_MAX_DIFFERENT = int(SIGNATURE_BYTES * (1 - MIN_SIMILARITY))
"""The maximum number of bytes, and therefore of bands, in which near duplicates differ."""

Groups = NDArray[np.uint32]
"""uint32[articles]: the number of the first article in the group of each article; its own number in a group of one."""


def group_near_duplicates(signatures: Signatures) -> Groups:
    """Return the groups of articles, given their signatures in order.

    Every article is similar to the first one of its group, so a chain of small changes does not join different texts. An
    article that is similar to the first articles of several groups joins the most similar one.
    """
    groups = np.arange(len(signatures), dtype=np.uint32)
    candidates, keys = _candidate_keys(signatures)
    firsts_by_key: defaultdict[int, list[int]] = defaultdict(list)
    group_by_body: dict[bytes, int] = {}
    has_copies = _is_repeated(signatures[:, :-1] @ _MIX)
    for number, own_keys in _rows(candidates, keys):
        body = signatures[number, :-1].tobytes()
        if body in group_by_body:
            groups[number] = group_by_body[body]
            continue
        firsts = sorted({first for key in own_keys for first in firsts_by_key.get(key, ())})
        if firsts:
            similarities = similarity(signatures[firsts], signatures[[number]])
            same_title = (signatures[firsts, -1] == signatures[number, -1]) & (signatures[number, -1] != 0)
            min_similarity = np.where(same_title, MIN_SIMILARITY_OF_SAME_TITLE, MIN_SIMILARITY)
            similarities[similarities < min_similarity] = 0.0
            best = int(similarities.argmax())
            if similarities[best]:
                groups[number] = firsts[best]
                continue
        if has_copies[number]:
            group_by_body[body] = number
        for key in own_keys:
            if len(firsts_by_key[key]) < MAX_GROUPS_PER_BAND:
                firsts_by_key[key].append(number)
    return groups


def _rows(candidates: NDArray[np.int64], keys: NDArray[np.int64]) -> Iterator[tuple[int, list[int]]]:
    """Yield each candidate with those of its keys that another candidate has, too. Unshared keys would only take memory."""
    is_shared = np.column_stack([_is_repeated(column) for column in keys.T])
    for at in range(0, len(candidates), _ROWS_AT_ONCE):
        rows = slice(at, at + _ROWS_AT_ONCE)
        for number, own, shared in zip(
            candidates[rows].tolist(), keys[rows].tolist(), is_shared[rows].tolist(), strict=True
        ):
            yield number, list(compress(own, shared))


def _candidate_keys(signatures: Signatures) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the articles that may have near duplicates, int64[n], and keys of each, int64[n, m]: some bands, and the title.

    Near duplicates share at least one of these keys: the titles are equal, or one of the bands, which are one more than can
    differ.
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

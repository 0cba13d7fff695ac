"""Group articles whose signatures are nearly the same."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from searchlib.analysis.signatures import SIGNATURE_BYTES, Signatures, similarity

MIN_SIMILARITY = 0.85
"""The minimum share of equal bytes in the signatures of near duplicates; docs/design/near-duplicates.md explains the choice."""

MAX_GROUPS_PER_BAND = 500
"""The maximum number of groups with the same band whose first articles are compared with a later article. If more groups
share a band, near duplicates with different signatures can be missed."""

_BAND = np.uint32
_BANDS = SIGNATURE_BYTES // 4
"""The bands of a signature, of four bytes each."""

_MAX_DIFFERENT = int(SIGNATURE_BYTES * (1 - MIN_SIMILARITY))
"""Near duplicates differ in at most this many bytes, and so in at most this many bands."""

Groups = NDArray[np.uint32]
"""uint32[articles]: the number of the first article in the group of each article; its own number in a group of one."""


def group_near_duplicates(signatures: Signatures) -> Groups:
    """Return the groups of articles, given their signatures in order.

    Every article is similar to the first one of its group, so a chain of small changes does not join different texts. An
    article that is similar to the first articles of several groups joins the most similar one.
    """
    groups = np.arange(len(signatures), dtype=np.uint32)
    candidates, bands = _candidate_bands(signatures)
    firsts_by_band: defaultdict[int, list[int]] = defaultdict(list)
    group_by_signature: dict[bytes, int] = {}
    for number, own_bands in zip(candidates.tolist(), bands.tolist(), strict=True):
        signature = signatures[number].tobytes()
        if signature in group_by_signature:
            groups[number] = group_by_signature[signature]
            continue
        firsts = sorted({first for band in own_bands for first in firsts_by_band.get(band, ())})
        if firsts:
            similarities = similarity(signatures[firsts], signatures[[number]])
            best = int(similarities.argmax())
            if similarities[best] >= MIN_SIMILARITY:
                groups[number] = firsts[best]
                continue
        group_by_signature[signature] = number
        for band in own_bands:
            if len(firsts_by_band[band]) < MAX_GROUPS_PER_BAND:
                firsts_by_band[band].append(number)
    return groups


def _candidate_bands(signatures: Signatures) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the articles that may have near duplicates, int64[n], and some bands of each, int64[n, m].

    Near duplicates share at least one of these bands: there is one more band than can differ.
    """
    signed = np.flatnonzero(signatures.any(axis=1))
    bands = np.ascontiguousarray(signatures[signed]).view(_BAND).reshape(-1, _BANDS)
    shared = np.zeros(len(signed), np.int64)
    for band in bands.T:
        order = np.argsort(band)
        keys = band[order]
        same = np.zeros(len(keys) + 1, bool)
        same[1:-1] = keys[1:] == keys[:-1]
        shared[order] += same[1:] | same[:-1]
    is_candidate = shared >= _BANDS - _MAX_DIFFERENT
    some = _MAX_DIFFERENT + 1
    # The same bytes at a different offset in the signature are a different band.
    return signed[is_candidate], (np.arange(some) << 32) | bands[is_candidate, :some].astype(np.int64)

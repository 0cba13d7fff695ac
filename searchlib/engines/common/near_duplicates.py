"""Group articles whose signatures are nearly the same."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from searchlib.analysis.signatures import SIGNATURE_BYTES, Signatures, similarity

MIN_SIMILARITY = 0.85
"""The share of a signature that near duplicates have in common, at least; docs/design/near-duplicates.md explains the choice."""

MAX_GROUPS_PER_BAND = 500
"""The first articles of so many groups with the same band are compared with a later article.

If more groups share a band, they share a form, not a text. Near duplicates may then be missed, except for those with the same
signature.
"""

_BAND = np.uint32
_BANDS = SIGNATURE_BYTES // 4
"""The bands of a signature, of four bytes each."""

_MAX_DIFFERENT = int(SIGNATURE_BYTES * (1 - MIN_SIMILARITY))
"""Near duplicates differ in at most this many bytes, and so in at most this many bands."""

Groups = NDArray[np.uint32]
"""uint32[articles]: the number of the first article of the group of each article, which is its own in a group of one."""


def group_near_duplicates(signatures: Signatures) -> Groups:
    """Return the groups of articles, given their signatures in order.

    Every article is similar to the first one of its group, so that no chain of small changes leads from one text to another.
    An article that is similar to the first ones of several groups joins the most similar one.
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

    Near duplicates share at least one of these bands: they have one more than may differ.
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
    # The same bytes at another place of the signature are another band.
    return signed[is_candidate], (np.arange(some) << 32) | bands[is_candidate, :some].astype(np.int64)

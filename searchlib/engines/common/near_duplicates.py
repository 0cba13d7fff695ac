"""Find the articles whose signatures are nearly the same, and put them into groups."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from searchlib.analysis.signatures import SIGNATURE_BYTES, Signatures, similarity

LEAST_LIKENESS = 0.85
"""The share of a signature that repeats have in common, at least; docs/architecture.md says how it was chosen."""

_BAND = np.uint32
_BANDS = SIGNATURE_BYTES // 4
"""Four bytes of a signature make a band."""

_OTHER_BANDS = int(SIGNATURE_BYTES * (1 - LEAST_LIKENESS))
"""So many bytes of repeats differ at most, and so many bands: the others are the same, and one of any more bands is."""

_MOST_IN_BAND = 500
"""So many first articles of one band are compared with a later one: more of them have a form in common, not a text.

Repeats of others may be missed then, but for those with the same signature.
"""

Groups = NDArray[np.uint32]
"""uint32[articles]: the number of the first article of each article's group, which is its own where nothing is like it."""


def group_near_duplicates(signatures: Signatures) -> Groups:
    """The groups of articles, in the order of the articles.

    Every article of a group is like its first one, so that no chain of small changes leads from one text to another. One
    that is like several first ones joins the most alike.
    """
    found = np.arange(len(signatures), dtype=np.uint32)
    numbers, bands = _shared_bands(signatures)
    firsts: defaultdict[int, list[int]] = defaultdict(list)
    same: dict[bytes, int] = {}
    for number, own in zip(numbers.tolist(), bands.tolist(), strict=True):
        whole = signatures[number].tobytes()
        if whole in same:
            found[number] = same[whole]
            continue
        earlier = sorted({each for band in own for each in firsts.get(band, ())})
        if earlier:
            alike = similarity(signatures[earlier], signatures[[number]])
            best = int(alike.argmax())
            if alike[best] >= LEAST_LIKENESS:
                found[number] = earlier[best]
                continue
        same[whole] = number
        for band in own:
            if len(firsts[band]) < _MOST_IN_BAND:
                firsts[band].append(number)
    return found


def _shared_bands(signatures: Signatures) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The articles that may repeat others, int64[n], and some bands of each, int64[n, m], of which repeats share one."""
    signed = np.flatnonzero(signatures.any(axis=1))
    bands = np.ascontiguousarray(signatures[signed]).view(_BAND).reshape(-1, _BANDS)
    shared = np.zeros(len(signed), np.int64)
    for band in bands.T:
        order = np.argsort(band)
        keys = band[order]
        same = np.zeros(len(keys) + 1, bool)
        same[1:-1] = keys[1:] == keys[:-1]
        shared[order] += same[1:] | same[:-1]
    hopeful = shared >= _BANDS - _OTHER_BANDS
    some = _OTHER_BANDS + 1
    # The same bytes in another place are another band.
    return signed[hopeful], (np.arange(some) << 32) | bands[hopeful, :some].astype(np.int64)

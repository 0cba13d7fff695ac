"""Measure and score how close two words are in the body of an article."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]

MAX_GAP = 20
"""Words with this many units between them, or more, are not close: they are in different sentences."""

HALF_SCORE_GAP = 5.0
"""With this many units between them, two words score half of what neighbors do."""

NO_GAP = 1 << 40
"""The gap of two words if an article does not contain both; no article is so long."""


def word_gaps(
    first: Integers, second: Integers, owners: Integers, starts: Integers, ends: Integers, lengths: tuple[int, int]
) -> Integers:
    """Return int64[n]: the fewest units between two words in each of n articles, in either order, or ``NO_GAP``.

    ``first`` and ``second`` are the positions of the two words, each ascending; positions in different articles differ.
    ``owners`` has the index of the article of each position in ``second``. ``starts`` and ``ends`` int64[n] bound the positions
    of each article. ``lengths`` are those of the words in units.
    """
    gaps = np.full(len(starts), NO_GAP)
    if not len(first) or not len(second):
        return gaps
    # Only the nearest occurrences of the first word on both sides of an occurrence of the second can be the closest.
    at = first.searchsorted(second)
    before, after = first[np.maximum(at - 1, 0)], first[np.minimum(at, len(first) - 1)]
    is_before = (at > 0) & (before >= starts[owners])
    is_after = (at < len(first)) & (after < ends[owners])
    gap_before = np.where(is_before, second - before - lengths[0], NO_GAP)
    gap_after = np.where(is_after, after - second - lengths[1], NO_GAP)
    # Words that overlap have no units between them.
    np.minimum.at(gaps, owners, np.maximum(np.minimum(gap_before, gap_after), 0))
    return gaps


def proximity_scores(gaps: Integers, max_score: float) -> NDArray[np.float64]:
    """Return float64[gaps]: ``max_score / (1 + gap / HALF_SCORE_GAP)``, or 0 from ``MAX_GAP`` on."""
    scores: NDArray[Any] = np.where(gaps < MAX_GAP, max_score / (1.0 + gaps / HALF_SCORE_GAP), 0.0)
    return scores

"""Choose the best of many articles without sorting them all."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchlib.engines.whoosh.reader import Numbers

NEARLY = 1e-6
"""Scores that differ by less are put in order by their exact values, and then by date and id."""


def highest(keys: NDArray[Any], wanted: int, nearly: float) -> Numbers:
    """The places of the highest so many keys, ascending, and of all that are no more than ``nearly`` below the least of these."""
    if len(keys) <= wanted:
        return np.arange(len(keys))
    least = np.partition(keys, -wanted)[-wanted]
    return np.flatnonzero(keys >= least - nearly)

"""Choose the best of many articles without sorting them all."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchlib.engines.whoosh.format.integers import Integers


def top_k(keys: NDArray[Any], wanted: int, nearly: float) -> Integers:
    """The places of the highest so many keys, ascending, and of all that are no more than ``nearly`` below the least of these."""
    if len(keys) <= wanted:
        return np.arange(len(keys))
    least = np.partition(keys, -wanted)[-wanted]
    return np.flatnonzero(keys >= least - nearly)


def with_full_first(scores: NDArray[np.float64], is_full: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The scores with those of full matches raised above all others."""
    return scores if is_full.all() else scores + is_full * (scores.max(initial=0.0) + 1.0)

"""Tell Han characters, letters and what joins them apart, all characters of a text at once."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
from numpy.typing import NDArray

from searchlib.analysis.codepoints import CODES, Codes
from searchlib.analysis.units import HAN_CHARACTER, LATIN

LINE_END = "\n"

OTHER_KIND, HAN_KIND, LATIN_KIND, JOINER_KIND, LINE_END_KIND, _UNKNOWN = range(6)
JOINERS = ".-_'+#"
"""What can belong to a word that is not Han, beside letters and digits."""

_IS_LATIN = re.compile(LATIN)


def kinds(codes: Codes) -> NDArray[np.uint8]:
    """uint8[characters]: the kind of each."""
    table = _table()
    found = table.take(codes)
    if found.max(initial=0) == _UNKNOWN:
        for code in set(codes[found == _UNKNOWN].tolist()):
            table[code] = _kind(chr(code))
        found = table.take(codes)
    return found


def stretches(flags: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where the stretches of set flags begin and end."""
    padded = np.zeros(len(flags) + 2, bool)
    padded[1:-1] = flags
    edges = np.flatnonzero(padded[1:] != padded[:-1])
    return edges[::2], edges[1::2]


def _kind(char: str) -> int:
    if char == LINE_END:
        return LINE_END_KIND
    if char in JOINERS:
        return JOINER_KIND
    if HAN_CHARACTER.match(char):
        return HAN_KIND
    return LATIN_KIND if _IS_LATIN.match(char) else OTHER_KIND


@cache
def _table() -> NDArray[np.uint8]:
    """The kind of each character that was seen before."""
    return np.full(CODES, _UNKNOWN, np.uint8)

"""Cut long folded texts into units, all characters at once."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from searchlib.text.codes import CODES, decoded, encoded
from searchlib.text.kinds import HAN_KIND, LATIN_KIND, LINE_END, LINE_END_KIND, kinds
from searchlib.text.units import LATIN, MARKS

__all__ = ["LINE_END", "number_units"]

_LATIN_UNIT = re.compile(rf"{LATIN}+(?:{MARKS})?")
_MARKS = "+#"


def number_units(folded: str) -> tuple[NDArray[np.int64], NDArray[np.int64], list[str]]:
    """The units and line ends of a folded text: where each begins, int64[n], its number, int64[n], and the text of each number."""
    codes = encoded(folded)
    found = kinds(codes)
    is_latin = found == LATIN_KIND
    begins_latin = is_latin.copy()
    begins_latin[1:] &= ~is_latin[:-1]
    places = np.flatnonzero(begins_latin | (found == HAN_KIND) | (found == LINE_END_KIND))
    numbers = codes[places].astype(np.int64)
    # Most characters are Han: the pattern looks only at those that can belong to its matches, and at what ends each.
    looked_at = is_latin | np.isin(codes, [ord(mark) for mark in _MARKS])
    looked_at[1:] |= looked_at[:-1].copy()
    latin = _LATIN_UNIT.findall(decoded(codes[looked_at]))
    of_latin = {text: CODES + number for number, text in enumerate(dict.fromkeys(latin))}
    numbers[found[places] == LATIN_KIND] = np.fromiter(map(of_latin.__getitem__, latin), np.int64, len(latin))
    # A table instead of a sort: the codes are many times as few as the characters of a batch.
    number_of = np.zeros(CODES + len(of_latin), np.int64)
    number_of[numbers] = 1
    distinct = np.flatnonzero(number_of)
    number_of[distinct] = np.arange(len(distinct))
    by_number = dict(zip(of_latin.values(), of_latin, strict=True))
    return places, number_of[numbers], [by_number.get(code) or chr(code) for code in distinct.tolist()]

"""Cut long folded texts into units, all characters at once."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from searchlib.analysis.char_classes import HAN_KIND, LATIN_KIND, LINE_END, LINE_END_KIND, kinds, stretches
from searchlib.analysis.codepoints import CODES, encoded
from searchlib.analysis.distinct import distinct_stretches
from searchlib.analysis.units import MARKS

__all__ = ["LINE_END", "number_units"]

_MARKS = re.compile(MARKS)


def number_units(folded: str) -> tuple[NDArray[np.int64], NDArray[np.int64], list[str]]:
    """The units and line ends of a folded text: where each begins, int64[n], its number, int64[n], and the text of each number."""
    codes = encoded(folded)
    found = kinds(codes)
    starts, ends = stretches(found == LATIN_KIND)
    begins_unit = (found == HAN_KIND) | (found == LINE_END_KIND)
    begins_unit[starts] = True
    behind = codes.take(ends, mode="clip")
    for number in np.flatnonzero((behind == ord("+")) | (behind == ord("#"))).tolist():
        if marks := _MARKS.match(folded, int(ends[number])):
            ends[number] = marks.end()
    of_latin, latin = distinct_stretches(folded, codes, starts, ends)
    places = np.flatnonzero(begins_unit)
    numbers = codes[places].astype(np.int64)
    numbers[found[places] == LATIN_KIND] = of_latin + CODES
    # A table instead of a sort: the codes are many times as few as the characters of a batch.
    number_of = np.zeros(CODES + len(latin), np.int64)
    number_of[numbers] = 1
    distinct = np.flatnonzero(number_of)
    number_of[distinct] = np.arange(len(distinct))
    texts = [chr(code) if code < CODES else latin[code - CODES] for code in distinct.tolist()]
    return places, number_of[numbers], texts

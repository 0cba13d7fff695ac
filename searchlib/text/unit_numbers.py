"""Cut long folded texts into units, all characters at once."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
from numpy.typing import NDArray

from searchlib.text.codes import CODES, Codes, encoded
from searchlib.text.units import HAN, LATIN, MARKS

LINE_END = "\n"

_OTHER, _HAN, _LATIN, _LINE_END, _UNKNOWN = range(5)
_LATIN_UNIT = re.compile(rf"{LATIN}+(?:{MARKS})?")
_IS_HAN = re.compile(f"[{HAN}]")
_IS_LATIN = re.compile(LATIN)


def number_units(folded: str) -> tuple[NDArray[np.int64], NDArray[np.int64], list[str]]:
    """The units and line ends of a folded text: where each begins, int64[n], its number, int64[n], and the text of each number."""
    codes = encoded(folded)
    kinds = _kinds(codes)
    is_latin = kinds == _LATIN
    begins_latin = is_latin.copy()
    begins_latin[1:] &= ~is_latin[:-1]
    places = np.flatnonzero(begins_latin | (kinds == _HAN) | (kinds == _LINE_END))
    numbers = codes[places].astype(np.int64)
    latin = _LATIN_UNIT.findall(folded)
    of_latin = {text: CODES + number for number, text in enumerate(dict.fromkeys(latin))}
    numbers[kinds[places] == _LATIN] = [of_latin[text] for text in latin]
    distinct, numbers = np.unique(numbers, return_inverse=True)
    by_number = dict(zip(of_latin.values(), of_latin, strict=True))
    return places, numbers, [by_number.get(code) or chr(code) for code in distinct.tolist()]


def _kinds(codes: Codes) -> NDArray[np.uint8]:
    table = _table()
    kinds = table[codes]
    if np.any(kinds == _UNKNOWN):
        for code in set(codes[kinds == _UNKNOWN].tolist()):
            table[code] = _kind(chr(code))
        kinds = table[codes]
    return kinds


def _kind(char: str) -> int:
    if char == LINE_END:
        return _LINE_END
    if _IS_HAN.match(char):
        return _HAN
    return _LATIN if _IS_LATIN.match(char) else _OTHER


@cache
def _table() -> NDArray[np.uint8]:
    """The kind of each character that was seen before."""
    return np.full(CODES, _UNKNOWN, np.uint8)

"""Classify characters: Han, Latin (all other letters and digits), joiners of words, line ends."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
from numpy.typing import NDArray

from searchlib.analysis.code_points import CODE_POINT_COUNT, CodePoints

HAN = (
    "\u2e80-\u2e99\u2e9b-\u2ef3\u2f00-\u2fd5\u3005\u3007\u3021-\u3029\u3038-\u303b"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufa6d\ufa70-\ufad9\U00016fe2\U00016fe3\U00016ff0\U00016ff1"
    "\U00020000-\U0002fffd\U00030000-\U0003fffd"
)
"""The inside of a character class: Unicode's script Han and both planes that are reserved for its extensions.

The planes make characters Han that are newer than the Unicode tables of this Python.
"""

LATIN = rf"[^\W_{HAN}]"
"""A letter or digit other than Han."""

HAN_CHARACTER = re.compile(f"[{HAN}]")
HAN_RUN = re.compile(f"[{HAN}]+")

LINE_END = "\n"
JOINERS = ".-_'+#"
"""Characters that a Latin word can contain besides letters and digits."""

OTHER_KIND, HAN_KIND, LATIN_KIND, JOINER_KIND, LINE_END_KIND, _UNKNOWN_KIND = range(6)

_LATIN_CHARACTER = re.compile(LATIN)


def is_han(unit: str) -> bool:
    """Return whether the unit is a Han character."""
    return HAN_CHARACTER.fullmatch(unit) is not None


def character_kinds(codes: CodePoints) -> NDArray[np.uint8]:
    """Return the kind of each character, uint8[characters]: one of the ``…_KIND`` constants."""
    table = _kind_table()
    kinds = table.take(codes)
    if kinds.max(initial=0) == _UNKNOWN_KIND:
        for code in set(codes[kinds == _UNKNOWN_KIND].tolist()):
            table[code] = _kind(chr(code))
        kinds = table.take(codes)
    return kinds


def _kind(char: str) -> int:
    if char == LINE_END:
        return LINE_END_KIND
    if char in JOINERS:
        return JOINER_KIND
    if HAN_CHARACTER.match(char):
        return HAN_KIND
    return LATIN_KIND if _LATIN_CHARACTER.match(char) else OTHER_KIND


@cache
def _kind_table() -> NDArray[np.uint8]:
    """Return the table of kinds, uint8[code points], which ``character_kinds`` fills as characters occur."""
    return np.full(CODE_POINT_COUNT, _UNKNOWN_KIND, np.uint8)

"""Say how likely it is that one character was typed where another was meant."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from searchlib.analysis.syllables import NO_SYLLABLE, SYLLABLES, split_syllable
from searchlib.suggest.lookalikes import lookalikes

SAME_SOUND = 1.5
NEAR_SOUND = 2.5
SAME_LOOK = 3.5
ALSO_LOOKS = 0.5
ANY_CHARACTER = 6.5
ANOTHER = 2.0
SWAPPED = 3.0
MISSING = 5.5
EXTRA = 5.5
"""What a slip costs, in natural logarithms of how seldom it is made: most text is typed by sound. A character that looks alike
too costs ``ALSO_LOOKS`` less than its sound says; each further slip in a word costs ``ANOTHER`` more.
``python -m tests.benchmarks.corrections`` says what they are worth; they were chosen on sighan13 and judged on sighan14."""

_NEAR_INITIALS = frozenset(
    frozenset(pair.split())
    for pair in (
        "z zh",
        "c ch",
        "s sh",
        "n l",
        "f h",
        "r l",
        "j q",
        "j x",
        "q x",
        "b p",
        "d t",
        "g k",
        "zh ch",
        "j zh",
        "q ch",
        "x sh",
    )
)
_NEAR_FINALS = frozenset(
    frozenset(pair.split())
    for pair in ("an ang", "en eng", "in ing", "ian iang", "uan uang", "un ong", "ou uo", "o uo", "ei ui", "e o", "u v")
)

Costs = NDArray[np.float32]


@lru_cache(maxsize=512)
def sound_costs(syllable: int) -> Costs:
    """float32[codes]: what it costs to have typed a character of this syllable where one of each other code was meant."""
    costs = np.full(len(SYLLABLES) + 1, ANY_CHARACTER, np.float32)
    if syllable == NO_SYLLABLE:
        return costs
    initial, final = split_syllable(syllable)
    for code in range(1, len(SYLLABLES) + 1):
        other, ending = split_syllable(code)
        near = frozenset((initial, other)) in _NEAR_INITIALS, frozenset((final, ending)) in _NEAR_FINALS
        if code == syllable:
            costs[code] = SAME_SOUND
        elif (near[0] or initial == other) and (near[1] or final == ending):
            costs[code] = NEAR_SOUND + (NEAR_SOUND - SAME_SOUND) * all(near)
    return costs


@lru_cache(maxsize=4096)
def look_codes(char: str) -> NDArray[np.uint16]:
    """uint16[n]: the codes of the characters that look like this one."""
    return np.array([ord(other) for other in lookalikes(char)], np.uint16)

"""The costs of typos in Han characters: how unlikely it is to type one text where another is meant.

Costs are natural logarithms of odds. Most text is typed by sound, so a character of the same sound costs least. The values
were tuned on sighan13 and sighan14, and on words of the archive that were changed by sound and shape
(``python -m tests.benchmarks.corrections``).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from searchlib.analysis.syllables import NO_SYLLABLE, SYLLABLES, split_syllable
from searchlib.suggest.lookalikes import lookalikes
from searchlib.suggest.lookup import Lexicon, WordTable

SAME_SOUND = 1.5
"""A character with the same syllable."""

SIMILAR_SOUND = 2.5
"""A character with a similar initial or a similar final. If both differ, the difference to ``SAME_SOUND`` is added again."""

SIMILAR_SHAPE = 2.2
"""The maximum cost of a character of similar shape."""

SHAPE_DISCOUNT = 0.7
"""Subtracted from the cost of the sound if the shape is similar too."""

ANY_CHARACTER = 6.5
"""Any other character."""

FURTHER_CHARACTER = 2.0
"""Added for each wrong character after the first."""

SWAPPED = 3.0
"""Two adjacent characters in the wrong order."""

MISSING = 5.5
"""A missing character."""

EXTRA = 5.5
"""An extra character."""

_SIMILAR_INITIALS = frozenset(
    frozenset(pair.split())
    for pair in "z zh|c ch|s sh|n l|f h|r l|j q|j x|q x|b p|d t|g k|zh ch|j zh|q ch|x sh".split("|")
)
_SIMILAR_FINALS = frozenset(
    frozenset(pair.split())
    for pair in "an ang|en eng|in ing|ian iang|uan uang|un ong|ou uo|o uo|ei ui|e o|u v|ian uan|ie ue|ie ve|in un|i v".split(
        "|"
    )
)

Costs = NDArray[np.float32]


def substitution_costs(words: WordTable, typed: str, lexicon: Lexicon) -> Costs:
    """Return the cost of typing ``typed`` for each word of the same length, float32[words]."""
    total = np.zeros(len(words.counts), np.float32)
    for at, char in enumerate(typed):
        costs = sound_costs(lexicon.syllable(char))[words.syllables[at]]
        for code in _lookalike_codes(char):
            is_alike = words.chars[at] == code
            costs[is_alike] = np.minimum(costs[is_alike] - SHAPE_DISCOUNT, SIMILAR_SHAPE)
        costs += FURTHER_CHARACTER
        costs[words.chars[at] == ord(char)] = 0.0
        total += costs
    return total - FURTHER_CHARACTER


def deletion_costs(words: WordTable, typed: str) -> Costs:
    """Return the cost of ``typed`` for each word with one more character, float32[words]; infinite for other differences."""
    costs = np.full(len(words.counts), np.inf, np.float32)
    codes = [ord(char) for char in typed]
    for missing in range(len(typed) + 1):
        fits = np.ones(len(words.counts), bool)
        for at, code in enumerate(codes):
            fits &= words.chars[at + (at >= missing)] == code
        costs[fits] = MISSING
    return costs


def swap_and_insertion_costs(typed: str) -> dict[str, float]:
    """Return the texts for which ``typed`` has two characters swapped or one extra, with the costs of these typos.

    Two characters have no such typo, and three have no extra character, because too many words would match.
    """
    length = len(typed)
    if length <= 2:
        return {}
    costs = {typed[:at] + typed[at + 1] + typed[at] + typed[at + 2 :]: SWAPPED for at in range(length - 1)}
    if length > 3:
        costs |= {typed[:at] + typed[at + 1 :]: EXTRA for at in range(length)}
    costs.pop(typed, None)
    return costs


def are_similar(one: str, other: str, lexicon: Lexicon) -> bool:
    """Return whether two characters have a similar sound or a similar shape."""
    cost = sound_costs(lexicon.syllable(one))[lexicon.syllable(other)]
    return bool(cost < ANY_CHARACTER) or other in lookalikes(one)


@lru_cache(maxsize=512)
def sound_costs(syllable: int) -> Costs:
    """Return the cost of typing a character of a syllable in place of one of each other syllable, float32[syllable codes]."""
    costs = np.full(len(SYLLABLES) + 1, ANY_CHARACTER, np.float32)
    if syllable == NO_SYLLABLE:
        return costs
    initials, finals = _sounds()
    is_same_initial, is_similar_initial = initials.compare(syllable)
    is_same_final, is_similar_final = finals.compare(syllable)
    fits = (is_same_initial | is_similar_initial) & (is_same_final | is_similar_final)
    costs[fits] = SIMILAR_SOUND
    costs[is_similar_initial & is_similar_final] += SIMILAR_SOUND - SAME_SOUND
    costs[syllable] = SAME_SOUND
    costs[NO_SYLLABLE] = ANY_CHARACTER
    return costs


@dataclass(frozen=True, slots=True)
class _Sounds:
    """The initials, or the finals, of all syllables: ``numbers`` int64[syllable codes], and ``similar`` bool[numbers, numbers]."""

    numbers: NDArray[np.int64]
    similar: NDArray[np.bool_]

    @classmethod
    def of(cls, sounds: Sequence[str], similar_pairs: Collection[frozenset[str]]) -> _Sounds:
        """Return the sounds of all syllables, in the order of their codes."""
        distinct = sorted(set(sounds))
        similar = [[frozenset((one, other)) in similar_pairs for other in distinct] for one in distinct]
        return cls(np.array([distinct.index(sound) for sound in sounds]), np.array(similar))

    def compare(self, syllable: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return bool[syllable codes] twice: whether the sound is the same as that of a syllable, and whether it is similar."""
        number = self.numbers[syllable]
        return self.numbers == number, self.similar[number][self.numbers]


@cache
def _sounds() -> tuple[_Sounds, _Sounds]:
    """Return the initials and the finals of all syllables; entry 0 stands for no syllable."""
    parts = [("", ""), *map(split_syllable, range(1, len(SYLLABLES) + 1))]
    return (
        _Sounds.of([initial for initial, _ in parts], _SIMILAR_INITIALS),
        _Sounds.of([final for _, final in parts], _SIMILAR_FINALS),
    )


@lru_cache(maxsize=4096)
def _lookalike_codes(char: str) -> NDArray[np.uint16]:
    """Return the code points of the characters of similar shape, uint16[...]."""
    return np.array([ord(other) for other in lookalikes(char)], np.uint16)

"""Make mistyped words: words of an archive with one character replaced by one of the same or similar sound, or similar shape."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

import jieba
import numpy as np

from searchlib.suggest.lookalikes import lookalikes
from searchlib.suggest.lookup import Lexicon
from searchlib.suggest.typo_costs import SIMILAR_SOUND, sound_costs

LENGTHS = (2, 3, 4)

MIN_FREQUENCY = 20
"""The frequency in general text, that of jieba's dictionary, of a word that people type."""

SAME_SOUND, OTHER_SOUND = 0.7, 0.15
"""The shares of slips by the same sound and by a similar sound. The others are by shape."""


def made_pairs(
    lexicon: Lexicon, frequencies: Callable[[Iterable[str]], Mapping[str, int]], min_articles: int, number: int
) -> list[tuple[str, str]]:
    """Return ``number`` pairs ``(wrong, right)`` with a fixed seed; the wrong form is no word of jieba's dictionary."""
    drawn = random.Random(5)
    jieba.initialize()
    known = jieba.dt.FREQ
    words = [
        word
        for length in LENGTHS
        for table in lexicon.words(length)
        for word in map(table.text, range(len(table.counts)))
        if known.get(word, 0) >= MIN_FREQUENCY
    ]
    counts = frequencies(words)
    words = sorted(word for word in words if counts[word] >= min_articles)
    # Everyday words are typed more often than an archive of articles has them.
    weights = [known[word] ** 0.5 for word in words]
    characters = Counter(character for word in words for character in word)
    by_syllable: defaultdict[int, list[str]] = defaultdict(list)
    for character in characters:
        by_syllable[lexicon.syllable(character)].append(character)
    found: dict[tuple[str, str], None] = {}
    while words and len(found) < number:
        (right,) = drawn.choices(words, weights)
        at = drawn.randrange(len(right))
        others = _others(right[at], drawn.random(), lexicon, by_syllable)
        if not others:
            continue
        (other,) = drawn.choices(others, [characters[each] ** 0.7 + 0.1 for each in others])
        wrong = right[:at] + other + right[at + 1 :]
        if wrong not in known:
            found[wrong, right] = None
    return list(found)


def _others(character: str, share: float, lexicon: Lexicon, by_syllable: Mapping[int, Sequence[str]]) -> Sequence[str]:
    """Return the characters that are typed instead of one, by the kind of slip that a random share selects."""
    syllable = lexicon.syllable(character)
    if share < SAME_SOUND:
        return [each for each in by_syllable[syllable] if each != character]
    if share < SAME_SOUND + OTHER_SOUND:
        similar = np.flatnonzero(sound_costs(syllable) == SIMILAR_SOUND).tolist()
        return [each for number in similar for each in by_syllable.get(number, ())]
    return sorted(lookalikes(character))

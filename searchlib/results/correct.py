"""Find the word that was meant where one was mistyped, by what an archive holds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

import numpy as np

from searchlib.results import slips
from searchlib.results.lexicon import Lexicon, Words
from searchlib.results.slips import look_codes, sound_costs
from searchlib.text.function_words import FUNCTION_WORDS
from searchlib.text.segment import Dictionary, segmenter

LONGEST = 6
"""Characters of the longest stretch that is held against the words of the archive."""

MOST_STRETCHES = 32
"""Stretches of one run that are looked at: each takes a millisecond or two."""

_CHOSEN = 8
"""Words that are looked at again, with their exact frequencies."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How a typed stretch is weighed against a word.

    ``known`` is the share of the articles that hold a word by which it counts as known whatever else there is. A run of the
    same characters counts as ``run`` of the word itself: it may be the end of one word and the beginning of another.
    ``unseen`` stands for what no article holds. A word is offered where it gains ``least`` over what was typed.
    """

    known: float = 0.002
    run: float = 0.1
    unseen: float = 0.5
    least: float = -0.5
    prior: float = 0.6
    kept: float = 1.0


class Archive(Protocol):
    """What an archive tells about words."""

    def lexicon(self) -> Lexicon:
        """Its names."""
        ...

    def frequencies(self, words: Iterable[str]) -> Mapping[str, int]:
        """In how many articles each word occurs."""
        ...

    def run_frequencies(self, runs: Iterable[str]) -> Mapping[str, int]:
        """In how many articles the units of each text stand one after the other."""
        ...


@dataclass(frozen=True, slots=True)
class Correction:
    """The word that is meant at ``run[start:end]``; ``gain`` says how sure that is."""

    start: int
    end: int
    word: str
    gain: float


class Corrector:
    """Corrects runs of Han characters by the words of one archive of so many articles."""

    def __init__(
        self, archive: Archive, articles: int, dictionary: Dictionary | None = None, weights: Weights = Weights()
    ) -> None:
        self._archive = archive
        self._segmenter = segmenter(dictionary)
        self._known = max(weights.known * articles, 5)
        self._weights = weights

    def correct(self, run: str) -> list[Correction]:
        """What is mistyped in a folded run of Han characters, side by side."""
        stretches = list(islice(self._doubtful(run), MOST_STRETCHES))
        found = [each for start, end in stretches if (each := self._corrected(run, start, end)) is not None]
        chosen: list[Correction] = []
        for each in sorted(found, key=lambda each: (-each.gain, each.start)):
            if all(each.end <= other.start or each.start >= other.end for other in chosen):
                chosen.append(each)
        return sorted(chosen, key=lambda each: each.start)

    def _doubtful(self, run: str) -> Iterator[tuple[int, int]]:
        """The stretches of whole words that may be one mistyped word: rare words, and single characters with a neighbour."""
        tokens = self._segmenter.cut(run)
        counts = self._archive.frequencies([text for text, _, _ in tokens])
        rare = [len(text) > 1 and counts[text] < self._known and text not in FUNCTION_WORDS for text, _, _ in tokens]
        for first, (_, start, _) in enumerate(tokens):
            for last in range(first, len(tokens)):
                end = tokens[last][2]
                if end - start > LONGEST:
                    break
                within = tokens[first : last + 1]
                if first == last:
                    if rare[first]:
                        yield start, end
                elif any(rare[first : last + 1]) or sum(len(text) == 1 for text, _, _ in within) * 2 >= len(within):
                    yield start, end

    def _corrected(self, run: str, start: int, end: int) -> Correction | None:
        typed = run[start:end]
        weights = self._weights
        word = self._archive.frequencies([typed])[typed]
        if word >= self._known:
            return None
        held = self._archive.run_frequencies([typed])[typed]
        if held >= self._known:
            return None
        evidence = math.log(max(word, weights.run * held) + weights.unseen)
        candidates = sorted(self._candidates(typed), key=lambda each: -each[0])[:_CHOSEN]
        counts = self._counts([each for _, each, _ in candidates])
        best: Correction | None = None
        for _, candidate, cost in candidates:
            if candidate == typed or not counts[candidate]:
                continue
            gain = weights.prior * math.log(counts[candidate]) - cost - evidence + weights.kept * (len(typed) - 2)
            # What no article holds finds nothing: any offer is better.
            is_sure = gain >= weights.least or (not held and cost <= slips.ANY_CHARACTER)
            if is_sure and (best is None or gain > best.gain):
                best = Correction(start, end, candidate, gain)
        return best

    def _counts(self, names: Sequence[str]) -> dict[str, int]:
        """In how many articles each word occurs, or each phrase, which is no word of the archive's."""
        words = self._archive.frequencies(names)
        runs = self._archive.run_frequencies([name for name, count in words.items() if not count])
        return {**words, **runs}

    def _candidates(self, typed: str) -> Iterator[tuple[float, str, float]]:
        """Words that may be meant: score, word, cost of the slip."""
        lexicon = self._archive.lexicon()
        for words in lexicon.words(len(typed)):
            yield from _best(words, self._exchange_costs(words, typed))
        if len(typed) > 2:
            others = {
                typed[:at] + typed[at + 1] + typed[at] + typed[at + 2 :]: slips.SWAPPED for at in range(len(typed) - 1)
            }
            if len(typed) > 3:
                others |= {typed[:at] + typed[at + 1 :]: slips.EXTRA for at in range(len(typed))}
            for other, count in self._archive.frequencies(others).items():
                if count and other != typed:
                    yield math.log(count) - others[other], other, others[other]
            for words in lexicon.words(len(typed) + 1):
                yield from _best(words, _missing_costs(words, typed))

    def _exchange_costs(self, words: Words, typed: str) -> np.ndarray:
        """float32[words]: what it costs to have typed this where each word was meant."""
        lexicon = self._archive.lexicon()
        total = np.zeros(len(words.counts), np.float32)
        for at, char in enumerate(typed):
            costs = sound_costs(lexicon.syllable(char))[words.syllables[at]]
            for other in look_codes(char):
                alike = words.chars[at] == other
                costs[alike] = np.minimum(costs[alike] - 0.5, slips.SAME_LOOK)
            costs += slips.ANOTHER
            costs[words.chars[at] == ord(char)] = 0.0
            total += costs
        return total - slips.ANOTHER


def _missing_costs(words: Words, typed: str) -> np.ndarray:
    costs = np.full(len(words.counts), np.inf, np.float32)
    codes = [ord(char) for char in typed]
    for gap in range(len(typed) + 1):
        kept = [at for at in range(len(typed) + 1) if at != gap]
        fits = np.ones(len(words.counts), bool)
        for at, code in zip(kept, codes, strict=True):
            fits &= words.chars[at] == code
        costs[fits] = slips.MISSING
    return costs


def _best(words: Words, costs: np.ndarray) -> Iterator[tuple[float, str, float]]:
    possible = np.flatnonzero(costs < 2 * slips.ANY_CHARACTER)
    scores = 0.6 * np.log(words.counts[possible]) - costs[possible]
    if len(possible) > _CHOSEN:
        chosen = np.argpartition(-scores, _CHOSEN)[:_CHOSEN]
        possible, scores = possible[chosen], scores[chosen]
    for number, score in zip(possible.tolist(), scores.tolist(), strict=True):
        yield score, words.text(number), float(costs[number])

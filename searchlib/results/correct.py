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
from searchlib.results.slips import Costs, look_codes, sound_costs
from searchlib.text.function_words import FUNCTION_WORDS
from searchlib.text.segment import segmenter

LONGEST = 6
"""Characters of the longest stretch that is held against the words of the archive."""

MOST_STRETCHES = 32
"""Stretches of one run that are looked at: each takes a millisecond or two."""

_FEW = 20
"""In a small archive a run is doubted unless so many articles hold it."""

_CHOSEN = 8
"""Words that are looked at again, with their exact frequencies."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How a typed stretch is weighed against a word that may be meant.

    The word gains ``prior`` times the logarithm of how many articles hold it, and ``kept`` for each character beyond the
    second that a stretch has: what agrees in more characters is seldom chance. It loses what the slip costs, and the logarithm
    of how many articles hold what was typed as a word: where they hold it as a run only, which may be the end of one word and
    the beginning of another, ``run`` of them count; ``unseen`` stands for none. It is offered where that is ``least`` or more.
    A run that a share of ``often`` of the articles hold is never doubted.
    """

    prior: float = 0.6
    kept: float = 1.0
    run: float = 0.03
    unseen: float = 0.5
    least: float = 0.0
    often: float = 0.008


_WEIGHTS = Weights()


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

    def __init__(self, archive: Archive, articles: int, weights: Weights = _WEIGHTS) -> None:
        self._archive = archive
        self._weights = weights
        self._most_gained = weights.prior * math.log(max(articles, 1)) - slips.SAME_SOUND
        self._often = max(weights.often * articles, _FEW)

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
        tokens = segmenter().cut(run)
        counts = self._archive.frequencies([text for text, _, _ in tokens if len(text) > 1])
        rare = [self._is_rare(text, counts[text]) if len(text) > 1 else False for text, _, _ in tokens]
        for first, (_, start, _) in enumerate(tokens):
            for last in range(first, len(tokens)):
                end = tokens[last][2]
                if end - start > LONGEST:
                    break
                within = tokens[first : last + 1]
                tells = any(text not in FUNCTION_WORDS for text, _, _ in within)
                is_cut_up = len(within) > 1 and 2 * sum(len(text) == 1 for text, _, _ in within) >= len(within)
                if any(rare[first : last + 1]) or (is_cut_up and (tells or len(tokens) == len(within))):
                    yield start, end

    def _is_rare(self, word: str, count: float) -> bool:
        return self._gained(word, self._most_gained, count) >= self._weights.least

    def _gained(self, typed: str, gain: float, count: float) -> float:
        """What is left of a gain where so many articles hold what was typed."""
        return gain + self._weights.kept * (len(typed) - 2) - math.log(count + self._weights.unseen)

    def _corrected(self, run: str, start: int, end: int) -> Correction | None:
        typed = run[start:end]
        weights = self._weights
        word = self._archive.frequencies([typed])[typed]
        if not self._is_rare(typed, word):
            return None
        held = self._archive.run_frequencies([typed])[typed]
        evidence = max(word, weights.run * held)
        if held >= self._often or not self._is_rare(typed, evidence):
            return None
        candidates = sorted(self._candidates(typed), key=lambda each: -each[0])[:_CHOSEN]
        counts = self._counts([each for _, each, _ in candidates])
        best: Correction | None = None
        for _, candidate, cost in candidates:
            # The whole of which a part is looked at stands there already.
            is_there = candidate == typed or (len(candidate) > len(typed) and candidate in run)
            if is_there or not counts[candidate]:
                continue
            gain = self._gained(typed, weights.prior * math.log(counts[candidate]) - cost, evidence)
            # What no article holds finds nothing: any offer is better.
            is_likely = gain >= weights.least or (not held and cost <= slips.ANY_CHARACTER)
            if is_likely and (best is None or gain > best.gain):
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
            yield from self._best(words, self.exchange_costs(words, typed))
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
            yield from self._best(words, _missing_costs(words, typed))

    def exchange_costs(self, words: Words, typed: str) -> Costs:
        """float32[words]: what it costs to have typed this where each word was meant."""
        lexicon = self._archive.lexicon()
        total = np.zeros(len(words.counts), np.float32)
        for at, char in enumerate(typed):
            costs = sound_costs(lexicon.syllable(char))[words.syllables[at]]
            for other in look_codes(char):
                alike = words.chars[at] == other
                costs[alike] = np.minimum(costs[alike] - slips.ALSO_LOOKS, slips.SAME_LOOK)
            costs += slips.ANOTHER
            costs[words.chars[at] == ord(char)] = 0.0
            total += costs
        return total - slips.ANOTHER

    def _best(self, words: Words, costs: Costs) -> Iterator[tuple[float, str, float]]:
        possible = np.flatnonzero(costs < 2 * slips.ANY_CHARACTER)
        scores = self._weights.prior * np.log(words.counts[possible]) - costs[possible]
        if len(possible) > _CHOSEN:
            chosen = np.argpartition(-scores, _CHOSEN)[:_CHOSEN]
            possible, scores = possible[chosen], scores[chosen]
        for number, score in zip(possible.tolist(), scores.tolist(), strict=True):
            yield score, words.text(number), float(costs[number])


def _missing_costs(words: Words, typed: str) -> Costs:
    costs = np.full(len(words.counts), np.inf, np.float32)
    codes = [ord(char) for char in typed]
    for gap in range(len(typed) + 1):
        kept = [at for at in range(len(typed) + 1) if at != gap]
        fits = np.ones(len(words.counts), bool)
        for at, code in zip(kept, codes, strict=True):
            fits &= words.chars[at] == code
        costs[fits] = slips.MISSING
    return costs

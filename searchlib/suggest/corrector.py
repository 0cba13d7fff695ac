"""Find the word that was meant where one was mistyped, by what an archive holds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from searchlib.analysis.dictionary import Dictionary
from searchlib.analysis.han_tokenizer import han_tokenizer
from searchlib.analysis.stop_words import FUNCTION_WORDS
from searchlib.suggest import typo_costs
from searchlib.suggest.lookup import Lexicon, WordTable
from searchlib.suggest.typo_costs import Costs, look_codes, sound_costs

LONGEST = 6
"""Characters of the longest stretch that is held against the words of the archive."""

MAX_STRETCHES = 24
"""Stretches of one query that are looked at: each takes up to a millisecond or two."""

_SHORT = 3
"""Characters: a longer stretch inside of a run may be a word of which the segmenter has known a part."""

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
    A run that a share of ``often`` of the articles hold is never doubted. Inside of a longer run a word must gain more:
    ``least_beside`` if an article holds it beside one of its neighbours there, ``least_alone`` if these tell nothing.
    """

    prior: float = 0.6
    kept: float = 1.0
    run: float = 0.03
    unseen: float = 0.5
    least: float = 0.0
    often: float = 0.008
    least_beside: float = 1.0
    least_alone: float = 3.0


_WEIGHTS = Weights()


class Archive(Protocol):
    """What an archive tells about words."""

    def lexicon(self) -> Lexicon:
        """Its names."""
        ...

    def frequencies(self, words: Iterable[str]) -> Mapping[str, int]:
        """In how many articles each word occurs."""
        ...

    def phrase_frequencies(self, runs: Iterable[str]) -> Mapping[str, int]:
        """In how many articles the units of each text stand one after the other."""
        ...

    def title_frequencies(self, words: Iterable[str]) -> Mapping[str, int]:
        """In how many titles each word occurs."""
        ...


@dataclass(frozen=True, slots=True)
class Correction:
    """The word that is meant at ``run[start:end]``; ``gain`` says how sure that is."""

    start: int
    end: int
    word: str
    gain: float


@dataclass(frozen=True, slots=True)
class _Stretch:
    """What may be one mistyped word, at ``run[start:end]``.

    ``beside`` are the telling words before and behind it; ``kept`` are texts inside of it that are right.
    """

    run: str
    start: int
    end: int
    is_whole: bool
    beside: tuple[tuple[str, str], ...]
    kept: tuple[str, ...] = ()

    @property
    def typed(self) -> str:
        """The characters of the stretch."""
        return self.run[self.start : self.end]


def _beside(texts: Sequence[str], first: int, last: int) -> tuple[tuple[str, str], ...]:
    """The words before and behind a stretch that tell something, each with nothing on the other side."""
    before = texts[first - 1] if first and texts[first - 1] not in FUNCTION_WORDS else ""
    after = texts[last + 1] if last + 1 < len(texts) and texts[last + 1] not in FUNCTION_WORDS else ""
    return tuple(pair for pair in ((before, ""), ("", after)) if pair != ("", ""))


def _kept(stretch: _Stretch, known: Sequence[tuple[int, int]]) -> list[str] | None:
    """The known texts that a stretch holds; None for one that is a known text itself, or cuts one in two."""
    kept = []
    for start, end in known:
        if start <= stretch.start and stretch.end <= end:
            return None
        if start < stretch.end and stretch.start < end:
            if start < stretch.start or stretch.end < end:
                return None
            kept.append(stretch.run[start:end])
    return kept


class Corrector:
    """Corrects runs of Han characters by the words of one archive of so many articles."""

    def __init__(
        self, archive: Archive, articles: int, dictionary: Dictionary | None = None, weights: Weights = _WEIGHTS
    ) -> None:
        self._archive = archive
        self._segmenter = han_tokenizer(dictionary)
        self._weights = weights
        self._most_gained = weights.prior * math.log(max(articles, 1)) - typo_costs.SAME_SOUND
        self._often = max(weights.often * articles, _FEW)

    def correct(
        self, run: str, *, is_all: bool, known: Sequence[tuple[int, int]] = (), budget: Iterator[int] | None = None
    ) -> list[Correction]:
        """What is mistyped in a folded run of Han characters, side by side; ``is_all`` where nothing else was typed.

        What stands at ``run[start:end]`` of each ``known`` pair is right. For each stretch that is looked at one item is taken
        from the ``budget``; without one ``MAX_STRETCHES`` are looked at.
        """
        budget = iter(range(MAX_STRETCHES)) if budget is None else budget
        stretches = (
            replace(stretch, kept=tuple(kept))
            for stretch in self._doubtful(run)
            if (kept := _kept(stretch, known)) is not None
        )
        # The budget stands last: nothing is taken from it where there is no further stretch.
        within = (stretch for stretch, _ in zip(stretches, budget, strict=False))
        found = [each for stretch in within if (each := self._corrected(stretch, is_all=is_all)) is not None]
        chosen: list[Correction] = []
        for each in sorted(found, key=lambda each: (-each.gain, each.start)):
            if all(each.end <= other.start or each.start >= other.end for other in chosen):
                chosen.append(each)
        return sorted(chosen, key=lambda each: each.start)

    def _doubtful(self, run: str) -> Iterator[_Stretch]:
        """The stretches of whole words that may be one mistyped word.

        A run that somebody typed by itself may be one as a whole. Inside of a longer one these are rare words, and what the
        segmenter has cut into single characters.
        """
        tokens = self._segmenter.tokenize(run)
        texts = [text for text, _, _ in tokens]
        counts = self._archive.frequencies([text for text in texts if len(text) > 1])
        rare = [len(text) > 1 and self._is_rare(text, counts[text]) for text in texts]
        for first, (_, start, _) in enumerate(tokens):
            for last in range(first, len(tokens)):
                end = tokens[last][2]
                if end - start > LONGEST:
                    break
                within = texts[first : last + 1]
                is_whole = len(within) == len(tokens)
                is_cut_up = 1 < len(within) == end - start and not FUNCTION_WORDS.issuperset(within)
                if any(rare[first : last + 1]) if is_whole or first == last or end - start > _SHORT else is_cut_up:
                    yield _Stretch(run, start, end, is_whole, _beside(texts, first, last))
                elif is_whole and len(within) <= end - start < 2 * len(within):
                    yield _Stretch(run, start, end, is_whole, ())

    def _is_rare(self, word: str, count: float) -> bool:
        return self._gained(word, self._most_gained, count) >= self._weights.least

    def _gained(self, typed: str, gain: float, count: float) -> float:
        """What is left of a gain where so many articles hold what was typed."""
        return gain + self._weights.kept * (len(typed) - 2) - math.log(count + self._weights.unseen)

    def _corrected(self, stretch: _Stretch, *, is_all: bool) -> Correction | None:
        typed = stretch.typed
        word = self._archive.frequencies([typed])[typed]
        if not self._is_rare(typed, word):
            return None
        held = self._archive.phrase_frequencies([typed])[typed]
        evidence = max(word, self._weights.run * held)
        if held >= self._often or not self._is_rare(typed, evidence):
            return None
        if self._is_name(typed):
            return None
        candidates = (
            each
            for each in self._candidates(typed, exchanged_only=not stretch.is_whole)
            if all(text in each[1] for text in stretch.kept)
        )
        found = sorted(candidates, key=lambda each: -each[0])[:_CHOSEN]
        counts = self._counts([each for _, each, _ in found])
        gains = {
            candidate: (self._gained(typed, self._weights.prior * math.log(counts[candidate]) - cost, evidence), cost)
            for _, candidate, cost in found
            if counts[candidate] and candidate != typed
        }
        # Of two characters one alone tells too little: most names would be taken for a word.
        most = typo_costs.ANY_CHARACTER if len(typed) > 2 else typo_costs.MISSING
        likely = [
            (gain, candidate)
            for candidate, (gain, cost) in gains.items()
            # A query that no article holds finds nothing: the word that a usual slip has made it of is better.
            if gain >= self._weights.least or (is_all and stretch.is_whole and not held and cost <= most)
        ]
        if not likely:
            return None
        gain, best = max(likely)
        if not stretch.is_whole and not self._fits(stretch, best, gain):
            return None
        return Correction(stretch.start, stretch.end, best, gain)

    def _is_name(self, typed: str) -> bool:
        """Whether articles are filed under what was typed, or a title holds it as a word."""
        return self._archive.title_frequencies([typed])[typed] > 0 or self._archive.lexicon().is_value(typed)

    def _fits(self, stretch: _Stretch, word: str, gain: float) -> bool:
        """Whether the word is likely where it would stand: names and rare words stand in many a sentence."""
        if not stretch.beside:
            return gain >= self._weights.least_alone
        both = [before + word + after for before, after in stretch.beside]
        return gain >= self._weights.least_beside and any(self._archive.phrase_frequencies(both).values())

    def _counts(self, names: Sequence[str]) -> dict[str, int]:
        """In how many articles each word occurs, or each phrase, which is no word of the archive's."""
        words = self._archive.frequencies(names)
        runs = self._archive.phrase_frequencies([name for name, count in words.items() if not count])
        return {**words, **runs}

    def _candidates(self, typed: str, *, exchanged_only: bool) -> Iterator[tuple[float, str, float]]:
        """Words that may be meant, with other characters only, or with more, fewer or swapped ones: score, word, cost."""
        lexicon = self._archive.lexicon()
        for words in lexicon.words(len(typed)):
            yield from self._best(words, self.exchange_costs(words, typed))
        if exchanged_only:
            return
        if len(typed) > 2:
            others = {
                typed[:at] + typed[at + 1] + typed[at] + typed[at + 2 :]: typo_costs.SWAPPED
                for at in range(len(typed) - 1)
            }
            if len(typed) > 3:
                others |= {typed[:at] + typed[at + 1 :]: typo_costs.EXTRA for at in range(len(typed))}
            for other, count in self._archive.frequencies(others).items():
                if count and other != typed:
                    yield math.log(count) - others[other], other, others[other]
        for words in lexicon.words(len(typed) + 1):
            yield from self._best(words, _missing_costs(words, typed))

    def exchange_costs(self, words: WordTable, typed: str) -> Costs:
        """float32[words]: what it costs to have typed this where each word was meant."""
        lexicon = self._archive.lexicon()
        total = np.zeros(len(words.counts), np.float32)
        for at, char in enumerate(typed):
            costs = sound_costs(lexicon.syllable(char))[words.syllables[at]]
            for other in look_codes(char):
                alike = words.chars[at] == other
                costs[alike] = np.minimum(costs[alike] - typo_costs.ALSO_LOOKS, typo_costs.SAME_LOOK)
            costs += typo_costs.ANOTHER
            costs[words.chars[at] == ord(char)] = 0.0
            total += costs
        return total - typo_costs.ANOTHER

    def _best(self, words: WordTable, costs: Costs) -> Iterator[tuple[float, str, float]]:
        possible = np.flatnonzero(costs < 2 * typo_costs.ANY_CHARACTER)
        scores = self._weights.prior * np.log(words.counts[possible]) - costs[possible]
        if len(possible) > _CHOSEN:
            chosen = np.argpartition(-scores, _CHOSEN)[:_CHOSEN]
            possible, scores = possible[chosen], scores[chosen]
        for number, score in zip(possible.tolist(), scores.tolist(), strict=True):
            yield score, words.text(number), float(costs[number])


def _missing_costs(words: WordTable, typed: str) -> Costs:
    costs = np.full(len(words.counts), np.inf, np.float32)
    codes = [ord(char) for char in typed]
    for gap in range(len(typed) + 1):
        kept = [at for at in range(len(typed) + 1) if at != gap]
        fits = np.ones(len(words.counts), bool)
        for at, code in zip(kept, codes, strict=True):
            fits &= words.chars[at] == code
        costs[fits] = typo_costs.MISSING
    return costs

"""Correct mistyped Han words, by a noisy channel model over the words of an index."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from searchlib.analysis.common_words import share_of_articles
from searchlib.analysis.dictionary import Dictionary
from searchlib.analysis.han_tokenizer import han_tokenizer
from searchlib.analysis.stop_words import FUNCTION_WORDS
from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.common.numerals import NUMERALS
from searchlib.suggest import typo_costs
from searchlib.suggest.lookup import WordTable
from searchlib.suggest.personal_names import may_be_name
from searchlib.suggest.typo_costs import Costs
from searchlib.suggest.word_statistics import WordStatistics, is_name

MAX_SUSPECTS = 24
"""Maximum number of suspects of a query that are checked. Each takes up to two milliseconds."""

_MAX_SUSPECT_LENGTH = 6
"""Characters of the longest suspect."""

_MAX_SPLIT_LENGTH = 3
"""Maximum characters of a span inside a run. A longer one may be a word that the tokenizer knows only in part."""

MIN_COMMON_ARTICLES = 20
"""A text is correct if at least this many articles contain it, however small the index is."""

_MAX_SIDE_BY_SIDE, _MIN_RATIO = 10, 50
"""Adjacent common words are correct if more than _MAX_SIDE_BY_SIDE articles contain them together. Otherwise a candidate (人工智能
for 人工只能) must occur in _MIN_RATIO times as many articles."""

_MIN_WORD_SHARE = 0.2
"""A text that more than _MAX_SIDE_BY_SIDE articles contain is a word if they are at least this share of the articles with its
rarest character (花呗): characters of different words stand side by side less often."""

_NUMBER = lazy_pattern(f"[{NUMERALS}]+")

_MAX_CANDIDATES = 8
"""Maximum number of candidates whose exact frequencies are looked up."""


@dataclass(frozen=True, slots=True)
class _Weights:
    """The weights in the score of a candidate for the intended word.

    The score is, with natural logarithms and numbers of articles:

        prior * ln(candidate) - typo cost + length * (typed characters - 2) - ln(typed + unseen)

    Attributes:
        prior: The weight of the frequency of the candidate.
        suspect_prior: The same, to decide which words are rare. A part of a mistyped phrase (学系 in 机器学系) can be more
            frequent than a mistyped word.
        length: The gain of each typed character after the second, because longer texts seldom agree by chance.
        phrase: The weight of an article that contains the typed text as a phrase, but not as a word. Such a text may be
            the end of one word and the beginning of another.
        unseen: Stands for the frequency of a text that no article contains.
        min_score: The score that a correction needs.
        common_share: A text that this share of the articles contains is correct.
        min_score_in_context: The score that a correction of a part of a run needs, if an article contains it next to
            one of its neighbors.
        min_score_without_context: The same, if both neighbors are function words or missing.
        general: The share of general texts, beside those of the archive, in the frequency of a candidate.
        typo: The weight of an article that contains the typed text, if the candidate is ``min_typo_ratio`` times as frequent
            in the archive and in general texts: then the typed text is probably a typo there, too (因该 for 应该).
        min_typo_ratio: See ``typo``.
    """

    prior: float = 0.5
    suspect_prior: float = 0.6
    length: float = 0.5
    phrase: float = 0.002
    unseen: float = 0.5
    min_score: float = 0.1
    common_share: float = 0.008
    min_score_in_context: float = 1.0
    min_score_without_context: float = 3.0
    general: float = 0.8
    typo: float = 0.03
    min_typo_ratio: float = 100.0


_WEIGHTS = _Weights()


def common_articles(articles: int) -> float:
    """Return the number of articles from which on a text that they contain counts as correct."""
    return max(_WEIGHTS.common_share * articles, MIN_COMMON_ARTICLES)


@dataclass(frozen=True, slots=True)
class Correction:
    """The word that ``run[start:end]`` probably means, and its score."""

    start: int
    end: int
    word: str
    score: float


@dataclass(frozen=True, slots=True)
class _Suspect:
    """The span ``run[start:end]``, which may be one mistyped word; ``is_whole`` is set if it is the whole run.

    ``is_common`` is set if none of its words is rare, ``is_unknown`` if it is one word of several characters that no article
    contains: it may be a mistyped word and a character beside it (小成序), unless it is the whole run and may be a name (韦晓敏).
    ``contexts`` are the content words before and after it, as pairs with one empty element. A correction must contain the
    ``trusted`` texts.
    """

    run: str
    start: int
    end: int
    is_whole: bool
    contexts: tuple[tuple[str, str], ...]
    is_common: bool = False
    is_unknown: bool = False
    trusted: tuple[str, ...] = ()

    @property
    def typed(self) -> str:
        return self.run[self.start : self.end]


class _Candidate(NamedTuple):
    score: float
    word: str
    cost: float


class HanCorrector:
    """Corrects runs of Han characters with the words of an index; ``articles`` is its number of articles."""

    def __init__(self, statistics: WordStatistics, articles: int, dictionary: Dictionary | None = None) -> None:
        self._statistics = statistics
        self._tokenizer = han_tokenizer(dictionary)
        self._articles = articles
        self._max_gain = _WEIGHTS.prior * math.log(max(articles, 1)) - typo_costs.SAME_SOUND
        self._max_suspect_gain = _WEIGHTS.suspect_prior * math.log(max(articles, 1)) - typo_costs.SAME_SOUND
        self._common_articles = common_articles(articles)

    def correct(
        self,
        run: str,
        *,
        is_whole_query: bool,
        trusted: Sequence[tuple[int, int]] = (),
        budget: Iterator[int] | None = None,
    ) -> list[Correction]:
        """Return the corrections of a folded run of Han characters, in order and without overlaps.

        The spans in ``trusted`` are correct. Every suspect takes one item from the ``budget``, which several runs can
        share; by default ``MAX_SUSPECTS`` are checked.
        """
        budget = iter(range(MAX_SUSPECTS)) if budget is None else budget
        suspects = (
            replace(suspect, trusted=tuple(parts))
            for suspect in self._suspects(run)
            if (parts := _trusted_parts(suspect, trusted)) is not None
        )
        # zip takes nothing from the budget after the last suspect, because the budget comes last.
        checked = (suspect for suspect, _ in zip(suspects, budget, strict=False))
        corrections = [
            correction
            for suspect in checked
            if (correction := self._correction(suspect, is_whole_query=is_whole_query)) is not None
        ]
        chosen: list[Correction] = []
        for each in sorted(corrections, key=lambda each: (-each.score, each.start)):
            if all(each.end <= other.start or each.start >= other.end for other in chosen):
                chosen.append(each)
        return sorted(chosen, key=lambda each: each.start)

    def _suspects(self, run: str) -> Iterator[_Suspect]:
        """Yield the spans of whole words that may be one mistyped word.

        The whole run is a suspect: its words may be common, but not side by side. Inside a longer run, suspects are rare words,
        and words that the tokenizer has split into single characters.
        """
        tokens = self._tokenizer.tokenize(run)
        texts = [text for text, _, _ in tokens]
        frequencies = self._statistics.frequencies([text for text in texts if len(text) > 1])
        is_rare = [
            len(text) > 1 and self._score(text, self._max_suspect_gain, frequencies[text]) >= _WEIGHTS.min_score
            for text in texts
        ]
        for first, (_, start, _) in enumerate(tokens):
            for last in range(first, len(tokens)):
                end = tokens[last][2]
                if end - start > _MAX_SUSPECT_LENGTH:
                    break
                words = texts[first : last + 1]
                is_whole = len(words) == len(tokens)
                if is_whole or first == last or end - start > _MAX_SPLIT_LENGTH:
                    is_suspect = any(is_rare[first : last + 1])
                else:
                    is_suspect = len(words) > 1 and FUNCTION_WORDS.isdisjoint(words)
                    is_suspect |= 1 < len(words) == end - start and not FUNCTION_WORDS.issuperset(words)
                if is_suspect:
                    is_unknown = (
                        first == last
                        and end - start > 2
                        and not frequencies[texts[first]]
                        and not (is_whole and may_be_name(run))
                    )
                    yield _Suspect(run, start, end, is_whole, _contexts(texts, first, last), is_unknown=is_unknown)
                elif is_whole and 1 < end - start < 2 * len(words):
                    yield _Suspect(run, start, end, is_whole, ())
                elif is_whole and len(words) > 1:
                    yield _Suspect(run, start, end, is_whole, (), is_common=True)

    def _is_rare(self, typed: str, frequency: float) -> bool:
        """Return whether any correction of a text of this frequency can have the minimum score."""
        return self._score(typed, self._max_gain, frequency) >= _WEIGHTS.min_score

    def _score(self, typed: str, gain: float, frequency: float) -> float:
        """Return the score of a candidate. ``gain`` is the part of the score that depends on the candidate, ``frequency`` that of
        the typed text."""
        return gain + _WEIGHTS.length * (len(typed) - 2) - math.log(frequency + _WEIGHTS.unseen)

    def _log_frequency(self, word: str, articles: int) -> float:
        """Return the logarithm of the frequency of a candidate, in the archive and in general texts."""
        expected = share_of_articles(word) * self._articles + _WEIGHTS.unseen
        return (1 - _WEIGHTS.general) * math.log(articles) + _WEIGHTS.general * math.log(expected)

    def _is_typo(self, typed: str, frequency: float, word: str, articles: int) -> bool:
        """Return whether a word is so much more frequent than the typed text that articles contain the typed text by mistake.

        A new name is in no general text.
        """
        ratio = _WEIGHTS.min_typo_ratio
        typed_in_general, in_general = map(self._tokenizer.frequency, (typed, word))
        if not (typed_in_general or in_general):
            return articles >= ratio * max(frequency, 1)
        return articles >= ratio * frequency and in_general >= ratio * max(typed_in_general, 1)

    def _is_word(self, typed: str, articles: int) -> bool:
        """Return whether the characters of a text that articles contain stand side by side too often to be parts of other words.

        Function words stand beside all others.
        """
        return FUNCTION_WORDS.isdisjoint(typed) and articles >= _MIN_WORD_SHARE * min(
            self._statistics.phrase_frequencies(set(typed)).values()
        )

    def _correction(self, suspect: _Suspect, *, is_whole_query: bool) -> Correction | None:
        typed = suspect.typed
        word_frequency = self._statistics.frequencies([typed])[typed]
        # The weight of the typed text for the most frequent candidates.
        min_weight = _WEIGHTS.typo if suspect.is_whole else 1.0
        if not self._is_rare(typed, min_weight * word_frequency):
            return None
        phrase_frequency = self._statistics.phrase_frequencies([typed])[typed]
        frequency = max(word_frequency, _WEIGHTS.phrase * phrase_frequency)
        if phrase_frequency >= self._common_articles or not self._is_rare(typed, min_weight * frequency):
            return None
        if (suspect.is_common and phrase_frequency > _MAX_SIDE_BY_SIDE) or is_name(typed, self._statistics):
            return None
        candidates = self._best_candidates(suspect)
        frequencies = dict(self._statistics.frequencies([candidate.word for candidate in candidates]))
        # A text that is not a word of the index can still be a phrase of it.
        phrases = {word for word, count in frequencies.items() if not count}
        frequencies |= self._statistics.phrase_frequencies(phrases)
        # Two typed characters are too little evidence for an arbitrary substitution: most names would become a word.
        max_cost = typo_costs.ANY_CHARACTER if len(typed) > 2 else typo_costs.MISSING
        # A query without matches is better corrected by a likely typo than not at all.
        is_hopeless = is_whole_query and suspect.is_whole and not phrase_frequency and not suspect.is_common
        least = max(_MIN_RATIO * phrase_frequency, 1) if suspect.is_common else 1
        likely = []
        for word, cost in {candidate.word: candidate.cost for candidate in candidates}.items():
            if frequencies[word] >= least and word != typed and not _is_other_number(typed, word):
                is_new = not self._tokenizer.frequency(word)
                is_typo = (suspect.is_whole or is_new) and self._is_typo(typed, frequency, word, frequencies[word])
                # General texts are no evidence for or against a phrase, nor a new name.
                is_phrase = suspect.is_unknown and word in phrases
                is_in_archive = is_phrase or (is_typo and is_new)
                prior = math.log(frequencies[word]) if is_in_archive else self._log_frequency(word, frequencies[word])
                gain = _WEIGHTS.prior * prior - cost
                score = self._score(typed, gain, frequency * (_WEIGHTS.typo if is_typo else 1.0))
                if score >= _WEIGHTS.min_score or (is_hopeless and cost <= max_cost):
                    likely.append((not is_phrase, score, word))
        # The frequencies of single characters take long to read.
        if not likely or (phrase_frequency > _MAX_SIDE_BY_SIDE and self._is_word(typed, phrase_frequency)):
            return None
        _, score, word = max(likely)
        if not suspect.is_whole and not self._fits(suspect, word, score):
            return None
        return Correction(suspect.start, suspect.end, word, score)

    def _fits(self, suspect: _Suspect, word: str, score: float) -> bool:
        """Return whether a correction of a part of a run is likely in its context: a rare word alone is often a name."""
        if not suspect.contexts:
            return score >= _WEIGHTS.min_score_without_context
        phrases = [before + word + after for before, after in suspect.contexts]
        in_context = self._statistics.phrase_frequencies(phrases)
        return score >= _WEIGHTS.min_score_in_context and any(in_context.values())

    def _best_candidates(self, suspect: _Suspect) -> list[_Candidate]:
        # Parts are more frequent than words, and would displace them.
        sources = (self._candidates(suspect), *([self._part_candidates(suspect)] if suspect.is_unknown else []))
        return [candidate for source in sources for candidate in self._best(source, suspect)]

    def _best(self, candidates: Iterable[_Candidate], suspect: _Suspect) -> list[_Candidate]:
        possible = (each for each in candidates if all(text in each.word for text in suspect.trusted))
        return sorted(possible, key=lambda candidate: -candidate.score)[:_MAX_CANDIDATES]

    def _candidates(self, suspect: _Suspect) -> Iterator[_Candidate]:
        """Yield words of the same length, and for a whole run also words with missing, extra or swapped characters."""
        lexicon, typed = self._statistics.lexicon(), suspect.typed
        for words in lexicon.words(len(typed)):
            yield from self._best_words(words, typo_costs.substitution_costs(words, typed, lexicon))
        if not suspect.is_whole:
            return
        costs = typo_costs.swap_and_insertion_costs(typed)
        if costs:
            for word, frequency in self._statistics.frequencies(costs).items():
                if frequency:
                    yield _Candidate(math.log(frequency) - costs[word], word, costs[word])
        for words in lexicon.words(len(typed) + 1):
            yield from self._best_words(words, typo_costs.deletion_costs(words, typed))

    def _part_candidates(self, suspect: _Suspect) -> Iterator[_Candidate]:
        """Yield the words of the length of all characters but one, with the first or last character beside them."""
        lexicon, typed = self._statistics.lexicon(), suspect.typed
        for start, end in ((1, len(typed)), (0, len(typed) - 1)):
            part = typed[start:end]
            for words in lexicon.words(len(part)):
                for each in self._best_words(words, typo_costs.substitution_costs(words, part, lexicon)):
                    if each.word != part:
                        yield each._replace(word=typed[:start] + each.word + typed[end:])

    def _best_words(self, words: WordTable, costs: Costs) -> Iterator[_Candidate]:
        possible = np.flatnonzero(costs < 2 * typo_costs.ANY_CHARACTER)
        scores = _WEIGHTS.prior * np.log(words.counts[possible]) - costs[possible]
        if len(possible) > _MAX_CANDIDATES:
            best = np.argpartition(-scores, _MAX_CANDIDATES)[:_MAX_CANDIDATES]
            possible, scores = possible[best], scores[best]
        for number, score in zip(possible.tolist(), scores.tolist(), strict=True):
            yield _Candidate(score, words.text(number), float(costs[number]))


def _is_other_number(typed: str, word: str) -> bool:
    """Return whether a typed number is another one in a word: 五分钟 is no typo for 一分钟, and 第十二届 is none for 第十届."""
    if len(typed) != len(word):
        numbers, others = _NUMBER.findall(typed), _NUMBER.findall(word)
        return bool(numbers and others) and numbers != others
    pairs = zip(typed, word, strict=True)
    return any(one != other and one in NUMERALS and other in NUMERALS for one, other in pairs)


def _contexts(texts: Sequence[str], first: int, last: int) -> tuple[tuple[str, str], ...]:
    """Return the content words before and after some words, each as a pair with an empty text on the other side."""
    before = texts[first - 1] if first and texts[first - 1] not in FUNCTION_WORDS else ""
    after = texts[last + 1] if last + 1 < len(texts) and texts[last + 1] not in FUNCTION_WORDS else ""
    return tuple(pair for pair in ((before, ""), ("", after)) if pair != ("", ""))


def _trusted_parts(suspect: _Suspect, trusted: Sequence[tuple[int, int]]) -> list[str] | None:
    """Return the trusted texts in a suspect, or None if it lies in one or contains only a part of one."""
    parts = []
    for start, end in trusted:
        if start <= suspect.start and suspect.end <= end:
            return None
        if start < suspect.end and suspect.start < end:
            if start < suspect.start or suspect.end < end:
                return None
            parts.append(suspect.run[start:end])
    return parts

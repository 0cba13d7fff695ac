"""Score articles, the same for all engines: BM25F over the terms of a plan, proximity of words, and the title.

**Terms.** For a term that occurs ``f`` times in each field of an article (Robertson, Zaragoza, Taylor 2004):
``tf = Σ weight(field) · f / (1 - b + b · length / mean length)``; ``score = weight(term) · idf · tf · (k1 + 1) / (tf + k1)``
with ``idf = ln(1 + (N - n + 0.5) / (n + 0.5))``, if ``n`` of ``N`` articles contain the term in any field. The weight of a
term is the weight of its kind, times ``parts`` for a part of a word or ``function_words`` for a function word. Synonyms have
the weights of the word and the bigram that they replace.

**Proximity.** Two adjacent words of the query with ``gap`` units between them in the body add
``closeness · idf / (1 + gap / HALF_SCORE_GAP)`` if the gap is less than ``MAX_GAP``, with the idf of the more frequent word.

**Lead.** A word of such a pair whose first occurrence in the body has ``offset`` units before it adds ``lead · idf · (1 - offset /
LEAD_UNITS)`` if the offset is less than ``LEAD_UNITS``. Proximity and lead are computed only for the articles with the best scores
by the other parts.

**Words in the title.** If the title contains all content words of the query, which make up a ``share`` of it, this adds
``title_words · Σ idf · (1 + TITLE_SHARE · share) / (1 + TITLE_SHARE)``.

**Query in the title.** If the title contains the whole query, which makes up a ``share`` of it, this adds
``whole_title · (1 + share) · max_score``, where ``max_score`` is the upper bound of all other parts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchlib.analysis.terms import term
from searchlib.query.plan import LeadWord, Plan, ProximityPair, RankingTerm, TitleWords
from searchlib.settings import Ranking

PROXIMITY_CANDIDATES = 100
"""The number of articles, the best by the other parts, whose proximity is scored: it is slow and changes ranks little."""

_LOOSE = 0.1
"""The weight of longer and regional words. It orders articles that lack the word as typed."""

SCORE_TOLERANCE = 1e-6
"""Scores that differ by less are sorted by their exact values, then by date and id."""

SCORE_DIGITS = 9
"""The digits of a score that are compared. Further digits depend on the order of summation."""


def scored_fields(ranking_term: RankingTerm) -> tuple[str, ...]:
    """Return the fields in which a term counts. Headings are lines of the body, and count again as headings."""
    return (*ranking_term.fields, "headings") if "body" in ranking_term.fields else ranking_term.fields


def content_terms(plan: Plan) -> Sequence[RankingTerm]:
    """Return the terms of a plan without function words, or all of them if there are no others."""
    return [each for each in plan.ranking_terms if each.role != "function"] or plan.ranking_terms


def lead_words(plan: Plan) -> list[LeadWord]:
    """Return the different words of the proximity pairs of a plan."""
    return [
        LeadWord(word)
        for word in dict.fromkeys(word for pair in plan.proximity_pairs for word in (pair.first, pair.second))
    ]


def pair_terms(pair: ProximityPair) -> tuple[RankingTerm, RankingTerm]:
    """Return the terms that determine the idf of the words of a pair."""
    return RankingTerm("words", term(pair.first)), RankingTerm("words", term(pair.second))


def term_weight(ranking_term: RankingTerm, weights: Ranking) -> float:
    """Return the weight of a term by its kind and role."""
    kind = {
        "words": weights.words,
        "bigrams": weights.bigrams,
        "units": weights.units,
        "synonyms": weights.words + weights.bigrams,
    }[ranking_term.kind]
    role = {"whole": 1.0, "part": weights.parts, "function": weights.function_words, "loose": _LOOSE}
    return kind * role[ranking_term.role]


def idf(articles: int, frequency: int) -> float:
    """Return the idf of a term that ``frequency`` of the articles contain."""
    return math.log1p((articles - frequency + 0.5) / (frequency + 0.5))


def max_term_score(ranking_term: RankingTerm, term_idf: float, weights: Ranking) -> float:
    """Return the upper bound of the score of a term."""
    return term_weight(ranking_term, weights) * term_idf * (weights.k1 + 1)


def max_proximity_score(pair: ProximityPair, idf_of: Callable[[RankingTerm], float], weights: Ranking) -> float:
    """Return the upper bound of the score of a pair, which adjacent words have."""
    return weights.closeness * min(map(idf_of, pair_terms(pair)))


def max_lead_score(word: LeadWord, idf_of: Callable[[RankingTerm], float], weights: Ranking) -> float:
    """Return the upper bound of the score of a word near the beginning."""
    return weights.lead * idf_of(RankingTerm("words", term(word.word)))


def max_title_words_score(words: TitleWords, idf_of: Callable[[RankingTerm], float], weights: Ranking) -> float:
    """Return the upper bound of the score of all words in the title, which a title without other words has."""
    return weights.title_words * sum(map(idf_of, words.terms))


def max_score(plan: Plan, idf_of: Callable[[RankingTerm], float], weights: Ranking) -> float:
    """Return the upper bound of the score of an article, without the part for the whole query in the title."""
    score = sum(max_term_score(each, idf_of(each), weights) for each in plan.ranking_terms)
    score += sum(max_proximity_score(pair, idf_of, weights) for pair in plan.proximity_pairs)
    score += sum(max_lead_score(word, idf_of, weights) for word in lead_words(plan))
    return score + (max_title_words_score(plan.title_words, idf_of, weights) if plan.title_words else 0.0)


Integers = NDArray[np.int64]

MAX_GAP = 20
"""Words with at least this many units between them are not close: they are usually in different sentences."""

HALF_SCORE_GAP = 5.0
"""With this many units between them, two words score half as much as adjacent words."""

LEAD_UNITS = 100
"""Words with at least this many units before them are not near the beginning: a lead is one or two sentences."""

TITLE_SHARE = 5.0
"""The weight of the share of a title that the query's words make up: a title of these words alone scores six times as high as one
with many other words."""

NO_GAP = 1 << 40
"""The gap of two words if an article does not contain both. It is longer than any article."""


def word_gaps(
    first: Integers, second: Integers, owners: Integers, starts: Integers, ends: Integers, lengths: tuple[int, int]
) -> Integers:
    """Return int64[n]: the fewest units between two words in each of n articles, in either order, or ``NO_GAP``.

    ``first`` and ``second`` are the positions of the two words, each ascending; positions in different articles differ.
    ``owners`` has the index of the article of each position in ``second``. ``starts`` and ``ends`` int64[n] bound the
    positions of each article. ``lengths`` are the lengths of the words in units.
    """
    gaps = np.full(len(starts), NO_GAP)
    if not len(first) or not len(second):
        return gaps
    # Compare each occurrence of the second word only with the nearest first words before and after it.
    at = first.searchsorted(second)
    before, after = first[np.maximum(at - 1, 0)], first[np.minimum(at, len(first) - 1)]
    is_before = (at > 0) & (before >= starts[owners])
    is_after = (at < len(first)) & (after < ends[owners])
    gap_before = np.where(is_before, second - before - lengths[0], NO_GAP)
    gap_after = np.where(is_after, after - second - lengths[1], NO_GAP)
    # Words that overlap have no units between them.
    np.minimum.at(gaps, owners, np.maximum(np.minimum(gap_before, gap_after), 0))
    return gaps


def proximity_scores(gaps: Integers, max_score: float) -> NDArray[np.float64]:
    """Return float64[gaps]: ``max_score / (1 + gap / HALF_SCORE_GAP)``, or 0 from ``MAX_GAP`` on."""
    scores: NDArray[Any] = np.where(gaps < MAX_GAP, max_score / (1.0 + gaps / HALF_SCORE_GAP), 0.0)
    return scores


def lead_scores(offsets: Integers, max_score: float) -> NDArray[np.float64]:
    """Return float64[offsets]: the scores of words whose first occurrence has ``offsets`` units before it."""
    scores: NDArray[np.float64] = max_score * np.maximum(1.0 - offsets / LEAD_UNITS, 0.0)
    return scores


def title_words_scores(words: TitleWords, title_lengths: NDArray[Any], max_score: float) -> NDArray[np.float64]:
    """Return float64[titles]: the scores of titles that contain all words, by their lengths in units."""
    shares = np.minimum(words.units / np.maximum(title_lengths, 1.0), 1.0)
    scores: NDArray[np.float64] = max_score * (1.0 + TITLE_SHARE * shares) / (1.0 + TITLE_SHARE)
    return scores

"""The score of an article, the same in every engine: BM25F over the terms of a plan, and two things more.

For a term that occurs ``f`` times in each field of an article (Robertson, Zaragoza, Taylor 2004):
``tf = Σ weight(field) · f / (1 - b + b · length / mean length)``; ``score = weight(term) · idf · tf · (k1 + 1) / (tf + k1)``
with ``idf = ln(1 + (N - n + 0.5) / (n + 0.5))``, where ``n`` of ``N`` articles hold the term in any field. The weight is
that of the term's kind, times ``parts`` for a part of a word or ``function_words`` for a function word.
A concept weighs as much as a word and a bigram, in the place of which it stands.

Two neighbouring words of the query with ``gap`` units between them in the body, fewer than ``REACH``, add
``closeness · idf / (1 + gap / HALFWAY)``, with the idf of the more frequent. The whole query in the title, where it makes up
a ``share`` of it, adds ``whole_title · (1 + share)`` times the most that all else can add: the best such title comes first.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from searchlib.analysis.terms import term
from searchlib.query.plan import Plan, ProximityPair, RankingTerm
from searchlib.settings import Ranking

PROXIMITY_CANDIDATES = 100
"""Proximity is scored in this many articles, the best by all else. It needs positions, and moves no article far."""

REACH = 20
"""Words with so many units between them, or more, are not close: they stand in different sentences."""

HALFWAY = 5.0
"""With so many units between them two words count half of what neighbours do."""

SCORE_TOLERANCE = 1e-6
"""Scores that differ by less are put in order by their exact values, and then by date and id."""

SCORE_DIGITS = 9
"""Digits of a score that count: sums in another order differ in the last ones."""


def fields_of(wanted: RankingTerm) -> tuple[str, ...]:
    """The fields of which a term is counted: headings are lines of the body, and count once more."""
    return (*wanted.fields, "headings") if "body" in wanted.fields else wanted.fields


def content_terms(plan: Plan) -> Sequence[RankingTerm]:
    """The terms of a plan without function words, where there is more."""
    return [each for each in plan.ranking if each.role != "function"] or plan.ranking


def terms_of(pair: ProximityPair) -> tuple[RankingTerm, RankingTerm]:
    """The terms by which it is known how rare the words of a pair are."""
    return RankingTerm("words", term(pair.first)), RankingTerm("words", term(pair.second))


def weight_of(wanted: RankingTerm, weights: Ranking) -> float:
    """What the kind and the role of a term make it weigh."""
    kind = {
        "words": weights.words,
        "bigrams": weights.bigrams,
        "units": weights.units,
        "synonyms": weights.words + weights.bigrams,
    }[wanted.kind]
    return kind * {"whole": 1.0, "part": weights.parts, "function": weights.function_words}[wanted.role]


def idf(articles: int, holding: int) -> float:
    """The idf of what so many of the articles hold."""
    return math.log1p((articles - holding + 0.5) / (holding + 0.5))

"""Explain scores: list what each part of a plan adds to the score of an article."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from searchlib.analysis.units import units
from searchlib.engines.base import ScorePart
from searchlib.engines.common.scoring import scored_fields
from searchlib.engines.whoosh.format.integers import Integers, look_up
from searchlib.engines.whoosh.search.matching import Matcher
from searchlib.engines.whoosh.search.ranking import Scorer
from searchlib.query.plan import PhraseClause, Plan, ProximityPair, RankingTerm

Reason = RankingTerm | ProximityPair | PhraseClause


def score_parts(
    scorer: Scorer, plan: Plan, articles: Integers, has_proximity: NDArray[np.bool_], matcher: Matcher
) -> list[tuple[ScorePart, ...]]:
    """Return, for each of ascending articles, the parts that add up to its score.

    ``has_proximity`` bool[articles] says whether proximity is part of the score. A term that an article does not contain is
    a part with a score of 0.
    """
    contributions = scorer.contributions(plan, articles, matcher)
    contained = [_contained(matcher, each.reason, articles) for each in contributions]
    frequencies = [_frequencies(scorer, each.reason, articles) for each in contributions]
    return [
        tuple(
            ScorePart(
                reason=each.reason,
                frequencies={field: int(counts[at]) for field, counts in by_field.items() if counts[at]},
                uncounted=bool(is_contained[at]) and not any(counts[at] for counts in by_field.values()),
                score=float(each.scores[at])
                if has_proximity[at] or not isinstance(each.reason, ProximityPair)
                else 0.0,
            )
            for each, by_field, is_contained in zip(contributions, frequencies, contained, strict=True)
        )
        for at in range(len(articles))
    ]


def _contained(matcher: Matcher, reason: Reason, articles: Integers) -> NDArray[np.bool_]:
    """Return bool[articles]: whether an article contains a word, or one of its synonyms, anywhere in its text."""
    if not isinstance(reason, RankingTerm) or reason.kind not in ("words", "synonyms"):
        return np.zeros(len(articles), bool)
    phrases = reason.phrases or (tuple(units(reason.term)),)
    matching = [np.isin(articles, matcher.articles(PhraseClause(phrase, reason.fields))) for phrase in phrases]
    return reduce(np.logical_or, matching, np.zeros(len(articles), bool))


def _frequencies(scorer: Scorer, reason: Reason, articles: Integers) -> Mapping[str, Integers]:
    """Return int64[articles] for each field: the frequency of a term. A reason that is no term has no frequencies."""
    if not isinstance(reason, RankingTerm):
        return {}
    frequencies = {field: np.zeros(len(articles), np.int64) for field in scored_fields(reason)}
    for field, total in frequencies.items():
        for postings in scorer.postings(reason, field):
            if len(postings.articles):
                at, is_present = look_up(articles, postings.articles)
                total += np.where(is_present, postings.frequencies[at], 0)
    return frequencies

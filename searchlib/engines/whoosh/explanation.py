"""Take the scores of articles apart again."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from searchlib.engines.base import ScorePart
from searchlib.engines.whoosh.ranking import Finder, Scorer, Scores, fields_of
from searchlib.engines.whoosh.reader import Numbers
from searchlib.query.nearness import Near
from searchlib.query.plan import Plan, RankingTerm, Run


def parts_of(
    scorer: Scorer, plan: Plan, numbers: Numbers, scores: Scores, finder: Finder
) -> list[tuple[ScorePart, ...]]:
    """What made up the scores of these articles, whose numbers ascend: for each the parts that add up to its score.

    A term that an article does not hold is among its parts, with a score of 0.
    """
    contributions = scorer.contributions(plan, numbers, finder)
    nothing = np.zeros(len(numbers))
    near = sum((each.scores for each in contributions if isinstance(each.reason, Near)), nothing)
    others = sum((each.scores for each in contributions if not isinstance(each.reason, Near)), nothing)
    # Closeness counts in the articles alone that are looked at closely.
    is_close = np.abs(scores - others) > near / 2
    frequencies = [_frequencies(scorer, each.reason, numbers) for each in contributions]
    return [
        tuple(
            ScorePart(
                reason=each.reason,
                frequencies={field: int(found[at]) for field, found in held.items() if found[at]},
                score=float(each.scores[at]) if is_close[at] or not isinstance(each.reason, Near) else 0.0,
            )
            for each, held in zip(contributions, frequencies, strict=True)
        )
        for at in range(len(numbers))
    ]


def _frequencies(scorer: Scorer, reason: RankingTerm | Near | Run, numbers: Numbers) -> Mapping[str, Numbers]:
    """How often a term occurs in each field of these articles; of what is no term nothing is said."""
    if not isinstance(reason, RankingTerm):
        return {}
    counts = {field: np.zeros(len(numbers), np.int64) for field in fields_of(reason)}
    for field, total in counts.items():
        for postings in scorer.postings(reason, field):
            if len(postings.numbers):
                at = np.minimum(postings.numbers.searchsorted(numbers), len(postings.numbers) - 1)
                total += np.where(postings.numbers[at] == numbers, postings.frequencies[at], 0)
    return counts

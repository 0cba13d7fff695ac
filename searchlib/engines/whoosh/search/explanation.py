"""Take the scores of articles apart again."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from searchlib.analysis.units import units
from searchlib.engines.base import ScorePart
from searchlib.engines.common.scoring import fields_of
from searchlib.engines.whoosh.format.integers import Integers, look_up
from searchlib.engines.whoosh.search.ranking import Finder, Scorer, Scores
from searchlib.query.plan import PhraseClause, Plan, ProximityPair, RankingTerm


def parts_of(
    scorer: Scorer, plan: Plan, numbers: Integers, scores: Scores, finder: Finder
) -> list[tuple[ScorePart, ...]]:
    """What made up the scores of these articles, whose numbers ascend: for each the parts that add up to its score.

    A term that an article does not hold is among its parts, with a score of 0.
    """
    contributions = scorer.contributions(plan, numbers, finder)
    nothing = np.zeros(len(numbers))
    near = sum((each.scores for each in contributions if isinstance(each.reason, ProximityPair)), nothing)
    others = sum((each.scores for each in contributions if not isinstance(each.reason, ProximityPair)), nothing)
    # Closeness counts in the articles alone that are looked at closely.
    is_close = np.abs(scores - others) > near / 2
    found = [_found(finder, each.reason, numbers) for each in contributions]
    frequencies = [_frequencies(scorer, each.reason, numbers) for each in contributions]
    return [
        tuple(
            ScorePart(
                reason=each.reason,
                frequencies={field: int(counts[at]) for field, counts in held.items() if counts[at]},
                uncounted=bool(is_found[at]) and not any(counts[at] for counts in held.values()),
                score=float(each.scores[at]) if is_close[at] or not isinstance(each.reason, ProximityPair) else 0.0,
            )
            for each, held, is_found in zip(contributions, frequencies, found, strict=True)
        )
        for at in range(len(numbers))
    ]


def _found(finder: Finder, reason: RankingTerm | ProximityPair | PhraseClause, numbers: Integers) -> NDArray[np.bool_]:
    """bool[numbers]: which of these articles hold the units of a word or of a concept, wherever that is."""
    if not isinstance(reason, RankingTerm) or reason.kind not in ("words", "synonyms"):
        return np.zeros(len(numbers), bool)
    runs = reason.phrases or (tuple(units(reason.term)),)
    found = [np.isin(numbers, finder.numbers(PhraseClause(run, reason.fields))) for run in runs]
    return reduce(np.logical_or, found, np.zeros(len(numbers), bool))


def _frequencies(
    scorer: Scorer, reason: RankingTerm | ProximityPair | PhraseClause, numbers: Integers
) -> Mapping[str, Integers]:
    """How often a term occurs in each field of these articles; of what is no term nothing is said."""
    if not isinstance(reason, RankingTerm):
        return {}
    counts = {field: np.zeros(len(numbers), np.int64) for field in fields_of(reason)}
    for field, total in counts.items():
        for postings in scorer.postings(reason, field):
            if len(postings.numbers):
                at, are_held = look_up(numbers, postings.numbers)
                total += np.where(are_held, postings.frequencies[at], 0)
    return counts

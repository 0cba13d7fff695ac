"""Match a query: the articles that hold all of it, and where these are too few, those that hold most of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from searchlib.engines.base import Request
from searchlib.engines.common.relaxed_matching import RelaxedMatching, word_weight
from searchlib.engines.common.scoring import SCORE_DIGITS, SCORE_TOLERANCE
from searchlib.engines.whoosh.search.doc_values import DocValues, Mask
from searchlib.engines.whoosh.search.matching import Matcher
from searchlib.engines.whoosh.search.near_duplicates import NearDuplicates
from searchlib.engines.whoosh.search.ranking import Scorer
from searchlib.engines.whoosh.search.top_k import top_k
from searchlib.query.plan import Plan


@dataclass(frozen=True, slots=True)
class Matches:
    """The articles of a query: ``found`` are all that it finds, relaxed ones included, and ``held`` hold all of it.

    ``full`` are those of ``held`` that come first.
    """

    full: Mask
    held: Mask
    found: Mask


def match(
    request: Request,
    matcher: Matcher,
    scorer: Scorer,
    columns: DocValues,
    repeats: NearDuplicates,
    rules: RelaxedMatching,
) -> Matches:
    """The articles of a query; whether it is relaxed does not depend on filters, so that their counts add up.

    Where it is, articles that hold it only with the help of boilerplate, and score nothing, do not come first: they are no
    reason to hide those that say something of a part of it.
    """
    plan = request.plan
    required = matcher.mask(plan.required)
    masks = [matcher.mask(clause) for clause in plan.words]
    held = reduce(np.logical_and, masks, required)
    if len(masks) + plan.requires_text < 2:
        return Matches(held, held, held)

    def are_enough(full: Mask) -> bool:
        wanted = 1 if plan.is_one_word else request.min_full_matches
        return repeats.has_groups(full, wanted) if request.collapse else bool(np.count_nonzero(full) >= wanted)

    full = held
    if not plan.has_phrase and columns.any_boilerplate:
        # Most searches are done with those that hold no boilerplate at all.
        if are_enough(held & ~columns.with_boilerplate):
            return Matches(held, held, held)
        full = held & ~_echoes(plan, held, matcher, scorer, columns)
    if are_enough(full):
        return Matches(held, held, held)
    merits = scorer.telling(plan, matcher.check)
    candidates = required & ~held
    if plan.text_count > 1:
        candidates = _holding_most(masks, candidates, columns.articles, rules)
    else:
        candidates &= merits >= rules.min_score * merits[required].max(initial=0.0) - SCORE_TOLERANCE
    if not plan.requires_text:
        candidates &= merits > 0.0
    numbers = np.flatnonzero(candidates)
    numbers = numbers[top_k(np.round(merits[numbers], SCORE_DIGITS), rules.max_candidates, 0.0)]
    scores = scorer.scores(plan, numbers, matcher)
    best = numbers[top_k(np.round(scores, SCORE_DIGITS), max(rules.max_hits, request.min_full_matches), 0.0)]
    return Matches(full, held, held | columns.mask(best))


def _echoes(plan: Plan, held: Mask, matcher: Matcher, scorer: Scorer, columns: DocValues) -> Mask:
    """The articles that hold one of the words in boilerplate alone, and to whose scores no term adds anything."""
    numbers = np.flatnonzero(held & columns.with_boilerplate)
    numbers = numbers[scorer.of_terms(plan, numbers, matcher.check) == 0.0]
    if not len(numbers):
        return columns.mask(numbers)
    told = reduce(np.logical_and, [matcher.mask(clause, telling=True)[numbers] for clause in plan.words])
    return columns.mask(numbers[~told])


def _holding_most(masks: Sequence[Mask], candidates: Mask, articles: int, rules: RelaxedMatching) -> Mask:
    """The candidates that hold most of the words: of a few half, of more a share by what the words weigh.

    A rare word tells what a question is about; one that every article holds tells nothing.
    """
    needed = rules.minimum_should_match(len(masks))
    if needed is not None:
        enough_held = candidates & (np.sum(masks, axis=0) >= needed)
    else:
        weights = [word_weight(articles, int(np.count_nonzero(mask))) for mask in masks]
        held = sum(mask * weight for mask, weight in zip(masks, weights, strict=True))
        enough_held = candidates & (held >= rules.min_word_weight * sum(weights) - SCORE_TOLERANCE)
    return enough_held if enough_held.any() else candidates

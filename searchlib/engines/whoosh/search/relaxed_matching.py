"""Match a query: find the articles that match it as typed and, if these are too few, those that match its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from searchlib.engines.base import Request
from searchlib.engines.common.deadline import Deadline
from searchlib.engines.common.relaxed_matching import RelaxedMatching, word_weight
from searchlib.engines.common.scoring import SCORE_DIGITS, SCORE_TOLERANCE
from searchlib.engines.whoosh.format.integers import NO_INTEGERS, Integers
from searchlib.engines.whoosh.search.doc_values import DocValues, Mask
from searchlib.engines.whoosh.search.matching import Matcher
from searchlib.engines.whoosh.search.near_duplicates import NearDuplicates
from searchlib.engines.whoosh.search.ranking import Scorer, Scores
from searchlib.engines.whoosh.search.sorting import Tiers, top_k
from searchlib.query.plan import Plan


@dataclass(frozen=True, slots=True)
class Matches:
    """The articles that match a query.

    ``articles`` are all matches. ``full`` match as typed, and ``ranked_first`` are those full matches that are not
    boilerplate-only matches. ``as_typed`` are the full matches that rank before ``ranked_first``. ``without_run`` are the relaxed
    matches that rank after it and before all others. Both are None if there are none.
    """

    articles: Mask
    full: Mask
    ranked_first: Mask
    as_typed: Mask | None = None
    without_run: Mask | None = None

    @classmethod
    def all_full(cls, full: Mask, as_typed: Mask | None) -> Matches:
        """Return the matches of a query that is not relaxed."""
        return cls(full, full, full, as_typed)

    @property
    def nbytes(self) -> int:
        """The size of the different masks in bytes."""
        masks = (self.articles, self.full, self.ranked_first, self.as_typed, self.without_run)
        return sum({id(mask): mask.nbytes for mask in masks if mask is not None}.values())

    @property
    def has_tiers(self) -> bool:
        """Whether some of the articles may rank before all others, whatever they score."""
        return self.as_typed is not None or not self.articles is self.full is self.ranked_first

    def tiers(self, articles: Integers) -> Tiers:
        """Return int8[articles]: the tier of each article. Articles of a higher tier rank first."""
        tiers = self.ranked_first[articles].astype(np.int8)
        if self.without_run is not None:
            # Boilerplate-only matches are no better than articles that lack a word.
            tiers += self.ranked_first[articles] | self.without_run[articles]
        return tiers if self.as_typed is None else tiers + self.as_typed[articles]


def match(
    request: Request,
    matcher: Matcher,
    scorer: Scorer,
    doc_values: DocValues,
    near_duplicates: NearDuplicates,
    rules: RelaxedMatching,
) -> Matches:
    """Match the query of a request.

    Whether a query is relaxed does not depend on filters, so that facet counts add up. Boilerplate-only matches, in which some
    words are only in boilerplate and no term scores, do not count as full matches here: they would hide articles about a part of
    the query.
    """
    plan = request.plan
    required = matcher.mask(plan.required)
    word_masks = [matcher.mask(clause) for clause in plan.words]
    all_words = reduce(np.logical_and, word_masks, required)
    full = reduce(np.logical_and, map(matcher.mask, plan.runs), all_words)
    as_typed = None if plan.as_typed is None else matcher.mask(plan.as_typed)
    if as_typed is not None:
        full = full | as_typed
    if not request.can_be_relaxed:
        return Matches.all_full(full, as_typed)

    def has_at_least(minimum: int, mask: Mask) -> bool:
        return (
            near_duplicates.has_groups(mask, minimum) if request.collapse else bool(np.count_nonzero(mask) >= minimum)
        )

    has_others = bool(plan.runs) and bool((all_words & ~full).any())
    minimum = request.min_full_matches if has_others else request.word_matches_needed
    ranked_first = full
    if not plan.has_phrase and doc_values.has_boilerplate:
        # Most searches have enough full matches without boilerplate.
        if has_at_least(minimum, full & ~doc_values.with_boilerplate):
            return Matches.all_full(full, as_typed)
        ranked_first = full & ~_boilerplate_only(plan, full, matcher, scorer, doc_values)
        if as_typed is not None:
            ranked_first |= as_typed
    if has_at_least(minimum, ranked_first):
        return Matches.all_full(full, as_typed)
    max_hits = max(rules.max_hits, request.min_full_matches)

    def best(articles: Integers, scores: Scores) -> Mask:
        """Return the best of some articles, by their scores float64[articles], and then by all parts of their scores."""
        if not plan.requires_text:
            articles, scores = articles[scores > 0.0], scores[scores > 0.0]
        articles = articles[top_k(np.round(scores, SCORE_DIGITS), rules.max_candidates, 0.0)]
        all_scores, _ = scorer.scores(plan, articles, matcher)
        return doc_values.mask(articles[top_k(np.round(all_scores, SCORE_DIGITS), max_hits, 0.0)])

    all_words = all_words | full
    without_run = all_words & ~full if plan.text_count == 1 else None
    relaxed = doc_values.mask(NO_INTEGERS)
    if has_others:
        articles = np.flatnonzero(all_words & ~full)
        relaxed = best(articles, scorer.content_scores(plan, articles, matcher.deadline))
        if has_at_least(request.word_matches_needed, ranked_first | relaxed):
            return Matches(full | relaxed, full, ranked_first, as_typed, without_run)
    candidates = required & ~all_words
    if plan.text_count > 1:
        most_words = _with_most_words(word_masks, candidates, doc_values.live_count, rules)
        if not (most_words.any() or all_words.any()):
            most_words = candidates
        articles = np.flatnonzero(most_words)
        scores = scorer.content_scores(plan, articles, matcher.deadline)
    else:
        articles, scores = _near_best_score(plan, required, candidates, scorer, matcher.deadline, rules)
    return Matches(full | relaxed | best(articles, scores), full, ranked_first, as_typed, without_run)


def _boilerplate_only(plan: Plan, full: Mask, matcher: Matcher, scorer: Scorer, doc_values: DocValues) -> Mask:
    """Return the full matches that contain one of the words in boilerplate only, and in which no term scores."""
    articles = np.flatnonzero(full & doc_values.with_boilerplate)
    for term in plan.ranking_terms:
        # After the first terms, few articles or none remain. Scores are never negative.
        if len(articles):
            articles = articles[scorer.term_scores([term], articles, matcher.deadline) == 0.0]
    if not len(articles):
        return doc_values.mask(articles)
    clauses = (*plan.words, *plan.runs)
    masks = [matcher.mask(clause, outside_boilerplate=True)[articles] for clause in clauses]
    return doc_values.mask(articles[~reduce(np.logical_and, masks)])


def _near_best_score(
    plan: Plan, required: Mask, candidates: Mask, scorer: Scorer, deadline: Deadline, rules: RelaxedMatching
) -> tuple[Integers, Scores]:
    """Return the candidates with a score close to the best one of all ``required`` articles, and float64[n], their scores."""
    articles = np.flatnonzero(required)
    scores = scorer.content_scores(plan, articles, deadline)
    min_score = rules.min_score * scores.max(initial=0.0) - SCORE_TOLERANCE
    is_candidate = candidates[articles] & (scores >= min_score)
    return articles[is_candidate], scores[is_candidate]


def _with_most_words(word_masks: Sequence[Mask], candidates: Mask, live_count: int, rules: RelaxedMatching) -> Mask:
    """Return the candidates that match most of the words."""
    minimum = rules.minimum_should_match(len(word_masks))
    matching: Mask
    if minimum is not None:
        matching = candidates & (np.sum(word_masks, axis=0) >= minimum)
    else:
        weights = [word_weight(live_count, int(np.count_nonzero(mask))) for mask in word_masks]
        matched_weight = sum(mask * weight for mask, weight in zip(word_masks, weights, strict=True))
        matching = candidates & (matched_weight >= rules.min_word_weight * sum(weights) - SCORE_TOLERANCE)
    return matching

"""Score articles, and explain their scores; ``engines/common/scoring.py`` has the formulas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np
from numpy.typing import NDArray

from searchlib.analysis.units import units
from searchlib.engines.base import Reason, ScorePart
from searchlib.engines.common.cache import get_or_make
from searchlib.engines.common.deadline import Deadline
from searchlib.engines.common.fields import text_field
from searchlib.engines.common.scoring import (
    SCORE_TOLERANCE,
    content_terms,
    idf,
    lead_scores,
    lead_words,
    max_lead_score,
    max_proximity_score,
    max_score,
    max_title_words_score,
    proximity_scores,
    scored_fields,
    term_weight,
    title_words_scores,
)
from searchlib.engines.whoosh.format.index_reader import IndexReader, Postings
from searchlib.engines.whoosh.format.integers import (
    NO_INTEGERS,
    Integers,
    common_indices,
    look_up,
    union_of,
    union_size,
)
from searchlib.engines.whoosh.search.doc_values import DocValues
from searchlib.engines.whoosh.search.matching import Matcher
from searchlib.engines.whoosh.search.phrases import WordGaps, phrase_postings
from searchlib.engines.whoosh.search.sorting import Tiers, by_tier, top_k
from searchlib.query.plan import LeadWord, PhraseClause, Plan, ProximityPair, RankingTerm
from searchlib.settings import Ranking

Scores = NDArray[np.float64]

_LOOKUP_RATIO = 16
"""If a term has more than 16 articles for each article to be scored, each article to be scored is looked up among those of the
term. Otherwise the indices of all articles of the term are read from a table."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """The contribution of one part of a plan to the scores of some articles, ``scores`` float64[n]."""

    reason: Reason
    scores: Scores


class _ScoredArticles:
    """The ``articles`` int64[n], ascending, to be scored, out of ``size``. ``tf`` float64[n] is zero between terms."""

    def __init__(self, articles: Integers, size: int) -> None:
        self._articles = articles
        self._size = size

    @cached_property
    def tf(self) -> Scores:
        return np.zeros(len(self._articles))

    @cached_property
    def _indices(self) -> Integers:
        """int64[size]: the index of each article, or -1."""
        indices = np.full(self._size, -1)
        indices[self._articles] = np.arange(len(self._articles))
        return indices

    def find(self, postings: Postings) -> tuple[Integers, Integers, Integers]:
        """Return the articles of a posting list that are to be scored: their indices, their numbers and frequencies."""
        if len(self._articles) == self._size:
            return postings.articles, postings.articles, postings.frequencies
        if len(self._articles) * _LOOKUP_RATIO < len(postings.articles):
            found, is_present = look_up(self._articles, postings.articles)
            at = is_present.nonzero()[0]
            return at, self._articles.take(at), postings.frequencies[found[is_present]]
        at = self._indices.take(postings.articles)
        present = (at >= 0).nonzero()[0]
        if len(present) == len(at):
            return at, postings.articles, postings.frequencies
        return at.take(present), postings.articles.take(present), postings.frequencies.take(present)


class Scorer:
    """Scores the articles of one open index; ``proximity_candidates`` is the number of articles whose proximity is scored."""

    def __init__(self, reader: IndexReader, doc_values: DocValues, weights: Ranking, proximity_candidates: int) -> None:
        self._reader = reader
        self._doc_values = doc_values
        self._weights = weights
        self._proximity_candidates = proximity_candidates
        self._norms: dict[str, Scores] = {}

    def scores(
        self, plan: Plan, articles: Integers, matcher: Matcher, tiers: Tiers | None = None
    ) -> tuple[Scores, Integers]:
        """Return the scores float64[articles] of ascending articles, and the indices int64[m] of those with proximity.

        Proximity is scored only in the best articles by tier, then by the other parts.
        """
        scores = self.term_scores(plan.ranking_terms, articles, matcher.deadline)
        for part in self._other_parts(plan, articles, matcher):
            scores += part.scores
        if not plan.proximity_pairs or not (self._weights.closeness or self._weights.lead):
            return scores, NO_INTEGERS
        keys = scores if tiers is None else by_tier(scores, tiers)
        best = top_k(keys, self._proximity_candidates, SCORE_TOLERANCE)
        for pair in self._proximity(plan, articles[best], matcher.deadline):
            scores[best] += pair.scores
        return scores, best

    def content_scores(self, plan: Plan, articles: Integers, deadline: Deadline) -> Scores:
        """Return float64[articles]: the scores of all terms except function words, or of these if there are no others."""
        return self.term_scores(content_terms(plan), articles, deadline)

    def contributions(self, plan: Plan, articles: Integers, matcher: Matcher) -> list[Contribution]:
        """Return the contribution of each part of a plan to the scores of ascending articles."""
        terms = [
            Contribution(term, self.term_scores([term], articles, matcher.deadline)) for term in plan.ranking_terms
        ]
        return [*terms, *self._proximity(plan, articles, matcher.deadline), *self._other_parts(plan, articles, matcher)]

    def _proximity(self, plan: Plan, articles: Integers, deadline: Deadline) -> Iterator[Contribution]:
        """Yield the contributions of proximity and lead, which depend on the positions of words."""
        gaps = WordGaps(self._reader, articles)
        for pair in plan.proximity_pairs:
            deadline.check()
            limit = max_proximity_score(pair, self._idf, self._weights)
            yield Contribution(pair, proximity_scores(gaps.between(pair.first, pair.second), limit))
        for word in lead_words(plan):
            limit = max_lead_score(word, self._idf, self._weights)
            yield Contribution(word, lead_scores(gaps.before(word.word), limit))

    def _other_parts(self, plan: Plan, articles: Integers, matcher: Matcher) -> Iterator[Contribution]:
        """Yield the contributions of parts other than terms and proximity, for both scores and explanations."""
        yield from self._title_words(plan, articles, matcher)
        yield from self._title(plan, articles, matcher)

    def _title_words(self, plan: Plan, articles: Integers, matcher: Matcher) -> Iterator[Contribution]:
        """Yield the contribution of all words in the title, if the plan has several."""
        words = plan.title_words
        if words is None or not self._weights.title_words or not len(articles):
            return
        matching = articles
        for phrases in words.phrases:
            if len(matching):
                of_word = union_of([*map(matcher.articles, phrases)], self._doc_values.size)
                matching = matching[common_indices(matching, of_word)]
        scores = np.zeros(len(articles))
        if len(matching):
            limit = max_title_words_score(words, self._idf, self._weights)
            titles = self._doc_values.title_lengths[matching]
            scores[articles.searchsorted(matching)] = title_words_scores(words, titles, limit)
        yield Contribution(words, scores)

    def _title(self, plan: Plan, articles: Integers, matcher: Matcher) -> Iterator[Contribution]:
        """Yield the contribution of the whole query in the title, if the plan has title phrases."""
        if not plan.title_phrases or not self._weights.whole_title or not len(articles):
            return
        scores = np.zeros(len(articles))
        for phrase in plan.title_phrases:
            matching = matcher.articles(phrase)
            indices, is_scored = look_up(matching, articles)
            if is_scored.any():
                limit = max_score(plan, self._idf, self._weights)
                titles = self._doc_values.title_lengths[matching]
                share = np.minimum(len(phrase.units) / np.maximum(titles, 1.0), 1.0)
                of_phrase = (self._weights.whole_title * limit * (1.0 + share))[is_scored]
                scores[indices[is_scored]] = np.maximum(scores[indices[is_scored]], of_phrase)
        yield Contribution(plan.title_phrases[0], scores)

    def _idf(self, term: RankingTerm) -> float:
        def make() -> float:
            articles = union_size([postings.articles for _, postings in self._posting_lists(term)])
            return idf(self._doc_values.live_count, articles)

        return self._reader.cache.get(("idf", term), make, lambda _: 0)

    def term_scores(self, terms: Sequence[RankingTerm], articles: Integers, deadline: Deadline) -> Scores:
        """Return float64[articles]: the scores of terms alone, in ascending articles."""
        words = [each for each in terms if each.kind == "words" and not (each.phrases or each.prefix)]
        self._reader.read_words([(each.term, scored_fields(each)) for each in words])
        scores = np.zeros(len(articles))
        scored = _ScoredArticles(articles, self._doc_values.size)
        for term in terms:
            deadline.check()
            factor = term_weight(term, self._weights) * self._idf(term)
            weighted = []
            for field, postings in self._posting_lists(term):
                at, numbers, frequencies = scored.find(postings)
                if len(at):
                    weighted.append((at, self._weighted(field, numbers, frequencies)))
            if weighted:
                self._add_term(scores, scored, weighted, factor)
        return scores

    def _add_term(
        self,
        scores: Scores,
        scored: _ScoredArticles,
        weighted: Sequence[tuple[Integers, Scores]],
        factor: float,
    ) -> None:
        """Add the contribution of a term to scores. ``weighted`` has its weighted frequencies in each list."""
        if len(weighted) == 1:
            ((at, tf),) = weighted
            np.add.at(scores, at, factor * self._saturated(tf))
            return
        for at, tf in weighted:
            np.add.at(scored.tf, at, tf)
        for at, _ in weighted:
            np.add.at(scores, at, factor * self._saturated(scored.tf[at]))
            # An article in several lists is counted once.
            scored.tf[at] = 0.0

    def _weighted(self, field: str, articles: Integers, frequencies: Integers) -> Scores:
        """Return the frequencies of a term in a field of articles, normalized by its length, times the weight of the field."""
        # A common word has large arrays, so fewer of them are made.
        tf = get_or_make(self._norms, field, self._norms_of).take(articles)
        np.divide(frequencies, tf, out=tf)
        tf *= getattr(self._weights, field)
        return tf

    def _norms_of(self, field: str) -> Scores:
        """Return float64[size]: the length normalization of BM25 of a field in each article."""
        norms: Scores = np.multiply(self._doc_values.lengths(field), self._weights.b, dtype=np.float64)
        norms /= max(self._doc_values.mean_lengths[field], 1.0)
        norms += 1.0 - self._weights.b
        return norms

    def _saturated(self, tf: Scores) -> Scores:
        k1 = self._weights.k1
        if k1 > 0:
            saturated = tf + k1
            np.divide(tf, saturated, out=saturated)
            saturated *= k1 + 1
            return saturated
        # With weights of 0, an article can contain a term whose weighted frequency is 0.
        return (tf > 0).astype(np.float64)

    def _posting_lists(self, term: RankingTerm) -> list[tuple[str, Postings]]:
        """Return the posting lists of a term that are not empty, each with its field."""
        return [
            (field, postings)
            for field in scored_fields(term)
            for postings in self.postings(term, field)
            if len(postings.articles)
        ]

    def postings(self, term: RankingTerm, field: str) -> list[Postings]:
        """Return the postings of a term in a field; for synonyms those of each phrase."""
        if term.phrases:
            return [self._phrase_postings(field, phrase) for phrase in term.phrases]
        find = self._reader.prefix_postings if term.prefix else self._reader.postings
        if (field, term.kind) == ("body", "bigrams"):
            find = self._reader.postings_outside_boilerplate
        return [find(text_field(field, term.kind), term.term)]

    def _phrase_postings(self, field: str, phrase: tuple[str, ...]) -> Postings:
        return self._reader.cache.get(
            ("phrase postings", field, phrase), lambda: phrase_postings(self._reader, field, phrase)
        )


def score_parts(
    scorer: Scorer, plan: Plan, articles: Integers, has_proximity: NDArray[np.bool_], matcher: Matcher
) -> list[tuple[ScorePart, ...]]:
    """Return, for each of ascending articles, the parts that add up to its score.

    ``has_proximity`` bool[articles] says whether proximity is part of the score. A term that an article does not contain is
    a part with a score of 0.
    """
    contributions = scorer.contributions(plan, articles, matcher)
    frequencies = [_frequencies(scorer, each.reason, articles) for each in contributions]
    uncounted = [
        _uncounted(matcher, each.reason, articles, by_field)
        for each, by_field in zip(contributions, frequencies, strict=True)
    ]
    return [
        tuple(
            ScorePart(
                reason=each.reason,
                frequencies={field: int(counts[at]) for field, counts in by_field.items() if counts[at]},
                uncounted=bool(is_uncounted[at]),
                score=float(each.scores[at])
                if has_proximity[at] or not isinstance(each.reason, ProximityPair | LeadWord)
                else 0.0,
            )
            for each, by_field, is_uncounted in zip(contributions, frequencies, uncounted, strict=True)
        )
        for at in range(len(articles))
    ]


def _uncounted(
    matcher: Matcher, reason: Reason, articles: Integers, frequencies: Mapping[str, Integers]
) -> NDArray[np.bool_]:
    """Return bool[articles]: whether an article contains a word, or a synonym, in its text, but its frequencies do not count it."""
    is_counted = reduce(np.logical_or, [counts > 0 for counts in frequencies.values()], np.zeros(len(articles), bool))
    if not isinstance(reason, RankingTerm) or reason.kind not in ("words", "synonyms") or is_counted.all():
        return np.zeros(len(articles), bool)
    phrases = reason.phrases or (tuple(units(reason.term)),)
    matching = [
        np.isin(articles, matcher.articles(PhraseClause(phrase, reason.fields, unbroken=True)))
        for phrase in phrases
        if phrase
    ]
    return reduce(np.logical_or, matching, np.zeros(len(articles), bool)) & ~is_counted


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

"""Score articles by the terms of a plan: roughly in the cluster, to choose the best, and these exactly here."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from searchlib.analysis.terms import term
from searchlib.analysis.units import is_han, units
from searchlib.engines.base import ScorePart
from searchlib.engines.common.fields import TEXT_FIELDS
from searchlib.engines.common.scoring import HALFWAY, REACH, fields_of, idf, terms_of, weight_of
from searchlib.engines.opensearch.client.clause_limit import MAX_SCORED, Query, any_of, clause_count, sum_of
from searchlib.engines.opensearch.index.terms import Terms
from searchlib.engines.opensearch.search.queries import ranking_queries, run_query
from searchlib.query.plan import PhraseClause, Plan, ProximityPair, RankingTerm
from searchlib.settings import Ranking

_SECOND_FIELD = 0.15
"""What of a term's score in other fields counts beside the best one in the cluster, where fields cannot be summed first."""


_FEW = 40
"""So few terms are counted one by one."""


@dataclass(frozen=True, slots=True)
class Measures:
    """What scores need to know of an archive: how many articles it has, and how long its texts are in the mean."""

    articles: int
    mean_lengths: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Scored:
    """One article as it is scored: its ``terms``, and how long each of its texts is."""

    terms: Terms
    lengths: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _SortedTerms:
    """Terms by how they are counted: by their kind and their text those that tables of an article hold, and the others."""

    terms: Sequence[RankingTerm]
    tables: Mapping[str, Mapping[str, Sequence[RankingTerm]]]
    others: Sequence[RankingTerm]


def _sorted_terms(terms: Sequence[RankingTerm]) -> _SortedTerms:
    tables: dict[str, dict[str, list[RankingTerm]]] = {"words": {}, "bigrams": {}}
    others = []
    for each in terms:
        if each.kind in tables and not each.phrases and not each.prefix:
            tables[each.kind].setdefault(each.term, []).append(each)
        else:
            others.append(each)
    return _SortedTerms(terms, tables, others)


def near_terms(plan: Plan) -> Iterator[RankingTerm]:
    """The terms by which it is known how rare the words of all pairs are."""
    for pair in plan.proximity_pairs:
        yield from terms_of(pair)


def holders(wanted: RankingTerm) -> Query:
    """The articles that hold a term in any field."""
    return any_of([*ranking_queries(wanted).values()])


class Scorer:
    """Scores articles for one plan, as ``engines/scoring.py`` says.

    ``held`` says how many articles hold each term.
    """

    def __init__(
        self,
        plan: Plan,
        weights: Ranking,
        measures: Measures,
        held: Mapping[RankingTerm, int],
        proximity_candidates: int,
    ) -> None:
        self.proximity_candidates = proximity_candidates
        self._plan = plan
        self._weights = weights
        self._measures = measures
        self._held = held
        self._sorted: _SortedTerms | None = None

    def idf(self, wanted: RankingTerm) -> float:
        """The idf of a term."""
        return idf(self._measures.articles, self._held[wanted])

    def of_terms(self, article: Scored, terms: Sequence[RankingTerm]) -> float:
        """What some terms add to the score of an article."""
        if len(terms) <= _FEW:
            return sum(self._of_term(article, each) for each in terms)
        if self._sorted is None or self._sorted.terms is not terms:
            self._sorted = _sorted_terms(terms)
        found: list[float] = [self._of_term(article, each) for each in self._sorted.others]
        for kind, tables in self._sorted.tables.items():
            # Most articles hold few of many terms: which, is found out for all at once.
            held = {name for field in TEXT_FIELDS for name in article.terms.table(field, kind).keys() & tables.keys()}
            for each in (each for name in held for each in tables[name]):
                counts = {field: article.terms.table(field, kind).get(each.term, 0) for field in fields_of(each)}
                found.append(self._of_frequencies(article, each, counts))
        # The same sum, in whatever order the terms came.
        return math.fsum(found)

    def title(self, article: Scored) -> float:
        """What the whole query in the title adds."""
        best = 0.0
        if self._weights.whole_title:
            for whole in self._plan.title_phrases:
                if _holds(article.terms, whole):
                    share = len(whole.units) / max(article.lengths["title"], 1)
                    best = max(best, self._weights.whole_title * self._most() * (1.0 + share))
        return best

    def closeness(self, article: Scored, pair: ProximityPair) -> float:
        """What two words that stand close together in the body add."""
        gap = _gap(article.terms, units(pair.first), units(pair.second))
        if gap is None or gap >= REACH:
            return 0.0
        return self._weights.closeness * self._pair_rarity(pair) / (1.0 + gap / HALFWAY)

    def parts(self, article: Scored, *, close: bool) -> tuple[ScorePart, ...]:
        """What made up the score of an article; ``close`` if it was looked at closely."""
        parts = [self._part(article, each) for each in self._plan.ranking]
        for pair in self._plan.proximity_pairs:
            parts.append(ScorePart(reason=pair, frequencies={}, score=self.closeness(article, pair) if close else 0.0))
        if self._plan.title_phrases and self._weights.whole_title:
            parts.append(ScorePart(reason=self._plan.title_phrases[0], frequencies={}, score=self.title(article)))
        return tuple(parts)

    def _part(self, article: Scored, wanted: RankingTerm) -> ScorePart:
        counted = {field: _frequency(article.terms, field, wanted) for field in fields_of(wanted)}
        frequencies = {field: number for field, number in counted.items() if number}
        uncounted = False
        if not frequencies and wanted.kind in ("words", "synonyms"):
            runs = wanted.phrases or (tuple(units(wanted.term)),)
            uncounted = any(_holds(article.terms, PhraseClause(run, wanted.fields)) for run in runs)
        return ScorePart(
            reason=wanted, frequencies=frequencies, uncounted=uncounted, score=self._of_term(article, wanted)
        )

    def _of_term(self, article: Scored, wanted: RankingTerm) -> float:
        counts = {field: _frequency(article.terms, field, wanted) for field in fields_of(wanted)}
        return self._of_frequencies(article, wanted, counts)

    def _of_frequencies(self, article: Scored, wanted: RankingTerm, counts: Mapping[str, int]) -> float:
        tf = 0.0
        for field, frequency in counts.items():
            if frequency:
                tf += getattr(self._weights, field) * frequency / self._norm(field, article.lengths[field])
        # Weights may be 0: then a term may be held and yet not count.
        share = tf * (self._weights.k1 + 1) / (tf + self._weights.k1) if tf > 0 else 0.0
        return weight_of(wanted, self._weights) * self.idf(wanted) * share

    def _norm(self, field: str, length: int) -> float:
        b = self._weights.b
        return 1.0 - b + b * length / max(self._measures.mean_lengths[field], 1.0)

    def _most_of(self, wanted: RankingTerm) -> float:
        """The most that a term can add."""
        return weight_of(wanted, self._weights) * self.idf(wanted) * (self._weights.k1 + 1)

    def _most(self) -> float:
        """The most that all but the title can add."""
        most = sum(map(self._most_of, self._plan.ranking))
        return most + sum(self._weights.closeness * self._pair_rarity(pair) for pair in self._plan.proximity_pairs)

    def _pair_rarity(self, pair: ProximityPair) -> float:
        return min(map(self.idf, terms_of(pair)))

    def rough(self, terms: Sequence[RankingTerm], *, whole: bool) -> list[Query]:
        """Queries whose scores add up to about the score of an article; with ``whole`` also for the query in its title.

        The cluster cannot sum the fields of a term before it weighs how often it occurs, and rounds lengths, so that it is
        a few in a hundred off: it chooses the articles that are scored here.
        """
        heaviest = sorted(terms, key=self._most_of, reverse=True)
        queries: list[Query] = []
        lesser: list[tuple[Query, float]] = []
        counted = 0
        for each in heaviest:
            query = self._rough_term(each)
            if query is None:
                continue
            counted += clause_count(query)
            if counted <= MAX_SCORED:
                queries.append(query)
            else:
                # There is no room for how often, and where, an article holds it: most hold it once, in the body.
                lesser.append((holders(each), self._most_of(each) / (self._weights.k1 + 1)))
        if lesser:
            queries.append(sum_of(lesser))
        if whole and self._weights.whole_title and self._plan.title_phrases and (most := self._most()):
            ways = [self._rough_title(each, self._weights.whole_title * most) for each in self._plan.title_phrases]
            queries.append({"dis_max": {"queries": ways}})
        return queries

    def _rough_term(self, wanted: RankingTerm) -> Query | None:
        weights = self._weights
        full = weight_of(wanted, weights) * (weights.k1 + 1)
        idf = self.idf(wanted)
        if not full * idf:
            return None
        ways: list[Query] = []
        for field, query in ranking_queries(wanted).items():
            weight = getattr(weights, field)
            if not weight:
                continue
            if field == "body" and "term" in query:
                ((name, value),) = query["term"].items()
                ways.append({"term": {name: {**value, "boost": full}}})
            else:
                # Titles and headings are short and hold a term once; of other queries the cluster counts nothing.
                score = full * idf * weight / (weight + weights.k1)
                ways.append({"constant_score": {"filter": query, "boost": score}})
        return {"dis_max": {"queries": ways, "tie_breaker": _SECOND_FIELD}} if ways else None

    @staticmethod
    def _rough_title(whole: PhraseClause, most: float) -> Query:
        share = {"field": "title_length", "modifier": "reciprocal", "factor": 1.0 / len(whole.units), "missing": 1}
        return {
            "function_score": {
                "query": {"constant_score": {"filter": run_query(whole.units, whole.fields, prefix=whole.prefix)}},
                "functions": [{"weight": 1}, {"field_value_factor": share}],
                "score_mode": "sum",
                "boost_mode": "multiply",
                "boost": most,
            }
        }


def _frequency(terms: Terms, field: str, wanted: RankingTerm) -> int:
    if wanted.phrases:
        return sum(_run_frequency(terms, field, run) for run in wanted.phrases)
    if wanted.kind == "words":
        return terms.word(field, wanted.term)
    if wanted.kind == "bigrams":
        return terms.bigram(field, wanted.term)
    return terms.begun(field, wanted.term) if wanted.prefix else terms.run(field, [wanted.term])


def _run_frequency(terms: Terms, field: str, run: Sequence[str]) -> int:
    if len(run) == 1 and not is_han(run[0]):
        return terms.word(field, term(run[0]))
    return terms.run(field, [*map(term, run)])


def _holds(terms: Terms, run: PhraseClause) -> bool:
    """Whether an article holds a run, be it in boilerplate."""
    fields = [each for field in run.fields for each in ((field, "rest") if field == "body" else (field,))]
    return any(terms.holds(field, run.units, prefix=run.prefix) for field in fields)


def _gap(terms: Terms, first: Sequence[str], second: Sequence[str]) -> int | None:
    """How many units at least stand between two words of the body, in either order; None where not both are held."""
    before = terms.places("body", [*map(term, first)])
    after = terms.places("body", [*map(term, second)]) if before else []
    gaps = [
        max(two - one - len(first), 0) if one <= two else max(one - two - len(second), 0)
        for two in after
        for one in _neighbours(before, two)
    ]
    return min(gaps, default=None)


def _neighbours(places: Sequence[int], place: int) -> Sequence[int]:
    """The nearest of ascending places on either side of a place."""
    at = bisect_left(places, place)
    return places[max(at - 1, 0) : at + 1]

"""A slow, obviously right engine: it scans every article for every search. Fast engines are held against it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from itertools import pairwise

from searchlib.engines.base import Answer, Filters, Found, Request
from searchlib.models import Article, FacetValue
from searchlib.query.plan import (
    All,
    Any,
    ArticleId,
    Clause,
    FirstFound,
    RankingConcept,
    RankingTerm,
    Run,
    Value,
    Without,
    Word,
)
from searchlib.query.tree import DateRange
from searchlib.settings import Ranking
from searchlib.text.fold import fold
from searchlib.text.terms import bigram_term, term
from searchlib.text.tokens import words
from searchlib.text.units import is_han, units

Ids = frozenset[str]


class ReferenceEngine:
    """Searches articles in memory."""

    def __init__(self, articles: Iterable[Article], weights: Ranking) -> None:
        self.articles = {article.id: article for article in articles}
        self.weights = weights

    def lines(self, article: Article, field: str) -> list[list[str]]:
        text = article.title if field == "title" else article.body
        return [units(fold(line)) for line in text.split("\n")]

    def terms(self, article: Article, field: str, kind: str) -> list[str]:
        """Every occurrence of a term of the kind in the field."""
        text = article.title if field == "title" else article.body
        if kind == "words":
            return [term(word.text) for line in text.split("\n") for word in words(fold(line), parts=True)]
        if kind == "units":
            return [term(unit) for line in self.lines(article, field) for unit in line]
        return [bigram_term(*pair) for line in self.lines(article, field) for pair in pairwise(line)]

    def ids(self, holds: Callable[[Article], bool]) -> Ids:
        return frozenset(article_id for article_id, article in self.articles.items() if holds(article))

    def find(self, clause: Clause) -> Ids:
        everything = frozenset(self.articles)
        match clause:
            case All(children):
                return everything.intersection(*map(self.find, children))
            case Any(children):
                return frozenset().union(*map(self.find, children))
            case FirstFound(children):
                return next((found for found in map(self.find, children) if found), frozenset())
            case Without(child):
                return everything - self.find(child)
            case Word(wanted, fields):
                return self.ids(lambda article: any(wanted in self.terms(article, each, "words") for each in fields))
            case Run():
                return self.ids(lambda article: self.holds_run(article, clause))
            case Value(field, run):
                return self.ids(
                    lambda article: any(contains(units(fold(value)), run) for value in values(article, field))
                )
            case ArticleId(article_id):
                return everything & {article_id}
            case DateRange(first, last):
                return self.ids(lambda article: in_days(article, first, last))

    def holds_run(self, article: Article, run: Run) -> bool:
        return any(contains(line, run) for field in run.fields for line in self.lines(article, field))

    def narrowed(self, filters: Filters, *, but: str = "") -> Ids:
        def passes(article: Article) -> bool:
            for field, wanted in filters.values.items():
                if wanted and field != but and not set(wanted) & set(values(article, field)):
                    return False
            has_dates = filters.first is not None or filters.last is not None
            return but == "date" or not has_dates or in_days(article, filters.first, filters.last)

        return self.ids(passes)

    def score(self, article: Article, terms: Sequence[RankingTerm | RankingConcept]) -> float:
        """BM25F, term by term."""
        total = 0.0
        for each in terms:
            tf = self.weighted_frequency(article, each)
            if tf:
                holding = sum(self.weighted_frequency(other, each) > 0 for other in self.articles.values())
                rarity = math.log(1 + (len(self.articles) - holding + 0.5) / (holding + 0.5))
                kind = (
                    self.weights.words + self.weights.bigrams
                    if isinstance(each, RankingConcept)
                    else getattr(self.weights, each.kind)
                )
                total += kind * rarity * tf * (self.weights.k1 + 1) / (tf + self.weights.k1)
        return total

    def frequency(self, article: Article, field: str, wanted: RankingTerm | RankingConcept) -> int:
        if isinstance(wanted, RankingConcept):
            return sum(self.run_frequency(article, field, run) for run in wanted.runs)
        found = self.terms(article, field, wanted.kind)
        return sum(each.startswith(wanted.term) if wanted.prefix else each == wanted.term for each in found)

    def run_frequency(self, article: Article, field: str, run: tuple[str, ...]) -> int:
        if len(run) == 1 and not is_han(run[0]):
            return self.terms(article, field, "words").count(term(run[0]))
        return sum(
            line[at : at + len(run)] == list(run) for line in self.lines(article, field) for at in range(len(line))
        )

    def weighted_frequency(self, article: Article, wanted: RankingTerm | RankingConcept) -> float:
        total = 0.0
        for field in wanted.fields:
            frequency = self.frequency(article, field, wanted)
            lengths = {key: sum(map(len, self.lines(other, field))) for key, other in self.articles.items()}
            mean = max(sum(lengths.values()) / len(lengths), 1.0)
            b = self.weights.b
            total += getattr(self.weights, field) * frequency / (1 - b + b * lengths[article.id] / mean)
        return total

    def search(self, request: Request) -> Answer:
        plan, filters = request.plan, request.filters
        allowed = self.narrowed(filters)
        required = self.find(plan.required)
        held_by = [self.find(clause) for clause in plan.words]
        full = required.intersection(*held_by)
        found = full
        if len(held_by) > 1 and len(full) < request.enough:
            weights = [math.log1p(len(self.articles) / len(holding)) if holding else 0.0 for holding in held_by]
            held = {
                key: sum(weight for weight, holding in zip(weights, held_by, strict=True) if key in holding)
                for key in self.articles
            }
            best = sorted((held[key] if key in required else 0.0 for key in self.articles), reverse=True)
            if len(held_by) <= 3:
                most = {key for key in required if 2 * sum(key in holding for holding in held_by) >= len(held_by)}
            else:
                most = {key for key in required if held[key] >= 0.2 * sum(weights)}
            most = most or {key for key in required if held[key] == best[0]}
            wanted = max(30, request.enough)
            least = best[wanted - 1] if len(best) > wanted else 0.0
            found = full | {key for key in most if held[key] > 0 and held[key] >= least}
        hits = [(self.score(self.articles[key], plan.ranking), self.articles[key]) for key in found & allowed]
        hits.sort(key=order(request.sort, full))
        shown = hits[request.offset : request.offset + request.limit]
        return Answer(
            total=len(hits),
            found=[found_of(article, score) for score, article in shown],
            facets=self.facets(found, filters, request.facets),
            relaxed=bool((found - full) & allowed),
        )

    def facets(self, found: Ids, filters: Filters, names: Collection[str]) -> dict[str, tuple[FacetValue, ...]]:
        facets = {}
        for facet in names:
            own = "date" if facet in ("year", "month") else facet
            counts = Counter(
                value
                for key in found & self.narrowed(filters, but=own)
                for value in set(values(self.articles[key], facet))
            )
            selected = set(filters.values.get(facet, ()))
            if own == "date" and filters.first and filters.last:
                begin, end = (period(day, facet) for day in (filters.first, filters.last))
                selected = {begin} if begin == end else set()
            shown = counts.keys() | selected
            ordered = (
                sorted(shown, reverse=True) if own == "date" else sorted(shown, key=lambda name: (-counts[name], name))
            )
            facets[facet] = tuple(
                FacetValue(value=name, count=counts[name], selected=name in selected) for name in ordered
            )
        return facets


def found_of(article: Article, score: float) -> Found:
    return Found(
        id=article.id,
        path=article.path,
        title=article.title,
        date=article.date,
        author=article.author,
        categories=article.categories,
        tags=article.tags,
        score=score,
        body=lambda: article.body,
    )


def contains(line: Sequence[str], run: Run) -> bool:
    """Whether the units of a line hold the run."""
    length = len(run.units)
    for at in range(len(line) - length + 1):
        *same, last = line[at : at + length]
        begins = run.prefix and not is_han(run.units[-1]) and last.startswith(run.units[-1])
        if tuple(same) == run.units[:-1] and (last == run.units[-1] or begins):
            return True
    return False


def values(article: Article, field: str) -> tuple[str, ...]:
    """What the article has under a facet."""
    match field:
        case "category":
            return article.categories
        case "author":
            return article.authors
        case "tag":
            return article.tags
        case _:
            return (period(article.date, field),) if article.date else ("",)


def period(day: date, facet: str) -> str:
    return day.isoformat()[: 4 if facet == "year" else 7]


def in_days(article: Article, first: date | None, last: date | None) -> bool:
    if article.date is None:
        return False
    return (first is None or article.date.date() >= first) and (last is None or article.date.date() <= last)


def order(sort: str, full: Ids) -> Callable[[tuple[float, Article]], tuple[object, ...]]:
    """The sort key of a hit: its score is rounded, since sums in another order differ in the last digits."""

    def key(hit: tuple[float, Article]) -> tuple[object, ...]:
        score, article = hit
        seconds = math.floor(article.date.timestamp()) if article.date else None
        newest = (seconds is None, -(seconds or 0))
        if sort == "oldest":
            return (seconds is None, seconds or 0, article.id)
        if sort == "newest":
            return (*newest, article.id)
        return (article.id not in full, -round(score, 9), *newest, article.id)

    return key

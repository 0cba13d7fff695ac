"""A slow, obviously right engine: it scans every article for every search. Fast engines are held against it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from functools import cached_property
from itertools import pairwise

from searchlib.engines.base import Answer, Filters, Found, Request
from searchlib.engines.whoosh.grouping import LEAST_LIKENESS
from searchlib.models import Article, FacetValue
from searchlib.query.plan import (
    All,
    Any,
    ArticleId,
    Clause,
    FirstFound,
    RankingTerm,
    Run,
    Value,
    Without,
    Word,
)
from searchlib.query.tree import DateRange
from searchlib.settings import Ranking
from searchlib.text.boilerplate import NO_BOILERPLATE, Boilerplate
from searchlib.text.fold import fold
from searchlib.text.signatures import FEWEST_SHINGLES, FEWEST_UNITS, SHINGLE
from searchlib.text.terms import bigram_term, term
from searchlib.text.tokens import words
from searchlib.text.units import is_han, units

Ids = frozenset[str]


class ReferenceEngine:
    """Searches articles in memory."""

    def __init__(
        self, articles: Iterable[Article], weights: Ranking, boilerplate: Boilerplate = NO_BOILERPLATE
    ) -> None:
        self.articles = {article.id: article for article in articles}
        self.weights = weights
        self.boilerplate = boilerplate

    def telling(self, article: Article, field: str) -> str:
        """The field without boilerplate."""
        if field == "headings":
            return "\n".join(article.headings)
        return article.title if field == "title" else self.boilerplate.apart(article.body)[0]

    def lines(self, article: Article, field: str) -> list[list[str]]:
        """The units of each line that is no boilerplate."""
        return [units(fold(line)) for line in self.telling(article, field).split("\n")]

    def terms(self, article: Article, field: str, kind: str) -> list[str]:
        """Every occurrence of a term of the kind in the field, but for those in boilerplate."""
        text = self.telling(article, field)
        if kind == "words":
            return [term(word.text) for line in text.split("\n") for word in words(fold(line), parts=True)]
        if kind == "units":
            return [term(unit) for line in self.lines(article, field) for unit in line]
        return [bigram_term(*pair) for line in self.lines(article, field) for pair in pairwise(line)]

    def ids(self, holds: Callable[[Article], bool]) -> Ids:
        return frozenset(article_id for article_id, article in self.articles.items() if holds(article))

    @cached_property
    def groups(self) -> dict[str, str]:
        """The id of the first article of each article's group."""
        found: dict[str, str] = {}
        for article in self.articles.values():
            leaders = [self.articles[key] for key, leader in found.items() if key == leader]
            best = max(leaders, key=lambda leader: self.likeness(leader, article), default=article)
            found[article.id] = best.id if self.likeness(best, article) >= LEAST_LIKENESS else article.id
        return found

    def likeness(self, one: Article, other: Article) -> float:
        """The share of the runs of four units that the bodies have in common; of short bodies whether they are the same."""
        bodies = [[unit for line in self.lines(article, "body") for unit in line] for article in (one, other)]
        if min(map(len, bodies)) < FEWEST_UNITS:
            return 0.0
        first, second = ({*zip(*(body[at:] for at in range(SHINGLE)), strict=False)} for body in bodies)
        if min(len(body) - SHINGLE + 1 for body in bodies) < FEWEST_SHINGLES:
            return float(bodies[0] == bodies[1] and fold(one.title) == fold(other.title))
        return len(first & second) / len(first | second)

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
            case ArticleId(article_id, with_repeats):
                group = self.groups.get(article_id)
                return self.ids(lambda each: each.id == article_id or (with_repeats and self.groups[each.id] == group))
            case DateRange(first, last):
                return self.ids(lambda article: in_days(article, first, last))

    def holds_run(self, article: Article, run: Run) -> bool:
        """Whether a line holds the run, be it boilerplate or not."""
        texts = [article.title if field == "title" else article.body for field in run.fields]
        return any(contains(units(fold(line)), run) for text in texts for line in text.split("\n"))

    def narrowed(self, filters: Filters, *, but: str = "") -> Ids:
        def passes(article: Article) -> bool:
            for field, wanted in filters.values.items():
                if wanted and field != but and not set(wanted) & set(values(article, field)):
                    return False
            has_dates = filters.first is not None or filters.last is not None
            return but == "date" or not has_dates or in_days(article, filters.first, filters.last)

        return self.ids(passes)

    def score(self, article: Article, terms: Sequence[RankingTerm]) -> float:
        """BM25F, term by term."""
        total = 0.0
        for each in terms:
            tf = self.weighted_frequency(article, each)
            if tf:
                holding = sum(self.weighted_frequency(other, each) > 0 for other in self.articles.values())
                rarity = math.log(1 + (len(self.articles) - holding + 0.5) / (holding + 0.5))
                kind = getattr(self.weights, each.kind)
                total += kind * rarity * tf * (self.weights.k1 + 1) / (tf + self.weights.k1)
        return total

    def weighted_frequency(self, article: Article, wanted: RankingTerm) -> float:
        total = 0.0
        for field in (*wanted.fields, "headings") if "body" in wanted.fields else wanted.fields:
            found = self.terms(article, field, wanted.kind)
            frequency = sum(each.startswith(wanted.term) if wanted.prefix else each == wanted.term for each in found)
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
        total = len(hits)
        repeats: dict[str, list[Article]] = {}
        if request.fold:
            best: dict[str, str] = {}
            for _, article in hits:
                hit = best.setdefault(self.groups[article.id], article.id)
                repeats.setdefault(hit, [])
                if hit != article.id:
                    repeats[hit].append(article)
            hits = [(score, article) for score, article in hits if article.id in repeats]
        shown = hits[request.offset : request.offset + request.limit]
        return Answer(
            total=total,
            folded=total - len(hits),
            found=[found_of(article, score, repeats.get(article.id, [])) for score, article in shown],
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


def found_of(article: Article, score: float, repeats: Iterable[Article]) -> Found:
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
        repeats=tuple(each.id for each in sorted(repeats, key=lambda each: newest_first(each))),
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


def newest_first(article: Article) -> tuple[object, ...]:
    """The sort key of an article by date."""
    seconds = math.floor(article.date.timestamp()) if article.date else None
    return (seconds is None, -(seconds or 0), article.id)


def order(sort: str, full: Ids) -> Callable[[tuple[float, Article]], tuple[object, ...]]:
    """The sort key of a hit: its score is rounded, since sums in another order differ in the last digits."""

    def key(hit: tuple[float, Article]) -> tuple[object, ...]:
        score, article = hit
        undated, seconds, article_id = newest_first(article)
        if sort == "oldest":
            return (undated, -seconds, article_id)  # type: ignore[operator]
        if sort == "newest":
            return newest_first(article)
        return (article.id not in full, -round(score, 9), *newest_first(article))

    return key

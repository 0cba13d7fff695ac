"""A slow, obviously right engine: it scans every article for every search. Fast engines are held against it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from functools import cached_property
from itertools import pairwise

from searchlib.analysis.boilerplate import NO_BOILERPLATE, Boilerplate
from searchlib.analysis.fold import fold
from searchlib.analysis.signatures import MIN_SHINGLES, MIN_UNITS, SHINGLE
from searchlib.analysis.terms import bigram_term, term
from searchlib.analysis.tokens import words
from searchlib.analysis.units import is_han, units
from searchlib.engines.base import CATEGORY_TREE, MAX_REPEATS, EngineHit, EngineResults, Filters, Request
from searchlib.engines.common.categories import filter_values, path_texts
from searchlib.engines.common.near_duplicates import MIN_SIMILARITY
from searchlib.engines.common.relaxed_matching import RELAXED_MATCHING, RelaxedMatching
from searchlib.engines.common.scoring import PROXIMITY_CANDIDATES
from searchlib.models import Article, CategoryNode, FacetValue, Repeat
from searchlib.query.plan import (
    AllOf,
    AnyOf,
    Clause,
    Excluding,
    FirstMatching,
    IdClause,
    PhraseClause,
    Plan,
    ProximityPair,
    RankingTerm,
    ValueClause,
    WordClause,
)
from searchlib.query.tree import DateRange
from searchlib.settings import Ranking

Ids = frozenset[str]


class ReferenceEngine:
    """Searches articles in memory."""

    def __init__(
        self,
        articles: Iterable[Article],
        weights: Ranking,
        relaxed: RelaxedMatching = RELAXED_MATCHING,
        proximity_candidates: int = PROXIMITY_CANDIDATES,
        boilerplate: Boilerplate = NO_BOILERPLATE,
        *,
        tree: bool = False,
    ) -> None:
        self.relaxed_matching = relaxed
        self.proximity_candidates = proximity_candidates
        self.articles = {article.id: article for article in articles}
        self.weights = weights
        self.boilerplate = boilerplate
        self.tree = tree

    def telling(self, article: Article, field: str) -> str:
        """The field without boilerplate."""
        if field == "headings":
            rest = self.boilerplate.split(article.body)[1].split("\n")
            return "\n".join(each for each in article.headings if each not in rest)
        return article.title if field == "title" else self.boilerplate.split(article.body)[0]

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
            found[article.id] = best.id if self.likeness(best, article) >= MIN_SIMILARITY else article.id
        return found

    def likeness(self, one: Article, other: Article) -> float:
        """The share of the runs of four units that the bodies have in common; of short bodies whether they are the same."""
        bodies = [[unit for line in self.lines(article, "body") for unit in line] for article in (one, other)]
        if min(map(len, bodies)) < MIN_UNITS:
            return 0.0
        first, second = ({*zip(*(body[at:] for at in range(SHINGLE)), strict=False)} for body in bodies)
        if min(len(body) - SHINGLE + 1 for body in bodies) < MIN_SHINGLES:
            return float(bodies[0] == bodies[1] and fold(one.title) == fold(other.title))
        return len(first & second) / len(first | second)

    def is_apart(self, clause: Clause) -> bool:
        """Whether a word that is asked for is held nowhere, but something of it is."""
        if isinstance(clause, FirstMatching) and clause.children:
            return not self.find(clause.children[0]) and bool(self.find(clause))
        return isinstance(clause, AllOf | AnyOf) and any(self.is_apart(child) for child in clause.children)

    def find(self, clause: Clause, *, telling: bool = False) -> Ids:
        """The articles that a clause finds; with ``telling`` text counts only where it is no boilerplate."""
        everything = frozenset(self.articles)
        match clause:
            case AllOf(children):
                return everything.intersection(*(self.find(child, telling=telling) for child in children))
            case AnyOf(children):
                return frozenset().union(*(self.find(child, telling=telling) for child in children))
            case FirstMatching(children):
                first = next(filter(self.find, children), None)
                return self.find(first, telling=telling) if first else frozenset()
            case Excluding(child):
                return everything - self.find(child)
            case WordClause(wanted, fields):
                return self.ids(lambda article: any(wanted in self.terms(article, each, "words") for each in fields))
            case PhraseClause():
                return self.ids(lambda article: self.holds_run(article, clause, telling=telling))
            case ValueClause(field, run):
                return self.ids(
                    lambda article: any(contains(units(fold(value)), run) for value in values(article, field))
                )
            case IdClause(article_id, with_near_duplicates):
                group = self.groups.get(article_id)
                return self.ids(
                    lambda each: each.id == article_id or (with_near_duplicates and self.groups[each.id] == group)
                )
            case DateRange(first, last):
                return self.ids(lambda article: in_days(article, first, last))

    def holds_run(self, article: Article, run: PhraseClause, *, telling: bool = False) -> bool:
        """Whether a line holds the run, be it boilerplate or, with ``telling``, not."""
        texts = [article.title if field == "title" else article.body for field in run.fields]
        if telling:
            texts = [self.telling(article, field) for field in run.fields]
        return any(contains(units(fold(line)), run) for text in texts for line in text.split("\n"))

    def narrowed(self, filters: Filters, *, but: str = "") -> Ids:
        def passes(article: Article) -> bool:
            for field, wanted in filters.values.items():
                held = {*values(article, field)}
                if field == "category":
                    held |= {self.place_texts[place] for place in self.places(article)}
                if wanted and field != but and not set(wanted) & held:
                    return False
            has_dates = filters.first is not None or filters.last is not None
            return but == "date" or not has_dates or in_days(article, filters.first, filters.last)

        return self.ids(passes)

    def term_score(self, article: Article, wanted: RankingTerm) -> float:
        """BM25F of one term."""
        tf = self.weighted_frequency(article, wanted)
        share = tf * (self.weights.k1 + 1) / (tf + self.weights.k1) if tf else 0.0
        return self.term_weight(wanted) * self.rarity(wanted) * share

    def term_weight(self, wanted: RankingTerm) -> float:
        weights = self.weights
        role = {"whole": 1.0, "part": weights.parts, "function": weights.function_words}[wanted.role]
        kind = weights.words + weights.bigrams if wanted.phrases else getattr(weights, wanted.kind)
        return float(kind) * role

    def rarity(self, wanted: RankingTerm) -> float:
        holding = sum(
            any(self.frequency(article, field, wanted) for field in fields_of(wanted))
            for article in self.articles.values()
        )
        return math.log(1 + (len(self.articles) - holding + 0.5) / (holding + 0.5))

    def pair_rarity(self, pair: ProximityPair) -> float:
        return min(self.rarity(RankingTerm("words", term(word))) for word in (pair.first, pair.second))

    def closeness(self, article: Article, pair: ProximityPair) -> float:
        """What two words that stand close together in the body add; the end of a line counts as one unit."""
        text: list[str] = []
        for line in self.lines(article, "body"):
            text += [*line, "\n"] if line else []
        begins = [begins_of(text, units(word)) for word in (pair.first, pair.second)]
        gaps = [
            max(two - one - len(units(pair.first)) if one <= two else one - two - len(units(pair.second)), 0)
            for one in begins[0]
            for two in begins[1]
        ]
        if min(gaps, default=20) >= 20:
            return 0.0
        return self.weights.closeness * self.pair_rarity(pair) / (1 + min(gaps) / 5)

    def title_score(self, article: Article, plan: Plan) -> float:
        """What the whole query in the title adds."""
        held = [len(run.units) for run in plan.title_phrases if self.holds_run(article, run)]
        if not held:
            return 0.0
        most = sum(self.term_weight(each) * self.rarity(each) * (self.weights.k1 + 1) for each in plan.ranking)
        most += sum(self.weights.closeness * self.pair_rarity(pair) for pair in plan.proximity_pairs)
        share = max(held) / max(sum(map(len, self.lines(article, "title"))), 1)
        return self.weights.whole_title * most * (1 + share)

    def merit(self, article: Article, plan: Plan) -> float:
        """What the terms add, without function words where there is more."""
        terms = [each for each in plan.ranking if each.role != "function"] or plan.ranking
        return sum(self.term_score(article, each) for each in terms)

    def scores(self, plan: Plan, found: Collection[str], full: Ids) -> dict[str, float]:
        """The scores of the articles found; closeness counts in the best of them by all else."""
        scores = {}
        for key in found:
            article = self.articles[key]
            scores[key] = sum(self.term_score(article, each) for each in plan.ranking) + self.title_score(article, plan)
        merits = sorted(((key in full, score) for key, score in scores.items()), reverse=True)
        least = merits[min(self.proximity_candidates, len(merits)) - 1] if merits else (False, 0.0)
        for key, score in scores.items():
            if (key in full, score + 1e-6) >= least:
                scores[key] = score + sum(self.closeness(self.articles[key], pair) for pair in plan.proximity_pairs)
        return scores

    def frequency(self, article: Article, field: str, wanted: RankingTerm) -> int:
        if wanted.phrases:
            return sum(self.run_frequency(article, field, run) for run in wanted.phrases)
        found = self.terms(article, field, wanted.kind)
        return sum(each.startswith(wanted.term) if wanted.prefix else each == wanted.term for each in found)

    def run_frequency(self, article: Article, field: str, run: tuple[str, ...]) -> int:
        if len(run) == 1 and not is_han(run[0]):
            return self.terms(article, field, "words").count(term(run[0]))
        return sum(len(begins_of(line, run)) for line in self.lines(article, field))

    def weighted_frequency(self, article: Article, wanted: RankingTerm) -> float:
        total = 0.0
        for field in fields_of(wanted):
            frequency = self.frequency(article, field, wanted)
            lengths = {key: sum(map(len, self.lines(other, field))) for key, other in self.articles.items()}
            mean = max(sum(lengths.values()) / len(lengths), 1.0)
            b = self.weights.b
            total += getattr(self.weights, field) * frequency / (1 - b + b * lengths[article.id] / mean)
        return total

    def search(self, request: Request) -> EngineResults:
        plan, filters = request.plan, request.filters
        allowed = self.narrowed(filters)
        required = self.find(plan.required)
        held_by = [self.find(clause) for clause in plan.words]
        held = required.intersection(*held_by)
        full = held - self.echoes(plan, held)
        groups = {self.groups[key] if request.collapse else key for key in full}
        enough = 1 if plan.is_one_word else request.min_full_matches
        if len(held_by) + plan.requires_text > 1 and len(groups) < enough:
            found = held | self.relaxed(plan, required, held, held_by, request.min_full_matches)
        else:
            found = full = held
        chosen = found & allowed
        scores = self.scores(plan, chosen, full)
        hits = [(scores[key], self.articles[key]) for key in chosen]
        hits.sort(key=order(request.sort, full))
        total = len(hits)
        repeats: dict[str, list[Article]] = {}
        if request.collapse:
            best: dict[str, str] = {}
            for _, article in hits:
                hit = best.setdefault(self.groups[article.id], article.id)
                repeats.setdefault(hit, [])
                if hit != article.id:
                    repeats[hit].append(article)
            hits = [(score, article) for score, article in hits if article.id in repeats]
        shown = hits[request.offset : request.offset + request.limit]
        return EngineResults(
            total=total,
            full=0 if self.is_apart(AllOf((plan.required, *plan.words))) else len(held & allowed),
            collapsed=total - len(hits),
            hits=[found_of(article, score, repeats.get(article.id, []), self.boilerplate) for score, article in shown],
            facets=self.facets(found, filters, request.facets),
            category_tree=self.category_tree(found, filters) if CATEGORY_TREE in request.facets else (),
        )

    def echoes(self, plan: Plan, held: Ids) -> Ids:
        """The articles that hold a word in boilerplate alone, and no term of which scores."""
        if plan.has_phrase:
            return frozenset()
        told = frozenset(self.articles).intersection(*(self.find(clause, telling=True) for clause in plan.words))
        silent = {key for key in held if not any(self.term_score(self.articles[key], each) for each in plan.ranking)}
        return frozenset(silent) - told

    def relaxed(self, plan: Plan, required: Ids, full: Ids, held_by: Sequence[Ids], enough: int) -> Ids:
        """The best of the articles that hold most of the words."""
        merits = {key: round(self.merit(self.articles[key], plan), 9) for key in required}
        candidates = set(required - full)
        if plan.text_count > 1:
            candidates = self.holding_most(candidates, held_by)
        else:
            least = 0.25 * max(merits.values(), default=0.0) - 1e-6
            candidates = {key for key in candidates if merits[key] >= least}
        if not plan.requires_text:
            candidates = {key for key in candidates if merits[key] > 0}
        candidates = best_of({key: merits[key] for key in candidates}, self.relaxed_matching.max_candidates)
        scores = self.scores(plan, candidates, frozenset())
        return frozenset(
            best_of(
                {key: round(score, 9) for key, score in scores.items()}, max(self.relaxed_matching.max_hits, enough)
            )
        )

    def holding_most(self, candidates: set[str], held_by: Sequence[Ids]) -> set[str]:
        """Those that hold half of a few words, or a share of what many weigh; all, where none does."""
        if len(held_by) <= 3:
            most = {key for key in candidates if 2 * sum(key in holding for holding in held_by) >= len(held_by)}
        else:
            weights = [math.log1p(len(self.articles) / len(holding)) if holding else 0.0 for holding in held_by]
            most = {
                key
                for key in candidates
                if sum(weight for weight, holding in zip(weights, held_by, strict=True) if key in holding)
                >= 0.2 * sum(weights) - 1e-6
            }
        return most or candidates

    def places(self, article: Article) -> set[tuple[str, ...]]:
        """Where the article stands in the tree of categories, and all above it."""
        paths = (article.category_paths or [(name,) for name in article.categories]) if self.tree else ()
        return {path[:end] for path in paths for end in range(1, len(path) + 1)}

    @cached_property
    def place_texts(self) -> dict[tuple[str, ...], str]:
        """All places of the tree, each as a text."""
        return path_texts({place for article in self.articles.values() for place in self.places(article)})

    def category_tree(self, found: Ids, filters: Filters) -> tuple[CategoryNode, ...]:
        """Each place with its count, below the one above it, the more frequent first."""
        if not self.place_texts:
            return ()
        counted = found & self.narrowed(filters, but="category")
        counts = Counter(place for key in counted for place in self.places(self.articles[key]))
        value_of = filter_values(self.place_texts)
        wanted = set(filters.values.get("category", ()))
        selected = {place for place, text in self.place_texts.items() if {text, value_of[place]} & wanted}
        shown = counts.keys() | {place[:end] for place in selected for end in range(1, len(place) + 1)}
        in_order = sorted(
            shown, key=lambda place: [(-counts[place[: end + 1]], place[end]) for end in range(len(place))]
        )
        nodes = [
            CategoryNode(path=place, value=value_of[place], count=counts[place], selected=place in selected)
            for place in in_order
        ]
        others = wanted - {*value_of.values(), *self.place_texts.values()}
        of_others = {name: sum(name in self.articles[key].categories for key in counted) for name in others}
        return (
            *nodes,
            *(
                CategoryNode(path=(name,), value=name, count=of_others[name], selected=True)
                for name in sorted(others, key=lambda name: (-of_others[name], name))
            ),
        )

    def facets(self, found: Ids, filters: Filters, names: Collection[str]) -> dict[str, tuple[FacetValue, ...]]:
        facets = {}
        for facet in (name for name in names if name != CATEGORY_TREE):
            own = "date" if facet in ("year", "month") else facet
            counts = Counter(
                value
                for key in found & self.narrowed(filters, but=own)
                for value in set(values(self.articles[key], facet))
            )
            selected = set(filters.values.get(facet, ()))
            for text in selected - counts.keys() if facet == "category" else ():
                places = [place for place, each in self.place_texts.items() if each == text]
                counts[text] = sum(
                    any(place in self.places(self.articles[key]) for place in places)
                    for key in found & self.narrowed(filters, but=own)
                )
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


def fields_of(wanted: RankingTerm) -> tuple[str, ...]:
    """Where a term is counted: headings are lines of the body, and count once more."""
    return (*wanted.fields, "headings") if "body" in wanted.fields else wanted.fields


def best_of(merits: dict[str, float], wanted: int) -> set[str]:
    """The keys of the highest so many values, and of all that are as high as the last of these."""
    least = sorted(merits.values(), reverse=True)[wanted - 1] if len(merits) > wanted else -math.inf
    return {key for key, merit in merits.items() if merit >= least}


def begins_of(text: Sequence[str], run: Sequence[str]) -> list[int]:
    """Where the run begins in the text."""
    return [at for at in range(len(text) - len(run) + 1) if list(text[at : at + len(run)]) == list(run)]


def found_of(article: Article, score: float, repeats: Iterable[Article], boilerplate: Boilerplate) -> EngineHit:
    in_order = sorted(repeats, key=lambda each: newest_first(each))
    return EngineHit(
        id=article.id,
        path=article.path,
        title=article.title,
        date=article.date,
        author=article.author,
        categories=article.categories,
        category_paths=article.category_paths,
        tags=article.tags,
        score=score,
        body=lambda: article.body,
        without_boilerplate=lambda body: boilerplate.split(body)[0],
        repeats=tuple(Repeat(id=each.id, title=each.title) for each in in_order[:MAX_REPEATS]),
        repeats_total=len(in_order),
    )


def contains(line: Sequence[str], run: PhraseClause) -> bool:
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

"""A slow, simple engine that scans every article for every search. Tests compare the engines with it."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from operator import ge, gt, le, lt
from typing import Any

from searchlib.analysis.boilerplate import NO_BOILERPLATE, Boilerplate
from searchlib.analysis.fold import fold
from searchlib.analysis.identifiers import identifier_words
from searchlib.analysis.signatures import MIN_SHINGLES, MIN_TITLE_UNITS, MIN_UNITS, SHINGLE
from searchlib.analysis.summaries import summary_lines
from searchlib.analysis.terms import bigram_term, term
from searchlib.analysis.tokens import words
from searchlib.analysis.units import BREAK, is_han, units, value_units
from searchlib.engines.base import CATEGORY_TREE, DATE_FILTER, MAX_REPEATS, EngineHit, EngineResults, Filters, Request
from searchlib.engines.common.categories import filter_values, path_texts
from searchlib.engines.common.near_duplicates import MIN_SIMILARITY, MIN_SIMILARITY_OF_SAME_TITLE
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
    Weighted,
    WordClause,
)
from searchlib.query.tree import DateRange, FieldRange
from searchlib.settings import Ranking

Ids = frozenset[str]
"""The ids of some articles."""


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

    def content(self, article: Article, field: str) -> str:
        """Return a field without boilerplate."""
        if field == "headings":
            boilerplate = self.boilerplate.split(article.body)[1].split("\n")
            headings = [heading for heading in article.headings if heading not in boilerplate]
            return "\n".join([*headings, *summary_lines(article.extra)])
        return article.title if field == "title" else self.boilerplate.split(article.body)[0]

    def ranked(self, article: Article, field: str) -> str:
        """Return the part of a field whose words rank."""
        return self.boilerplate.without_suffix(article.title) if field == "title" else self.content(article, field)

    def length(self, article: Article, field: str) -> int:
        """Return the number of units of a field that rank."""
        return len(units(fold(self.ranked(article, field))))

    def lines(self, article: Article, field: str) -> list[list[str]]:
        """Return the units of each line that is not boilerplate."""
        return [units(fold(line)) for line in self.content(article, field).split("\n")]

    def terms(self, article: Article, field: str, kind: str) -> list[str]:
        """Return every occurrence of a term of that kind in a field, except in boilerplate."""
        text = self.ranked(article, field) if kind == "words" else self.content(article, field)
        if kind == "words":
            in_lines = [term(word.text) for line in text.split("\n") for word in words(fold(line), parts=True)]
            return [*in_lines, *identifier_words(text)]
        if kind == "units":
            return [term(unit) for line in self.lines(article, field) for unit in line]
        return [each for line in text.split("\n") for each in bigrams(fold(line))]

    def ids(self, matches: Callable[[Article], bool]) -> Ids:
        """Return the ids of the articles that match."""
        return frozenset(article_id for article_id, article in self.articles.items() if matches(article))

    @cached_property
    def groups(self) -> dict[str, str]:
        """Return the id of the first article of the group of near duplicates of each article."""
        groups: dict[str, str] = {}
        for article in self.articles.values():
            similar = {}
            for leader in [self.articles[key] for key, leader in groups.items() if key == leader]:
                title = units(fold(article.title))
                same_title = fold(leader.title) == fold(article.title) and len(title) >= MIN_TITLE_UNITS
                similarity = self.similarity(leader, article)
                if similarity >= (MIN_SIMILARITY_OF_SAME_TITLE if same_title else MIN_SIMILARITY):
                    similar[leader.id] = similarity
            groups[article.id] = max(similar, key=similar.__getitem__, default=article.id)
        return groups

    def similarity(self, one: Article, other: Article) -> float:
        """Return the share of shingles that two bodies have in common; for short bodies, whether they are the same."""
        bodies = [[unit for line in self.lines(article, "body") for unit in line] for article in (one, other)]
        if min(map(len, bodies)) < MIN_UNITS:
            return 0.0
        first, second = ({*zip(*(body[at:] for at in range(SHINGLE)), strict=False)} for body in bodies)
        if min(len(body) - SHINGLE + 1 for body in bodies) < MIN_SHINGLES:
            return float(bodies[0] == bodies[1] and fold(one.title) == fold(other.title))
        return len(first & second) / len(first | second)

    def is_taken_apart(self, clause: Clause) -> bool:
        """Return whether no article contains some word as typed, but some article contains its parts."""
        if isinstance(clause, FirstMatching) and clause.children:
            return not self.match(clause.children[0]) and bool(self.match(clause))
        return isinstance(clause, AllOf | AnyOf) and any(self.is_taken_apart(child) for child in clause.children)

    def match(self, clause: Clause, *, outside_boilerplate: bool = False) -> Ids:
        """Return the articles that match a clause; with ``outside_boilerplate``, phrases in boilerplate do not count."""
        everything = frozenset(self.articles)
        match clause:
            case AllOf(children):
                parts = (self.match(child, outside_boilerplate=outside_boilerplate) for child in children)
                return everything.intersection(*parts)
            case AnyOf(children):
                parts = (self.match(child, outside_boilerplate=outside_boilerplate) for child in children)
                return frozenset().union(*parts)
            case Weighted(weighted, minimum):
                matching = [(self.match(child), weight) for child, weight in weighted]
                return self.ids(lambda each: sum(weight for ids, weight in matching if each.id in ids) >= minimum)
            case FirstMatching(children):
                first = next(filter(self.match, children), None)
                return self.match(first, outside_boilerplate=outside_boilerplate) if first else frozenset()
            case Excluding(child):
                return everything - self.match(child)
            case WordClause(word, fields):
                return self.ids(lambda article: any(word in self.terms(article, each, "words") for each in fields))
            case PhraseClause():
                return self.ids(
                    lambda article: self.has_phrase(article, clause, outside_boilerplate=outside_boilerplate)
                )
            case ValueClause(field, phrase):
                return self.ids(
                    lambda article: any(contains(value_units(fold(value)), phrase) for value in values(article, field))
                )
            case IdClause(article_id, with_near_duplicates):
                group = self.groups.get(article_id)
                return self.ids(
                    lambda each: each.id == article_id or (with_near_duplicates and self.groups[each.id] == group)
                )
            case DateRange(first, last):
                return self.ids(lambda article: in_days(article, first, last))
            case FieldRange(field, bounds):
                return self.ids(lambda article: any(in_range(value, bounds.text) for value in values(article, field)))

    def has_phrase(self, article: Article, phrase: PhraseClause, *, outside_boilerplate: bool = False) -> bool:
        """Return whether a line of an article contains the phrase."""
        whole = {"title": article.title, "headings": self.content(article, "headings"), "body": article.body}
        texts = [whole[field] for field in phrase.fields]
        if outside_boilerplate:
            texts = [self.content(article, field) for field in phrase.fields]
        lines = [fold(line) for text in texts for line in text.split("\n")]
        parts = [part for line in lines for part in (BREAK.split(line) if phrase.unbroken else [line])]
        return any(contains(units(part), phrase) for part in parts)

    def filtered(self, filters: Filters, *, without: str = "") -> Ids:
        """Return the articles that pass all filters, or all ``without`` the filter of one facet."""

        def passes(article: Article) -> bool:
            for field, selected in filters.values.items():
                article_values = {*values(article, field)}
                if field == "category":
                    article_values |= {self.path_texts[path] for path in self.paths(article)}
                if (
                    selected
                    and field != without
                    and not any(has_value(article_values, field, each) for each in selected)
                ):
                    return False
            has_dates = filters.first is not None or filters.last is not None
            return without == DATE_FILTER or not has_dates or in_days(article, filters.first, filters.last)

        return self.ids(passes)

    def term_score(self, article: Article, ranking_term: RankingTerm) -> float:
        """Return the BM25F score of one term."""
        tf = self.weighted_frequency(article, ranking_term)
        saturated = tf * (self.weights.k1 + 1) / (tf + self.weights.k1) if tf else 0.0
        return self.term_weight(ranking_term) * self.idf(ranking_term) * saturated

    def term_weight(self, ranking_term: RankingTerm) -> float:
        """Return the weight of the kind and the role of a term."""
        weights = self.weights
        role = {"whole": 1.0, "part": weights.parts, "function": weights.function_words, "loose": 0.1}[
            ranking_term.role
        ]
        kind = weights.words + weights.bigrams if ranking_term.phrases else getattr(weights, ranking_term.kind)
        return float(kind) * role

    def idf(self, ranking_term: RankingTerm) -> float:
        """Return the inverse document frequency of a term."""
        count = sum(
            any(self.frequency(article, field, ranking_term) for field in fields_of(ranking_term))
            for article in self.articles.values()
        )
        return math.log(1 + (len(self.articles) - count + 0.5) / (count + 0.5))

    def pair_idf(self, pair: ProximityPair) -> float:
        """Return the inverse document frequency of the more frequent word of a pair."""
        return min(map(self.word_idf, (pair.first, pair.second)))

    def word_idf(self, word: str) -> float:
        return self.idf(RankingTerm("words", term(word)))

    @staticmethod
    def lead_words(plan: Plan) -> set[str]:
        """Return the words whose first occurrence counts."""
        return {word for pair in plan.proximity_pairs for word in (pair.first, pair.second)}

    def proximity_score(self, article: Article, pair: ProximityPair) -> float:
        """Return what two words that are close in the body add. The end of a line counts as one unit."""
        first, second = (self.word_starts(article, word) for word in (pair.first, pair.second))
        distances = [
            max(two - one - len(units(pair.first)) if one <= two else one - two - len(units(pair.second)), 0)
            for one in first
            for two in second
        ]
        if min(distances, default=20) >= 20:
            return 0.0
        return self.weights.closeness * self.pair_idf(pair) / (1 + min(distances) / 5)

    def word_starts(self, article: Article, word: str) -> list[int]:
        """Return the indices in a body at which a word starts, unbroken. The end of each line counts as one."""
        starts: list[int] = []
        before = 0
        for line in self.content(article, "body").split("\n"):
            for part in BREAK.split(fold(line)):
                starts += [before + at for at in starts_of(units(part), units(word))]
                before += len(units(part))
            before += 1
        return starts

    def lead_score(self, article: Article, word: str) -> float:
        """Return what a word near the beginning of the body adds."""
        starts = self.word_starts(article, word)
        return self.weights.lead * self.word_idf(word) * max(1 - min(starts, default=100) / 100, 0)

    def title_words_score(self, article: Article, plan: Plan) -> float:
        """Return what all words of the query in the title add."""
        words = plan.title_words
        if not words or not all(any(self.has_phrase(article, each) for each in phrases) for phrases in words.phrases):
            return 0.0
        query_units = sum(len(first.units) for first, *_ in words.phrases)
        share = min(query_units / max(self.length(article, "title"), 1), 1)
        return self.weights.title_words * sum(map(self.idf, words.terms)) * (1 + 5 * share) / 6

    def title_score(self, article: Article, plan: Plan) -> float:
        """Return what the whole query in the title adds."""
        lengths = [len(phrase.units) for phrase in plan.title_phrases if self.has_phrase(article, phrase)]
        if not lengths:
            return 0.0
        max_score = sum(self.term_weight(each) * self.idf(each) * (self.weights.k1 + 1) for each in plan.ranking_terms)
        max_score += sum(self.weights.closeness * self.pair_idf(pair) for pair in plan.proximity_pairs)
        max_score += sum(self.weights.lead * self.word_idf(word) for word in self.lead_words(plan))
        if plan.title_words:
            max_score += self.weights.title_words * sum(map(self.idf, plan.title_words.terms))
        share = min(max(lengths) / max(self.length(article, "title"), 1), 1)
        return self.weights.whole_title * max_score * (1 + share)

    def content_score(self, article: Article, plan: Plan) -> float:
        """Return the score of all terms but function words, or of function words if there are no others."""
        terms = [each for each in plan.ranking_terms if each.role != "function"] or plan.ranking_terms
        return sum(self.term_score(article, each) for each in terms)

    def scores(self, plan: Plan, ids: Collection[str], tier: Callable[[str], int]) -> dict[str, float]:
        """Return the scores of articles. Proximity is scored in the best of them by tier, and then by all else."""
        scores = {}
        for key in ids:
            article = self.articles[key]
            terms_score = sum(self.term_score(article, each) for each in plan.ranking_terms)
            scores[key] = terms_score + self.title_words_score(article, plan) + self.title_score(article, plan)
        ranked = sorted(((tier(key), score) for key, score in scores.items()), reverse=True)
        least = ranked[min(self.proximity_candidates, len(ranked)) - 1] if ranked else (0, 0.0)
        for key, score in scores.items():
            if (tier(key), score + 1e-6) >= least:
                pairs = plan.proximity_pairs
                words = self.lead_words(plan)
                scores[key] += sum(self.proximity_score(self.articles[key], pair) for pair in pairs)
                scores[key] += sum(self.lead_score(self.articles[key], word) for word in words)
        return scores

    def frequency(self, article: Article, field: str, ranking_term: RankingTerm) -> int:
        """Return how often a term, or one of its synonyms, occurs in a field."""
        if ranking_term.phrases:
            return sum(self.phrase_frequency(article, field, phrase) for phrase in ranking_term.phrases)
        terms = self.terms(article, field, ranking_term.kind)
        if ranking_term.prefix:
            return sum(each.startswith(ranking_term.term) for each in terms)
        return terms.count(ranking_term.term)

    def phrase_frequency(self, article: Article, field: str, phrase: tuple[str, ...]) -> int:
        """Return how often a phrase occurs in a field."""
        if len(phrase) == 1 and not is_han(phrase[0]):
            return self.terms(article, field, "words").count(term(phrase[0]))
        parts = BREAK.split(fold(self.content(article, field)))
        return sum(len(starts_of(units(line), phrase)) for part in parts for line in part.split("\n"))

    def weighted_frequency(self, article: Article, ranking_term: RankingTerm) -> float:
        """Return the frequency of a term, weighted by the fields and normalized by their lengths."""
        total = 0.0
        for field in fields_of(ranking_term):
            frequency = self.frequency(article, field, ranking_term)
            lengths = {key: self.length(other, field) for key, other in self.articles.items()}
            mean = max(sum(lengths.values()) / len(lengths), 1.0)
            b = self.weights.b
            total += getattr(self.weights, field) * frequency / (1 - b + b * lengths[article.id] / mean)
        return total

    def search(self, request: Request) -> EngineResults:
        """Return the results of a request."""
        plan, filters = request.plan, request.filters
        allowed = self.filtered(filters)
        required = self.match(plan.required)
        word_matches = [self.match(clause) for clause in plan.words]
        as_typed = self.match(plan.as_typed) if plan.as_typed else frozenset()
        all_words = required.intersection(*word_matches)
        full = all_words.intersection(*map(self.match, plan.runs)) | as_typed
        ranked_first = full - (self.boilerplate_only(plan, full) - as_typed)
        page = request.min_full_matches
        word_least = 1 if plan.is_one_word else page

        def count(ids: Ids) -> int:
            return len({self.groups[key] if request.collapse else key for key in ids})

        has_parts = len(word_matches) + plan.requires_text > 1 or plan.runs
        are_enough = count(ranked_first) >= (page if all_words - full else word_least)
        matches = full
        if not has_parts or are_enough:
            ranked_first = full
        else:
            added = self.best(plan, all_words - full, page)
            if count(ranked_first | added) < word_least:
                added |= self.best(plan, self.most_words(plan, required, all_words | full, word_matches), page)
            matches = full | added

        without_run = all_words - full if plan.text_count == 1 else frozenset()

        def tier(key: str) -> int:
            return 3 * (key in as_typed) + (2 if key in ranked_first else key in without_run)

        scores = self.scores(plan, matches & allowed, tier)
        hits = [(score, self.articles[key]) for key, score in scores.items()]
        hits.sort(key=sort_key(request.sort, tier, full))
        total = len(hits)
        repeats: dict[str, list[Article]] = {}
        if request.collapse:
            first_of_group: dict[str, str] = {}
            for _, article in hits:
                first = first_of_group.setdefault(self.groups[article.id], article.id)
                repeats.setdefault(first, [])
                if first != article.id:
                    repeats[first].append(article)
            hits = [(score, article) for score, article in hits if article.id in repeats]
        shown = hits[request.offset : request.offset + request.limit]
        taken_apart = self.is_taken_apart(AllOf((plan.required, *plan.words, *(plan.runs if plan.is_one_word else ()))))
        return EngineResults(
            total=total,
            full=0 if taken_apart else len(full & allowed),
            collapsed=total - len(hits),
            hits=[hit_of(article, score, repeats.get(article.id, []), self.boilerplate) for score, article in shown],
            facets=self.facets(matches, filters, request.facets),
            category_tree=self.category_tree(matches, filters) if CATEGORY_TREE in request.facets else (),
        )

    def boilerplate_only(self, plan: Plan, full: Ids) -> Ids:
        """Return the full matches that contain a word in boilerplate only, and in which no term scores."""
        if plan.has_phrase:
            return frozenset()
        in_content = [self.match(clause, outside_boilerplate=True) for clause in (*plan.words, *plan.runs)]
        without_score = {
            key for key in full if not any(self.term_score(self.articles[key], each) for each in plan.ranking_terms)
        }
        return frozenset(without_score) - frozenset(self.articles).intersection(*in_content)

    def most_words(self, plan: Plan, required: Ids, all_words: Ids, word_matches: Sequence[Ids]) -> Ids:
        """Return the articles that match most of the words, but not all."""
        if plan.text_count > 1:
            candidates = set(required - all_words)
            most = self.with_most_words(candidates, word_matches)
            return frozenset(most or (() if all_words else candidates))
        scores = {key: self.content_score(self.articles[key], plan) for key in required}
        least = 0.25 * max(scores.values(), default=0.0) - 1e-6
        return frozenset(key for key in required - all_words if scores[key] >= least)

    def best(self, plan: Plan, candidates: Ids, page: int) -> Ids:
        """Return the best of the candidates, by their words first and then by all else."""
        content_scores = {key: round(self.content_score(self.articles[key], plan), 9) for key in candidates}
        if not plan.requires_text:
            content_scores = {key: score for key, score in content_scores.items() if score > 0}
        rules = self.relaxed_matching
        chosen = best_of(content_scores, rules.max_candidates)
        scores = {key: round(score, 9) for key, score in self.scores(plan, chosen, lambda _: 0).items()}
        return frozenset(best_of(scores, max(rules.max_hits, page)))

    def with_most_words(self, candidates: set[str], word_matches: Sequence[Ids]) -> set[str]:
        """Return the candidates with half of few words, or a share of the weight of many."""
        if len(word_matches) <= 3:
            least = len(word_matches) / 2
            return {key for key in candidates if sum(key in matches for matches in word_matches) >= least}
        weights = [math.log1p(len(self.articles) / len(matches)) if matches else 0.0 for matches in word_matches]
        return {
            key
            for key in candidates
            if sum(weight for weight, matches in zip(weights, word_matches, strict=True) if key in matches)
            >= 0.2 * sum(weights) - 1e-6
        }

    def paths(self, article: Article) -> set[tuple[str, ...]]:
        """Return the category paths of an article, and all paths above them."""
        paths = (article.category_paths or [(name,) for name in article.categories]) if self.tree else ()
        return {path[:end] for path in paths for end in range(1, len(path) + 1)}

    @cached_property
    def path_texts(self) -> dict[tuple[str, ...], str]:
        """Return the text of each path of the tree."""
        return path_texts({path for article in self.articles.values() for path in self.paths(article)})

    def category_tree(self, matches: Ids, filters: Filters) -> tuple[CategoryNode, ...]:
        """Return each path with its count, after its parent, the more frequent first."""
        if not self.path_texts:
            return ()
        counted = matches & self.filtered(filters, without="category")
        counts = Counter(path for key in counted for path in self.paths(self.articles[key]))
        value_of = filter_values(self.path_texts)
        selected_values = set(filters.values.get("category", ()))
        selected = {path for path, text in self.path_texts.items() if {text, value_of[path]} & selected_values}
        listed = counts.keys() | {path[:end] for path in selected for end in range(1, len(path) + 1)}
        ordered = sorted(listed, key=lambda path: [(-counts[path[: end + 1]], path[end]) for end in range(len(path))])
        nodes = [
            CategoryNode(path=path, value=value_of[path], count=counts[path], selected=path in selected)
            for path in ordered
        ]
        others = selected_values - {*value_of.values(), *self.path_texts.values()}
        other_counts = {name: sum(name in self.articles[key].categories for key in counted) for name in others}
        return (
            *nodes,
            *(
                CategoryNode(path=(name,), value=name, count=other_counts[name], selected=True)
                for name in sorted(others, key=lambda name: (-other_counts[name], name))
            ),
        )

    def facets(self, matches: Ids, filters: Filters, names: Collection[str]) -> dict[str, tuple[FacetValue, ...]]:
        """Return each facet, counted without its own filter."""
        facets = {}
        for facet in (name for name in names if name != CATEGORY_TREE):
            own = DATE_FILTER if facet in ("year", "month") else facet
            counted = matches & self.filtered(filters, without=own)
            counts = Counter(value for key in counted for value in set(values(self.articles[key], facet)))
            selected = set(filters.values.get(facet, ()))
            for text in selected - counts.keys() if facet == "category" else ():
                paths = {path for path, each in self.path_texts.items() if each == text}
                counts[text] = sum(bool(paths & self.paths(self.articles[key])) for key in counted)
            for text in selected - counts.keys() if facet not in BUILT_IN else ():
                counts[text] = sum(has_value(values(self.articles[key], facet), facet, text) for key in counted)
            if own == DATE_FILTER and filters.first and filters.last:
                first, last = (period(day, facet) for day in (filters.first, filters.last))
                selected = {first} if first == last else set()
            listed = counts.keys() | selected
            ordered = (
                sorted(listed, reverse=True)
                if own == DATE_FILTER
                else sorted(listed, key=lambda name: (-counts[name], name))
            )
            facets[facet] = tuple(
                FacetValue(value=name, count=counts[name], selected=name in selected) for name in ordered
            )
        return facets


def fields_of(ranking_term: RankingTerm) -> tuple[str, ...]:
    """Return the fields in which a term counts. Headings are lines of the body, and count once more."""
    return (*ranking_term.fields, "headings") if "body" in ranking_term.fields else ranking_term.fields


def best_of(scores: dict[str, float], count: int) -> set[str]:
    """Return the keys of the ``count`` highest scores, and of all scores that are equal to the last of them."""
    least = sorted(scores.values(), reverse=True)[count - 1] if len(scores) > count else -math.inf
    return {key for key, score in scores.items() if score >= least}


def starts_of(text: Sequence[str], phrase: Sequence[str]) -> list[int]:
    """Return the indices at which a phrase starts in a text."""
    return [at for at in range(len(text) - len(phrase) + 1) if list(text[at : at + len(phrase)]) == list(phrase)]


def bigrams(folded: str) -> list[str]:
    """Return the bigrams of a folded line; those with a break between their units are terms of their own."""
    found: list[str] = []
    before = ""
    for part in BREAK.split(folded):
        own = units(part)
        if before and own:
            found.append(bigram_term(before, own[0], is_broken=True))
        found += [bigram_term(*pair) for pair in pairwise(own)]
        before = own[-1] if own else before
    return found


def hit_of(article: Article, score: float, repeats: Iterable[Article], boilerplate: Boilerplate) -> EngineHit:
    """Return the hit of an article into which ``repeats`` are collapsed."""
    ordered = sorted(repeats, key=newest_first)
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
        headings=lambda: article.headings,
        extra=lambda: article.extra,
        without_boilerplate=lambda body: boilerplate.split(body)[0],
        repeats=tuple(Repeat(id=each.id, title=each.title) for each in ordered[:MAX_REPEATS]),
        repeats_total=len(ordered),
    )


def contains(line: Sequence[str], phrase: PhraseClause) -> bool:
    """Return whether the units of a line contain the phrase."""
    length = len(phrase.units)
    for at in range(len(line) - length + 1):
        *same, last = line[at : at + length]
        has_prefix = phrase.prefix and not is_han(phrase.units[-1]) and last.startswith(phrase.units[-1])
        if tuple(same) == phrase.units[:-1] and (last == phrase.units[-1] or has_prefix):
            return True
    return False


def values(article: Article, field: str) -> tuple[str, ...]:
    """Return the values of an article for a facet."""
    match field:
        case "category":
            return article.categories
        case "author":
            return article.authors
        case "tag":
            return article.tags
        case "year" | "month":
            return (period(article.date, field),) if article.date else ("",)
        case _:
            return front_matter_values(article, field)


BUILT_IN = ("category", "author", "tag", "year", "month")
"""The facets of every index."""


def has_value(article_values: Collection[str], field: str, selected: str) -> bool:
    """Return whether a selected value is one of those of an article, or a range that contains one."""
    if selected in article_values:
        return True
    return field not in BUILT_IN and any(in_range(value, selected) for value in article_values)


def in_range(value: str, text: str) -> bool:
    """Return whether a number or date is in a range; its ends are numbers, years, months or days."""
    if is_number(text):
        return is_number(value) and Decimal(value) == Decimal(text)
    match = re.fullmatch(r"(.*)\.\.(.*)|([<>]=?)(.+)", text)
    if match is None or match[0] == "..":
        return False
    low, high, operator, bound = match.groups()
    if re.fullmatch(r"-?[0-9.]+", value):
        number = Decimal(value)
        if operator:
            return is_number(bound) and COMPARE[operator](number, Decimal(bound))
        if not all(is_number(end) for end in (low, high) if end):
            return False
        return (not low or Decimal(low) <= number) and (not high or number <= Decimal(high))
    if not re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return False
    day = value[:10]
    if operator:
        return is_day(bound) and COMPARE[operator](day[: len(bound)], bound)
    if not all(is_day(end) for end in (low, high) if end):
        return False
    return (not low or low <= day[: len(low)]) and (not high or day[: len(high)] <= high)


COMPARE: dict[str, Callable[[Any, Any], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}


def is_number(text: str) -> bool:
    return re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) is not None


def is_day(text: str) -> bool:
    return re.fullmatch(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", text) is not None


def front_matter_values(article: Article, facet: str) -> tuple[str, ...]:
    """Return the values of a facet of the front matter."""
    value = next((each for key, each in article.extra.items() if key.lower() == facet), None)
    texts = [
        str(each).lower() if isinstance(each, bool) else str(each)
        for each in (value if isinstance(value, list) else [value])
    ]
    return tuple(dict.fromkeys(texts)) if value is not None else ()


def period(day: date, facet: str) -> str:
    """Return the year or the month of a day."""
    return day.isoformat()[: 4 if facet == "year" else 7]


def in_days(article: Article, first: date | None, last: date | None) -> bool:
    """Return whether the date of an article is between two days, both inclusive."""
    if article.date is None:
        return False
    return (first is None or article.date.date() >= first) and (last is None or article.date.date() <= last)


def newest_first(article: Article) -> tuple[object, ...]:
    """Return the sort key of an article by date."""
    seconds = math.floor(article.date.timestamp()) if article.date else None
    return (seconds is None, -(seconds or 0), article.id)


def sort_key(sort: str, tier: Callable[[str], int], full: Ids) -> Callable[[tuple[float, Article]], tuple[object, ...]]:
    """Return the sort key of hits. Scores are rounded, as sums in another order differ in the last digits."""

    def key(hit: tuple[float, Article]) -> tuple[object, ...]:
        score, article = hit
        undated, seconds, article_id = newest_first(article)
        if sort == "oldest":
            return (article.id not in full, undated, -seconds, article_id)
        if sort == "newest":
            return (article.id not in full, *newest_first(article))
        return (-tier(article.id), -round(score, 9), *newest_first(article))

    return key

"""Compile the clauses and ranking terms of a plan into queries of OpenSearch."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from math import isfinite
from zoneinfo import ZoneInfo

from searchlib.analysis.terms import term
from searchlib.analysis.units import is_han
from searchlib.engines.base import DATE_FILTER, Filters
from searchlib.engines.common.categories import CategoryTree, path_term
from searchlib.engines.common.days import day_bounds
from searchlib.engines.common.fields import VALUE_FIELDS, text_field
from searchlib.engines.common.scoring import scored_fields
from searchlib.engines.opensearch.client.dsl import MATCH_NONE, Query, all_of, any_of, term_query, weighing_at_least
from searchlib.engines.opensearch.index.field_queries import phrase_query, word_query
from searchlib.engines.opensearch.index.mapping import (
    CATEGORY_PREFIXES,
    FACET_DAY,
    FACET_NUMBER,
    value_field,
    value_text_field,
)
from searchlib.query.plan import (
    AllOf,
    AnyOf,
    Clause,
    Excluding,
    FirstMatching,
    IdClause,
    PhraseClause,
    RankingTerm,
    ValueClause,
    Weighted,
    WordClause,
)
from searchlib.query.range_parser import parse_values
from searchlib.query.ranges import ValueRange
from searchlib.query.tree import DateRange, FieldRange


@dataclass(frozen=True, slots=True)
class QueryCompiler:
    """Compiles the clauses of one search.

    Days begin at midnight in ``zone``. ``choose`` returns the first child of a clause that matches any article, or None.
    ``group_of`` returns the group of near duplicates of an article id, or an empty text. ``tree`` is the tree of categories, if
    there is one.
    """

    zone: ZoneInfo
    choose: Callable[[FirstMatching], Clause | None] = lambda _: None
    group_of: Callable[[str], str] = lambda _: ""
    tree: CategoryTree | None = None

    def query(self, clause: Clause, *, skip_boilerplate: bool = False) -> Query:
        """Return the query of a clause. With ``skip_boilerplate`` words and phrases do not match in boilerplate."""
        match clause:
            case AllOf(children):
                return all_of([self.query(child, skip_boilerplate=skip_boilerplate) for child in children])
            case AnyOf(children):
                return any_of([self.query(child, skip_boilerplate=skip_boilerplate) for child in children])
            case Weighted(words, minimum):
                return weighing_at_least([(self.query(word), weight) for word, weight in words], minimum)
            case FirstMatching():
                chosen = self.choose(clause)
                return MATCH_NONE if chosen is None else self.query(chosen, skip_boilerplate=skip_boilerplate)
            case Excluding(child):
                return {"bool": {"must_not": [self.query(child)]}}
            case DateRange(first, last):
                return self.days_query(first, last)
            case PhraseClause(units, fields, prefix, unbroken):
                return phrase_query(
                    units, fields, is_prefix=prefix, skip_boilerplate=skip_boilerplate, unbroken=unbroken
                )
            case WordClause(word, fields):
                return word_query(word, fields)
            case ValueClause(field, phrase):
                return phrase_query(phrase.units, (value_text_field(field),), is_prefix=phrase.prefix, unbroken=True)
            case FieldRange(field, values):
                return range_query(field, values)
            case IdClause(article_id, with_near_duplicates):
                query = term_query("id", article_id)
                group = self.group_of(article_id) if with_near_duplicates else ""
                return any_of([query, term_query("group", group)]) if group else query

    def days_query(self, first: date | None, last: date | None) -> Query:
        """Return a query for the articles from the first to the last day, both inclusive."""
        start, end = day_bounds(first, last, self.zone)
        bounds = {name: instant for name, instant in (("gte", start), ("lt", end)) if instant is not None}
        dated = term_query("undated", False)
        return all_of([dated, {"range": {"date": bounds}}]) if bounds else dated

    def filter_queries(self, filters: Filters) -> dict[str, Query]:
        """Return the query of each filter that is set, by its name (``filter_of``)."""
        queries: dict[str, Query] = {
            field: values_query(field, values, self.tree) for field, values in filters.values.items() if values
        }
        if filters.first or filters.last:
            queries[DATE_FILTER] = self.days_query(filters.first, filters.last)
        return queries


def values_query(field: str, values: Collection[str], tree: CategoryTree | None) -> Query:
    """Return a query for the articles that have one of the values.

    A value can also be the text of a category path. For a facet of the front matter, it can be a range, or a number in another
    notation.
    """
    query: Query = {"terms": {value_field(field): sorted(values)}}
    if field not in VALUE_FIELDS:
        return any_of([query, *(range_query(field, each) for value in sorted(values) if (each := parse_values(value)))])
    paths = [tree.path_of(value) for value in sorted(values)] if tree and field == "category" else []
    terms = [path_term(path) for path in paths if path]
    return any_of([query, {"terms": {CATEGORY_PREFIXES: terms}}]) if terms else query


def range_query(facet: str, values: ValueRange) -> Query:
    """Return a query for the articles with a value of a facet of the front matter in a range."""
    kinds = ((FACET_NUMBER, values.numbers), (FACET_DAY, values.days))
    return any_of(
        [
            {
                "range": {
                    f"{kind}.{facet}": {
                        name: end for name, end in zip(("gte", "lte"), ends, strict=True) if isfinite(end)
                    }
                }
            }
            for kind, ends in kinds
            if ends
        ]
    )


def first_matching_levels(clauses: Iterable[Clause]) -> list[list[FirstMatching]]:
    """Return the clauses, nested ones included, whose query depends on which of their children matches any article.

    The innermost ones come first: the children of a clause contain only clauses of earlier levels.
    """
    levels: list[dict[FirstMatching, None]] = []

    def add(clause: Clause) -> int:
        """Add the clauses in a clause, and return the number of their levels."""
        match clause:
            case AllOf(children) | AnyOf(children):
                return max(map(add, children), default=0)
            case Excluding(child):
                return add(child)
            case FirstMatching(children):
                level = max(map(add, children), default=0)
                levels.extend({} for _ in range(len(levels), level + 1))
                levels[level][clause] = None
                return level + 1
        return 0

    for clause in clauses:
        add(clause)
    return [list(level) for level in levels]


def ranking_queries(ranking_term: RankingTerm) -> dict[str, Query]:
    """Return, by field, a query for the articles in which a ranking term counts."""
    return {field: _ranking_query(field, ranking_term) for field in scored_fields(ranking_term)}


def any_field_query(ranking_term: RankingTerm) -> Query:
    """Return a query for the articles that contain a ranking term in any field."""
    return any_of([*ranking_queries(ranking_term).values()])


def _ranking_query(field: str, ranking_term: RankingTerm) -> Query:
    if ranking_term.phrases:
        return any_of([_synonym_query(field, phrase) for phrase in ranking_term.phrases])
    name = text_field(field, ranking_term.kind)
    if ranking_term.prefix:
        return {"prefix": {name: {"value": ranking_term.term}}}
    return term_query(name, ranking_term.term)


def _synonym_query(field: str, phrase: tuple[str, ...]) -> Query:
    # A single unit that is not Han is searched as a word, which includes "iphone" in "iphone13".
    if len(phrase) == 1 and not is_han(phrase[0]):
        return word_query(term(phrase[0]), (field,))
    return phrase_query(phrase, (field,), skip_boilerplate=True, unbroken=True)

"""Write the clauses of a plan as queries of OpenSearch's."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

from searchlib.analysis.terms import MAX_TERM_LENGTH, bigram_of_terms, term
from searchlib.analysis.units import is_han
from searchlib.engines.base import Filters
from searchlib.engines.common.categories import path_term
from searchlib.engines.common.days import day_bounds
from searchlib.engines.common.fields import text_field
from searchlib.engines.common.scoring import fields_of
from searchlib.engines.opensearch.client.clause_limit import NOTHING, Query, all_of, any_of
from searchlib.engines.opensearch.index.category_tree import CategoryTree
from searchlib.engines.opensearch.index.mapping import PLACE, REST
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
    WordClause,
)
from searchlib.query.tree import DateRange

MOST_CONTINUED = 1000
"""A phrase of which the last word is only begun looks at so many words that go on so: a node refuses more than 1,024."""


class Compiler:
    """Writes clauses as queries, for one search.

    ``zone`` is where days begin. ``first`` gives the first of some queries that finds any article, or None; ``group`` the key
    of the articles that repeat an article, by its id, or an empty text. ``tree`` is that of the categories, if there is one.
    """

    def __init__(
        self,
        zone: ZoneInfo,
        first: Callable[[FirstMatching], Clause | None],
        group: Callable[[str], str],
        tree: CategoryTree | None = None,
    ) -> None:
        self._zone = zone
        self._tree = tree
        self._first = first
        self._group = group

    def query(self, clause: Clause, *, telling: bool = False) -> Query:
        """The query of a clause; with ``telling`` runs and words count only outside of boilerplate."""
        match clause:
            case AllOf(children):
                return all_of([self.query(child, telling=telling) for child in children])
            case AnyOf(children):
                return any_of([self.query(child, telling=telling) for child in children])
            case FirstMatching():
                chosen = self._first(clause)
                return NOTHING if chosen is None else self.query(chosen, telling=telling)
            case Excluding(child):
                return {"bool": {"must_not": [self.query(child)]}}
            case DateRange(first, last):
                return self.days(first, last)
            case PhraseClause(units, fields, prefix):
                return run_query(units, fields, prefix=prefix, telling=telling)
            case WordClause(wanted, fields):
                return any_of([term_query(text_field(field, "words"), wanted) for field in fields])
            case ValueClause(field, run):
                return run_query(run.units, (field,), prefix=run.prefix)
            case IdClause(article_id, with_near_duplicates):
                own = term_query("id", article_id)
                group = self._group(article_id) if with_near_duplicates else ""
                return any_of([own, term_query("group", group)]) if group else own

    def days(self, first: date | None, last: date | None) -> Query:
        """The dated articles from the first to the last day, both included."""
        start, end = day_bounds(first, last, self._zone)
        bounds = {name: instant for name, instant in (("gte", start), ("lt", end)) if instant is not None}
        dated = term_query("undated", False)
        return all_of([dated, {"range": {"date": bounds}}]) if bounds else dated

    def filters(self, filters: Filters) -> dict[str, Query]:
        """The query of each filter in force, by the facet that it belongs to; ``date`` stands for both date facets."""
        found: dict[str, Query] = {
            field: values_query(field, values, self._tree) for field, values in filters.values.items() if values
        }
        if filters.first or filters.last:
            found["date"] = self.days(filters.first, filters.last)
        return found


def values_query(field: str, values: Collection[str], tree: CategoryTree | None) -> Query:
    """What finds the articles that have one of the values, or are at such a place of the tree of categories."""
    named: Query = {"terms": {field: sorted(values)}}
    paths = [tree.named(value) for value in sorted(values)] if tree and field == "category" else []
    places = [path_term(path) for path in paths if path]
    return any_of([named, {"terms": {PLACE: places}}]) if places else named


def first_founds(clauses: Iterable[Clause]) -> Iterator[FirstMatching]:
    """The clauses among these, and in them, of which what is found has to be known before they are a query."""
    for clause in clauses:
        match clause:
            case FirstMatching():
                yield clause
            case AllOf(children) | AnyOf(children):
                yield from first_founds(children)
            case Excluding(child):
                yield from first_founds([child])


def run_query(units: Sequence[str], fields: Sequence[str], *, prefix: bool = False, telling: bool = False) -> Query:
    """The articles that hold units one after the other in one of the fields; with ``prefix`` the last may go on.

    What stands in a body is looked for in boilerplate too, unless what tells something is wanted.
    """
    begun = prefix and not is_han(units[-1])
    # Of a longer unit its term holds no more characters.
    run = [*map(term, units[:-1]), units[-1][:MAX_TERM_LENGTH] if begun else term(units[-1])]
    searched = [each for field in fields for each in ((field,) if field != "body" or telling else (field, REST))]
    return any_of([_run(field, run, begun=begun) for field in searched])


def runs_query(units: Sequence[str]) -> Query:
    """The articles that hold units one after the other, in the title or the body."""
    return run_query(units, ("title", "body"))


def _run(field: str, run: Sequence[str], *, begun: bool) -> Query:
    if len(run) == 1:
        name = text_field(field, "units")
        return {"prefix": {name: {"value": run[0]}}} if begun else term_query(name, run[0])
    name = text_field(field, "bigrams")
    bigrams = [bigram_of_terms(*pair) for pair in pairwise(run)]
    if len(bigrams) == 1:
        return {"prefix": {name: {"value": bigrams[0]}}} if begun else term_query(name, bigrams[0])
    if begun:
        return {"match_phrase_prefix": {name: {"query": " ".join(bigrams), "max_expansions": MOST_CONTINUED}}}
    return {"match_phrase": {name: {"query": " ".join(bigrams)}}}


def ranking_queries(wanted: RankingTerm) -> dict[str, Query]:
    """By field, the articles in which a ranking term counts."""
    return {field: _ranking_query(field, wanted) for field in fields_of(wanted)}


def _ranking_query(field: str, wanted: RankingTerm) -> Query:
    if wanted.phrases:
        ways = []
        for run in wanted.phrases:
            # One unit that is not Han counts as a word: so does iphone in iphone13.
            as_word = len(run) == 1 and not is_han(run[0])
            ways.append(
                term_query(text_field(field, "words"), term(run[0]))
                if as_word
                else run_query(run, (field,), telling=True)
            )
        return any_of(ways)
    name = text_field(field, wanted.kind)
    return {"prefix": {name: {"value": wanted.term}}} if wanted.prefix else term_query(name, wanted.term)


def term_query(field: str, value: str | bool) -> Query:
    return {"term": {field: {"value": value}}}

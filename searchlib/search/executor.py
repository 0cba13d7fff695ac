"""Search an engine for what was typed, and where that finds nothing for what was meant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, partial

from searchlib.analysis.fold import fold
from searchlib.analysis.query_analyzer import QueryAnalyzer
from searchlib.analysis.units import HAN_CHARACTER
from searchlib.engines.base import Engine, EngineResults, Filters, Request
from searchlib.engines.common.cache import SizedLru
from searchlib.engines.common.deadline import Deadline
from searchlib.models import DateOffer, Suggestion
from searchlib.query import tree
from searchlib.query.date_offers import find_date_offer
from searchlib.query.parser import MAX_QUERY_LENGTH, parse
from searchlib.query.plan import Plan
from searchlib.query.planner import plan
from searchlib.search.did_you_mean import QueryCorrector
from searchlib.suggest.completion import suggest
from searchlib.suggest.speller import Speller

_KEPT = 512
"""The number of queries of which the plan and the date offer are cached."""

_CACHE_BYTES = 1 << 18
"""The size of the cache of corrections, and of the numbers of articles that hold a name."""


@dataclass(frozen=True, slots=True)
class Execution:
    """The answer to a query; ``request`` and ``text`` are what was really searched for."""

    request: Request
    text: str
    answer: EngineResults
    correction: str | None


class SearchExecutor:
    """Searches one engine of so many articles; for any number of threads."""

    def __init__(self, engine: Engine, articles: int, analyzer: QueryAnalyzer) -> None:
        self._engine = engine
        # None of these functions holds this object: a cycle would keep an engine that was replaced, and its files, until
        # the next collection of garbage.
        self._plan = lru_cache(maxsize=_KEPT)(partial(_plan, analyzer))
        self._offer = lru_cache(maxsize=_KEPT)(partial(_offer, analyzer))
        self._corrector = QueryCorrector(articles, analyzer)
        self._corrections = SizedLru(_CACHE_BYTES)
        self._name_frequencies = SizedLru(_CACHE_BYTES)

    def plan(self, text: str, today: date) -> Plan:
        """The plan of a query; those of the last queries are kept, but not of one that is longer than what is read of it."""
        return (self._plan if len(text) <= MAX_QUERY_LENGTH else self._plan.__wrapped__)(text, today)

    def date_offer(self, text: str, today: date) -> DateOffer | None:
        """The date in a query that could be a filter; those of the last queries are kept."""
        return self._offer(text[:MAX_QUERY_LENGTH], today)

    def search(self, query: str, request: Request, today: date, *, verbatim: bool, corrected: bool) -> Execution:
        """What the request finds for the query that it was planned from.

        A query that finds nothing is replaced, unless it is to be taken ``verbatim``: a Latin one by the words that its
        pinyin spells, and if it may be ``corrected`` any other by its correction. A Latin one of which no article holds
        all is replaced too where it is pinyin: its syllables may stand anywhere as stray words. One with a phrase in
        quotes is left as it is, and so is one that finds something under other filters only.
        """
        answer = self._engine.search(request)
        correction = self.correction(query, today, request.deadline)
        if answer.full or verbatim:
            return Execution(request, query, answer, correction)
        is_latin = not HAN_CHARACTER.search(fold(query))
        if (answer.total and not is_latin) or not _may_be_replaced(query, today):
            return Execution(request, query, answer, correction)
        own = self._without_filters(request, answer)
        speller = Speller(self._engine.with_deadline(request.deadline))
        for text in _meant(query, correction if corrected else None, own, speller, is_latin=is_latin):
            other = replace(request, plan=self.plan(text, today))
            found = self._engine.search(other)
            # Words that pinyin spells and that no article holds together are not what was meant.
            if found.full or (found.total and text == correction):
                return Execution(other, text, found, correction if text == correction else None)
        return Execution(request, query, answer, correction)

    def _without_filters(self, request: Request, answer: EngineResults) -> EngineResults:
        """What the request finds without its filters, of which the answer is given; only its numbers count."""
        if request.filters == Filters():
            return answer
        return self._engine.search(replace(request, filters=Filters(), offset=0, limit=1, facets=()))

    def correction(self, query: str, today: date, deadline: Deadline) -> str | None:
        """Return the whole query with its mistyped words replaced; None if none seems mistyped, or the query is too long."""
        if len(query) > MAX_QUERY_LENGTH:
            return None
        engine = self._engine.with_deadline(deadline)
        return self._corrections.get(
            (query, today), lambda: self._corrector.correct(engine, query, today), lambda _: len(query)
        )

    def suggest(self, text: str, size: int, deadline: Deadline) -> list[Suggestion]:
        """Return at most ``size`` names that the text begins, and titles that contain it."""
        engine = self._engine.with_deadline(deadline)

        def count(kind: str, name: str) -> int:
            return self._name_frequencies.get(
                (kind, name), lambda: engine.name_frequency(kind, name), lambda _: len(name)
            )

        return suggest(text, size, engine.lexicon(), count, engine.newest_titles)


def _meant(
    query: str, correction: str | None, own: EngineResults, speller: Speller, *, is_latin: bool
) -> Iterator[str]:
    """Yield what may be searched for instead of a query that finds so little itself, the likeliest first."""
    if is_latin and not own.full and (spelled := speller.words(query, in_full=True)):
        yield spelled
    if own.total:
        return
    if correction:
        yield correction
    if is_latin and (spelled := speller.words(query, in_full=False)):
        yield spelled


def _plan(analyzer: QueryAnalyzer, text: str, today: date) -> Plan:
    return plan(parse(text, today=today), analyzer)


def _offer(analyzer: QueryAnalyzer, text: str, today: date) -> DateOffer | None:
    return find_date_offer(text, today=today, analyzer=analyzer)


def _may_be_replaced(query: str, today: date) -> bool:
    """Whether something was typed, and nothing between quotes: what stands there is meant as it stands."""
    return bool(query.strip()) and not any(
        isinstance(each, tree.Phrase) for each in _leaves(parse(query, today=today).tree)
    )


def _leaves(node: tree.Node) -> Iterator[tree.Node]:
    match node:
        case tree.Not(child):
            yield from _leaves(child)
        case tree.And(children) | tree.Or(children):
            for each in children:
                yield from _leaves(each)
        case _:
            yield node

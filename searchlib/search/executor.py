"""Execute the calls of an index in one generation, and cache what is asked again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from searchlib.analysis.fold import fold
from searchlib.analysis.query_analyzer import QueryAnalyzer
from searchlib.analysis.script import Script, Write, in_script, script_of
from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.common.url_template import original_url
from searchlib.engines.base import Engine, EngineResults, Filters, Request
from searchlib.engines.common.cache import LruCache
from searchlib.engines.common.deadline import Deadline
from searchlib.errors import UnknownArticleError
from searchlib.highlight.highlighter import highlight
from searchlib.highlight.snippets import has_match
from searchlib.models import Article, CategoryNode, DateOffer, FacetValue, Passage, Results, Spans, Suggestion
from searchlib.query.plan import Plan
from searchlib.query.tree import Not
from searchlib.search.did_you_mean import QueryCorrector
from searchlib.search.explain import explain_query
from searchlib.search.operators import literal_note, query_operators
from searchlib.search.other_writings import with_joined_words
from searchlib.search.parameters import SearchRequest
from searchlib.search.parsed_query import ParsedQuery, query_parser
from searchlib.search.passages import choose_passages
from searchlib.search.query_runner import Execution, Outcome, QueryRunner
from searchlib.search.regional_words import with_regional_note
from searchlib.search.results import ShownFrontMatter, build_results, took_ms
from searchlib.search.similar import similar_request
from searchlib.search.typed_text import TypedTextFinder
from searchlib.search.zero_hits import advise
from searchlib.suggest.completion import suggest

_NEGATIVE_QUANTITY = lazy_pattern(r"\s*[-－−]\d+[^\d\s]")

_CACHE_BYTES = 1 << 18
"""The size of each cache of an executor."""

_ADVICE_SECONDS = 0.3
"""The time for advice, which takes several searches. It usually takes some milliseconds."""

_SCRIPT_ARTICLES, _SCRIPT_LENGTH = 100, 300
"""The number of newest articles whose script is that of the archive, and the characters of each body that are read."""

_EMPTY_RESULTS_BYTES = 4096
"""About the size of results without hits, which may have facets."""

_VALUES_CACHE_BYTES = 1 << 22
"""The size of the cache of values of facets."""

_VALUE_BYTES = 250
"""About the size of a value of a facet, or of a path of categories, in memory."""

_SIMILAR_BYTES = 2_000
"""About the size of a similar article in memory."""


class SearchExecutor:
    """Executes searches of one engine, for any number of threads.

    ``articles`` is the number of articles in the engine, ``front_matter`` tells what hits show of the front matter. Methods raise
    SearchTimeoutError after the deadline.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        articles: int,
        analyzer: QueryAnalyzer,
        front_matter: ShownFrontMatter,
    ) -> None:
        self._front_matter = front_matter
        self._engine = engine
        self._articles = articles
        self._analyzer = analyzer
        # No cache refers to this object: a reference cycle would keep a replaced engine and its files open until the next
        # garbage collection.
        self._parse = query_parser(analyzer)
        self._corrector = QueryCorrector(articles, analyzer)
        self._typed_text = TypedTextFinder(engine)
        self._name_frequencies = LruCache(_CACHE_BYTES)
        self._archive_script = LruCache(_CACHE_BYTES)
        self._empty = LruCache(_CACHE_BYTES)
        # Readers open some articles again and again, from different searches.
        self._similar = LruCache(_CACHE_BYTES)
        self._values = LruCache(_VALUES_CACHE_BYTES)

    def parse(self, text: str, today: date, *, is_literal: bool = False) -> ParsedQuery:
        """Parse and plan a query."""
        return self._parse(text, today, is_literal)

    def _parsed(self, search: SearchRequest, deadline: Deadline) -> ParsedQuery:
        """Parse and plan the query of a search.

        A query that is only a negation is read literally, with a note, if an article contains it as typed (``-webkit-box``):
        nearly all articles lack the excluded text. A negative quantity (``-5℃``) is always read literally.
        """
        query = self.parse(search.query, search.today, is_literal=search.literal)
        if isinstance(query.tree, Not):
            is_typed = self._typed_text.ids(query.plan, Filters(), deadline)
            notes = (literal_note(search.query.strip(), query.tree),) if is_typed else ()
            if notes or _NEGATIVE_QUANTITY.match(search.query):
                literal = self.parse(search.query, search.today, is_literal=True)
                return replace(literal, plan=replace(literal.plan, notes=(*literal.plan.notes, *notes)))
        return query if search.verbatim else with_joined_words(query, self._engine.with_deadline(deadline))

    def search(self, search: SearchRequest, deadline: Deadline) -> Results:
        """Search, and return one page of results."""
        query = self._parsed(search, deadline)
        request = self._request(query, search, search.filters, deadline)
        execution = self._execute_cached(query, request, search)
        is_dated = search.filters.first is not None or search.filters.last is not None
        results = build_results(
            execution.outcome,
            execution.request,
            query=search.query,
            date_offer=None if is_dated else self._date_offer(query, deadline),
            searched=execution.query.text,
            correction=execution.correction,
            operators=tuple(query_operators(execution.query.tree)),
            has_snippets=search.snippets,
            front_matter=self._front_matter,
        )
        engine = self._engine.with_deadline(deadline)
        write = self._write(search.query, deadline)
        results = with_regional_note(results, execution.query, execution.request.plan, engine, write)
        if not search.explain:
            return results

        advice_deadline = deadline.within(Deadline.after(_ADVICE_SECONDS))

        def total(text: str, filters: Filters) -> int:
            part = self.parse(text, query.today, is_literal=search.literal)
            counted = replace(self._request(part, search, filters, advice_deadline), facets=(), explain=False)
            count = self._engine.with_deadline(advice_deadline).count
            return self._execute(part, counted, search, count, offers_correction=False).outcome.total

        return replace(
            results,
            explanation=explain_query(execution.query, search.filters),
            advice=() if results.total else advise(query, search.filters, total),
        )

    def _date_offer(self, query: ParsedQuery, deadline: Deadline) -> DateOffer | None:
        """Return the date in a query that could be a filter, if there are articles of that time."""
        if (offer := query.date_offer) is None:
            return None
        days = Filters(first=_day(offer.date_from), last=_day(offer.date_to))
        request = Request(plan=Plan(), filters=days, facets=(), deadline=deadline)
        return offer if self._engine.with_deadline(deadline).count(request).total else None

    def facet_values(
        self, facet: str, containing: str, search: SearchRequest, deadline: Deadline
    ) -> tuple[FacetValue, ...] | tuple[CategoryNode, ...]:
        """Return the values of a facet, or the paths of a tree of categories, that contain a text, the most frequent first."""
        deadline.check()
        # Readers look for one text after the other in the values of the same search.
        values = self._values.get(
            (facet, search),
            lambda: self._facet_values(facet, search, deadline),
            lambda values: len(values) * _VALUE_BYTES,
        )
        text = fold(containing.strip())
        return tuple(value for value in values if text in fold(_name(value)))

    def _facet_values(self, facet: str, search: SearchRequest, deadline: Deadline) -> tuple[Any, ...]:
        """Return all values of a facet, or the paths of a tree of categories, the most frequent first."""
        query = self._parsed(search, deadline)
        request = self._request(query, search, search.filters, deadline)
        run = self._engine.with_deadline(deadline).search
        results = self._execute(query, request, search, run, offers_correction=False).outcome
        if facet == "category" and results.category_tree:
            return tuple(sorted(results.category_tree, key=lambda node: -node.count))
        return results.facets[facet]

    def similar(self, article_id: str, size: int, deadline: Deadline, *, has_snippets: bool) -> Results:
        """Return the articles that share most of the significant terms of an article.

        Raises:
            UnknownArticleError: there is no article with this id.
        """
        results = self._similar.get(
            (article_id, size, has_snippets),
            lambda: self._similar_articles(article_id, size, deadline, has_snippets=has_snippets),
            lambda results: len(results.hits) * _SIMILAR_BYTES,
        )
        return replace(results, took_ms=took_ms(deadline))

    def _similar_articles(self, article_id: str, size: int, deadline: Deadline, *, has_snippets: bool) -> Results:
        engine = self._engine.with_deadline(deadline)
        article = engine.article(article_id)
        if article is None:
            raise UnknownArticleError(article_id)
        request = similar_request(article, engine, self._articles, self._analyzer.dictionary, size, deadline)
        return build_results(
            engine.search(request), request, front_matter=self._front_matter, has_snippets=has_snippets
        )

    def passages(self, search: SearchRequest, budget: int, deadline: Deadline) -> tuple[Passage, ...]:
        """Return the best passages of the articles that a search finds, with at most ``budget`` characters together."""
        engine = self._engine.with_deadline(deadline)
        query = self._parsed(search, deadline)
        request = self._request(query, search, search.filters, deadline)
        execution = self._execute(query, request, search, engine.search, offers_correction=False)
        matches = [(article, hit.score) for hit in execution.outcome.hits if (article := engine.article(hit.id))]
        return choose_passages(matches, execution.request.plan, engine, self._articles, budget, self._original_url)

    def _original_url(self, article: Article) -> str | None:
        return original_url(self._front_matter.url_template, article.id, article.date, article.extra) or None

    def highlight(self, query: str, text: str, today: date) -> Spans:
        """Return a text in pieces, with the matches of the query marked."""
        plan = self.parse(query, today).plan
        spans = highlight(text, plan.terms_to_highlight(is_taken_apart=False))
        if has_match([spans]):
            return spans
        return highlight(text, plan.terms_to_highlight(is_taken_apart=True))

    def suggest(self, text: str, size: int, deadline: Deadline) -> list[Suggestion]:
        """Return at most ``size`` completions of a text: names that begin with it, and titles that contain it."""
        engine = self._engine.with_deadline(deadline)

        def count(kind: str, name: str) -> int:
            return self._name_frequencies.get(
                (kind, name), lambda: engine.name_frequency(kind, name), lambda _: len(name)
            )

        return suggest(text, size, engine.lexicon(), count, engine.newest_titles, self._write(text, deadline))

    def _write(self, typed: str, deadline: Deadline) -> Write:
        """Return a function that writes words in the script of a typed text, or of the archive if the text has none."""

        def write(words: str) -> str:
            return words if words.isascii() else in_script(words, script_of(typed) or self._script(deadline))

        return write

    def _script(self, deadline: Deadline) -> Script | None:
        """Return the script of the newest articles."""

        def read() -> Script | None:
            request = Request(plan=Plan(), sort="newest", limit=_SCRIPT_ARTICLES, facets=(), deadline=deadline)
            hits = self._engine.with_deadline(deadline).search(request).hits
            return script_of("".join(hit.title + hit.body()[:_SCRIPT_LENGTH] for hit in hits))

        return self._archive_script.get("", read, lambda _: 1)

    def _execute_cached(self, query: ParsedQuery, request: Request, search: SearchRequest) -> Execution[EngineResults]:
        """Execute a search, or return the cached results of one without hits.

        A search without hits is often followed by the same one with an explanation.
        """
        key = replace(search, explain=False)
        if search.explain and (cached := self._empty.get_many([key])):
            empty: Execution[EngineResults] = cached[key]
            return replace(empty, request=replace(empty.request, explain=True, deadline=request.deadline))
        execution = self._execute(query, request, search, self._engine.with_deadline(request.deadline).search)
        if not execution.outcome.total:
            self._empty.put(key, execution, _EMPTY_RESULTS_BYTES)
        return execution

    def _execute(
        self,
        query: ParsedQuery,
        request: Request,
        search: SearchRequest,
        run: Callable[[Request], Outcome],
        *,
        offers_correction: bool = True,
    ) -> Execution[Outcome]:
        """Execute a query with a method of the engine that runs its requests: ``search`` or ``count``."""
        engine = self._engine.with_deadline(request.deadline)
        write = self._write(query.text, request.deadline)
        runner = QueryRunner(
            engine,
            search,
            run,
            parse=lambda text: self.parse(text, query.today, is_literal=search.literal),
            rank_typed_first=partial(self._typed_text.ranked_first, filters=request.filters, deadline=request.deadline),
            correct=lambda query, counts: self._corrector.correction(engine, query, counts.full, write),
            write=write,
        )
        return runner.execute(query, request, offers_correction=offers_correction)

    def _request(self, query: ParsedQuery, search: SearchRequest, filters: Filters, deadline: Deadline) -> Request:
        return Request(
            plan=self._typed_text.ranked_first(query.plan, filters, deadline),
            filters=filters,
            sort=search.sort,
            offset=(search.page - 1) * search.size,
            limit=search.size,
            facets=search.facets,
            max_facet_values=search.most_values,
            collapse=search.collapse and not query.plan.has_phrase,
            explain=search.explain,
            deadline=deadline,
        )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _name(value: FacetValue | CategoryNode) -> str:
    """Return the name that a value shows."""
    return value.path[-1] if isinstance(value, CategoryNode) else value.value

"""Execute searches in one generation: of the typed query or, if it matches nothing, of a replacement."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from searchlib.analysis.fold import fold
from searchlib.analysis.query_analyzer import QueryAnalyzer
from searchlib.analysis.script import Script, Write, in_script, script_of
from searchlib.analysis.units import is_han
from searchlib.common.url_template import original_url
from searchlib.engines.base import Engine, EngineHit, EngineResults, Filters, MatchCounts, Request
from searchlib.engines.common.cache import LruCache
from searchlib.engines.common.deadline import Deadline
from searchlib.errors import UnknownArticleError
from searchlib.highlight.highlighter import highlight
from searchlib.models import Article, CategoryNode, DateOffer, FacetValue, Passage, Results, Spans, Suggestion
from searchlib.query.as_typed import contains_typed
from searchlib.query.date_offers import date_offer
from searchlib.query.parser import MAX_QUERY_LENGTH
from searchlib.query.plan import AllOf, AnyOf, Clause, IdClause, PhraseClause, Plan
from searchlib.query.tree import And, Not, UnquotedText
from searchlib.search.did_you_mean import QueryCorrection, QueryCorrector
from searchlib.search.explain import explain_query
from searchlib.search.longer_words import with_longer_words
from searchlib.search.longest_phrase import with_longest_phrase
from searchlib.search.names import with_names
from searchlib.search.operators import literal_note, query_operators
from searchlib.search.other_writings import with_joined_words, with_other_writings
from searchlib.search.parameters import SearchRequest
from searchlib.search.parsed_query import ParsedQuery, query_parser
from searchlib.search.passages import choose_passages
from searchlib.search.regional_words import with_regional_note
from searchlib.search.replacements import replacements
from searchlib.search.results import NO_FRONT_MATTER, ShownFrontMatter, build_results, took_ms
from searchlib.search.similar import similar_request
from searchlib.search.unquoted import without_quotes
from searchlib.search.word_parts import with_word_parts
from searchlib.search.zero_hits import advise
from searchlib.suggest.completion import suggest
from searchlib.suggest.han_corrector import MIN_COMMON_ARTICLES, common_articles
from searchlib.suggest.pinyin_reader import PinyinReader

_NEGATIVE_QUANTITY = re.compile(r"\s*[-－−]\d+[^\d\s]")

_CACHE_BYTES = 1 << 18
"""The size of each cache of an executor."""

_MAX_TYPED = 200
"""The maximum number of articles that are read to find those that contain a typed text, symbols included."""

_SAMPLE = 20
"""The number of these articles that are read first, to decide whether most of them contain the typed text."""

_MIN_TYPED = 10
"""If fewer articles contain the typed text, its last word may be incomplete: ``grep -r`` is also in ``grep -rn``."""

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

Outcome = TypeVar("Outcome", bound=MatchCounts)


@dataclass(frozen=True, slots=True)
class Execution(Generic[Outcome]):
    """The ``outcome`` of a search: the results of an engine, or counts alone.

    ``query`` and ``request`` are what was searched in the end; they may be a replacement of the typed query.
    """

    query: ParsedQuery
    request: Request
    outcome: Outcome
    correction: str | None


class SearchExecutor:
    """Executes searches of one engine, for any number of threads.

    ``articles`` is the number of articles in the engine, ``zone`` the time zone of days, ``front_matter`` tells what hits show of
    the front matter. Methods raise SearchTimeoutError after the deadline.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        articles: int,
        analyzer: QueryAnalyzer,
        zone: str,
        front_matter: ShownFrontMatter = NO_FRONT_MATTER,
    ) -> None:
        self._front_matter = front_matter
        self._engine = engine
        self._articles = articles
        self._analyzer = analyzer
        self._zone = ZoneInfo(zone)
        # No cache refers to this object: a reference cycle would keep a replaced engine and its files open until the next
        # garbage collection.
        self._parse = query_parser(analyzer)
        self._corrector = QueryCorrector(articles, analyzer)
        self._corrections = LruCache(_CACHE_BYTES)
        self._typed = LruCache(_CACHE_BYTES)
        self._name_frequencies = LruCache(_CACHE_BYTES)
        self._archive_script = LruCache(_CACHE_BYTES)
        self._empty = LruCache(_CACHE_BYTES)
        # Readers open some articles again and again, from different searches.
        self._similar = LruCache(_CACHE_BYTES)
        self._values = LruCache(_VALUES_CACHE_BYTES)

    def parse(self, text: str, today: date | None = None, *, is_literal: bool = False) -> ParsedQuery:
        """Parse and plan a query. ``today`` defaults to the current day in the zone of the index."""
        return self._parse(text, today or datetime.now(self._zone).date(), is_literal)

    def _parsed(self, search: SearchRequest, deadline: Deadline) -> ParsedQuery:
        """Parse and plan the query of a search.

        A query that is only a negation is read literally, with a note, if an article contains it as typed (``-webkit-box``):
        nearly all articles lack the excluded text. A negative quantity (``-5℃``) is always read literally.
        """
        query = self.parse(search.query, search.today, is_literal=search.literal)
        if isinstance(query.tree, Not):
            is_typed = self._ids_as_typed(query.plan, deadline)
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
            date_offer=None if is_dated else query.date_offer,
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

    def facet_values(
        self, facet: str, containing: str, search: SearchRequest, deadline: Deadline
    ) -> tuple[FacetValue, ...] | tuple[CategoryNode, ...]:
        """Return the values of a facet, or the paths of a tree of categories, that contain a text, the most frequent first."""
        deadline.check()
        search = replace(search, today=search.today or datetime.now(self._zone).date())
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

    def read_dates(self, text: str, today: date | None) -> DateOffer | None:
        """Return the days that a text names. ``today`` defaults to the current day in the zone of the index."""
        return date_offer(text.strip(), today=today or datetime.now(self._zone).date())

    def highlight(self, query: str, text: str) -> Spans:
        """Return a text in pieces, with the matches of the query marked."""
        plan = self.parse(query).plan
        spans = highlight(text, plan.terms_to_highlight(is_taken_apart=False))
        if any(is_match for _, is_match in spans):
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
        key = replace(search, explain=False, today=query.today)
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
        """Run the request of a query, or of a replacement for it.

        Without ``offers_correction``, a correction is looked up only if it may be searched.

        A query that matches nothing is replaced, unless the search is ``verbatim``. Pinyin is replaced by the words that it
        spells. With ``corrected``, any other query is replaced by its correction, if that is searchable.

        A query that articles match only in part is also replaced in two cases: if it is pinyin, because its syllables can match as
        unrelated words, and if articles match a clear correction fully.

        A query with a quotation is never replaced, nor one that matches without the filters.
        """
        outcome = run(request)
        if query.plan.typed_words and outcome.full < request.min_full_matches:
            request = replace(request, plan=self._with_typed(query.plan, request.deadline, all_words=False))
            outcome = run(request)
        request, outcome = self._add_names(query, request, outcome, run)
        if outcome.full < request.min_full_matches and not search.verbatim:
            query, request, outcome = self._add_writings(query, request, outcome, run)
            request, outcome = self._add_longest_phrase(query, request, outcome, run)
        may_replace = search.corrected and not (outcome.full or search.verbatim)
        corrected = self._correction(query, outcome, request.deadline) if offers_correction or may_replace else None
        correction = corrected.text if corrected else None
        typed = Execution(query, request, outcome, correction)
        if not (outcome.total or search.verbatim) and (plain := without_quotes(query)):
            instead = replace(request, plan=self._with_typed(plain.plan, request.deadline), collapse=search.collapse)
            outcome = run(instead)
            return Execution(plain, instead, outcome, None) if outcome.total else typed
        if outcome.full or search.verbatim or not query.is_replaceable:
            return typed
        engine = self._engine.with_deadline(request.deadline)
        unfiltered: MatchCounts = outcome
        if request.filters != Filters():
            unfiltered = engine.count(replace(request, filters=Filters()))
        instead_of_typed = corrected if search.corrected else None
        write = self._write(query.text, request.deadline)
        for replacement in replacements(query, instead_of_typed, unfiltered, PinyinReader(engine), write):
            other = self.parse(replacement.text, query.today, is_literal=search.literal)
            instead = replace(request, plan=self._with_typed(other.plan, request.deadline))
            instead, outcome = self._add_names(other, instead, run(instead), run)
            if outcome.full or (outcome.total and not replacement.must_match_fully):
                return Execution(other, instead, outcome, correction if replacement.text == correction else None)
        # Relaxed matches of the typed query ignore a compound that no article contains, so matches of its parts are always better.
        for widen, enough in (
            () if unfiltered.full else ((with_longer_words, typed.outcome.total), (with_word_parts, 0))
        ):
            if (wider := widen(query, engine)) is None:
                continue
            instead = replace(request, plan=self._with_typed(wider.plan, request.deadline))
            outcome = run(instead)
            if outcome.total > enough or outcome.full:
                return Execution(wider, instead, outcome, correction)
        return typed

    def _add_writings(
        self, query: ParsedQuery, request: Request, outcome: Outcome, run: Callable[[Request], Outcome]
    ) -> tuple[ParsedQuery, Request, Outcome]:
        """Run the request again with other ways to write its words, if more articles match with them."""
        if wider := with_other_writings(query, self._engine.with_deadline(request.deadline)):
            wider_request = replace(request, plan=self._with_typed(wider.plan, request.deadline))
            found = run(wider_request)
            if found.full > outcome.full:
                return wider, wider_request, found
        return query, request, outcome

    def _add_longest_phrase(
        self, query: ParsedQuery, request: Request, outcome: Outcome, run: Callable[[Request], Outcome]
    ) -> tuple[Request, Outcome]:
        """Run the request again with the longest phrase of the query, if few articles match, and none contains the typed text."""
        if outcome.full >= request.min_full_matches or isinstance(request.plan.as_typed, AllOf | AnyOf):
            return request, outcome
        plan = with_longest_phrase(query, request.plan, self._engine.with_deadline(request.deadline))
        if plan is None:
            return request, outcome
        request = replace(request, plan=plan)
        return request, run(request)

    def _add_names(
        self, query: ParsedQuery, request: Request, outcome: Outcome, run: Callable[[Request], Outcome]
    ) -> tuple[Request, Outcome]:
        """Run the request again so that its words also match names, if few articles contain the words. Return the last run."""
        named = self._with_names(query, request, outcome) if query.plan.words else None
        return (request, outcome) if named is None else (named, run(named))

    def _with_names(self, query: ParsedQuery, request: Request, counts: MatchCounts) -> Request | None:
        """Return the request whose words also match as categories, tags and authors, if few articles contain them.

        As with relaxed matching, filters have no influence.
        """
        if counts.full >= request.min_full_matches:
            return None
        engine = self._engine.with_deadline(request.deadline)
        plan = with_names(query, request.plan, engine)
        if plan is None:
            return None
        if request.filters != Filters():
            counts = engine.count(replace(request, filters=Filters()))
        return replace(request, plan=plan) if counts.full < request.min_full_matches else None

    def _correction(self, query: ParsedQuery, counts: MatchCounts, deadline: Deadline) -> QueryCorrection | None:
        """Return the correction of a query, or None if no word seems mistyped, or the query is too long.

        If many articles match the query, its words are correct, and no lookup is needed: each of these articles contains all
        words. For several texts, fewer articles are enough, because few articles contain a mistyped word with the others. Syllables
        of pinyin are one word. A character beside a function word may be a part of a mistyped word.
        """
        if len(query.text) > MAX_QUERY_LENGTH:
            return None
        typed = query.tree.children if isinstance(query.tree, And) else (query.tree,)
        is_plain = all(isinstance(node, UnquotedText) for node in typed)
        is_one_word = len(typed) == 1 or query.is_spelled
        enough = common_articles(self._articles) if is_one_word else MIN_COMMON_ARTICLES
        if is_plain and counts.full >= enough and not query.has_lone_character:
            return None
        engine = self._engine.with_deadline(deadline)
        return self._corrections.get(
            (query.text, query.today, query.query.is_literal, query.analyzer is self._analyzer),
            lambda: self._corrector.correct(engine, query, self._write(query.text, deadline)),
            lambda _: len(query.text),
        )

    def _request(self, query: ParsedQuery, search: SearchRequest, filters: Filters, deadline: Deadline) -> Request:
        return Request(
            plan=self._with_typed(query.plan, deadline),
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

    def _with_typed(self, plan: Plan, deadline: Deadline, *, all_words: bool = True) -> Plan:
        """Return the plan with the ids of the articles that contain its typed text, symbols included.

        If there are none, articles that contain its ``typed_words`` rank first; with ``all_words`` they must match all words.
        """
        if plan.as_typed is not None:
            if ids := self._ids_as_typed(plan, deadline):
                return replace(plan, as_typed=AnyOf(tuple(map(IdClause, ids))))
            if plan.needs_typed_text:
                plan = replace(plan, as_typed=None)
        matches = [self._with_typed_words(clause, text, deadline) for clause, text in plan.typed_words]
        words = [match for match in matches if match is not None]
        if not words:
            return plan
        others = (plan.required, *plan.words) if all_words else (plan.required,)
        return replace(plan, as_typed=AllOf((*words, *others)))

    def _with_typed_words(self, clause: PhraseClause, text: str, deadline: Deadline) -> Clause | None:
        """Return the clause of the articles that contain typed words, or None if there are none. ``text`` is "" without symbols."""
        if text:
            ids = self._ids_with_typed(clause, text, deadline)
            return AnyOf(tuple(map(IdClause, ids))) if ids else None
        request = Request(plan=Plan(required=clause), facets=(), deadline=deadline)
        return clause if self._engine.with_deadline(deadline).count(request).total else None

    def _ids_as_typed(self, plan: Plan, deadline: Deadline) -> tuple[str, ...]:
        """Return the ids of the articles that contain the whole typed text of a plan."""
        if not isinstance(plan.as_typed, PhraseClause):
            return ()
        return self._ids_with_typed(plan.as_typed, plan.as_typed_text, deadline, is_open=True)

    def _ids_with_typed(
        self, clause: PhraseClause, text: str, deadline: Deadline, *, is_open: bool = False
    ) -> tuple[str, ...]:
        """Return the ids of the articles that contain a text, among the newest ``_MAX_TYPED`` that match its units in a row.

        With ``is_open``, if they are few, the last word may also be the beginning of a longer one. Without it, return none if there
        are more than ``_MAX_TYPED`` articles and most of a sample contain the text, because most others then contain it, too (I/O).
        """

        def read(clause: PhraseClause) -> Iterator[str]:
            request = Request(plan=Plan(required=clause), limit=_MAX_TYPED, facets=(), deadline=deadline)
            is_in = contains_typed(text, is_prefix=clause.prefix)
            hits = self._engine.with_deadline(deadline).search(request).hits

            def contains(hit: EngineHit) -> bool:
                return is_in(hit.title) or is_in(hit.body())

            if not is_open and len(hits) == _MAX_TYPED:
                sample = hits[:: _MAX_TYPED // _SAMPLE]
                if 2 * sum(map(contains, sample)) > len(sample):
                    return
            yield from (hit.id for hit in hits if contains(hit))

        def read_all() -> tuple[str, ...]:
            ids = tuple(read(clause))
            is_word = len(ids) >= _MIN_TYPED or not is_open or is_han(clause.units[-1])
            return ids if is_word else tuple(dict.fromkeys((*ids, *read(replace(clause, prefix=True)))))

        return self._typed.get((clause, text, is_open), read_all, lambda ids: sum(map(len, ids), len(text)))


def _name(value: FacetValue | CategoryNode) -> str:
    """Return the name that a value shows."""
    return value.path[-1] if isinstance(value, CategoryNode) else value.value

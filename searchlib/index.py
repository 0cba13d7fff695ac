"""Open a built index and search it."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Collection, Hashable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from types import TracebackType
from zoneinfo import ZoneInfo

from searchlib.analysis.fold import fold
from searchlib.analysis.query_analyzer import QueryAnalyzer, read_query_analyzer
from searchlib.analysis.record import check_configured_dictionary, check_stored_dictionary
from searchlib.engines.base import CATEGORY_TREE, MAX_FACET_VALUES, Engine, Filters, Request
from searchlib.engines.common.deadline import NO_DEADLINE, Deadline
from searchlib.errors import SearchlibError, UnknownArticleError
from searchlib.highlight.highlighter import highlight
from searchlib.models import Article, CategoryNode, CheckReport, FacetValue, IndexStats, Results, Spans, Suggestion
from searchlib.query.parser import parse
from searchlib.query.plan import AllOf, AnyOf, Excluding, IdClause, Plan, RankingTerm, WordClause
from searchlib.search.executor import SearchExecutor
from searchlib.search.explain import explain_query
from searchlib.search.parameters import (
    MAX_VALUES,
    Values,
    check_most_values,
    check_page,
    check_value_facet,
    parse_day,
    parse_facets,
    parse_repeats,
    parse_sort,
    parse_values,
)
from searchlib.search.results import build_results
from searchlib.search.similar import significant_terms
from searchlib.search.zero_hits import advise
from searchlib.settings import Settings, load_settings
from searchlib.stores import Generation, store_at


@dataclass(frozen=True)
class _Generation:
    """One generation, open."""

    built: Generation
    engine: Engine
    analyzer: QueryAnalyzer

    @cached_property
    def searching(self) -> SearchExecutor:
        return SearchExecutor(self.engine, self.built.manifest.articles, self.analyzer)

    def today(self) -> date:
        """Return the day that it is in the zone of the index."""
        return datetime.now(ZoneInfo(self.built.manifest.zone)).date()


class Index:
    """A built index, open for searching by any number of threads.

    A rebuild meanwhile does no harm: a search that is under way ends on the old generation, the next one sees the new one.
    """

    def __init__(self, place: str | os.PathLike[str], settings: Settings) -> None:
        self._store = store_at(place)
        self.folder = self._store.location
        self._settings = settings
        self._lock = threading.Lock()
        self._open: _Generation | None = None
        self._stamp: Hashable = None
        # Read once: a file that is being edited must not stop an index that is open, whatever generation takes its place.
        self._query_analyzer = read_query_analyzer(settings)
        generation = self._current()
        try:
            check_configured_dictionary(generation.built.location, generation.built.manifest.analysis, settings)
        except SearchlibError:
            self.close()
            raise

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back the files of the index; no search may be under way. A later search opens them again."""
        with self._lock:
            if self._open:
                self._open.engine.close()
            self._open = None

    def _deadline(self) -> Deadline:
        """Return the deadline of a call that starts now."""
        return Deadline.after(self._settings.deadline)

    def _current(self, deadline: Deadline = NO_DEADLINE) -> _Generation:
        with self._lock:
            # Read before the pointer itself: what has changed in between is seen by the next search.
            stamp = self._store.stamp(deadline)
            if self._open is not None and stamp is not None and stamp == self._stamp:
                return self._open
            built = self._store.current(deadline)
            if self._open is None or self._open.built.name != built.name:
                # The old engine is left to the searches that still use it; it goes when they are done.
                dictionary = built.dictionary(deadline)
                check_stored_dictionary(built.location, built.manifest.analysis, dictionary)
                analyzer = replace(self._query_analyzer, dictionary=dictionary)
                self._open = _Generation(built, built.open(self._settings), analyzer)
            self._stamp = stamp
            return self._open

    @property
    def generation(self) -> str:
        """The name of the generation that the next search will use."""
        return self._current().built.name

    def search(
        self,
        query: str = "",
        *,
        category: Values = (),
        author: Values = (),
        tag: Values = (),
        date_from: str | None = None,
        date_to: str | None = None,
        sort: str = "relevance",
        page: int = 1,
        size: int = 10,
        facets: bool | Collection[str] = True,
        most_values: int = MAX_FACET_VALUES,
        snippets: bool = True,
        repeats: str | None = None,
        verbatim: bool = False,
        corrected: bool = False,
        today: date | None = None,
        explain: bool = False,
    ) -> Results:
        """The articles that a query finds, one page of them.

        ``category``, ``author`` and ``tag`` take one value or several: an article needs one of each. ``date_from`` and
        ``date_to`` take ``2021``, ``2021-11`` or ``2021-11-20`` and are inclusive. ``sort`` is relevance, newest or
        oldest; an empty query lists the newest first. ``page`` counts from 1. ``facets`` names those that are counted, of
        category, year, month, author and tag, and category_tree; True means all.
        Of category, author and tag the ``most_values`` frequent are given. Without ``snippets`` no article's text is read.
        ``repeats`` is fold or show: whether articles that are nearly the same are one hit or many; None leaves it to the
        setting ``fold_repeats``. A query with a quoted phrase shows them always: it finds every article that holds the phrase.
        ``Results.correction`` offers another spelling. A query in Latin letters that finds nothing is replaced by the words
        that its pinyin spells, unless it is ``verbatim``; any other by its correction, if it may be ``corrected``.
        ``Results.searched`` says by what. Dates in words count from ``today``, by default the day that it is in the index's
        zone. With ``explain`` the results say how the query was cut, and each hit what gave it its score; where nothing is found,
        ``Results.advice`` says what to leave out.

        Raises:
            ParameterError: a date, sort, page, size, repeats or number of values is out of its range, or there is no such facet.
            SearchTimeoutError: it took longer than the setting ``deadline`` allows.
            NoIndexError, IndexMismatchError, IndexDamagedError: the index cannot be used.
        """
        deadline = self._deadline()
        chosen = parse_sort(sort)
        counted = parse_facets(facets)
        folds = parse_repeats(repeats, default=self._settings.fold_repeats)
        check_page(page, size)
        check_most_values(most_values)
        filters = Filters(
            values={"category": parse_values(category), "author": parse_values(author), "tag": parse_values(tag)},
            first=parse_day("date_from", date_from, end=False),
            last=parse_day("date_to", date_to, end=True),
        )
        generation = self._current(deadline)
        today = today or generation.today()
        plan = generation.searching.plan(query, today)
        request = Request(
            plan=plan,
            filters=filters,
            sort=chosen,
            offset=(page - 1) * size,
            limit=size,
            min_full_matches=size,
            facets=counted,
            max_facet_values=most_values,
            collapse=folds and not plan.has_phrase,
            explain=explain,
            deadline=deadline,
        )
        found = generation.searching.search(query, request, today, verbatim=verbatim, corrected=corrected)
        results = build_results(
            found.answer,
            found.request,
            query=query,
            searched=found.text,
            correction=found.correction,
            has_snippets=snippets,
        )

        def total(text: str, narrowed: Filters) -> int:
            plan = generation.searching.plan(text, today)
            only_counted = replace(
                request,
                plan=plan,
                filters=narrowed,
                sort="newest",
                offset=0,
                limit=1,
                facets=(),
                collapse=folds and not plan.has_phrase,
                explain=False,
            )
            asked = generation.searching.search(text, only_counted, today, verbatim=verbatim, corrected=corrected)
            return asked.answer.total

        is_dated = filters.first is not None or filters.last is not None
        return replace(
            results,
            date_offer=None if is_dated else generation.searching.date_offer(query, today),
            explanation=explain_query(parse(found.text, today=today), found.request.plan, filters, generation.analyzer)
            if explain
            else None,
            advice=advise(query, parse(query, today=today).tree, filters, total)
            if explain and not results.total
            else (),
        )

    def facet_values(
        self,
        facet: str,
        query: str = "",
        *,
        holding: str = "",
        category: Values = (),
        author: Values = (),
        tag: Values = (),
        date_from: str | None = None,
        date_to: str | None = None,
        verbatim: bool = False,
        corrected: bool = False,
    ) -> tuple[FacetValue, ...] | tuple[CategoryNode, ...]:
        """All values of category, author or tag that a search counts, the most frequent first; the parameters are its own.

        With ``holding`` those that hold that text, whatever its case and forms of characters. In an archive with a tree of
        categories these are its places.

        Raises:
            ParameterError, SearchTimeoutError, NoIndexError, IndexMismatchError, IndexDamagedError: as a search.
        """
        check_value_facet(facet)
        results = self.search(
            query,
            category=category,
            author=author,
            tag=tag,
            date_from=date_from,
            date_to=date_to,
            sort="newest",
            size=1,
            facets=(facet, CATEGORY_TREE) if facet == "category" else (facet,),
            most_values=MAX_VALUES,
            snippets=False,
            verbatim=verbatim,
            corrected=corrected,
        )
        wanted = fold(holding.strip())
        if facet == "category" and results.category_tree:
            nodes = sorted(results.category_tree, key=lambda node: -node.count)
            return tuple(node for node in nodes if wanted in fold(node.path[-1]))
        return tuple(value for value in results.facets[facet] if wanted in fold(value.value))

    def get(self, article_id: str) -> Article:
        """The article with that id.

        Raises:
            UnknownArticleError: there is none.
            SearchTimeoutError: it took longer than the setting ``deadline`` allows.
        """
        deadline = self._deadline()
        article = self._current(deadline).engine.with_deadline(deadline).article(article_id)
        if article is None:
            raise UnknownArticleError(article_id)
        return article

    def mark(self, query: str, text: str) -> Spans:
        """Any text in pieces, with what the query looks for marked in it."""
        generation = self._current(self._deadline())
        return highlight(text, generation.searching.plan(query, generation.today()).highlight_terms)

    def suggest(self, text: str, *, size: int = 8) -> list[Suggestion]:
        """What the text begins, at most ``size``: titles, categories, tags, authors, words and frequent phrases.

        They are found by their characters, by pinyin, by the initials of pinyin and by mixtures of these.

        Raises:
            ParameterError: size is out of its range.
            SearchTimeoutError: it took longer than the setting ``deadline`` allows.
        """
        check_page(1, size)
        deadline = self._deadline()
        return self._current(deadline).searching.suggest(text, size, deadline)

    def similar(self, article_id: str, *, size: int = 10) -> Results:
        """The articles that share most of an article's telling words, without the article itself and its repeats.

        Of those that repeat one another, the best is the hit.

        Raises:
            UnknownArticleError: there is no article with that id.
            ParameterError: size is out of its range.
            SearchTimeoutError: it took longer than the setting ``deadline`` allows.
        """
        deadline = self._deadline()
        check_page(1, size)
        generation = self._current(deadline)
        engine = generation.engine.with_deadline(deadline)
        article = engine.article(article_id)
        if article is None:
            raise UnknownArticleError(article_id)
        article = replace(article, body=engine.without_boilerplate(article.body))
        words = significant_terms(
            article, engine.frequencies, generation.built.manifest.articles, generation.analyzer.dictionary
        )
        wanted = Plan(
            required=AllOf(
                (AnyOf(tuple(map(WordClause, words))), Excluding(IdClause(article_id, with_near_duplicates=True)))
            ),
            ranking=tuple(RankingTerm("words", word) for word in words),
        )
        request = Request(plan=wanted, limit=size, facets=(), collapse=True, deadline=deadline)
        return build_results(engine.search(request), request)

    def stats(self) -> IndexStats:
        """The index in numbers."""
        generation = self._current()
        manifest = generation.built.manifest
        counted = generation.engine.stats()
        return IndexStats(
            engine=manifest.engine,
            generation=generation.built.name,
            built=manifest.built_at,
            articles=counted.articles,
            undated=counted.undated,
            categories=counted.categories,
            authors=counted.authors,
            tags=counted.tags,
            size_bytes=generation.built.size_bytes(),
            zone=manifest.zone,
            analysis=manifest.analysis,
            synonyms=generation.analyzer.synonyms.record(),
            stop_words=generation.analyzer.stop_words.record(),
        )

    def check(self) -> CheckReport:
        """Read every file, every list of postings and every article of the index, and compare them with what was built."""
        generation = self._current()
        problems = generation.built.damage()
        found: Counter[str] = Counter()
        try:
            built = Counter(generation.built.sources().articles)
            problems += generation.engine.damage()
            found.update(article.id for article in generation.engine.articles())
        except SearchlibError as error:
            problems.append(str(error))
        else:
            problems += [f"{name}: the article is missing" for name in sorted((built - found).keys())]
            problems += [f"{name}: the article does not belong to the index" for name in sorted((found - built).keys())]
        return CheckReport(
            ok=not problems,
            generation=generation.built.name,
            files=len(generation.built.manifest.files),
            articles=found.total(),
            problems=tuple(problems),
        )


def open_index(index: str | os.PathLike[str], *, settings: Settings | None = None) -> Index:
    """Open the index in a folder; use it as a context manager, or close it when done.

    Raises:
        NoIndexError: nothing has been built there.
        IndexMismatchError: it was built by another version, with another format, analysis or dictionary.
        IndexDamagedError: it cannot be read.
        SettingsError: no settings were given and searchlib.toml is wrong, or a list of words that they name.
    """
    return Index(index, settings or load_settings())

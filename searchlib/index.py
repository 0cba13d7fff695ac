"""Open a built index, search it, and change single articles of it."""

from __future__ import annotations

import os
import threading
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from types import TracebackType

from searchlib.analysis.query_analyzer import read_query_analyzer
from searchlib.analysis.record import check_configured_dictionary
from searchlib.common.arguments import check_path, check_text, check_texts, check_whole_number
from searchlib.common.progress import Progress, StageProgress
from searchlib.common.url_template import original_url
from searchlib.engines.base import CATEGORY_TREE, MAX_FACET_VALUES
from searchlib.engines.common.deadline import NO_DEADLINE, Deadline
from searchlib.engines.common.front_matter_facets import check_keys
from searchlib.errors import NoIndexError, SearchlibError, UnknownArticleError
from searchlib.models import (
    Article,
    BuildReport,
    CategoryNode,
    CheckReport,
    DateOffer,
    FacetValue,
    IndexStats,
    Passage,
    Results,
    Spans,
    Suggestion,
)
from searchlib.query.date_offers import date_offer
from searchlib.search.open_generation import OpenGeneration
from searchlib.search.parameters import (
    MAX_BUDGET,
    MAX_VALUES,
    Day,
    FilterValues,
    SearchRequest,
    Values,
    check_facets,
    check_filters,
    check_page,
    check_repeats,
    check_sort,
    check_today,
    check_value_facet,
)
from searchlib.search.passages import ARTICLES as PASSAGE_ARTICLES
from searchlib.settings import Settings, load_settings
from searchlib.stores import effective_settings, store_at

MAX_CHECKS = 3
"""Maximum number of generations that a check reads if each is replaced meanwhile."""

_SHARED_DEADLINE: ContextVar[Deadline] = ContextVar("shared_deadline", default=NO_DEADLINE)
"""The deadline of the block that this thread is in."""


class Index:
    """A built index, open for any number of threads.

    If the index is rebuilt or updated, a running search finishes on the old generation, and the next search uses the new one.
    """

    def __init__(self, location: str | os.PathLike[str], settings: Settings | None = None) -> None:
        check_path("index", location)
        self._store = store_at(location)
        settings = settings or effective_settings(self._store)
        check_keys(settings)
        self.folder = self._store.location
        self._settings = settings
        self._lock = threading.Lock()
        self._open: OpenGeneration | None = None
        self._stamp: Hashable = None
        # Read once, so that editing the word lists cannot break an open index when a new generation becomes current.
        self._query_analyzer = read_query_analyzer(settings)
        generation = self._current()
        try:
            check_configured_dictionary(generation.built.location, generation.built.manifest.analysis, settings)
        except SearchlibError:
            self.close()
            raise

    def __repr__(self) -> str:
        return f"<Index at {self.folder}>"

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the index files. Do not call this during a search. A later search opens them again."""
        with self._lock:
            if self._open:
                self._open.engine.close()
            self._open = None

    @contextmanager
    def shared_deadline(self, seconds: float | None = None) -> Iterator[None]:
        """Apply one deadline to all calls of this thread within the block.

        The deadline is the setting ``deadline``, or ``seconds`` if that is shorter. In nested blocks, the outer deadline applies
        too.
        """
        deadline = self._deadline()
        token = _SHARED_DEADLINE.set(deadline if seconds is None else Deadline.after(seconds).within(deadline))
        try:
            yield
        finally:
            _SHARED_DEADLINE.reset(token)

    def _deadline(self) -> Deadline:
        """Return the deadline of a call that starts now."""
        return Deadline.after(self._settings.deadline).within(_SHARED_DEADLINE.get())

    def _current(self, deadline: Deadline = NO_DEADLINE, *, is_latest: bool = False) -> OpenGeneration:
        """Return the current generation. A cluster is asked for it from time to time, or now if ``is_latest``."""
        with self._lock:
            # Read before the current generation: the next search sees a change in between.
            stamp = self._store.stamp(deadline)
            if not is_latest and self._open is not None and stamp is not None and stamp == self._stamp:
                return self._open
            built = self._store.current(deadline)
            if self._open is None or self._open.built.name != built.name:
                # Running searches still use the old engine; it is freed when they are done.
                self._open = OpenGeneration.open(built, self._settings, self._query_analyzer, deadline)
            self._stamp = stamp
            return self._open

    @property
    def generation(self) -> str:
        """The name of the generation that the next search uses."""
        return self._current().built.name

    @property
    def facets(self) -> tuple[str, ...]:
        """The facets of the front matter: those of the setting ``facets`` when the index was built."""
        return self._current().facets

    def original_url(self, article: Article) -> str:
        """Return the URL of the original of an article by the setting ``url_template``; "" if there is none."""
        return original_url(self._settings.url_template, article.id, article.date, article.extra)

    def search(
        self,
        query: str = "",
        *,
        category: Values = (),
        author: Values = (),
        tag: Values = (),
        filters: Mapping[str, FilterValues] | None = None,
        date_from: Day | None = None,
        date_to: Day | None = None,
        sort: str = "relevance",
        page: int = 1,
        size: int = 10,
        facets: bool | Collection[str] = True,
        most_values: int = MAX_FACET_VALUES,
        snippets: bool = True,
        repeats: str | None = None,
        verbatim: bool = False,
        corrected: bool = False,
        literal: bool = False,
        today: date | None = None,
        explain: bool = False,
    ) -> Results:
        """Search the index and return one page of hits.

        ``category``, ``author`` and ``tag`` take one value or several; an article must match one of each. ``filters`` filters by
        any facet, including those of the setting ``facets``: ``{"series": "西游", "rating": ">=4", "released": "1990..2000"}``. A
        range compares numbers and dates; both its ends are inclusive. ``date_from`` and ``date_to`` take a date, or a text
        like ``2021``, ``2021-11``, ``2021-11-20``, ``2021年11月`` or ``去年``, and are inclusive.

        ``sort`` is relevance, newest or oldest; an empty query lists the newest articles first. ``page`` counts from 1.
        ``facets`` names the facets to count: category, year, month, author, tag, those of ``Index.facets``, category_tree; True
        means all. A facet, except for year and month, has at most ``most_values`` values, the most frequent ones. Without
        ``snippets``, the text of articles is not read.

        With ``repeats="fold"``, near duplicates are collapsed into one hit; with ``repeats="show"``, each is a hit. The
        default is the setting ``fold_repeats``. A query with a quoted phrase always shows them.

        ``Results.correction`` is the query with its mistyped words replaced. If a query in Latin letters has no full matches and is
        pinyin, the words that it spells are searched instead. If any other query matches nothing and ``corrected`` is set, its
        correction is searched instead. A clear correction is also searched if articles match all of it, but only a part of the
        query. ``verbatim`` prevents both. ``Results.searched`` is the query that was searched. ``Results.operators`` lists the
        parts that were read as operators. A ``literal`` query has none. Relative dates are relative to ``today``, by default the
        current day in the zone of the index. With ``explain``, the results tell how the query was understood, and hits have the
        parts of their scores. If nothing matches, ``Results.advice`` lists what to leave out.

        Raises:
            ParameterError: an argument is not allowed.
            SearchTimeoutError: the search took longer than the setting ``deadline``.
            NoIndexError, IndexMismatchError, IndexDamagedError: the index cannot be used.
        """
        deadline = self._deadline()
        current = self._current(deadline)
        day = check_today(today) or current.today()
        search = SearchRequest(
            query=query,
            filters=check_filters(current.facets, category, author, tag, filters, date_from, date_to, today=day),
            today=day,
            sort=check_sort(sort),
            page=page,
            size=size,
            facets=check_facets(facets, current.facets),
            most_values=most_values,
            snippets=snippets,
            collapse=check_repeats(repeats, default=self._settings.fold_repeats),
            verbatim=verbatim,
            corrected=corrected,
            literal=literal,
            explain=explain,
        )
        return current.executor.search(search, deadline)

    def passages(
        self,
        query: str,
        *,
        budget: int = 4000,
        category: Values = (),
        author: Values = (),
        tag: Values = (),
        filters: Mapping[str, FilterValues] | None = None,
        date_from: Day | None = None,
        date_to: Day | None = None,
    ) -> tuple[Passage, ...]:
        """Return the passages that best answer a query, the best first, with at most ``budget`` characters together.

        They come from the 20 best articles, and no two are alike. A mistyped query is corrected. The other parameters are those
        of ``search``.

        Raises:
            ParameterError, SearchTimeoutError, NoIndexError, IndexMismatchError, IndexDamagedError: as ``search``.
        """
        deadline = self._deadline()
        check_whole_number("budget", budget, minimum=1, maximum=MAX_BUDGET)
        current = self._current(deadline)
        today = current.today()
        search = SearchRequest(
            query=query,
            filters=check_filters(current.facets, category, author, tag, filters, date_from, date_to, today=today),
            today=today,
            size=PASSAGE_ARTICLES,
            snippets=False,
            collapse=True,
            corrected=True,
        )
        return current.executor.passages(search, budget, deadline)

    def facet_values(
        self,
        facet: str,
        query: str = "",
        *,
        holding: str = "",
        category: Values = (),
        author: Values = (),
        tag: Values = (),
        filters: Mapping[str, FilterValues] | None = None,
        date_from: Day | None = None,
        date_to: Day | None = None,
        verbatim: bool = False,
        corrected: bool = False,
        literal: bool = False,
    ) -> tuple[FacetValue, ...] | tuple[CategoryNode, ...]:
        """Return all values of category, author, tag or a facet of ``Index.facets`` that a search counts, the most frequent
        first.

        With ``holding``, only values that contain this text are returned; both are folded for this. The other parameters are
        those of ``search``. Categories that form a tree are returned as its nodes.

        Raises:
            ParameterError, SearchTimeoutError, NoIndexError, IndexMismatchError, IndexDamagedError: as ``search``.
        """
        deadline = self._deadline()
        current = self._current(deadline)
        check_value_facet(facet, current.facets)
        check_text("holding", holding)
        today = current.today()
        search = SearchRequest(
            query=query,
            filters=check_filters(current.facets, category, author, tag, filters, date_from, date_to, today=today),
            today=today,
            sort="newest",
            size=1,
            facets=(facet, CATEGORY_TREE) if facet == "category" else (facet,),
            most_values=MAX_VALUES,
            snippets=False,
            collapse=self._settings.fold_repeats,
            verbatim=verbatim,
            corrected=corrected,
            literal=literal,
        )
        return current.executor.facet_values(facet, holding, search, deadline)

    def get(self, article_id: str) -> Article:
        """Return the article with this id.

        Raises:
            ParameterError: the id is not text.
            UnknownArticleError: no article has this id.
            SearchTimeoutError: it took longer than the setting ``deadline``.
        """
        check_text("article_id", article_id)
        deadline = self._deadline()
        article = self._current(deadline).engine.with_deadline(deadline).article(article_id)
        if article is None:
            raise UnknownArticleError(article_id)
        return article

    def ids(self) -> list[str]:
        """Return the ids of all articles, sorted."""
        return sorted(self._current().built.sources().articles)

    def __len__(self) -> int:
        return self._current().built.manifest.articles

    def __iter__(self) -> Iterator[Article]:
        """Yield every article, in no particular order. Later changes of the index have no effect on the iteration."""
        return self._current().engine.articles()

    def __bool__(self) -> bool:
        return True

    def add(self, articles: Iterable[Article]) -> BuildReport:
        """Add articles to the index, or replace those with the same ids.

        An article that cannot be indexed is listed in ``BuildReport.failed``, and the index keeps its previous version, if any. A
        later update from a folder deletes the articles that are not in the folder.

        Raises:
            ParameterError: an item is not an article.
            IndexBusyError: another build or update holds the index.
            IndexMismatchError, IndexDamagedError: the index cannot be changed.
        """
        # Imported here: searches do not need it.
        from searchlib.indexing.from_articles import change_articles

        return change_articles(self._store, articles, self._settings)

    def delete(self, article_ids: Iterable[str]) -> BuildReport:
        """Delete the articles with these ids from the index. An id that no article has is ignored.

        Raises:
            ParameterError: the ids are not a list of texts.
            ArticlesNotFoundError: no article would be left.
            IndexBusyError: another build or update holds the index.
            IndexMismatchError, IndexDamagedError: the index cannot be changed.
        """
        from searchlib.indexing.from_articles import change_articles

        return change_articles(self._store, (), self._settings, deleted=check_texts("article_ids", article_ids))

    def mark(self, query: str, text: str) -> Spans:
        """Return a text in pieces, with the matches of the query marked."""
        check_text("query", query)
        check_text("text", text)
        current = self._current(self._deadline())
        return current.executor.highlight(query, text, current.today())

    def read_dates(self, text: str, *, today: date | None = None) -> DateOffer | None:
        """Return the days that a text such as ``2023/7``, ``2023年7月`` or ``去年`` names; None if it names none.

        ``today`` is as in `search`. The ``query`` of the offer is empty.
        """
        check_text("text", text)
        return date_offer(text.strip(), today=check_today(today) or self._current(self._deadline()).today())

    def suggest(self, text: str, *, size: int = 8) -> list[Suggestion]:
        """Return at most ``size`` completions of a text: titles, categories, tags, authors, words and frequent phrases.

        The text can be the first characters of a name, its pinyin, its initials, or a mixture of these.

        Raises:
            ParameterError: size is not allowed.
            SearchTimeoutError: it took longer than the setting ``deadline``.
        """
        check_text("text", text)
        check_page(1, size)
        deadline = self._deadline()
        return self._current(deadline).executor.suggest(text, size, deadline)

    def similar(self, article_id: str, *, size: int = 10, snippets: bool = True) -> Results:
        """Return the articles that share most of the significant terms of an article, without it and its near duplicates.

        Near duplicates among them are collapsed into the best one. ``snippets=False`` returns hits without snippets, faster.

        Raises:
            UnknownArticleError: there is no article with this id.
            ParameterError: size is not allowed.
            SearchTimeoutError: it took longer than the setting ``deadline``.
        """
        check_text("article_id", article_id)
        check_page(1, size)
        deadline = self._deadline()
        return self._current(deadline).executor.similar(article_id, size, deadline, has_snippets=snippets)

    def stats(self) -> IndexStats:
        """Return statistics of the index."""
        return self._current().stats()

    def check(self, *, progress: Progress | None = None) -> CheckReport:
        """Read every file, posting list and article of the index, and report what is damaged.

        If builds replace and remove the generation while it is read, check the next one. ``progress(done, total)`` counts
        articles; if it raises an error, the check ends with that error.
        """
        stages = StageProgress(progress)
        report = self._current(is_latest=True).check(stages)
        for _ in range(MAX_CHECKS - 1):
            if report.ok or self._current(is_latest=True).built.name == report.generation:
                break
            report = self._current().check(stages)
        return report


def open_index(index: str | os.PathLike[str], *, settings: Settings | None = None) -> Index:
    """Open the index in a folder or cluster. Use it as a context manager, or close it when done.

    The settings default to those of ``index_settings``.

    Raises:
        NoIndexError: no index has been built there.
        IndexMismatchError: it was built with another format, text analysis or dictionary.
        IndexDamagedError: it cannot be read.
        SettingsError: searchlib.toml or a word list that it names is wrong.
    """
    return Index(index, settings)


def index_settings(index: str | os.PathLike[str]) -> Settings:
    """Return the settings for an index: those of searchlib.toml or, if there is no such file, those that it was built with.

    An index that cannot be opened has none of its own.

    Raises:
        SettingsError: searchlib.toml is wrong.
    """
    check_path("index", index)
    try:
        store = store_at(index)
    except NoIndexError:
        return load_settings()
    return effective_settings(store)

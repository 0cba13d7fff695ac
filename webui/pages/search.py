"""Answer GET / with the search page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint
from markupsafe import Markup

import searchlib
from searchlib import Spans
from webui import urls
from webui.executor import log_query, requested_state, search
from webui.http.timing import timed
from webui.languages import counted, gettext, quoted
from webui.pages.category_tree import CategoryTree
from webui.pages.date_fields import DateForm, read_date_fields
from webui.pages.dates import age_text, day_text, period_text
from webui.pages.facets import FIXED_FACETS, Facet, facet_names, facets, selected_categories
from webui.pages.histogram import Histogram, histogram
from webui.pages.links import Link, at_first_match, category_linker, filter_linker, search_link
from webui.pages.marked_text import marked, plain
from webui.pages.notices import (
    AdviceView,
    Notice,
    advice_views,
    date_notices,
    notices,
    offer_link,
    query_terms,
    repeats_link,
)
from webui.pages.render import render_page
from webui.pages.text_fragment import original_url, with_text_fragment
from webui.shared_index import current_index
from webui.state import BLANK, SearchState

blueprint = Blueprint("search", __name__)

_WITHOUT_QUOTES = str.maketrans(dict.fromkeys('"“”', " "))
_PAGE_SIZES = (10, 20, 50)
_PAGER_RADIUS = 2
"""The number of pages that the pager shows on each side of the current one."""
_MAX_REPEATS = 10
"""The maximum number of near duplicates below a hit."""
_ASCII = re.compile(r"[\x00-\x7f]")
_TWO_LINES, _TWO_PHONE_LINES = 172, 88
"""The widths of two lines of snippets, in halves of a Han character."""
_LONG_TITLE = 110
"""The width above which a title takes more than three lines on a phone, in halves of a Han character."""
_MAX_AUTHORS = 5
_MAX_CATEGORIES = 5
"""The numbers of authors and of levels of a category path that a hit shows. The page of the article shows all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """An active filter or operator, with the URL that removes it. ``is_content`` tells that ``text`` comes from articles."""

    label: str
    text: str
    is_content: bool
    drop_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """Links to other pages. None in ``pages`` is a gap; the URL of a missing neighbor is empty."""

    previous_url: str
    next_url: str
    pages: tuple[Link | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HitView:
    """The texts and URLs of one hit. ``snippets`` and ``names`` are pairs of a text and its HTML, with the matches marked."""

    url: str
    hit: searchlib.Hit
    title: Markup
    is_long_title: bool
    snippets: tuple[tuple[str, Markup], ...]
    names: tuple[tuple[str, Markup], ...]
    date: str
    age: str
    authors: tuple[Link, ...]
    more_authors: str
    categories: tuple[tuple[Link, ...], ...]
    similar_url: str
    original_url: str
    heading_url: str
    passage_class: str
    repeats: tuple[Link, ...]
    repeats_text: str
    has_more_repeats: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """The content of the search page. ``dates`` is None if no article found has a date and no date is typed."""

    title: str
    heading: str
    canonical_url: str
    feed_url: str
    total: int
    total_text: str
    took_text: str
    notices: tuple[Notice, ...]
    repeats: Link | None
    hits: tuple[HitView, ...]
    facets: Mapping[str, Facet | None]
    other_facets: tuple[Facet, ...]
    histogram: Histogram | None
    operators: tuple[Chip, ...]
    chips: tuple[Chip, ...]
    advice: tuple[AdviceView, ...]
    date_offer: Link | None
    clear_url: str
    sorts: tuple[Link, ...]
    sizes: tuple[Link, ...]
    pager: Pager | None
    last_page: Link | None
    limit_text: str
    dates: DateForm | None
    has_filters: bool
    unquoted_url: str
    query_terms: tuple[str, ...]
    all_url: str


@blueprint.get("/")
def show() -> str:
    """Show one page of hits."""
    state = requested_state()
    with current_index().shared_deadline():
        state, dates = read_date_fields(state)
        results = search(state, corrected=True)
        if not results.total:
            # Explanations show how the query was split, and which parts match. Without time left, the page is shown without them.
            with suppress(searchlib.SearchTimeoutError):
                results = search(state, corrected=True, explain=True)
        log_query(state, results)
    with timed("render"):
        page = search_page(state, results, datetime.now(UTC), dates)
    return render_page("search.html", state, page=page)


def search_page(state: SearchState, results: searchlib.Results, now: datetime, dates: DateForm) -> SearchPage:
    """Return the content of the page. ``now`` is aware."""
    tree = CategoryTree(results.category_tree, state)
    facets_by_name = facets(results, state, tree)
    heading = _heading(state)
    last = state.last_page(results)
    is_beyond_last = bool(results.total) and not results.hits
    is_dated = bool(facets_by_name["year"])
    date_form = dates if is_dated or dates.first.text or dates.last.text else None
    return SearchPage(
        title=state.query or heading,
        heading=heading,
        canonical_url=urls.search_url(state),
        feed_url=urls.feed_url(state),
        total=results.total,
        total_text=_total_text(results),
        took_text=_took_text(results),
        notices=(*date_notices(dates), *notices(results, state)),
        repeats=repeats_link(results, state),
        hits=_hits(results, state, tree, now),
        facets=facets_by_name,
        other_facets=tuple(facet for name, facet in facets_by_name.items() if facet and name not in FIXED_FACETS),
        histogram=histogram(results.facets, state),
        operators=tuple(_operators(state, results)),
        chips=tuple(_chips(state, results)),
        advice=advice_views(results, state),
        date_offer=offer_link(results, state),
        clear_url=urls.search_url(state.without_filters()),
        sorts=_sorts(state) if is_dated and results.total > 1 else (),
        sizes=tuple(
            search_link(str(size), state.changed(size=size), current=size == state.size)
            for size in sorted({*_PAGE_SIZES, state.size})
            if results.total > min(_PAGE_SIZES)
        ),
        pager=_pager(state, last) if last > 1 and not is_beyond_last else None,
        last_page=search_link(str(last), state.with_page(last)) if is_beyond_last else None,
        limit_text=_limit_text(state, results),
        dates=date_form,
        has_filters=bool(date_form) or any(facets_by_name.values()),
        unquoted_url=_unquoted_url(state),
        query_terms=query_terms(results),
        all_url=urls.search_url(BLANK),
    )


def _unquoted_url(state: SearchState) -> str:
    """Return the URL of the query without its quotation marks; an empty string if it has none."""
    unquoted = state.query.translate(_WITHOUT_QUOTES)
    return "" if unquoted == state.query else urls.search_url(state.with_query(" ".join(unquoted.split())))


def _heading(state: SearchState) -> str:
    if state.query:
        return quoted(state.query)
    return gettext("最早文章") if state.sort == "oldest" else gettext("最新文章")


def _total_text(results: searchlib.Results) -> str:
    if not results.total:
        return gettext("没有找到文章")
    if results.folded:
        merged = counted("合并相似 %(count)s 篇", results.folded)
        return counted("%(count)s 篇，%(merged)s", results.total, merged=merged)
    return counted("%(count)s 篇", results.total)


def _took_text(results: searchlib.Results) -> str:
    took = round(results.took_ms)
    return gettext("%(took)s 毫秒", took=f"{took:,}") if took else gettext("不到 1 毫秒")


def _texts_and_html(texts: Iterable[Spans]) -> tuple[tuple[str, Markup], ...]:
    return tuple([(plain(spans), marked(spans)) for spans in texts])


def _hits(results: searchlib.Results, state: SearchState, tree: CategoryTree, now: datetime) -> tuple[HitView, ...]:
    authors, categories = filter_linker(state, "author"), category_linker(state, tree)
    # The article page marks the query that found the article, which may replace the typed one.
    article_url = urls.article_urls(state.as_searched(results))

    def view(hit: searchlib.Hit) -> HitView:
        url = article_url(hit.id)
        snippets = _texts_and_html(hit.snippets)
        texts = [text for text, _ in snippets]
        has_heading = hit.heading and not any(hit.heading in text for text in texts)
        return HitView(
            url=at_first_match(url, hit),
            hit=hit,
            title=marked(hit.title_spans),
            is_long_title=_width(hit.title) > _LONG_TITLE,
            snippets=snippets,
            names=_texts_and_html(hit.name_spans),
            date=day_text(hit.date),
            age=age_text(hit.date.date(), now.astimezone(hit.date.tzinfo).date()) if hit.date else "",
            authors=authors(hit.authors[:_MAX_AUTHORS]),
            more_authors=_more_authors(len(hit.authors)),
            categories=tuple(map(_short_trail, categories(hit))),
            similar_url=f"{url}#similar",
            original_url=original_url(hit),
            heading_url=with_text_fragment(url, hit.heading) if has_heading else "",
            passage_class=_passage_class(texts),
            repeats=tuple(
                Link(text=each.title or each.id, url=article_url(each.id)) for each in hit.repeats[:_MAX_REPEATS]
            ),
            repeats_text=counted("另有 %(count)s 篇内容相似", hit.repeats_total),
            has_more_repeats=hit.repeats_total > _MAX_REPEATS,
        )

    return tuple(map(view, results.hits))


def _passage_class(texts: Iterable[str]) -> str:
    """Return whether the snippets are longer than two lines: "long" everywhere, "longer" on a phone only, or ""."""
    width = sum(map(_width, texts))
    return "long" if width > _TWO_LINES else "longer" if width > _TWO_PHONE_LINES else ""


def _width(text: str) -> int:
    """Return the estimated width of a text in halves of a Han character: an ASCII character has one, any other two."""
    return 2 * len(text) - len(_ASCII.findall(text))


def _more_authors(count: int) -> str:
    return counted("等 %(count)s 位作者", count) if count > _MAX_AUTHORS else ""


def _short_trail(trail: tuple[Link, ...]) -> tuple[Link, ...]:
    """Return the links of a category path, with a gap without URL in place of the middle levels of a very long one."""
    if len(trail) <= _MAX_CATEGORIES:
        return trail
    return (*trail[:2], Link(text="…", url=""), *trail[2 - _MAX_CATEGORIES :])


def _chips(state: SearchState, results: searchlib.Results) -> Iterator[Chip]:
    paths = selected_categories(results)
    for name in state.value_filters:
        for value in state.values(name):
            text = paths.get(value, value) if name == "category" else value
            drop_url = urls.search_url(state.without(name, value))
            yield Chip(label=facet_names().get(name, name), text=text, is_content=True, drop_url=drop_url)
    if state.date_from or state.date_to:
        text = period_text(state.date_from, state.date_to)
        drop_url = urls.search_url(state.without_period())
        yield Chip(label=gettext("日期"), text=text, is_content=False, drop_url=drop_url)


def _operators(state: SearchState, results: searchlib.Results) -> Iterator[Chip]:
    """Yield the parts read as operators, with the URL of the search that reads them as plain text, and the way back."""
    labels = {**facet_names(), "not": gettext("不含"), "or": gettext("任一"), "title": gettext("标题")}
    literal_url = urls.search_url(state.changed(literal=True))
    for each in results.operators:
        yield Chip(label=labels.get(each.kind, each.kind), text=each.text, is_content=True, drop_url=literal_url)
    if state.literal:
        drop_url = urls.search_url(state.changed(literal=False))
        yield Chip(label=gettext("按字面搜索"), text=state.query, is_content=True, drop_url=drop_url)


def _sorts(state: SearchState) -> tuple[Link, ...]:
    names = {"relevance": gettext("相关度"), "newest": gettext("最新"), "oldest": gettext("最早")}
    current = state.sort
    if not state.query:
        # Without a query, relevance means the newest first.
        names = {"relevance": names["newest"], "oldest": names["oldest"]}
        current = "oldest" if state.sort == "oldest" else "relevance"
    return tuple(search_link(text, state.changed(sort=sort), current=sort == current) for sort, text in names.items())


def _limit_text(state: SearchState, results: searchlib.Results) -> str:
    """Return for the last page why no page follows, although there are further articles; otherwise an empty string."""
    if state.page < state.last_page(results) or results.total - results.folded <= searchlib.MAX_DEPTH:
        return ""
    return gettext("最多显示 %(limit)s 篇，请缩小范围以查看更多文章。", limit=f"{searchlib.MAX_DEPTH:,}")


def _pager(state: SearchState, last: int) -> Pager:
    def link(page: int) -> Link:
        return search_link(str(page), state.with_page(page), current=page == state.page)

    def url(page: int) -> str:
        return link(page).url if 1 <= page <= last else ""

    near = range(max(state.page - _PAGER_RADIUS, 1), min(state.page + _PAGER_RADIUS, last) + 1)
    pages: list[Link | None] = []
    previous = 0
    for page in sorted({1, last, *near}):
        if page == previous + 2:
            # Instead of a gap of one page, show the page.
            pages.append(link(previous + 1))
        elif page > previous + 2:
            pages.append(None)
        pages.append(link(page))
        previous = page
    return Pager(previous_url=url(state.page - 1), next_url=url(state.page + 1), pages=tuple(pages))

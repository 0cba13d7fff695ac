"""The answers of the API: the library's models, with the URLs that lead on from them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import searchlib
from webui import urls
from webui.safe_html import safe_body
from webui.state import BLANK, SearchState


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue(searchlib.FacetValue):
    """``toggle_url`` is the search with this value chosen or, where it is, without it; null where it cannot be chosen."""

    toggle_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat(searchlib.Repeat):
    """``url`` is the article in the API, ``page_url`` its page."""

    url: str
    page_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit(searchlib.Hit):
    """``url`` is the article in the API, ``page_url`` its page, with the matches of the search marked in it."""

    repeats: tuple[Repeat, ...]
    url: str
    page_url: str
    similar_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DateOffer(searchlib.DateOffer):
    """``url`` is the search with the date as its filter."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter(searchlib.Model):
    """A filter that is set: the parameter, its value, and the search without it."""

    parameter: str
    value: str
    drop_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResults(searchlib.Results):
    """``url`` is this answer's own, ``page_url`` the page that shows the same, ``feed_url`` an Atom feed of it.

    ``previous_url`` and ``next_url`` are the pages beside it, null where there is none. ``clear_url`` is the search without
    any filter, ``correction_url`` the one for ``correction``, and ``verbatim_url`` the one for just what was typed, where
    something else was searched for.
    """

    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    date_offer: DateOffer | None
    url: str
    page_url: str
    feed_url: str
    previous_url: str | None
    next_url: str | None
    clear_url: str
    correction_url: str | None
    verbatim_url: str | None
    filters: tuple[Filter, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarResults(searchlib.Results):
    """The articles that are most like one: ``article_url`` is that one, ``url`` is this answer's own.

    ``facets``, ``date_offer`` and all else that belongs to a query are empty here.
    """

    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    date_offer: DateOffer | None
    url: str
    article_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion(searchlib.Suggestion):
    """``url`` is the search that it stands for, ``page_url`` the page of that."""

    url: str
    page_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestions(searchlib.Model):
    """The completions of ``query``, the likeliest first; ``url`` is this answer's own."""

    query: str
    suggestions: tuple[Suggestion, ...]
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article(searchlib.Article):
    """Here ``html`` is safe to insert into a page; its pictures lie on other sites. ``page_url`` is the article's page."""

    url: str
    page_url: str
    similar_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Health(searchlib.Model):
    """The index can be searched: its generation, and the number of its articles."""

    status: str
    generation: str
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble(searchlib.Model):
    """The index cannot be searched; ``message`` says why, and what to do."""

    status: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorDetail(searchlib.Model):
    """``code`` is a word for programs, ``message`` says what is wrong, ``parameter`` where, if a parameter is."""

    code: str
    message: str
    parameter: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Error(searchlib.Model):
    """What went wrong."""

    error: ErrorDetail


def search_results(results: searchlib.Results, state: SearchState, *, explain: bool = False) -> SearchResults:
    """What a search found, with the way to every search that is one step away; these ask for explanations too if it did."""
    url = partial(urls.api_search_url, explain=explain)
    last = urls.last_page(state, results)

    def page_url(page: int) -> str | None:
        return url(urls.at_page(state, page)) if 1 <= page <= last else None

    return SearchResults(
        **_shallow(results)
        | {
            "hits": tuple(_hit(hit, state) for hit in results.hits),
            "facets": {
                name: tuple(
                    FacetValue(**_shallow(value) | {"toggle_url": url(target) if target else None})
                    for value in values
                    for target in (urls.facet_toggled(state, name, value.value),)
                )
                for name, values in results.facets.items()
            },
            "date_offer": results.date_offer
            and DateOffer(**_shallow(results.date_offer) | {"url": url(urls.offered(state, results.date_offer))}),
        },
        url=url(state),
        page_url=urls.search_url(state),
        feed_url=urls.feed_url(state),
        # Behind the last page the way back leads to it.
        previous_url=page_url(min(state.page - 1, last)),
        next_url=page_url(state.page + 1),
        clear_url=url(urls.unfiltered(state)),
        correction_url=url(urls.asking(state, results.correction)) if results.correction else None,
        verbatim_url=url(urls.asking(state, state.query, verbatim=True)) if results.searched != results.query else None,
        filters=tuple(
            Filter(parameter=name, value=value, drop_url=url(dropped)) for name, value, dropped in _filters(state)
        ),
    )


def similar_results(results: searchlib.Results, article_id: str) -> SimilarResults:
    """The articles that are most like one."""
    return SimilarResults(
        **_shallow(results)
        | {"hits": tuple(_hit(hit, BLANK) for hit in results.hits), "facets": {}, "date_offer": None},
        url=urls.api_similar_url(article_id, results.size),
        article_url=urls.api_article_url(article_id),
    )


def suggestions(query: str, found: Sequence[searchlib.Suggestion], size: int) -> Suggestions:
    """The completions of a text."""
    return Suggestions(
        query=query,
        suggestions=tuple(
            Suggestion(**_shallow(each), url=urls.api_search_url(state), page_url=urls.search_url(state))
            for each in found
            for state in (urls.completed(each),)
        ),
        url=urls.api_suggest_url(query, size),
    )


def article(found: searchlib.Article) -> Article:
    """An article whose HTML is safe."""
    return Article(
        **_shallow(found) | {"html": str(safe_body(found.html, pictures=True).html)}, **_article_urls(found.id)
    )


def _hit(hit: searchlib.Hit, state: SearchState) -> Hit:
    repeats = tuple(
        Repeat(**_shallow(each), url=urls.api_article_url(each.id), page_url=urls.article_url(each.id, state))
        for each in hit.repeats
    )
    return Hit(**_shallow(hit) | {"repeats": repeats}, **_article_urls(hit.id, state))


def _article_urls(article_id: str, state: SearchState = BLANK) -> dict[str, Any]:
    return {
        "url": urls.api_article_url(article_id),
        "page_url": urls.article_url(article_id, state),
        "similar_url": urls.api_similar_url(article_id),
    }


def _filters(state: SearchState) -> Iterator[tuple[str, str, SearchState]]:
    """Each filter that is set: its parameter, its value, and the state without it."""
    for name in urls.VALUE_FILTERS:
        for value in getattr(state, name):
            yield name, value, urls.without(state, name, value)
    if state.date_from:
        yield "from", state.date_from, urls.in_period(state, "", state.date_to)
    if state.date_to:
        yield "to", state.date_to, urls.in_period(state, state.date_from, "")


def _shallow(model: searchlib.Model) -> dict[str, Any]:
    """The fields of a model as they are."""
    fields: tuple[dataclasses.Field[Any], ...] = dataclasses.fields(model)  # type: ignore[arg-type]  # every model is a dataclass
    return {each.name: getattr(model, each.name) for each in fields}

"""The answers of the API: the library's models, with the URLs that lead on from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import searchlib


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue(searchlib.FacetValue):
    """``toggle_url`` is the search with this value chosen or, where it is, without it; null where it cannot be chosen.

    Of a month that is left its year stays chosen.
    """

    toggle_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryNode(searchlib.CategoryNode):
    """``toggle_url`` is the search with this place chosen, in the stead of those above and below it, or where it is, without it."""

    toggle_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice(searchlib.Advice):
    """``url`` is the search without it."""

    url: str


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
class _LinkedResults(searchlib.Results):
    """Results whose parts have URLs."""

    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    category_tree: tuple[CategoryNode, ...]
    date_offer: DateOffer | None
    advice: tuple[Advice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResults(_LinkedResults):
    """``url`` is this answer's own, ``page_url`` the page that shows the same, ``feed_url`` an Atom feed of it.

    ``previous_url`` and ``next_url`` are the pages beside it, null where there is none. ``clear_url`` is the search without
    any filter, ``correction_url`` the one for ``correction``, and ``verbatim_url`` the one for just what was typed, where
    something else was searched for.
    """

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
class SimilarResults(_LinkedResults):
    """The articles that are most like one: ``article_url`` is that one, ``url`` is this answer's own.

    ``facets``, ``date_offer`` and all else that belongs to a query are empty here.
    """

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
    """``message`` says what is wrong, ``parameter`` where, if it is a parameter.

    ``code`` is a word for programs: invalid_parameter, unknown_article, no_index, unusable_index, timeout or, of what has nothing
    to do with articles, HTTP's own, like not_found.
    """

    code: str
    message: str
    parameter: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Error(searchlib.Model):
    """What went wrong."""

    error: ErrorDetail

"""The bodies of the API's responses: the models of the library with URLs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import searchlib


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue(searchlib.FacetValue):
    """``toggle_url`` is the search that selects this value or, if it is selected, removes it; null if it cannot be selected.

    Removing a month leaves its year selected.
    """

    toggle_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryNode(searchlib.CategoryNode):
    """``toggle_url`` is the search that selects this category instead of the ones above and below it, or removes it."""

    toggle_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice(searchlib.Advice):
    """``url`` is the search that follows the advice."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat(searchlib.Repeat):
    """``url`` is the article in the API, ``page_url`` is its page."""

    url: str
    page_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit(searchlib.Hit):
    """``article_url`` is the article in the API, ``page_url`` is its page, on which the matches of the search are marked.

    ``url`` is the address of the original on its own site, ``original_url`` leads to the first match in it; null without the
    setting ``url_template``.
    """

    repeats: tuple[Repeat, ...]
    article_url: str
    page_url: str
    original_url: str | None
    similar_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DateOffer(searchlib.DateOffer):
    """``url`` is the search with the date as a filter."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter(searchlib.Model):
    """A filter that is set: the name of the parameter, its value, and the URL of the search without it."""

    parameter: str
    value: str
    drop_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _LinkedResults(searchlib.Results):
    """Results with models that have URLs."""

    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    category_tree: tuple[CategoryNode, ...]
    date_offer: DateOffer | None
    advice: tuple[Advice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResults(_LinkedResults):
    """``url`` is this response, ``page_url`` is the search page, and ``feed_url`` is an Atom feed of the search.

    ``previous_url`` and ``next_url`` are the neighboring pages; null if there is none. ``clear_url`` is the search without
    filters, and ``correction_url`` is the search for ``correction``. If the index searched for another query than the typed
    one, ``verbatim_url`` is a search for exactly the typed query. If something in it was read as an operator, ``literal_url``
    is the search for the same text without operators.
    """

    url: str
    page_url: str
    feed_url: str
    previous_url: str | None
    next_url: str | None
    clear_url: str
    correction_url: str | None
    verbatim_url: str | None
    literal_url: str | None
    filters: tuple[Filter, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarResults(_LinkedResults):
    """The articles that are most similar to the article at ``article_url``; ``url`` is this response.

    All fields that describe a query, such as ``facets`` and ``date_offer``, are empty.
    """

    url: str
    article_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion(searchlib.Suggestion):
    """``url`` is the search for the suggestion in the API, ``page_url`` is its page."""

    url: str
    page_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestions(searchlib.Model):
    """The completions of ``query``, most likely first; ``url`` is this response."""

    query: str
    suggestions: tuple[Suggestion, ...]
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage(searchlib.Passage):
    """``url`` is the article in the API, ``page_url`` is its page, on which the matches of the query are marked.

    ``original_url`` is the address of the original; null if there is none.
    """

    url: str
    page_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Passages(searchlib.Model):
    """The passages that best answer ``query``, the best first; ``url`` is this response."""

    query: str
    passages: tuple[Passage, ...]
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article(searchlib.Article):
    """``html`` is safe to insert into a page, and loads pictures from other sites. ``page_url`` is the article's page.

    ``original_url`` is the address of the original; null if there is none.
    """

    url: str
    page_url: str
    original_url: str | None
    similar_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Health(searchlib.Model):
    """The index can be searched. ``generation`` identifies it, ``articles`` is the number of its articles."""

    status: str
    generation: str
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble(searchlib.Model):
    """The index cannot be searched. ``message`` says why, and what to do."""

    status: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorDetail(searchlib.Model):
    """``message`` says what is wrong. ``parameter`` is the name of the wrong parameter, or null.

    ``code`` is meant for programs: invalid_parameter, unknown_article, no_index, unusable_index, unavailable, timeout,
    internal_error, or the name of an HTTP status such as not_found.
    """

    code: str
    message: str
    parameter: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Error(searchlib.Model):
    """The response to a request that failed."""

    error: ErrorDetail

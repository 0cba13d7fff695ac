"""The URLs of the site."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from functools import lru_cache
from urllib.parse import quote, quote_plus

from flask import request, url_for
from werkzeug.routing import PathConverter

from webui.state import BLANK, SearchState

Pairs = list[tuple[str, str]]
"""Names and values of URL parameters or form fields."""

StateUrl = Callable[[SearchState], str]
"""Make the URL of a search."""

PARAMETER_NAMES = {"query": "q", "date_from": "from", "date_to": "to"}
"""The fields of a state whose parameters have another name in a URL."""
_STATE_PARAMETERS = tuple(
    (each.name, PARAMETER_NAMES.get(each.name, each.name), each.default) for each in fields(BLANK)
)
"""The name of each field of a state, its name in a URL, and its default value."""


_NO_VALUE = "\0no value\0"
"""A value that no filter has, which marks a place in a URL."""
_NO_ARTICLE = "no-article"
_SAFE_IN_PATH = "!$&'()*+,/:;=@"
"""The characters that need no escape in the path of a URL, as Werkzeug has it."""


class ArticleIdConverter(PathConverter):
    """Accept any character in an article's id, including line breaks, which file names may contain."""

    regex = r"[^/][\s\S]*?"


def pairs(state: SearchState) -> Pairs:
    """Return the parameters of a state in a fixed order, without those that have their default value."""
    result: Pairs = []
    for field, name, default in _STATE_PARAMETERS:
        value = getattr(state, field)
        if value == default:
            continue
        if field == "others":
            result += value
        elif isinstance(value, tuple):
            result += [(name, each) for each in value]
        else:
            result.append((name, "1" if value is True else str(value)))
    return result


def hidden_fields(state: SearchState, *visible: str) -> Pairs:
    """Return the hidden fields of a form: the state at its first page, without the fields that are visible in the form."""
    return [(name, value) for name, value in pairs(state.with_page(BLANK.page)) if name not in visible]


def values_fields(state: SearchState, facet: str) -> Pairs:
    """Return the hidden fields of the form that searches the values of a facet."""
    return [*hidden_fields(state), ("facet", facet)]


def search_url(state: SearchState) -> str:
    """Return the URL of the search page."""
    return _with_state(endpoint_path("search.show"), state)


def filter_urls(state: SearchState, name: str, state_url: StateUrl = search_url) -> Callable[[Iterable[str]], str]:
    """Return a function that makes the URL of a search with other values of the filter ``name``, at the first page.

    ``state_url`` makes the URL of a state.
    """
    url = _urls_around(state_url(state.with_values(name, (_NO_VALUE,))), [(name, _NO_VALUE)])
    return lambda values: url([(name, value) for value in values])


def toggle_urls(state: SearchState, name: str, state_url: StateUrl = search_url) -> Callable[[str], str]:
    """Return a function that makes the URL of a search with a value of a filter selected or, if it is selected, removed.

    ``state_url`` makes the URL of a state.
    """
    url, selected = filter_urls(state, name, state_url), {*state.values(name)}
    return lambda value: url(sorted(selected ^ {value}))


def period_urls(state: SearchState, state_url: StateUrl = search_url) -> Callable[[str], str]:
    """Return a function that makes the URL of a search with a year or month selected or, if it is selected, removed.

    ``state_url`` makes the URL of a state.
    """
    url = _urls_around(state_url(state.with_period(_NO_VALUE, _NO_VALUE)), [("from", _NO_VALUE), ("to", _NO_VALUE)])

    def period_url(period: str) -> str:
        if state.has_period(period):
            return state_url(state.without_period())
        return url([("from", period), ("to", period)])

    return period_url


def _urls_around(url: str, marks: Pairs) -> Callable[[Pairs], str]:
    """Return a function that makes a URL with other parameters in the place of ``marks``.

    A response has hundreds of links that differ in one parameter only. Their common parts are built once.
    """
    path, _, query_string = url.partition("?")
    before, _, after = query_string.partition(_query_string(marks))
    before, after = before.rstrip("&"), after.lstrip("&")

    def url_with(parameters: Pairs) -> str:
        query = "&".join(filter(None, (before, _query_string(parameters), after)))
        return f"{path}?{query}" if query else path

    return url_with


def values_url(state: SearchState, facet: str) -> str:
    """Return the URL of the page that lists all values of a facet under a search."""
    return f"{endpoint_path('values.show')}?{_query_string(values_fields(state, facet))}"


def article_url(article_id: str, state: SearchState, *, pictures: bool = False) -> str:
    """Return the URL of an article. Its page leads back to the search ``state``."""
    return article_urls(state, pictures=pictures)(article_id)


def article_urls(state: SearchState, *, pictures: bool = False) -> Callable[[str], str]:
    """Return a function that makes the URLs of articles whose pages lead back to one search."""
    before, after = endpoint_path("article.show", article_id=_NO_ARTICLE).split(_NO_ARTICLE)
    after = _with_state(after, state, **({"pictures": "1"} if pictures else {}))
    return lambda article_id: f"{before}{quote(article_id, safe=_SAFE_IN_PATH)}{after}"


def feed_url(state: SearchState) -> str:
    """Return the URL of the feed of a search, newest articles first."""
    return _with_state(endpoint_path("feeds.feed"), replace(state, sort=BLANK.sort, page=BLANK.page))


def feed_page_url(state: SearchState) -> str:
    """Return the URL of one page of a feed, in the order of the state."""
    # A feed is sorted by date unless its URL names another order, a search page by relevance.
    feed_state = replace(state, sort=BLANK.sort) if state.sort == "newest" else state
    return _with_state(
        endpoint_path("feeds.feed"), feed_state, **({"sort": state.sort} if state.sort == BLANK.sort else {})
    )


def api_search_url(state: SearchState, *, explain: bool = False, facets: bool = True) -> str:
    """Return the URL of a search in the API."""
    options = {**({"explain": "1"} if explain else {}), **({} if facets else {"facets": "0"})}
    return _with_state(endpoint_path("api.search_articles"), state, **options)


def api_passages_url(state: SearchState, budget: int) -> str:
    """Return the URL of the passages for a query in the API."""
    return _with_state(endpoint_path("api.passages"), state, budget=str(budget))


def api_article_url(article_id: str) -> str:
    """Return the URL of an article in the API."""
    return url_for("api.get_article", article_id=article_id)


def api_similar_url(article_id: str, size: int | None = None) -> str:
    """Return the URL of the similar articles in the API."""
    return url_for("api.similar", article_id=article_id, size=size)


def api_suggest_url(text: str, size: int) -> str:
    """Return the URL of the completions of a text in the API."""
    return url_for("api.suggest", q=text, size=size)


def _with_state(path: str, state: SearchState, **further: str) -> str:
    query = _query_string([*pairs(state), *further.items()])
    return f"{path}?{query}" if query else path


def _query_string(parameters: Pairs) -> str:
    return "&".join([f"{_quoted(name)}={_quoted(value)}" for name, value in parameters])


@lru_cache(maxsize=4096)
def _quoted(value: str) -> str:
    """Return the name or value of a parameter for a URL. Every link on a page repeats the query and the filters."""
    return quote_plus(value)


def endpoint_path(endpoint: str, **values: str) -> str:
    """Return the path of an endpoint, which is built once."""
    return _endpoint_path(request.script_root, endpoint, **values)


@lru_cache(maxsize=256)
def _endpoint_path(script_root: str, endpoint: str, **values: str) -> str:
    return url_for(endpoint, **values)  # type: ignore[arg-type]  # it would also take options whose names begin with _

"""The URL of every state of the search page, and the states one step away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

from flask import url_for

import searchlib
from webui.state import BLANK, VALUE_FILTERS, SearchState

Pairs = list[tuple[str, str]]

_YEAR = 4
"""So many digits."""
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")


def pairs(state: SearchState) -> Pairs:
    """The parameters of a state in their one order, without those that say nothing new."""
    return list(_pairs(state))


def _pairs(state: SearchState) -> Iterator[tuple[str, str]]:
    if state.query:
        yield "q", state.query
    for name in VALUE_FILTERS:
        for value in _values(state, name):
            yield name, value
    if state.date_from:
        yield "from", state.date_from
    if state.date_to:
        yield "to", state.date_to
    if state.sort != BLANK.sort:
        yield "sort", state.sort
    if state.repeats:
        yield "repeats", state.repeats
    if state.page != BLANK.page:
        yield "page", str(state.page)
    if state.size != BLANK.size:
        yield "size", str(state.size)
    if state.verbatim:
        yield "verbatim", "1"


def query_string(state: SearchState) -> str:
    """The state as the part of a URL behind the question mark."""
    return urlencode(pairs(state))


def search_url(state: SearchState) -> str:
    """Where the search page shows that state."""
    return _with_query(url_for("search.show"), state)


def feed_url(state: SearchState) -> str:
    """Where a feed of that search is, the newest articles first."""
    return _with_query(url_for("feeds.feed"), replace(state, sort=BLANK.sort, page=BLANK.page))


def feed_page_url(state: SearchState) -> str:
    """Where that page of a feed is, in the order of that state: the newest first unless it says otherwise."""
    url = _with_query(url_for("feeds.feed"), replace(state, sort=BLANK.sort) if state.sort == "newest" else state)
    return _and(url, f"sort={BLANK.sort}") if state.sort == BLANK.sort else url


def article_url(article_id: str, state: SearchState, *, pictures: bool = False) -> str:
    """Where an article is shown; the page leads back to the search it came from."""
    url = _with_query(url_for("article.show", article_id=article_id), state)
    return _and(url, "pictures=1") if pictures else url


def api_search_url(state: SearchState, *, explain: bool = False) -> str:
    """Where the API answers that search."""
    url = _with_query(url_for("api.search_articles"), state)
    return _and(url, "explain=1") if explain else url


def api_article_url(article_id: str) -> str:
    """Where the API gives that article."""
    return url_for("api.get_article", article_id=article_id)


def api_similar_url(article_id: str, size: int | None = None) -> str:
    """Where the API lists the articles that are most like that one."""
    return url_for("api.similar", article_id=article_id, size=size)


def api_suggest_url(text: str, size: int | None = None) -> str:
    """Where the API completes that text."""
    return url_for("api.suggest", q=text, size=size)


def values_url(state: SearchState, facet: str) -> str:
    """Where all values of a facet under that search are listed."""
    return f"{url_for('values.show')}?{urlencode(values_fields(state, facet))}"


def values_fields(state: SearchState, facet: str) -> Pairs:
    """What a form that looks for a value of a facet keeps of a state."""
    return [*hidden_fields(state), ("facet", facet)]


def _with_query(path: str, state: SearchState) -> str:
    query = query_string(state)
    return f"{path}?{query}" if query else path


def _and(url: str, pair: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{pair}"


def toggled(state: SearchState, name: str, value: str) -> SearchState:
    """With that value of a filter added or, where it is set, dropped."""
    values = {*_values(state, name)} ^ {value}
    return _changed(state, name, values)


def without(state: SearchState, name: str, *values: str) -> SearchState:
    """With these values of a filter dropped."""
    return _changed(state, name, {*_values(state, name)} - {*values})


def in_period(state: SearchState, date_from: str, date_to: str) -> SearchState:
    """With these dates, both inclusive; empty ones set no bound."""
    return replace(state, date_from=date_from, date_to=date_to, page=BLANK.page)


def toggled_period(state: SearchState, period: str) -> SearchState:
    """With the dates of that year or month or, where exactly these are set, with what is left without them."""
    return without_period(state) if is_period(state, period) else in_period(state, period, period)


def without_period(state: SearchState) -> SearchState:
    """Without dates, but of a month its year is left: that was chosen first."""
    is_month = is_period(state, state.date_from) and _MONTH.fullmatch(state.date_from)
    left = state.date_from[:_YEAR] if is_month else ""
    return in_period(state, left, left)


def is_period(state: SearchState, period: str) -> bool:
    """Whether exactly that year or month is set."""
    return state.date_from == state.date_to == period


def facet_toggled(state: SearchState, facet: str, value: str) -> SearchState | None:
    """With that value of a facet chosen or, where it is, dropped; None for the value of what has none: it is no filter."""
    if not value:
        return None
    return toggled(state, facet, value) if facet in VALUE_FILTERS else toggled_period(state, value)


def offered(state: SearchState, offer: searchlib.DateOffer) -> SearchState:
    """Without the words of a date and with the filter, in the short form that the facets have too."""
    first, dash, last = (part.strip() for part in offer.label.partition("–"))
    return in_period(replace(state, query=offer.query), first, last if dash else first)


def advised(state: SearchState, advice: searchlib.Advice) -> SearchState:
    """Without what it advises to leave out."""
    left = asking(state, advice.query, verbatim=state.verbatim)
    if advice.kind == "query":
        return left
    if advice.kind == "date":
        return in_period(left, "", "")
    return unfiltered(left) if advice.kind == "filters" else without(left, advice.kind, *advice.values)


def completed(suggestion: searchlib.Suggestion) -> SearchState:
    """What a suggestion stands for: the name of a filter is a filter, all else a query."""
    if suggestion.kind in VALUE_FILTERS:
        return toggled(BLANK, suggestion.kind, suggestion.text)
    return asking(BLANK, suggestion.text)


def unfiltered(state: SearchState) -> SearchState:
    """Without any filter; query, sort, repeats and size stay."""
    return SearchState(
        query=state.query, sort=state.sort, repeats=state.repeats, size=state.size, verbatim=state.verbatim
    )


def asking(state: SearchState, query: str, *, verbatim: bool = False) -> SearchState:
    """With another query, from the first page on; ``verbatim`` searches for just that."""
    return replace(state, query=query, verbatim=verbatim, page=BLANK.page)


def searched(state: SearchState, results: searchlib.Results) -> SearchState:
    """As it was searched: where another query took the place of what was typed, with that one."""
    return state if results.searched == results.query else replace(state, query=results.searched)


def sorted_by(state: SearchState, sort: str) -> SearchState:
    """In another order, from the first page on."""
    return replace(state, sort=sort, page=BLANK.page)


def with_repeats(state: SearchState, repeats: str) -> SearchState:
    """With repeats folded or shown, from the first page on."""
    return replace(state, repeats=repeats, page=BLANK.page)


def sized(state: SearchState, size: int) -> SearchState:
    """With so many hits a page, from the first page on."""
    return replace(state, size=size, page=BLANK.page)


def last_page(state: SearchState, results: searchlib.Results) -> int:
    """The number of the last page of what was found; 0 where nothing was."""
    return min(-(-(results.total - results.folded) // state.size), searchlib.MAX_DEPTH // state.size)


def at_page(state: SearchState, page: int) -> SearchState:
    """The same search at another page."""
    return replace(state, page=page)


def hidden_fields(state: SearchState, *typed: str) -> Pairs:
    """What a form keeps of a state: all but the page and the fields that are typed in it."""
    return [(name, value) for name, value in pairs(at_page(state, BLANK.page)) if name not in typed]


def _values(state: SearchState, name: str) -> tuple[str, ...]:
    values: tuple[str, ...] = getattr(state, name)
    return values


def _changed(state: SearchState, name: str, values: set[str]) -> SearchState:
    changed: dict[str, tuple[str, ...]] = {name: tuple(sorted(values))}
    return replace(state, page=BLANK.page, **changed)  # type: ignore[arg-type]  # the name is one of VALUE_FILTERS

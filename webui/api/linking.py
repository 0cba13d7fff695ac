"""Give what the library found the URLs that lead on from it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import searchlib
from webui import urls
from webui.api import schemas
from webui.pages.category_choice import Places
from webui.pages.safe_html import safe_body
from webui.state import BLANK, VALUE_FILTERS, SearchState

_Url = Callable[[SearchState], str]


def link_results(results: searchlib.Results, state: SearchState, *, explain: bool = False) -> schemas.SearchResults:
    """What a search found, with the way to every search that is one step away; these ask for explanations too if it did."""
    url = partial(urls.api_search_url, explain=explain)
    last = urls.last_page(state, results)
    offer = results.date_offer
    places = Places(results.category_tree, state)
    linked = {
        "hits": _hits(results, urls.searched(state, results)),
        "facets": {
            name: tuple(_facet_values(name, values, state, places, url)) for name, values in results.facets.items()
        },
        "category_tree": tuple(
            schemas.CategoryNode(**_fields(node), toggle_url=url(places.toggled(node.path, node.value)))
            for node in results.category_tree
        ),
        "advice": tuple(schemas.Advice(**_fields(each), url=url(urls.advised(state, each))) for each in results.advice),
        "date_offer": offer and schemas.DateOffer(**_fields(offer), url=url(urls.offered(state, offer))),
    }
    return schemas.SearchResults(
        **_fields(results) | linked,
        url=url(state),
        page_url=urls.search_url(state),
        feed_url=urls.feed_url(state),
        # Behind the last page the way back leads to it.
        previous_url=url(urls.at_page(state, min(state.page - 1, last))) if state.page > 1 and last else None,
        next_url=url(urls.at_page(state, state.page + 1)) if state.page < last else None,
        clear_url=url(urls.unfiltered(state)),
        correction_url=url(urls.asking(state, results.correction)) if results.correction else None,
        verbatim_url=url(urls.asking(state, state.query, verbatim=True)) if results.searched != results.query else None,
        filters=tuple(_filters(state, url)),
    )


def link_similar(results: searchlib.Results, article_id: str) -> schemas.SimilarResults:
    """The articles that are most like one."""
    return schemas.SimilarResults(
        **_fields(results)
        | {"hits": _hits(results, BLANK), "facets": {}, "category_tree": (), "date_offer": None, "advice": ()},
        url=urls.api_similar_url(article_id, results.size),
        article_url=urls.api_article_url(article_id),
    )


def link_suggestions(query: str, found: Sequence[searchlib.Suggestion], size: int) -> schemas.Suggestions:
    """The completions of a text."""
    states = [urls.completed(each) for each in found]
    return schemas.Suggestions(
        query=query,
        suggestions=tuple(
            schemas.Suggestion(**_fields(each), url=urls.api_search_url(state), page_url=urls.search_url(state))
            for each, state in zip(found, states, strict=True)
        ),
        url=urls.api_suggest_url(query, size),
    )


def link_article(article: searchlib.Article) -> schemas.Article:
    """An article, with its HTML made safe."""
    html = str(safe_body(article.html, pictures=True).html)
    return schemas.Article(**_fields(article) | {"html": html} | _article_urls(article.id, BLANK))


def _hits(results: searchlib.Results, state: SearchState) -> tuple[schemas.Hit, ...]:
    return tuple(
        schemas.Hit(**_fields(hit) | {"repeats": _repeats(hit, state)} | _article_urls(hit.id, state))
        for hit in results.hits
    )


def _repeats(hit: searchlib.Hit, state: SearchState) -> tuple[schemas.Repeat, ...]:
    return tuple(
        schemas.Repeat(**_fields(each), url=urls.api_article_url(each.id), page_url=urls.article_url(each.id, state))
        for each in hit.repeats
    )


def _article_urls(article_id: str, state: SearchState) -> dict[str, str]:
    return {
        "url": urls.api_article_url(article_id),
        "page_url": urls.article_url(article_id, state),
        "similar_url": urls.api_similar_url(article_id),
    }


def _facet_values(
    name: str, values: Sequence[searchlib.FacetValue], state: SearchState, places: Places, url: _Url
) -> Iterator[schemas.FacetValue]:
    for value in values:
        if name == "category" and value.value:
            target: SearchState | None = places.toggled(places.path(value.value), value.value)
        else:
            target = urls.facet_toggled(state, name, value.value)
        yield schemas.FacetValue(**_fields(value), toggle_url=url(target) if target else None)


def _filters(state: SearchState, url: _Url) -> Iterator[schemas.Filter]:
    """Each filter that is set; the two ends of a period are two, which can be dropped one by one."""
    for name in VALUE_FILTERS:
        for value in getattr(state, name):
            yield schemas.Filter(parameter=name, value=value, drop_url=url(urls.without(state, name, value)))
    if state.date_from:
        later = urls.in_period(state, "", state.date_to)
        yield schemas.Filter(parameter="from", value=state.date_from, drop_url=url(later))
    if state.date_to:
        earlier = urls.in_period(state, state.date_from, "")
        yield schemas.Filter(parameter="to", value=state.date_to, drop_url=url(earlier))


def _fields(model: searchlib.Model) -> dict[str, Any]:
    """The fields of a model as they are."""
    fields: tuple[dataclasses.Field[Any], ...] = dataclasses.fields(model)  # type: ignore[arg-type]  # every model is a dataclass
    return {each.name: getattr(model, each.name) for each in fields}

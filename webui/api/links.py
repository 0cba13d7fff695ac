"""Add URLs to the models of the library: to articles, pages, and searches one step away."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import searchlib
from webui import urls
from webui.api import schemas
from webui.pages.category_tree import CategoryTree
from webui.pages.dates import with_whole_minutes
from webui.pages.links import hit_url
from webui.pages.safe_html import safe_body
from webui.pages.text_fragment import original_url
from webui.state import BLANK, PERIOD_FACETS, SearchState, suggestion_state


def search_results(
    results: searchlib.Results, state: SearchState, *, explain: bool, facets: bool
) -> schemas.SearchResults:
    """Return the results with URLs. With ``explain`` or without ``facets``, the URLs of searches ask for the same."""
    url = partial(urls.api_search_url, explain=explain, facets=facets)
    last = state.last_page(results)
    offer = results.date_offer
    tree = CategoryTree(results.category_tree, state)
    category_url = urls.filter_urls(state, "category", url)
    linked = {
        "hits": _hits(results, state.as_searched(results)),
        "facets": {
            name: tuple(_facet_values(name, values, state, tree, url)) for name, values in results.facets.items()
        },
        "category_tree": tuple(
            schemas.CategoryNode(**_fields(node), toggle_url=category_url(tree.toggled_values(node.path, node.value)))
            for node in results.category_tree
        ),
        "advice": tuple(schemas.Advice(**_fields(each), url=url(state.with_advice(each))) for each in results.advice),
        "date_offer": offer and schemas.DateOffer(**_fields(offer), url=url(state.with_offer(offer))),
    }
    return schemas.SearchResults(
        **_fields(results) | linked,
        url=url(state),
        page_url=urls.search_url(state),
        feed_url=urls.feed_url(state),
        # Beyond the last page, the previous page is the last one.
        previous_url=url(state.with_page(min(state.page - 1, last))) if state.page > 1 and last else None,
        next_url=url(state.with_page(state.page + 1)) if state.page < last else None,
        clear_url=url(state.without_filters()),
        correction_url=url(state.with_query(results.correction)) if results.correction else None,
        verbatim_url=url(state.with_query(state.query, verbatim=True)) if results.searched != results.query else None,
        literal_url=url(state.changed(literal=True)) if results.operators else None,
        filters=tuple(_filters(state, url)),
    )


def similar_results(results: searchlib.Results, article_id: str) -> schemas.SimilarResults:
    """Return the articles that are similar to one, with URLs."""
    return schemas.SimilarResults(
        **_fields(results)
        | {"hits": _hits(results, BLANK), "facets": {}, "category_tree": (), "date_offer": None, "advice": ()},
        url=urls.api_similar_url(article_id, results.size),
        article_url=urls.api_article_url(article_id),
    )


def suggestions(query: str, completions: Sequence[searchlib.Suggestion], size: int) -> schemas.Suggestions:
    """Return the completions of a query, with URLs."""
    states = [suggestion_state(each) for each in completions]
    return schemas.Suggestions(
        query=query,
        suggestions=tuple(
            schemas.Suggestion(**_fields(each), url=urls.api_search_url(state), page_url=urls.search_url(state))
            for each, state in zip(completions, states, strict=True)
        ),
        url=urls.api_suggest_url(query, size),
    )


def passages(chosen: Sequence[searchlib.Passage], state: SearchState, budget: int) -> schemas.Passages:
    """Return the passages for a query, with URLs."""
    return schemas.Passages(
        query=state.query,
        passages=tuple(
            schemas.Passage(
                **_fields(each), url=urls.api_article_url(each.id), page_url=urls.article_url(each.id, state)
            )
            for each in chosen
        ),
        url=urls.api_passages_url(state, budget),
    )


def article(original: searchlib.Article, original_url: str) -> schemas.Article:
    """Return an article with URLs and safe HTML. ``original_url`` is the address of the original, or ""."""
    html = str(safe_body(original.html, pictures=True).html)
    return schemas.Article(
        **_fields(original) | {"html": html},
        url=urls.api_article_url(original.id),
        original_url=original_url or None,
        **_further_urls(original.id, BLANK),
    )


def _hits(results: searchlib.Results, state: SearchState) -> tuple[schemas.Hit, ...]:
    return tuple(
        schemas.Hit(
            **_fields(hit)
            | {"repeats": _repeats(hit, state)}
            | _further_urls(hit.id, state)
            | {"page_url": hit_url(hit, state)},
            article_url=urls.api_article_url(hit.id),
            original_url=original_url(hit) or None,
        )
        for hit in results.hits
    )


def _repeats(hit: searchlib.Hit, state: SearchState) -> tuple[schemas.Repeat, ...]:
    return tuple(
        schemas.Repeat(**_fields(each), url=urls.api_article_url(each.id), page_url=urls.article_url(each.id, state))
        for each in hit.repeats
    )


def _further_urls(article_id: str, state: SearchState) -> dict[str, Any]:
    return {
        "page_url": urls.article_url(article_id, state),
        "similar_url": urls.api_similar_url(article_id),
    }


def _facet_values(
    name: str, values: Sequence[searchlib.FacetValue], state: SearchState, tree: CategoryTree, url: urls.StateUrl
) -> Iterator[schemas.FacetValue]:
    toggle_url = urls.period_urls(state, url) if name in PERIOD_FACETS else _toggle_urls(name, state, tree, url)
    for each in values:
        # No filter accepts the empty value.
        yield schemas.FacetValue(**_fields(each), toggle_url=toggle_url(each.value) if each.value else None)


def _toggle_urls(name: str, state: SearchState, tree: CategoryTree, url: urls.StateUrl) -> Callable[[str], str]:
    if name != "category":
        return urls.toggle_urls(state, name, url)
    category_url = urls.filter_urls(state, name, url)
    return lambda value: category_url(tree.toggled_values(tree.path(value), value))


def _filters(state: SearchState, url: urls.StateUrl) -> Iterator[schemas.Filter]:
    """Yield each filter that is set. The two dates are separate filters, each with its own ``drop_url``."""
    for name in state.value_filters:
        for value in state.values(name):
            yield schemas.Filter(parameter=name, value=value, drop_url=url(state.without(name, value)))
    for name, field in (("from", "date_from"), ("to", "date_to")):
        if value := getattr(state, field):
            yield schemas.Filter(parameter=name, value=value, drop_url=url(state.changed(**{field: ""})))


def _fields(model: searchlib.Model) -> dict[str, Any]:
    """Return the values of a model's fields by name."""
    return {
        name: with_whole_minutes(value) if isinstance(value, datetime) else value
        for name, value in model.field_values().items()
    }

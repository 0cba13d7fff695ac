"""Count the facets of a search, each under all filters but its own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

import numpy as np

from searchlib.engines.base import CATEGORY_TREE, DATE_FACETS, FACETS, Request, filter_of
from searchlib.engines.common.facets import by_count, period_facet, value_facet
from searchlib.engines.whoosh.format.integers import Integers
from searchlib.engines.whoosh.search.category_articles import CategoryArticles
from searchlib.engines.whoosh.search.doc_values import DocValues, Mask
from searchlib.models import CategoryNode, FacetValue


def count_facets(
    doc_values: DocValues, request: Request, matches: Mask, filters: Mapping[str, Mask], passing: Integers
) -> tuple[dict[str, tuple[FacetValue, ...]], tuple[CategoryNode, ...]]:
    """Return the facets that the request names, and the nodes of the tree of categories, if it names them.

    ``matches`` are the articles that match the query, ``filters`` the articles that pass each filter, ``passing`` int64[n] all
    articles that match and pass all filters.
    """
    facets: dict[str, tuple[FacetValue, ...]] = {}
    nodes: tuple[CategoryNode, ...] = ()
    tree = doc_values.category_articles if CATEGORY_TREE in request.facets else None
    for facet in (*FACETS, *doc_values.facets):
        with_tree = facet == "category" and tree is not None
        if facet not in request.facets and not with_tree:
            continue
        counted = passing
        if filter_of(facet) in filters:
            counted = _under_other_filters(facet, filters, matches & doc_values.live)
        if tree is not None and with_tree:
            # Counts of names are sums over their paths: in most archives each name has one path.
            path_counts = doc_values.counts(CATEGORY_TREE, counted)
            counts = tree.name_counts(path_counts, len(doc_values.values(facet).values))
            nodes = _nodes(doc_values, request, tree, path_counts, counts)
            if facet in request.facets:
                facets[facet] = _values(doc_values, request, facet, counted, counts)
        elif facet in DATE_FACETS:
            facets[facet] = _periods(doc_values, request, facet, counted)
        else:
            counts = doc_values.counts(facet, counted)
            facets[facet] = _values(doc_values, request, facet, counted, counts)
    return facets, nodes


def _under_other_filters(facet: str, filters: Mapping[str, Mask], matches: Mask) -> Integers:
    """Return the matches that pass all filters except the facet's own."""
    own = filter_of(facet)
    return np.flatnonzero(reduce(np.logical_and, (mask for name, mask in filters.items() if name != own), matches))


def _selected(request: Request, facet: str) -> frozenset[str]:
    return frozenset(request.filters.values.get(facet, ()))


def _nodes(
    doc_values: DocValues, request: Request, tree: CategoryArticles, path_counts: Integers, name_counts: Integers
) -> tuple[CategoryNode, ...]:
    """Return the tree, followed by the selected values that are not paths: names of several paths, and unknown values."""
    selected = _selected(request, "category")
    ordinals = doc_values.values("category").ordinals(selected)
    others = {
        value: int(name_counts[ordinals[value]]) if value in ordinals else 0
        for value in selected
        if not tree.tree.contains(value)
    }
    return tree.top_nodes(path_counts, selected, others, request.max_facet_values)


def _values(
    doc_values: DocValues, request: Request, facet: str, counted: Integers, counts: Integers
) -> tuple[FacetValue, ...]:
    """Return the most frequent values, then the selected ones; values of equal counts are in their order."""
    values = doc_values.values(facet)
    limit, selected = request.max_facet_values, _selected(request, facet)
    ordinals = counts.nonzero()[0]
    keys = ordinals - counts[ordinals] * len(values.values)
    if len(keys) > limit:
        top = np.argpartition(keys, limit - 1)[:limit]
        ordinals, keys = ordinals[top], keys[top]
    ordinals = ordinals[np.argsort(keys)]
    listed = dict(zip(values.texts(ordinals.tolist()), counts[ordinals].tolist(), strict=True))
    missing = selected - listed.keys()
    if missing:
        ordinal_of = values.ordinals(missing)
        listed |= {value: int(counts[ordinal]) for value, ordinal in ordinal_of.items()}
        for value in missing - ordinal_of.keys():
            # The text of a category path, a range, or an unknown value.
            articles = doc_values.articles_with(facet, [value])
            listed[value] = int(np.count_nonzero(doc_values.mask(articles)[counted])) if len(articles) else 0
        listed = by_count(listed)
    return value_facet(listed, selected)


def _periods(doc_values: DocValues, request: Request, facet: str, counted: Integers) -> tuple[FacetValue, ...]:
    counts = doc_values.counts(facet, counted)
    ordinals = counts.nonzero()[0]
    names = doc_values.values(facet).texts(ordinals.tolist())
    listed = dict(zip(names, counts[ordinals].tolist(), strict=True))
    return period_facet(listed, request.filters.period(facet))

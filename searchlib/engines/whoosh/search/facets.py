"""Count the facets of a search, each under all filters but its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import reduce

import numpy as np

from searchlib.engines.base import CATEGORY_TREE, DATE_FACETS, FACETS, MAX_FACET_VALUES, Filters
from searchlib.engines.common.facets import by_count, period_facet, value_facet
from searchlib.engines.common.fields import VALUE_FIELDS
from searchlib.engines.whoosh.format.integers import Integers
from searchlib.engines.whoosh.search.category_tree import CategoryColumns
from searchlib.engines.whoosh.search.doc_values import DocValues, Mask
from searchlib.models import CategoryNode, FacetValue


def count_facets(
    columns: DocValues,
    wanted: Collection[str],
    found: Integers,
    matched: Mask,
    narrowed: Mapping[str, Mask],
    filters: Filters,
    most: int = MAX_FACET_VALUES,
) -> tuple[dict[str, tuple[FacetValue, ...]], tuple[CategoryNode, ...]]:
    """The facets that are wanted, of the articles that the query matched, and the tree of categories, if it is wanted.

    ``found`` are the articles that pass all filters. ``narrowed`` holds the mask of each filter in force, by the facet that it
    belongs to; ``date`` stands for both date facets. A value facet gives the ``most`` frequent.
    """
    facets: dict[str, tuple[FacetValue, ...]] = {}
    nodes: tuple[CategoryNode, ...] = ()
    tree = columns.category_tree if CATEGORY_TREE in wanted else None
    for facet in FACETS:
        is_tree = facet == "category" and tree is not None
        if facet not in wanted and not is_tree:
            continue
        own = "date" if facet in DATE_FACETS else facet
        if own in narrowed:
            others = (mask for name, mask in narrowed.items() if name != own)
            counted = np.flatnonzero(reduce(np.logical_and, others, matched & columns.live))
        else:
            counted = found
        selected = frozenset(filters.values.get(facet, ()))
        if tree is not None and is_tree:
            # Paths are counted, and names from them: in most archives each name has one path.
            of_paths = tree.column.counts(counted)
            counts = tree.name_counts(of_paths, len(columns.values[facet].values))
            nodes = _nodes(columns, tree, of_paths, counts, selected, most)
            if facet in wanted:
                facets[facet] = _values(columns, facet, counted, counts, selected, most)
        elif facet in VALUE_FIELDS:
            facets[facet] = _values(columns, facet, counted, columns.values[facet].counts(counted), selected, most)
        else:
            facets[facet] = _periods(columns, facet, counted, filters)
    return facets, nodes


def _nodes(
    columns: DocValues, tree: CategoryColumns, of_paths: Integers, counts: Integers, selected: frozenset[str], most: int
) -> tuple[CategoryNode, ...]:
    """Return the nodes of the tree, and behind them the selected values that are no path of it."""
    numbers = columns.values["category"].numbers_of(selected)
    others = {
        value: int(counts[numbers[value]]) if value in numbers else 0
        for value in selected
        if not tree.tree.contains(value)
    }
    return tree.nodes(of_paths, selected, others, most)


def _values(
    columns: DocValues, facet: str, counted: Integers, counts: Integers, selected: frozenset[str], most: int
) -> tuple[FacetValue, ...]:
    column = columns.values[facet]
    held = np.flatnonzero(counts)
    # The most frequent first, then in the order of the values, which is that of their numbers.
    ranks = held - counts[held] * len(column.values)
    if len(ranks) > most:
        chosen = np.argpartition(ranks, most - 1)[:most]
        held, ranks = held[chosen], ranks[chosen]
    held = held[np.argsort(ranks)]
    shown = {column.values[number]: count for number, count in zip(held.tolist(), counts[held].tolist(), strict=True)}
    missing = selected - shown.keys()
    if missing:
        named = column.numbers_of(missing)
        shown |= {value: int(counts[number]) for value, number in named.items()}
        for value in missing - named.keys():
            # A place of the tree by its text, or nothing that there is.
            holding = columns.holding(facet, [value])
            shown[value] = int(np.count_nonzero(columns.mask(holding)[counted])) if len(holding) else 0
        shown = by_count(shown)
    return value_facet(shown, selected)


def _periods(columns: DocValues, facet: str, counted: Integers, filters: Filters) -> tuple[FacetValue, ...]:
    periods = columns.periods[facet]
    counts = np.bincount(periods.numbers.take(counted), minlength=len(periods.names)).tolist()
    held = {name: count for name, count in zip(periods.names, counts, strict=True) if count}
    return period_facet(held, filters.period(facet))

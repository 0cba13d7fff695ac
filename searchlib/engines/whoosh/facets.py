"""Count the facets of a search, each under all filters but its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import reduce

import numpy as np

from searchlib.engines.base import FACETS, MOST_FACET_VALUES, Filters
from searchlib.engines.whoosh.columns import Columns, Mask
from searchlib.engines.whoosh.fields import VALUE_FIELDS
from searchlib.engines.whoosh.reader import Numbers
from searchlib.models import FacetValue

DATE_FACETS = ("year", "month")


def count_facets(
    columns: Columns,
    wanted: Collection[str],
    found: Numbers,
    matched: Mask,
    narrowed: Mapping[str, Mask],
    filters: Filters,
) -> dict[str, tuple[FacetValue, ...]]:
    """The facets that are wanted, of the articles that the query matched; ``found`` are those that pass all filters.

    ``narrowed`` holds the mask of each filter in force, by the facet that it belongs to; ``date`` stands for both
    date facets.
    """
    facets: dict[str, tuple[FacetValue, ...]] = {}
    for facet in FACETS:
        if facet not in wanted:
            continue
        own = "date" if facet in DATE_FACETS else facet
        if own in narrowed:
            others = (mask for name, mask in narrowed.items() if name != own)
            counted = np.flatnonzero(reduce(np.logical_and, others, matched & columns.live))
        else:
            counted = found
        if facet in VALUE_FIELDS:
            facets[facet] = _values(columns, facet, counted, frozenset(filters.values.get(facet, ())))
        else:
            facets[facet] = _periods(columns, facet, counted, filters)
    return facets


def _values(columns: Columns, facet: str, counted: Numbers, selected: frozenset[str]) -> tuple[FacetValue, ...]:
    column = columns.values[facet]
    counts = column.counts(counted)
    held = np.flatnonzero(counts)
    # The most frequent first, then in the order of the values, which is that of their numbers.
    ranks = held - counts[held] * len(column.values)
    if len(ranks) > MOST_FACET_VALUES:
        chosen = np.argpartition(ranks, MOST_FACET_VALUES - 1)[:MOST_FACET_VALUES]
        held, ranks = held[chosen], ranks[chosen]
    held = held[np.argsort(ranks)]
    shown = {column.values[number]: count for number, count in zip(held.tolist(), counts[held].tolist(), strict=True)}
    missing = selected - shown.keys()
    if missing:
        of_missing = dict.fromkeys(missing, 0)
        of_missing |= {value: int(counts[number]) for value, number in column.numbers_of(missing).items()}
        shown |= dict(sorted(of_missing.items(), key=lambda pair: (-pair[1], pair[0])))
    return tuple([FacetValue(value=value, count=count, selected=value in selected) for value, count in shown.items()])


def _periods(columns: Columns, facet: str, counted: Numbers, filters: Filters) -> tuple[FacetValue, ...]:
    periods = columns.periods[facet]
    counts = np.bincount(periods.numbers.take(counted), minlength=len(periods.names)).tolist()
    selected = _selected_period(facet, filters)
    found = [
        FacetValue(value=name, count=count, selected=name == selected)
        for name, count in zip(periods.names, counts, strict=True)
        if count
    ]
    if selected is not None and not any(value.selected for value in found):
        found.append(FacetValue(value=selected, count=0, selected=True))
        found.sort(key=lambda value: value.value, reverse=True)
    return tuple(found)


def _selected_period(facet: str, filters: Filters) -> str | None:
    """The year or month that the date filter lies in, if it lies in one."""
    if filters.first is None or filters.last is None:
        return None
    length = len("2021") if facet == "year" else len("2021-11")
    first, last = filters.first.isoformat()[:length], filters.last.isoformat()[:length]
    return first if first == last else None

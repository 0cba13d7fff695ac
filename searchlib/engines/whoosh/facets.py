"""Count the facets of a search, each under all filters but its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce

import numpy as np

from searchlib.engines.base import FACETS, MOST_FACET_VALUES, Filters
from searchlib.engines.whoosh.columns import Columns, Mask
from searchlib.engines.whoosh.schema import NO_MONTH, VALUE_FIELDS
from searchlib.models import FacetValue

DATE_FACETS = ("year", "month")


def count_facets(
    columns: Columns, matched: Mask, narrowed: Mapping[str, Mask], filters: Filters
) -> dict[str, tuple[FacetValue, ...]]:
    """All facets of the articles that the query matched.

    ``narrowed`` holds the mask of each filter in force, by the facet that it belongs to; ``date`` stands for both
    date facets.
    """
    facets: dict[str, tuple[FacetValue, ...]] = {}
    for facet in FACETS:
        own = "date" if facet in DATE_FACETS else facet
        counted = reduce(np.logical_and, (mask for name, mask in narrowed.items() if name != own), matched)
        if facet in VALUE_FIELDS:
            facets[facet] = _values(columns, facet, counted, frozenset(filters.values.get(facet, ())))
        else:
            facets[facet] = _months(columns, facet, counted, filters)
    return facets


def _values(columns: Columns, facet: str, counted: Mask, selected: frozenset[str]) -> tuple[FacetValue, ...]:
    column = columns.values[facet]
    counts = column.counts(counted)
    found = {column.values[number]: int(counts[number]) for number in np.flatnonzero(counts)}
    ordered = sorted(found, key=lambda value: (-found[value], value))
    shown = dict.fromkeys(ordered[:MOST_FACET_VALUES])
    shown |= dict.fromkeys(sorted(selected - shown.keys(), key=lambda value: (-found.get(value, 0), value)))
    return tuple(FacetValue(value=value, count=found.get(value, 0), selected=value in selected) for value in shown)


def _months(columns: Columns, facet: str, counted: Mask, filters: Filters) -> tuple[FacetValue, ...]:
    named: Callable[[int], str] = _year_name if facet == "year" else _month_name
    months = columns.months[counted]
    numbers, counts = np.unique(months // 100 if facet == "year" else months, return_counts=True)
    found = {named(int(number)): int(count) for number, count in zip(numbers, counts, strict=True)}
    selected = _selected_period(facet, filters)
    if selected is not None:
        found.setdefault(selected, 0)
    # Newest first; the undated, named "", come last by themselves.
    ordered = sorted(found, reverse=True)
    return tuple(FacetValue(value=value, count=found[value], selected=value == selected) for value in ordered)


def _year_name(year: int) -> str:
    return f"{year:04d}" if year != NO_MONTH else ""


def _month_name(month: int) -> str:
    return f"{month // 100:04d}-{month % 100:02d}" if month != NO_MONTH else ""


def _selected_period(facet: str, filters: Filters) -> str | None:
    """The year or month that the date filter lies in, if it lies in one."""
    if filters.first is None or filters.last is None:
        return None
    length = len("2021") if facet == "year" else len("2021-11")
    first, last = filters.first.isoformat()[:length], filters.last.isoformat()[:length]
    return first if first == last else None

"""Turn counts into facets. All engines share this."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from searchlib.common.columns import from_columns
from searchlib.models import FacetValue


def by_count(counts: Mapping[str, int]) -> dict[str, int]:
    """Return the counts in the order of a facet: the most frequent value first, then by value."""
    return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0])))


def value_facet(ordered: Mapping[str, int], selected: Collection[str]) -> tuple[FacetValue, ...]:
    """Return the values of a facet from counts in its order."""
    return from_columns(
        FacetValue,
        len(ordered),
        value=ordered,
        count=ordered.values(),
        selected=[value in selected for value in ordered],
    )


def period_facet(counts: Mapping[str, int], selected: str | None) -> tuple[FacetValue, ...]:
    """Return years or months, newest first; "" (no date) is last. The selected period is included even without articles."""
    every = dict(counts) if selected is None else {selected: 0, **counts}
    return value_facet(
        {value: every[value] for value in sorted(every, reverse=True)}, () if selected is None else (selected,)
    )

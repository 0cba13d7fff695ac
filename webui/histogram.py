"""Draw how many of the articles found fall into each year, or into each month of the chosen year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from searchlib import FacetValue
from webui import urls
from webui.languages import counted
from webui.state import SearchState

HEIGHT = 40
_STEP = 10
_GAP = 2
_LEAST = 1.5
"""Of a bar that stands for any article at all."""
_FEWEST_BARS = 3
_MOST_YEARS = 60
"""Years farther apart than this are not filled up with empty ones."""
_MONTHS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: where it stands in the drawing, what it says, and the search that it leads to."""

    x: int
    y: float
    width: int
    height: float
    label: str
    url: str
    selected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """Bars in the order of time, in a drawing of this size."""

    bars: tuple[Bar, ...]
    width: int
    height: int
    first: str
    last: str


def histogram(facets: Mapping[str, Sequence[FacetValue]], state: SearchState) -> Histogram | None:
    """The histogram of the dates found; None where there is too little to see."""
    years = {each.value: each.count for each in facets["year"] if each.value}
    chosen = next((year for year in years if state.date_from[:4] == state.date_to[:4] == year), None)
    if chosen:
        held = {each.value: each.count for each in facets["month"] if each.value}
        periods = [f"{chosen}-{month:02}" for month in range(1, _MONTHS + 1)]
    else:
        held = years
        periods = _all_years(sorted(years))
    highest = max((held.get(period, 0) for period in periods), default=0)
    if len(periods) < _FEWEST_BARS or not highest:
        return None
    return Histogram(
        bars=tuple(
            _bar(place, period, held.get(period, 0), highest, state)
            for place, period in enumerate(periods)
            if held.get(period, 0)
        ),
        width=len(periods) * _STEP,
        height=HEIGHT,
        first=periods[0],
        last=periods[-1],
    )


def _all_years(years: list[str]) -> list[str]:
    if not years or int(years[-1]) - int(years[0]) >= _MOST_YEARS:
        return years
    return [f"{year:04}" for year in range(int(years[0]), int(years[-1]) + 1)]


def _bar(place: int, period: str, count: int, highest: int, state: SearchState) -> Bar:
    height = round(max(HEIGHT * count / highest, _LEAST), 1)
    return Bar(
        x=place * _STEP + _GAP // 2,
        y=round(HEIGHT - height, 1),
        width=_STEP - _GAP,
        height=height,
        label=counted("%(period)s：%(count)s 篇", count, period=period),
        url=urls.search_url(urls.toggled_period(state, period)),
        selected=urls.is_period(state, period),
    )

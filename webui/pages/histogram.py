"""Draw how many of the articles found fall into each year, or into each month of the chosen year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from searchlib import FacetValue
from webui import urls
from webui.languages import counted, gettext
from webui.pages.periods import period_text
from webui.state import SearchState

HEIGHT = 40
_STEP = 10
_GAP = 2
_LEAST = 1.5
"""Of a bar that stands for any article at all."""
_FEWEST_SLOTS = 3
_MOST_EMPTY = 10
"""More empty years in a row are left out: one article of long ago would flatten all the others."""
_MOST_SLOTS = 60
"""Where more than these would be drawn, shorter runs are left out too."""
_FEWEST_LEFT_OUT = 1
"""A single empty year takes no more room than the break in its place."""
_MONTHS = 12

_Slot = tuple[str, str]
"""What stands at one place: a period, twice, or the first and last of the empty years left out there."""


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
class Break:
    """Where empty years are left out: its middle in the drawing, and what it says."""

    x: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """Bars in the order of time, and breaks between them, in a drawing of this size."""

    bars: tuple[Bar, ...]
    breaks: tuple[Break, ...]
    width: int
    height: int
    first: str
    last: str


def histogram(facets: Mapping[str, Sequence[FacetValue]], state: SearchState) -> Histogram | None:
    """The histogram of the dates found; None where there is too little to see."""
    years = {each.value: each.count for each in facets["year"] if each.value}
    chosen = next((year for year in years if state.date_from[:4] == state.date_to[:4] == year), None)
    slots: list[_Slot]
    if chosen:
        held = {each.value: each.count for each in facets["month"] if each.value}
        slots = [(month, month) for month in (f"{chosen}-{number:02}" for number in range(1, _MONTHS + 1))]
    else:
        held = years
        slots = _years(sorted(years))
    highest = max((held.get(first, 0) for first, _ in slots), default=0)
    if len(slots) < _FEWEST_SLOTS or not highest:
        return None
    drawn = [(place, first, held[first]) for place, (first, _) in enumerate(slots) if held.get(first)]
    return Histogram(
        bars=tuple(_bar(place, period, count, highest, state) for place, period, count in drawn),
        breaks=tuple(_break(place, *slot) for place, slot in enumerate(slots) if _is_left_out(slot)),
        width=len(slots) * _STEP,
        height=HEIGHT,
        first=slots[0][0],
        last=slots[-1][0],
    )


def _years(held: Sequence[str], most_empty: int = _MOST_EMPTY) -> list[_Slot]:
    """A slot for each year from the first to the last, and one for each long run of empty ones."""
    slots = [(year, year) for year in held[:1]]
    for before, year in pairwise(held):
        empty = [f"{each:04}" for each in range(int(before) + 1, int(year))]
        slots += [(each, each) for each in empty] if len(empty) <= most_empty else [(empty[0], empty[-1])]
        slots.append((year, year))
    return slots if len(slots) <= _MOST_SLOTS or most_empty == _FEWEST_LEFT_OUT else _years(held, _FEWEST_LEFT_OUT)


def _is_left_out(slot: _Slot) -> bool:
    return slot[0] != slot[1]


def _break(place: int, first: str, last: str) -> Break:
    return Break(x=place * _STEP + _STEP // 2, label=gettext("%(period)s：没有文章", period=period_text(first, last)))


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

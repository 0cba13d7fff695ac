"""Draw a histogram of the articles by year, or by month of the selected year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

from searchlib import FacetValue
from webui.languages import counted, gettext
from webui.pages.dates import period_text
from webui.state import SearchState
from webui.urls import period_urls

HEIGHT = 40
"""The height of the drawing. All lengths are in units of the SVG."""
SLOT_WIDTH = 10
"""The width of a bar and the gap beside it."""
_GAP_WIDTH = 2
_MIN_BAR_HEIGHT = 1.5
"""The height of a bar that stands for few articles, so that it stays visible."""
_MIN_SLOTS = 3
"""The minimum number of slots for a histogram."""
_MIN_SLOTS_WITH_MIDDLE = 7
"""The minimum number of slots for a label in the middle."""
_MAX_SLOTS = 60
"""The number of slots above which short runs of empty years become breaks, too."""
_MAX_EMPTY_YEARS = 10
"""The longest run of empty years that is drawn. A break replaces a longer one, so that a single old article does not make all
other bars too thin."""
_MAX_EMPTY_YEARS_IF_CROWDED = 1
"""The same limit above ``_MAX_SLOTS``. A break for a single year would save no space."""
_MONTH_NUMBERS = range(1, 13)

_Slot = tuple[str, str]
"""The first and last period of a slot. They differ in a break only: the first and last empty year that it replaces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """The bar of one period: its rectangle, its slot (the area that can be clicked), its label and its search.

    The height grows with the square root of the count, so that small counts are visible beside large ones.
    """

    period: str
    slot_x: int
    x: int
    y: float
    width: int
    height: float
    label: str
    url: str
    selected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """The slot that replaces empty years, with a line at ``x``."""

    slot_x: int
    x: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """Bars and breaks in the order of time, with the size of the drawing and the texts around it.

    ``labels`` are periods below the drawing: the first, one in the middle and the last.
    """

    bars: tuple[Bar, ...]
    breaks: tuple[Break, ...]
    width: int
    height: int
    slot_width: int
    peak_text: str
    labels: tuple[str, ...]


def histogram(facets: Mapping[str, Sequence[FacetValue]], state: SearchState) -> Histogram | None:
    """Return the histogram of the dates of all matches; None if there are too few periods."""
    years = {each.value: each.count for each in facets["year"] if each.value}
    selected = next((year for year in years if state.date_from[:4] == state.date_to[:4] == year), None)
    slots: list[_Slot]
    if selected:
        counts = {each.value: each.count for each in facets["month"] if each.value}
        slots = [(month, month) for month in (f"{selected}-{number:02}" for number in _MONTH_NUMBERS)]
    else:
        counts = years
        slots = _year_slots(sorted(years))
    # A selected year has no bars for the months of other years.
    counts = {first: counts[first] for first, _ in slots if counts.get(first)}
    max_count = max(counts.values(), default=0)
    if len(slots) < _MIN_SLOTS or not max_count:
        return None
    url = period_urls(state)
    chosen = {period for period in counts if state.covers(period)}
    if len(chosen) == len(counts) > 1:
        # The bars of a selected year are its months: a mark on all of them has no meaning.
        chosen.clear()
    return Histogram(
        bars=tuple(
            _bar(number, period, counts[period], max_count, url=url(period), selected=period in chosen)
            for number, (period, _) in enumerate(slots)
            if period in counts
        ),
        breaks=tuple(_break(number, *slot) for number, slot in enumerate(slots) if slot[0] != slot[1]),
        width=len(slots) * SLOT_WIDTH,
        height=HEIGHT,
        slot_width=SLOT_WIDTH,
        peak_text=_peak_text(counts, max_count),
        labels=_labels(slots),
    )


def _peak_text(counts: Mapping[str, int], max_count: int) -> str:
    """Return the count of the highest bar, with its period if no other is as high."""
    highest = [period for period, count in counts.items() if count == max_count]
    if len(highest) > 1:
        return counted("最多 %(count)s 篇", max_count)
    return counted("%(period)s 最多：%(count)s 篇", max_count, period=highest[0])


def _labels(slots: Sequence[_Slot]) -> tuple[str, ...]:
    middle = slots[len(slots) // 2]
    # Breaks have no label, and among few slots labels would touch.
    has_middle = len(slots) >= _MIN_SLOTS_WITH_MIDDLE and middle[0] == middle[1]
    return (slots[0][0], *([middle[0]] if has_middle else []), slots[-1][0])


def _year_slots(years: Sequence[str], max_empty: int = _MAX_EMPTY_YEARS) -> list[_Slot]:
    """Return a slot for each year from the first to the last, with breaks for runs of more than ``max_empty`` years."""
    slots = [(year, year) for year in years[:1]]
    for previous, year in pairwise(years):
        empty = [f"{each:04}" for each in range(int(previous) + 1, int(year))]
        slots += [(each, each) for each in empty] if len(empty) <= max_empty else [(empty[0], empty[-1])]
        slots.append((year, year))
    if len(slots) <= _MAX_SLOTS or max_empty == _MAX_EMPTY_YEARS_IF_CROWDED:
        return slots
    return _year_slots(years, _MAX_EMPTY_YEARS_IF_CROWDED)


def _break(number: int, first: str, last: str) -> Break:
    slot_x = number * SLOT_WIDTH
    label = gettext("%(period)s：没有文章", period=period_text(first, last))
    return Break(slot_x=slot_x, x=slot_x + SLOT_WIDTH // 2, label=label)


def _bar(number: int, period: str, count: int, max_count: int, *, url: str, selected: bool) -> Bar:
    height = round(max(HEIGHT * sqrt(count / max_count), _MIN_BAR_HEIGHT), 1)
    slot_x = number * SLOT_WIDTH
    return Bar(
        period=period,
        slot_x=slot_x,
        x=slot_x + _GAP_WIDTH // 2,
        y=round(HEIGHT - height, 1),
        width=SLOT_WIDTH - _GAP_WIDTH,
        height=height,
        label=counted("%(period)s：%(count)s 篇", count, period=period),
        url=url,
        selected=selected,
    )

"""The parameters of a search. Every check raises ParameterError for a value that is not allowed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from searchlib.common.arguments import check_text, check_texts, check_whole_number
from searchlib.engines.base import CATEGORY_TREE, FACETS, MAX_FACET_VALUES, Filters
from searchlib.engines.common.fields import VALUE_FIELDS
from searchlib.errors import ParameterError
from searchlib.models import REPEATS, SORTS, Sort
from searchlib.query.dates import parse_dates
from searchlib.query.parser import MAX_QUERY_LENGTH
from searchlib.query.range_parser import parse_range

MAX_SIZE = 100
"""Maximum number of hits on a page."""
MAX_DEPTH = 10_000
"""Maximum number of hits that can be paged through."""
MAX_QUERY = MAX_QUERY_LENGTH
"""Maximum number of characters of a query; the rest is ignored."""
MAX_BUDGET = 100_000
"""Maximum number of characters of the passages for a query."""
MAX_VALUES = 100_000
"""Maximum number of values of a facet."""

Values = str | Sequence[str]

FilterValue = str | int | float | date
"""A value of a facet of the front matter, or a range of values as text."""

FilterValues = FilterValue | Sequence[FilterValue]

Day = str | date
"""A day, or the first or last day of a longer time: a date, or a text like ``2021``, ``2021-11-20``, ``2021年11月`` or ``去年``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """The parameters of one search, which are checked. ``Index.search`` documents them.

    ``collapse`` tells whether near duplicates are collapsed into one hit. A query with a quoted phrase never collapses them.
    Relative dates count back from ``today``.
    """

    query: str
    filters: Filters
    today: date
    sort: Sort = "relevance"
    page: int = 1
    size: int = 10
    facets: tuple[str, ...] = ()
    most_values: int = MAX_FACET_VALUES
    snippets: bool = True
    collapse: bool = False
    verbatim: bool = False
    corrected: bool = False
    literal: bool = False
    explain: bool = False

    def __post_init__(self) -> None:
        check_text("query", self.query)
        check_page(self.page, self.size)
        check_whole_number("most_values", self.most_values, minimum=1, maximum=MAX_VALUES)


def check_filters(
    index_facets: Sequence[str] = (),
    category: Values = (),
    author: Values = (),
    tag: Values = (),
    filters: Mapping[str, FilterValues] | None = None,
    date_from: Day | None = None,
    date_to: Day | None = None,
    *,
    today: date,
) -> Filters:
    """Return the filters of a search, checked. ``index_facets`` are the facets of the front matter that the index has.

    Dates in words count back from ``today``. ``filters`` may also name category, author and tag: their values are added to those
    of the parameters.
    """
    values = {
        "category": _parse_values("category", category),
        "author": _parse_values("author", author),
        "tag": _parse_values("tag", tag),
    }
    if not isinstance(filters, Mapping | None):
        raise ParameterError("filters", f"filters must map names of facets to values, not {filters!r}")
    for name, given in (filters or {}).items():
        if name not in VALUE_FIELDS and name not in index_facets:
            known = ", ".join((*VALUE_FIELDS, *index_facets))
            raise ParameterError(
                "filters",
                f"the index has no facet {name!r}; its facets are {known}: "
                "name others in the setting facets, then update the index",
            )
        values[name] = (*values.get(name, ()), *_filter_values(name, given))
    first, last = _parse_day("date_from", date_from, today, end=False), _parse_day("date_to", date_to, today, end=True)
    if first and last and first > last:
        parameter = "date_from"
        raise ParameterError(parameter, f"{parameter} is {first}, after the last day {last}: exchange the two")
    return Filters(values=values, first=first, last=last)


def check_page(page: int, size: int) -> None:
    """Check the number of a page, and the number of hits on a page."""
    check_whole_number("page", page, minimum=1)
    check_whole_number("size", size, minimum=1, maximum=MAX_SIZE)
    if page * size > MAX_DEPTH:
        raise ParameterError(
            "page", f"page {page} with {size} hits a page is beyond the first {MAX_DEPTH:,} hits: narrow the search"
        )


def check_value_facet(facet: str, index_facets: Sequence[str]) -> None:
    """Check the name of a facet whose values are listed."""
    allowed = (*VALUE_FIELDS, *index_facets)
    if facet not in allowed:
        raise ParameterError("facet", f"facet must be one of {', '.join(allowed)}, not {facet!r}")


def _filter_values(name: str, given: FilterValues) -> tuple[str, ...]:
    each = [given] if isinstance(given, str | int | float | date) else given
    if not isinstance(each, Collection) or not all(isinstance(value, str | int | float | date) for value in each):
        raise ParameterError("filters", f"the values of {name} must be texts, numbers or dates, not {given!r}")
    values = tuple(map(_filter_text, each))
    for value in values:
        if name not in VALUE_FIELDS and (interval := parse_range(value)) and interval.is_empty:
            raise ParameterError("filters", f"the range {value!r} of {name} is empty: exchange its ends")
    return values


def _filter_text(value: FilterValue) -> str:
    """Return a value as the index holds it: on one line, and in the form of YAML."""
    return str(value).lower() if isinstance(value, bool) else " ".join(str(value).split())


def check_facets(given: bool | Collection[str], index_facets: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the facets to count, in their usual order; True stands for all, False for none."""
    allowed = (*FACETS, *index_facets, CATEGORY_TREE)
    if isinstance(given, bool):
        return allowed if given else ()
    named = _parse_values("facets", given)
    for name in named:
        if name not in allowed:
            raise ParameterError("facets", f"facets must be names from {', '.join(allowed)}, not {name!r}")
    return tuple(name for name in allowed if name in named)


def _parse_values(parameter: str, given: str | Collection[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else check_texts(parameter, given)


def check_sort(sort: str) -> Sort:
    """Return the name of an order of hits."""
    for allowed in SORTS:
        if sort == allowed:
            return allowed
    raise ParameterError("sort", f"sort must be one of {', '.join(SORTS)}, not {sort!r}")


def _parse_day(parameter: str, given: Day | None, today: date, *, end: bool) -> date | None:
    """Return the first or last day of what a text such as ``2021-11`` or ``去年`` names; None if nothing is given."""
    if given is None or given == "":
        return None
    if isinstance(given, date):
        return given.date() if isinstance(given, datetime) else given
    days = parse_dates(given.strip(), today=today) if isinstance(given, str) else None
    # A range can be open on one side: 2021年以来 has no last day.
    day = (days.last if end else days.first) if days else None
    if day is None:
        raise ParameterError(
            parameter, f"{parameter} must be a date like 2021, 2021-11, 2021-11-20, 2021年11月 or 去年, not {given!r}"
        )
    return day


def check_today(today: date | None) -> date | None:
    """Return the day from which relative dates count back, if one is given."""
    if isinstance(today, datetime):
        return today.date()
    if today is None or isinstance(today, date):
        return today
    raise ParameterError("today", f"today must be a date, not {today!r}")


def check_repeats(repeats: str | None, *, default: bool) -> bool:
    """Return whether near duplicates are collapsed into one hit."""
    if repeats is None:
        return default
    if repeats not in REPEATS:
        raise ParameterError("repeats", f"repeats must be one of {', '.join(REPEATS)}, not {repeats!r}")
    return repeats == "fold"

"""Check what a search is asked for; every function raises ParameterError for what cannot be."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from searchlib.engines.base import CATEGORY_TREE, FACETS, Sort
from searchlib.errors import ParameterError
from searchlib.query.dates import parse_date_bound
from searchlib.query.parser import MAX_QUERY_LENGTH

MAX_SIZE = 100
"""Hits on one page, at most."""
MAX_DEPTH = 10_000
"""Hits that can be paged through, at most."""
MAX_QUERY = MAX_QUERY_LENGTH
"""Characters of a query that are used."""
MAX_VALUES = 100_000
"""Values of one facet, at most."""
SORTS: tuple[Sort, ...] = ("relevance", "newest", "oldest")
VALUE_FACETS = ("category", "author", "tag")
"""The facets with any number of values."""
REPEATS = ("fold", "show")
"""What a search may do with articles that are nearly the same."""

Values = str | Sequence[str]


def parse_facets(given: bool | Collection[str]) -> tuple[str, ...]:
    """The names of the facets that are wanted, in their order."""
    if isinstance(given, bool):
        return (*FACETS, CATEGORY_TREE) if given else ()
    named = (given,) if isinstance(given, str) else tuple(given)
    for name in named:
        if name not in (*FACETS, CATEGORY_TREE):
            raise ParameterError("facets", f"facets must be of {', '.join((*FACETS, CATEGORY_TREE))}, not {name!r}")
    return tuple(name for name in (*FACETS, CATEGORY_TREE) if name in named)


def check_most_values(most: int) -> None:
    """Refuse a number of values that cannot be."""
    if not isinstance(most, int) or not 1 <= most <= MAX_VALUES:
        raise ParameterError("most_values", f"most_values must be from 1 to {MAX_VALUES}, not {most!r}")


def check_value_facet(facet: str) -> None:
    """Refuse a facet that has no values to look among."""
    if facet not in VALUE_FACETS:
        raise ParameterError("facet", f"facet must be one of {', '.join(VALUE_FACETS)}, not {facet!r}")


def parse_values(given: Values) -> tuple[str, ...]:
    """The values of a filter, of which one may be given by itself."""
    return (given,) if isinstance(given, str) else tuple(given)


def parse_sort(sort: str) -> Sort:
    """The order of hits of that name."""
    for known in SORTS:
        if sort == known:
            return known
    raise ParameterError("sort", f"sort must be one of {', '.join(SORTS)}, not {sort!r}")


def parse_day(parameter: str, text: str | None, *, end: bool) -> date | None:
    """The first or last day of ``2021``, ``2021-11`` or ``2021-11-20``; None where nothing is given."""
    if text is None or text == "":
        return None
    day = parse_date_bound(text, end=end) if isinstance(text, str) else None
    if day is None:
        raise ParameterError(parameter, f"{parameter} must be a date like 2021, 2021-11 or 2021-11-20, not {text!r}")
    return day


def check_page(page: int, size: int) -> None:
    """Refuse a page, or a number of hits on it, that cannot be."""
    for parameter, value in (("page", page), ("size", size)):
        if not isinstance(value, int):
            raise ParameterError(parameter, f"{parameter} must be a whole number, not {value!r}")
    if not 1 <= size <= MAX_SIZE:
        raise ParameterError("size", f"size must be from 1 to {MAX_SIZE}, not {size}")
    if page < 1:
        raise ParameterError("page", f"page counts from 1, it cannot be {page}")
    if page * size > MAX_DEPTH:
        raise ParameterError(
            "page",
            f"only the first {MAX_DEPTH} hits can be paged through: page {page} of {size} lies beyond; narrow the search",
        )


def parse_repeats(repeats: str | None, *, default: bool) -> bool:
    """Whether a search folds repeats."""
    if repeats is None:
        return default
    if repeats not in REPEATS:
        raise ParameterError("repeats", f"repeats must be one of {', '.join(REPEATS)}, not {repeats!r}")
    return repeats == "fold"

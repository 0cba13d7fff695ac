"""The parameters of a search. Every check raises ParameterError for a value that is not allowed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from searchlib.arguments import check_text, check_texts, check_whole_number
from searchlib.engines.base import CATEGORY_TREE, FACETS, MAX_FACET_VALUES, Filters, Sort
from searchlib.engines.common.fields import VALUE_FIELDS
from searchlib.errors import ParameterError
from searchlib.query.dates import parse_date_bound
from searchlib.query.parser import MAX_QUERY_LENGTH

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
SORTS: tuple[Sort, ...] = ("relevance", "newest", "oldest")
REPEATS = ("fold", "show")
"""How a search treats near duplicates: collapse them into one hit, or show each as a hit."""

Values = str | Sequence[str]

Day = str | date
"""A day, or a month or year as its first or last day: a date, or a text like ``2021``, ``2021-11`` or ``2021-11-20``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """The parameters of one search, checked. ``Index.search`` documents them.

    ``collapse`` tells whether near duplicates are collapsed into one hit. A query with a quoted phrase never collapses them.
    """

    query: str = ""
    category: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    first_day: date | None = None
    last_day: date | None = None
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
    today: date | None = None
    explain: bool = False

    @property
    def filters(self) -> Filters:
        """The filters of the request."""
        values = {"category": self.category, "author": self.author, "tag": self.tag}
        return Filters(values=values, first=self.first_day, last=self.last_day)


def check_search(
    query: str,
    *,
    category: Values,
    author: Values,
    tag: Values,
    date_from: Day | None,
    date_to: Day | None,
    sort: str = "relevance",
    page: int = 1,
    size: int = 10,
    facets: bool | Collection[str] = True,
    most_values: int = MAX_FACET_VALUES,
    snippets: bool = True,
    repeats: str | None = None,
    fold_repeats: bool,
    verbatim: bool,
    corrected: bool,
    literal: bool = False,
    today: date | None = None,
    explain: bool = False,
) -> SearchRequest:
    """Return the request with these parameters, checked; ``fold_repeats`` is the default of ``repeats``."""
    check_text("query", query)
    checked_sort = _parse_sort(sort)
    checked_facets = _parse_facets(facets)
    collapse = _parse_repeats(repeats, default=fold_repeats)
    check_page(page, size)
    check_whole_number("most_values", most_values, minimum=1, maximum=MAX_VALUES)
    return SearchRequest(
        query=query,
        category=_parse_values("category", category),
        author=_parse_values("author", author),
        tag=_parse_values("tag", tag),
        first_day=_parse_day("date_from", date_from, end=False),
        last_day=_parse_day("date_to", date_to, end=True),
        sort=checked_sort,
        page=page,
        size=size,
        facets=checked_facets,
        most_values=most_values,
        snippets=snippets,
        collapse=collapse,
        verbatim=verbatim,
        corrected=corrected,
        literal=literal,
        today=_parse_today(today),
        explain=explain,
    )


def check_page(page: int, size: int) -> None:
    """Check the number of a page, and the number of hits on a page."""
    check_whole_number("page", page, minimum=1)
    check_whole_number("size", size, minimum=1, maximum=MAX_SIZE)
    if page * size > MAX_DEPTH:
        raise ParameterError(
            "page", f"page {page} with {size} hits a page is beyond the first {MAX_DEPTH:,} hits: narrow the search"
        )


def check_value_facet(facet: str) -> None:
    """Check the name of a facet whose values are listed."""
    if facet not in VALUE_FIELDS:
        raise ParameterError("facet", f"facet must be one of {', '.join(VALUE_FIELDS)}, not {facet!r}")


def _parse_facets(given: bool | Collection[str]) -> tuple[str, ...]:
    allowed = (*FACETS, CATEGORY_TREE)
    if isinstance(given, bool):
        return allowed if given else ()
    named = _parse_values("facets", given)
    for name in named:
        if name not in allowed:
            raise ParameterError("facets", f"facets must be names from {', '.join(allowed)}, not {name!r}")
    return tuple(name for name in allowed if name in named)


def _parse_values(parameter: str, given: str | Collection[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else check_texts(parameter, given)


def _parse_sort(sort: str) -> Sort:
    for allowed in SORTS:
        if sort == allowed:
            return allowed
    raise ParameterError("sort", f"sort must be one of {', '.join(SORTS)}, not {sort!r}")


def _parse_day(parameter: str, given: Day | None, *, end: bool) -> date | None:
    """Return the first or last day of ``2021``, ``2021-11`` or ``2021-11-20``; None if nothing is given."""
    if given is None or given == "":
        return None
    if isinstance(given, date):
        return given.date() if isinstance(given, datetime) else given
    day = parse_date_bound(given, end=end) if isinstance(given, str) else None
    if day is None:
        raise ParameterError(parameter, f"{parameter} must be a date like 2021, 2021-11 or 2021-11-20, not {given!r}")
    return day


def _parse_today(today: date | None) -> date | None:
    if isinstance(today, datetime):
        return today.date()
    if today is None or isinstance(today, date):
        return today
    raise ParameterError("today", f"today must be a date, not {today!r}")


def _parse_repeats(repeats: str | None, *, default: bool) -> bool:
    if repeats is None:
        return default
    if repeats not in REPEATS:
        raise ParameterError("repeats", f"repeats must be one of {', '.join(REPEATS)}, not {repeats!r}")
    return repeats == "fold"

"""The parameters of a search. Every check raises ParameterError for a value that is not allowed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

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
MAX_VALUES = 100_000
"""Maximum number of values of a facet."""
SORTS: tuple[Sort, ...] = ("relevance", "newest", "oldest")
REPEATS = ("fold", "show")
"""How a search treats near duplicates: collapse them into one hit, or show each as a hit."""

Values = str | Sequence[str]


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
    date_from: str | None,
    date_to: str | None,
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
    checked_sort = _parse_sort(sort)
    checked_facets = _parse_facets(facets)
    collapse = _parse_repeats(repeats, default=fold_repeats)
    check_page(page, size)
    _check_most_values(most_values)
    return SearchRequest(
        query=query,
        category=_parse_values(category),
        author=_parse_values(author),
        tag=_parse_values(tag),
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
        today=today,
        explain=explain,
    )


def check_page(page: int, size: int) -> None:
    """Check the number of a page, and the number of hits on a page."""
    for parameter, value in (("page", page), ("size", size)):
        if not isinstance(value, int):
            raise ParameterError(parameter, f"{parameter} must be a whole number, not {value!r}")
    if not 1 <= size <= MAX_SIZE:
        raise ParameterError("size", f"size must be from 1 to {MAX_SIZE}, not {size}")
    if page < 1:
        raise ParameterError("page", f"page must be at least 1, not {page}")
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
    named = (given,) if isinstance(given, str) else tuple(given)
    for name in named:
        if name not in allowed:
            raise ParameterError("facets", f"facets must be names from {', '.join(allowed)}, not {name!r}")
    return tuple(name for name in allowed if name in named)


def _check_most_values(most: int) -> None:
    if not isinstance(most, int) or not 1 <= most <= MAX_VALUES:
        raise ParameterError("most_values", f"most_values must be from 1 to {MAX_VALUES}, not {most!r}")


def _parse_values(given: Values) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _parse_sort(sort: str) -> Sort:
    for allowed in SORTS:
        if sort == allowed:
            return allowed
    raise ParameterError("sort", f"sort must be one of {', '.join(SORTS)}, not {sort!r}")


def _parse_day(parameter: str, text: str | None, *, end: bool) -> date | None:
    """Return the first or last day of ``2021``, ``2021-11`` or ``2021-11-20``; None if nothing is given."""
    if text is None or text == "":
        return None
    day = parse_date_bound(text, end=end) if isinstance(text, str) else None
    if day is None:
        raise ParameterError(parameter, f"{parameter} must be a date like 2021, 2021-11 or 2021-11-20, not {text!r}")
    return day


def _parse_repeats(repeats: str | None, *, default: bool) -> bool:
    if repeats is None:
        return default
    if repeats not in REPEATS:
        raise ParameterError("repeats", f"repeats must be one of {', '.join(REPEATS)}, not {repeats!r}")
    return repeats == "fold"

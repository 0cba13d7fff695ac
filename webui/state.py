"""The state of a search page, as its URL describes it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict

import searchlib

MAX_FILTER_VALUES = 64
"""The maximum number of values of all filters together. Every link on a page repeats them."""
MAX_FILTER_CHARACTERS = 1_000
"""The maximum length of these values together."""

VALUE_FILTERS = ("category", "author", "tag")
"""The filters of every index whose parameters may be repeated. The facets of the front matter are further ones."""

PERIOD_FACETS = ("year", "month")
"""The facets whose filter is the range of dates."""

RANGE_ENDS = (".from", ".to")
"""The suffixes of a facet's name in the parameters of its range form. No facet has a dot in its name."""

_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,9}")
_YEAR_LENGTH = 4
_YEAR_AND_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchState:
    """The query, filters, order and page of a search.

    The values of a filter are alternatives. They are sorted, because their order has no meaning. ``others`` are pairs of a
    facet of the front matter and a value of its filter. If ``repeats`` is empty, the settings decide whether near duplicates
    are collapsed.

    Methods return a changed copy. A copy that finds other articles, or the same in another order, starts at the first page.
    """

    query: str = ""
    category: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    others: tuple[tuple[str, str], ...] = ()
    date_from: str = ""
    date_to: str = ""
    sort: str = "relevance"
    repeats: str = ""
    page: int = 1
    size: int = 10
    verbatim: bool = False
    literal: bool = False

    def values(self, name: str) -> tuple[str, ...]:
        """Return the values of a filter that may have several."""
        if name not in VALUE_FILTERS:
            return tuple(value for facet, value in self.others if facet == name)
        values: tuple[str, ...] = getattr(self, name)
        return values

    @property
    def value_filters(self) -> tuple[str, ...]:
        """The names of the filters that have values."""
        names = (*VALUE_FILTERS, *(facet for facet, _ in self.others))
        return tuple(dict.fromkeys(name for name in names if self.values(name)))

    def has_period(self, period: str) -> bool:
        """Return whether the dates are exactly this year or month."""
        return self.date_from == self.date_to == period

    def covers(self, period: str) -> bool:
        """Return whether the dates include at least a part of this year or month. Without dates, nothing is covered."""
        first, last = self.date_from[: len(period)], self.date_to
        return bool(first or last) and first <= period and (not last or period[: len(last)] <= last)

    def changed(self, **fields: Any) -> SearchState:
        """Replace fields by name, and return to the first page."""
        return replace(self, page=BLANK.page, **fields)

    def with_query(self, query: str, *, verbatim: bool = False) -> SearchState:
        """Replace the query. A verbatim query is neither corrected nor read as pinyin."""
        return self.changed(query=query, verbatim=verbatim)

    def with_page(self, page: int) -> SearchState:
        """Replace the page number."""
        return replace(self, page=page)

    def with_period(self, date_from: str, date_to: str) -> SearchState:
        """Replace both dates, which are inclusive. An empty date sets no bound."""
        return self.changed(date_from=date_from, date_to=date_to)

    def without_period(self) -> SearchState:
        """Remove the dates. If they are a month, keep its year, which was selected before the month."""
        is_month = self.has_period(self.date_from) and _YEAR_AND_MONTH.fullmatch(self.date_from)
        year = self.date_from[:_YEAR_LENGTH] if is_month else ""
        return self.with_period(year, year)

    def toggled(self, name: str, value: str) -> SearchState:
        """Add a value to a filter, or remove it if the filter has it."""
        return self.with_values(name, {*self.values(name)} ^ {value})

    def without(self, name: str, *values: str) -> SearchState:
        """Remove values from a filter."""
        return self.with_values(name, {*self.values(name)} - {*values})

    def with_values(self, name: str, values: Collection[str]) -> SearchState:
        """Replace the values of a filter."""
        if name in VALUE_FILTERS:
            return self.changed(**{name: tuple(sorted(values))})
        others = [pair for pair in self.others if pair[0] != name]
        return self.changed(others=tuple(sorted([*others, *((name, value) for value in values)])))

    def without_filters(self) -> SearchState:
        """Remove all filters. Keep query, order, treatment of near duplicates and page size."""
        return SearchState(
            query=self.query,
            sort=self.sort,
            repeats=self.repeats,
            size=self.size,
            verbatim=self.verbatim,
            literal=self.literal,
        )

    def with_offer(self, offer: searchlib.DateOffer) -> SearchState:
        """Turn the date in the query into a filter, in the short form that the facets use."""
        first, dash, last = (part.strip() for part in offer.label.partition("–"))
        return replace(self, query=offer.query).with_period(first, last if dash else first)

    def with_advice(self, advice: searchlib.Advice) -> SearchState:
        """Remove the part of the search that the advice names."""
        rest = self.with_query(advice.query, verbatim=self.verbatim)
        if advice.kind == "query":
            return rest
        if advice.kind == "date":
            return rest.with_period("", "")
        return rest.without_filters() if advice.kind == "filters" else rest.without(advice.kind, *advice.values)

    def as_searched(self, results: searchlib.Results) -> SearchState:
        """Replace the query by the correction or the reading of the pinyin, if the index searched for that."""
        return self if results.searched == results.query else replace(self, query=results.searched)

    def last_page(self, results: searchlib.Results) -> int:
        """Return the number of the last page of the results; 0 if there are none."""
        return min(-(-(results.total - results.folded) // self.size), searchlib.MAX_DEPTH // self.size)


BLANK = SearchState()
"""The state of a URL without parameters."""


def suggestion_state(suggestion: searchlib.Suggestion) -> SearchState:
    """Return the search that a suggestion stands for: a filter if it is a filter's value, otherwise a query."""
    if suggestion.kind in VALUE_FILTERS:
        return BLANK.toggled(suggestion.kind, suggestion.text)
    return BLANK.with_query(suggestion.text)


def parse_state(args: MultiDict[str, str], facets: Iterable[str] = ()) -> SearchState:
    """Read the state from the parameters of a request. An empty parameter counts as missing.

    ``facets`` are the facets of the front matter, whose filters have parameters of the same names.

    A query is cut one character above the library's limit, so that the library still reports that it is too long.

    Raises:
        ParameterError: page or size is not a whole number, verbatim or literal is not 0 or 1, or there are too many filter
            values. The library checks everything else.
    """
    state = SearchState(
        query=args.get("q", "").strip()[: searchlib.MAX_QUERY + 1],
        category=_sorted_values(args, "category"),
        author=_sorted_values(args, "author"),
        tag=_sorted_values(args, "tag"),
        others=tuple((name, value) for name in sorted(facets) for value in _facet_values(args, name)),
        date_from=args.get("from", "").strip(),
        date_to=args.get("to", "").strip(),
        sort=args.get("sort") or BLANK.sort,
        repeats=args.get("repeats", ""),
        page=whole_number(args, "page", BLANK.page),
        size=whole_number(args, "size", BLANK.size),
        verbatim=flag(args, "verbatim"),
        literal=flag(args, "literal"),
    )
    _check_filters(state)
    return state


def whole_number(args: MultiDict[str, str], name: str, default: int) -> int:
    """Return a parameter as a number; raise ParameterError if it is not a whole number."""
    text = args.get(name, "")
    if not text:
        return default
    if not _WHOLE_NUMBER.fullmatch(text):
        raise searchlib.ParameterError(name, f"{name} must be a whole number, not {text!r}")
    return int(text)


def flag(args: MultiDict[str, str], name: str, *, default: bool = False) -> bool:
    """Return whether a parameter is on; raise ParameterError if it is neither 0 nor 1."""
    text = args.get(name, "")
    if text not in ("", "0", "1"):
        raise searchlib.ParameterError(name, f"{name} must be 0 or 1, not {text!r}")
    return text == "1" if text else default


def _sorted_values(args: MultiDict[str, str], name: str) -> tuple[str, ...]:
    return tuple(sorted({value for value in args.getlist(name) if value}))


def _facet_values(args: MultiDict[str, str], name: str) -> tuple[str, ...]:
    """Return the values of a facet of the front matter. The form of a range has a parameter for each of its ends."""
    first, last = (args.get(f"{name}{RANGE_ENDS[end]}", "").strip() for end in (0, 1))
    typed = {f"{first}..{last}"} if first or last else set()
    return tuple(sorted({*_sorted_values(args, name), *typed}))


def _check_filters(state: SearchState) -> None:
    names = state.value_filters
    lengths = {name: sum(map(len, state.values(name))) for name in names}
    count = sum(len(state.values(name)) for name in names)
    if count > MAX_FILTER_VALUES or sum(lengths.values()) > MAX_FILTER_CHARACTERS:
        longest = max(lengths, key=lambda name: lengths[name])
        raise searchlib.ParameterError(
            longest,
            f"{longest} has too many values: all filters together take {MAX_FILTER_VALUES} values "
            f"with {MAX_FILTER_CHARACTERS:,} characters",
        )

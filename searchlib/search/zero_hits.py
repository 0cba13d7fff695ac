"""Find parts and filters whose removal makes a search match articles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace

from searchlib.engines.base import Filters
from searchlib.errors import SearchTimeoutError
from searchlib.models import Advice
from searchlib.query import tree
from searchlib.search.explain import format_node
from searchlib.search.parsed_query import ParsedQuery

MAX_PARTS = 8
"""Maximum parts of a query that are left out one by one: each takes a search, and leaving out one of many parts rarely helps."""

Total = Callable[[str, Filters], int]
"""Returns the number of articles that a query matches under filters."""


def advise(parsed: ParsedQuery, filters: Filters, total: Total) -> tuple[Advice, ...]:
    """Return the ways to change a search so that it matches articles.

    Each way leaves out one filter, or one part of the query. Leaving out all filters is advised only if nothing else helps.
    If ``total`` runs out of time, return the advice so far.
    """
    query = parsed.text
    reduced_filters = [*_without_one_filter(filters)]
    candidates = [
        *((Advice(kind=kind, values=values, query=query, total=0), others) for kind, values, others in reduced_filters),
        *(
            (Advice(kind="query", values=(part,), query=rest, total=0), filters)
            for part, rest in _without_one_part(parsed.tree)
        ),
    ]
    helpful: list[Advice] = []
    with suppress(SearchTimeoutError):
        for advice, remaining in candidates:
            if count := total(advice.query, remaining):
                helpful.append(replace(advice, total=count))
        if not helpful and len(reduced_filters) > 1 and (count := total(query, Filters())):
            helpful.append(Advice(kind="filters", values=(), query=query, total=count))
    return tuple(helpful)


def _without_one_filter(filters: Filters) -> Iterator[tuple[str, tuple[str, ...], Filters]]:
    """Yield the name and values of each filter that is set, and the filters without it."""
    for name, values in filters.values.items():
        if values:
            others = {other: chosen for other, chosen in filters.values.items() if other != name}
            yield name, tuple(values), replace(filters, values=others)
    if filters.first or filters.last:
        days = tuple(day.isoformat() if day else "" for day in (filters.first, filters.last))
        yield "date", days, replace(filters, first=None, last=None)


def _without_one_part(node: tree.Node) -> Iterator[tuple[str, str]]:
    """Yield each part of a query, and the rest of the query if that is more than negations."""
    parts = tree.conjuncts(node)
    for at, part in enumerate(parts if len(parts) <= MAX_PARTS else ()):
        rest = (*parts[:at], *parts[at + 1 :])
        if not all(isinstance(each, tree.Not) for each in rest):
            yield format_node(part), " ".join(map(format_node, rest))

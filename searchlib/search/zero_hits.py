"""Say what to leave out of a search that finds nothing, and how much is found without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from searchlib.engines.base import Filters
from searchlib.models import Advice
from searchlib.query import tree
from searchlib.search.explain import written
from searchlib.search.parsed_query import ParsedQuery

MAX_PARTS = 8
"""Of a longer query only the first so many parts are left out in turn: each is a search."""

Total = Callable[[str, Filters], int]
"""How many articles a query finds under filters."""


def advise(parsed: ParsedQuery, filters: Filters, total: Total) -> tuple[Advice, ...]:
    """What finds articles: the search without the values of one filter, without one part of its query, or without all filters.

    Those that find nothing either are no advice. All filters are named only where no other advice is left.
    """
    query = parsed.text
    in_force = [*_without_one(filters)]
    found = [
        Advice(kind=kind, values=values, query=query, total=total(query, others)) for kind, values, others in in_force
    ]
    found += [
        Advice(kind="query", values=(part,), query=left, total=total(left, filters))
        for part, left in _parts(parsed.tree)
    ]
    helpful = [each for each in found if each.total]
    if not helpful and len(in_force) > 1:
        everything = Advice(kind="filters", values=(), query=query, total=total(query, Filters()))
        helpful = [everything] if everything.total else []
    return tuple(helpful)


def _without_one(filters: Filters) -> Iterator[tuple[str, tuple[str, ...], Filters]]:
    """Each filter in force: its name, its values, and the filters without it."""
    for name, values in filters.values.items():
        if values:
            others = {other: chosen for other, chosen in filters.values.items() if other != name}
            yield name, tuple(values), replace(filters, values=others)
    if filters.first or filters.last:
        days = tuple(day.isoformat() if day else "" for day in (filters.first, filters.last))
        yield "date", days, replace(filters, first=None, last=None)


def _parts(parsed: tree.Node) -> Iterator[tuple[str, str]]:
    """Each of the parts of a query that stand side by side, and what is left of it without the part, if that asks for anything."""
    parts: Sequence[tree.Node] = parsed.children if isinstance(parsed, tree.And) else ()
    for at, part in enumerate(parts[:MAX_PARTS]):
        left = (*parts[:at], *parts[at + 1 :])
        if not all(isinstance(each, tree.Not) for each in left):
            yield written(part), " ".join(map(written, left))

"""The tree of categories of an open index, as columns by article number."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchlib.engines.common.category_paths import Path, are_paths, path_texts, place_values
from searchlib.engines.common.category_terms import is_path, path_of
from searchlib.engines.whoosh.format.integers import Integers, distinct, expand_ranges
from searchlib.engines.whoosh.search.value_column import ValueColumn
from searchlib.models import CategoryNode

_TOP = -1
"""The parent of a place that is below no other."""


@dataclass(frozen=True, slots=True)
class CategoryTerms:
    """The terms of the category field, ascending, and its postings: the number of the term and of the article."""

    terms: list[str]
    numbers: Integers
    articles: Integers

    @property
    def paths(self) -> int:
        """How many of the terms are paths: the first ones."""
        return bisect_left(self.terms, True, key=lambda term: not is_path(term))

    def names(self, size: int) -> ValueColumn:
        """The column of the names, among ``size`` articles."""
        named = self.numbers >= self.paths
        return ValueColumn.of(self.terms[self.paths :], self.numbers[named] - self.paths, self.articles[named], size)


@dataclass(frozen=True, slots=True)
class CategoryTree:
    """Every place of a tree: ``paths``, ascending, each with its ``texts`` and ``values``, and the number of the place above it,
    which is lower, among the ``parents``.

    ``column`` has the places of each article, those above included; behind them come the names that some article has at two
    places, which the sum of its places would count twice. ``names`` int64[values of the column] is the number of the name,
    among all, that each of them counts for, or the number of names where it counts for none.
    """

    paths: list[Path]
    parents: list[int]
    texts: list[str]
    values: list[str]
    column: ValueColumn
    names: Integers

    def name_counts(self, counts: Integers, names: int) -> Integers:
        """int64[names]: how many of the articles counted have each name, at whatever place."""
        found = np.zeros(names + 1, np.int64)
        np.add.at(found, self.names, counts)
        return found[:-1]

    def holding(self, wanted: Collection[str]) -> Integers:
        """The articles at one of the places with these texts, some of them more than once."""
        starts = self.column.value_starts
        found = [
            self.column.articles[starts[number] : starts[number + 1]]
            for number, text in enumerate(self.texts)
            if text in wanted
        ]
        return np.concatenate([np.empty(0, np.int64), *found])

    def nodes(self, counts: Integers, selected: Collection[str], most: int) -> list[CategoryNode]:
        """The places that the counts are of, the most frequent ``most`` and the selected ones, each below the one above it."""
        size = len(self.paths)
        held = np.flatnonzero(counts[:size])
        if len(held) > most:
            # A place above has no fewer articles and a lower number: it is never left out before one below it.
            held = held[np.argpartition(held - counts[held] * size, most - 1)[:most]]
        chosen = self._selected(selected)
        if chosen:
            held = distinct(np.concatenate([held, [each for number in chosen for each in self._way_to(number)]]))
        below: dict[int, list[int]] = {}
        for number in held[np.argsort(held - counts[held] * size)].tolist():
            below.setdefault(self.parents[number], []).append(number)
        nodes = []
        pending = below.get(_TOP, [])[::-1]
        while pending:
            number = pending.pop()
            nodes.append(
                CategoryNode(
                    path=self.paths[number],
                    value=self.values[number],
                    count=int(counts[number]),
                    selected=number in chosen,
                )
            )
            pending += below.get(number, [])[::-1]
        return nodes

    def is_place(self, value: str) -> bool:
        """Whether the category filter takes the value for one place."""
        return value in self.values or value in self.texts

    def _selected(self, selected: Collection[str]) -> set[int]:
        if not selected:
            return set()
        both = zip(self.values, self.texts, strict=True)
        return {number for number, (value, text) in enumerate(both) if value in selected or text in selected}

    def _way_to(self, number: int) -> Iterator[int]:
        while number != _TOP:
            yield number
            number = self.parents[number]


def category_tree(found: CategoryTerms, size: int, *, judged: bool) -> CategoryTree | None:
    """The tree that the paths of ``size`` articles make; None if they make none, or where it is to be ``judged``, no likely one.

    An article without paths has each of its categories at the top.
    """
    ends = found.paths
    on_path = found.numbers < ends
    has_paths = np.zeros(size, bool)
    has_paths[found.articles[on_path]] = True
    used = on_path | ~has_paths[found.articles]
    numbers, articles = found.numbers[used], found.articles[used]
    counts = np.bincount(numbers, minlength=len(found.terms)).tolist()
    paths = [path_of(term) if number < ends else (term,) for number, term in enumerate(found.terms)]
    held = {path: count for path, count in zip(paths, counts, strict=True) if count}
    if not held or (judged and not are_paths(held)):
        return None
    places = sorted({path[:end] for path in held for end in range(1, len(path) + 1)})
    number_of = {path: number for number, path in enumerate(places)}
    on_way = [[number_of[path[:end]] for end in range(1, len(path) + 1)] if path in held else [] for path in paths]
    owners, steps = _expanded(on_way, numbers, articles)
    keys = distinct(owners * len(places) + steps)
    owners, steps = np.divmod(keys, len(places))
    texts = path_texts(places)
    values = place_values(texts)
    column, names = _with_doubled(places, found.terms[ends:], owners, steps, size)
    parents = [number_of.get(path[:-1], _TOP) for path in places]
    return CategoryTree(
        places, parents, [texts[path] for path in places], [values[path] for path in places], column, names
    )


def _expanded(on_way: Sequence[Sequence[int]], numbers: Integers, articles: Integers) -> tuple[Integers, Integers]:
    """Of pairs of a term and an article, pairs of the article and each place on the way to the term's."""
    sizes = np.array([len(each) for each in on_way], np.int64)
    starts = np.cumsum(sizes) - sizes
    flat = np.array([number for each in on_way for number in each], np.int64)
    return np.repeat(articles, sizes[numbers]), flat[expand_ranges(starts[numbers], sizes[numbers])]


def _with_doubled(
    places: Sequence[Path], names: Sequence[str], owners: Integers, steps: Integers, size: int
) -> tuple[ValueColumn, Integers]:
    """The column of a tree, of pairs of an article and a place; and the number of the name that each of its values counts for."""
    name_of = {name: number for number, name in enumerate(names)}
    of_place = np.array([name_of[path[-1]] for path in places], np.int64)
    keys: NDArray[Any] = np.sort(owners * len(names) + of_place[steps])
    twice = distinct(keys[1:][keys[1:] == keys[:-1]] % len(names))
    again = distinct(keys[np.isin(keys % len(names), twice)])
    counted = np.where(np.isin(of_place, twice), len(names), of_place)
    column = ValueColumn.of(
        [*(path[-1] for path in places), *(names[number] for number in twice.tolist())],
        np.concatenate([steps, len(places) + np.searchsorted(twice, again % len(names))]),
        np.concatenate([owners, again // len(names)]),
        size,
    )
    return column, np.concatenate([counted, twice])

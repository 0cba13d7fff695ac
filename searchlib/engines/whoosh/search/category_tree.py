"""The articles of each category of an open index, and of each path if the categories form a tree."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchlib.engines.common.categories import CategoryPath, CategoryTree, is_path_term, term_path, with_ancestors
from searchlib.engines.whoosh.format.integers import Integers, distinct, expand_ranges
from searchlib.engines.whoosh.search.value_column import ValueColumn
from searchlib.models import CategoryNode


@dataclass(frozen=True, slots=True)
class CategoryTerms:
    """The terms of the category field, ascending, and its postings: the number of the term and of the article."""

    terms: list[str]
    numbers: Integers
    articles: Integers

    @property
    def paths(self) -> int:
        """How many of the terms are paths: the first ones."""
        return bisect_left(self.terms, True, key=lambda term: not is_path_term(term))

    def names(self, size: int) -> ValueColumn:
        """The column of the names, among ``size`` articles."""
        named = self.numbers >= self.paths
        return ValueColumn.of(self.terms[self.paths :], self.numbers[named] - self.paths, self.articles[named], size)


@dataclass(frozen=True, slots=True)
class CategoryColumns:
    """The articles of each path of a category ``tree``.

    ``paths`` are those of the tree, ascending. ``column`` has the paths of each article, those above included. Behind them it
    has the names that some article has at the end of two paths: the sum over its paths would count such an article twice.
    ``names`` int64[values of the column] is the number of the category name that each value counts for, or the number of
    names if it counts for none.
    """

    tree: CategoryTree
    paths: list[CategoryPath]
    column: ValueColumn
    names: Integers

    def name_counts(self, counts: Integers, names: int) -> Integers:
        """Return int64[names]: the number of counted articles that have each name, whatever its path."""
        found = np.zeros(names + 1, np.int64)
        np.add.at(found, self.names, counts)
        return found[:-1]

    def holding(self, texts: Collection[str]) -> Integers:
        """Return the articles on a path with one of these texts, some of them more than once."""
        starts = self.column.value_starts
        found = [
            self.column.articles[starts[number] : starts[number + 1]]
            for number, text in enumerate(self.tree.texts.values())
            if text in texts
        ]
        return np.concatenate([np.empty(0, np.int64), *found])

    def nodes(
        self, counts: Integers, selected: Collection[str], others: Mapping[str, int], most: int
    ) -> tuple[CategoryNode, ...]:
        """Return the ``most`` frequent paths and the selected ones, all with their ancestors, and behind them the ``others``."""
        size = len(self.paths)
        held = np.flatnonzero(counts[:size])
        if len(held) > most:
            # A parent has at least as many articles as its children and a lower number: it never gives way to one of them.
            held = held[np.argpartition(held - counts[held] * size, most - 1)[:most]]
        chosen = self.tree.select(selected)
        if chosen:
            held = distinct(np.concatenate([held, [bisect_left(self.paths, path) for path in with_ancestors(chosen)]]))
        in_order = held[np.argsort(held - counts[held] * size)]
        paths = (self.paths[number] for number in in_order.tolist())
        return self.tree.nodes(zip(paths, counts[in_order].tolist(), strict=True), chosen, others)


def category_columns(terms: CategoryTerms, size: int, *, judge: bool) -> CategoryColumns | None:
    """Return the tree of the paths of ``size`` articles, with its articles.

    Return None if there are no categories, or if their lists are to be judged and are no paths. An article without paths has
    each of its categories at the top.
    """
    ends = terms.paths
    on_path = terms.numbers < ends
    has_paths = np.zeros(size, bool)
    has_paths[terms.articles[on_path]] = True
    used = on_path | ~has_paths[terms.articles]
    numbers, articles = terms.numbers[used], terms.articles[used]
    counts = np.bincount(numbers, minlength=len(terms.terms)).tolist()
    paths = [term_path(term) if number < ends else (term,) for number, term in enumerate(terms.terms)]
    held = {path: count for path, count in zip(paths, counts, strict=True) if count}
    tree = CategoryTree.of(held, judge=judge)
    if tree is None:
        return None
    every = list(tree.texts)
    number_of = {path: number for number, path in enumerate(every)}
    on_way = [[number_of[path[:end]] for end in range(1, len(path) + 1)] if path in held else [] for path in paths]
    owners, steps = _expanded(on_way, numbers, articles)
    keys = distinct(owners * len(every) + steps)
    owners, steps = np.divmod(keys, len(every))
    column, names = _with_repeated_names(every, terms.terms[ends:], owners, steps, size)
    return CategoryColumns(tree, every, column, names)


def _expanded(on_way: Sequence[Sequence[int]], numbers: Integers, articles: Integers) -> tuple[Integers, Integers]:
    """Return pairs of an article and each path down to that of the term, for pairs of a term and an article."""
    sizes = np.array([len(each) for each in on_way], np.int64)
    starts = np.cumsum(sizes) - sizes
    flat = np.array([number for each in on_way for number in each], np.int64)
    return np.repeat(articles, sizes[numbers]), flat[expand_ranges(starts[numbers], sizes[numbers])]


def _with_repeated_names(
    paths: Sequence[CategoryPath], names: Sequence[str], owners: Integers, steps: Integers, size: int
) -> tuple[ValueColumn, Integers]:
    """Return the column of pairs of an article and a path, and the number of the name that each of its values counts for."""
    name_of = {name: number for number, name in enumerate(names)}
    of_path = np.array([name_of[path[-1]] for path in paths], np.int64)
    keys: NDArray[Any] = np.sort(owners * len(names) + of_path[steps])
    twice = distinct(keys[1:][keys[1:] == keys[:-1]] % len(names))
    again = distinct(keys[np.isin(keys % len(names), twice)])
    counted = np.where(np.isin(of_path, twice), len(names), of_path)
    column = ValueColumn.of(
        [*(path[-1] for path in paths), *(names[number] for number in twice.tolist())],
        np.concatenate([steps, len(paths) + np.searchsorted(twice, again % len(names))]),
        np.concatenate([owners, again // len(names)]),
        size,
    )
    return column, np.concatenate([counted, twice])

"""Find and count the articles of each path of the category tree of an open index."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from searchlib.engines.common.categories import CategoryPath, CategoryTree, with_ancestors
from searchlib.engines.whoosh.format.category_nodes import CategoryNodes
from searchlib.engines.whoosh.format.integers import Integers, distinct
from searchlib.engines.whoosh.format.sorted_set_values import SortedSetValues
from searchlib.models import CategoryNode


@dataclass(frozen=True, slots=True)
class CategoryArticles:
    """The articles of each path of a category ``tree``. The other attributes are those of ``CategoryNodes``."""

    tree: CategoryTree
    paths: list[CategoryPath]
    nodes: SortedSetValues
    names: Integers

    @classmethod
    def of(cls, nodes: CategoryNodes) -> CategoryArticles:
        """Return the tree of these paths."""
        return cls(CategoryTree.of_paths(nodes.paths), nodes.paths, nodes.nodes, nodes.names)

    def name_counts(self, counts: Integers, names: int) -> Integers:
        """Return int64[names]: the number of articles with each name in any path, from the ``counts`` of ``nodes``."""
        totals = np.zeros(names + 1, np.int64)
        np.add.at(totals, self.names, counts)
        return totals[:-1]

    def with_texts(self, texts: Collection[str]) -> Integers:
        """Return the articles on a path with one of these texts."""
        return self.nodes.articles_of([number for number, text in enumerate(self.tree.texts.values()) if text in texts])

    def top_nodes(
        self, counts: Integers, selected: Collection[str], others: Mapping[str, int], limit: int
    ) -> tuple[CategoryNode, ...]:
        """Return the ``limit`` most frequent paths and the selected ones, all with their ancestors, and then the ``others``.

        ``counts`` int64[ordinals] are the counts of ``nodes``; ``others`` the counts of selected values that are not paths.
        """
        size = len(self.paths)
        numbers = counts[:size].nonzero()[0]
        if len(numbers) > limit:
            # A parent has at least as many articles as its children, and a lower number, so it is never cut off before them.
            numbers = numbers[np.argpartition(numbers - counts[numbers] * size, limit - 1)[:limit]]
        selected_paths = self.tree.select(selected)
        if selected_paths:
            ancestors = [bisect_left(self.paths, path) for path in with_ancestors(selected_paths)]
            numbers = distinct(np.concatenate([numbers, ancestors]))
        ordered = numbers[np.argsort(numbers - counts[numbers] * size)]
        paths = (self.paths[number] for number in ordered.tolist())
        return self.tree.nodes(zip(paths, counts[ordered].tolist(), strict=True), selected_paths, others)

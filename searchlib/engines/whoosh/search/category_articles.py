"""Find and count the articles of each path of the category tree of an open index."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchlib.engines.common.categories import CategoryPath, CategoryTree, is_path_term, term_path, with_ancestors
from searchlib.engines.whoosh.format.integers import NO_INTEGERS, Integers, distinct, expand_ranges
from searchlib.engines.whoosh.search.sorted_set_values import SortedSetValues
from searchlib.models import CategoryNode


@dataclass(frozen=True, slots=True)
class CategoryTerms:
    """The terms of the category field, paths before names, and its postings: pairs of ``numbers`` of terms and ``articles``."""

    terms: list[str]
    numbers: Integers
    articles: Integers

    @property
    def path_count(self) -> int:
        """The number of terms that are paths."""
        return bisect_left(self.terms, True, key=lambda term: not is_path_term(term))

    def names(self, size: int) -> SortedSetValues:
        """Return the names as values of an index of ``size`` articles."""
        is_name = self.numbers >= self.path_count
        ordinals = self.numbers[is_name] - self.path_count
        return SortedSetValues.of(self.terms[self.path_count :], ordinals, self.articles[is_name], size)


@dataclass(frozen=True, slots=True)
class CategoryArticles:
    """The articles of each path of a category ``tree``.

    ``paths`` are the paths of the tree, ascending. ``nodes`` has the paths of each article and their ancestors, as ordinals.
    Further ordinals stand for names that end two paths of one article: the sum over paths would count the article twice. ``names``
    int64[ordinals] is the number of the category name that an ordinal counts for; the number of names means none.
    """

    tree: CategoryTree
    paths: list[CategoryPath]
    nodes: SortedSetValues
    names: Integers

    def name_counts(self, counts: Integers, names: int) -> Integers:
        """Return int64[names]: the number of articles with each name in any path, from the ``counts`` of ``nodes``."""
        totals = np.zeros(names + 1, np.int64)
        np.add.at(totals, self.names, counts)
        return totals[:-1]

    def with_texts(self, texts: Collection[str]) -> Integers:
        """Return the articles on a path with one of these texts; an article may occur more than once."""
        tree_texts = enumerate(self.tree.texts.values())
        return np.concatenate(
            [NO_INTEGERS, *[self.nodes.articles_of(number) for number, text in tree_texts if text in texts]]
        )

    def top_nodes(
        self, counts: Integers, selected: Collection[str], others: Mapping[str, int], limit: int
    ) -> tuple[CategoryNode, ...]:
        """Return the ``limit`` most frequent paths and the selected ones, all with their ancestors, and then the ``others``.

        ``counts`` int64[ordinals] are the counts of ``nodes``; ``others`` the counts of selected values that are not paths.
        """
        size = len(self.paths)
        numbers = np.flatnonzero(counts[:size])
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


def category_articles(category: CategoryTerms, size: int, *, judge: bool) -> CategoryArticles | None:
    """Return the category tree of an index of ``size`` articles, with its articles.

    Return None if there are no categories, or if the setting is ``auto`` and their lists are not paths. Categories of an article
    without paths are paths of one name.
    """
    end = category.path_count
    is_path = category.numbers < end
    has_paths = np.zeros(size, bool)
    has_paths[category.articles[is_path]] = True
    is_used = is_path | ~has_paths[category.articles]
    numbers, articles = category.numbers[is_used], category.articles[is_used]
    counts = np.bincount(numbers, minlength=len(category.terms)).tolist()
    term_paths = [term_path(term) if number < end else (term,) for number, term in enumerate(category.terms)]
    path_counts = {path: count for path, count in zip(term_paths, counts, strict=True) if count}
    tree = CategoryTree.of(path_counts, judge=judge)
    if tree is None:
        return None
    paths = list(tree.texts)
    number_of = {path: number for number, path in enumerate(paths)}
    prefixes = [
        [number_of[path[:length]] for length in range(1, len(path) + 1)] if path in path_counts else []
        for path in term_paths
    ]
    owners, path_numbers = _expand(prefixes, numbers, articles)
    # Only an article of several lists can have a path twice.
    is_of_several = (np.bincount(articles, minlength=size) > 1)[owners]
    several = distinct(owners[is_of_several] * len(paths) + path_numbers[is_of_several])
    owners = np.concatenate([owners[~is_of_several], several // len(paths)])
    path_numbers = np.concatenate([path_numbers[~is_of_several], several % len(paths)])
    return CategoryArticles(tree, paths, *_with_repeated_names(paths, category.terms[end:], owners, path_numbers, size))


def _expand(prefixes: Sequence[Sequence[int]], numbers: Integers, articles: Integers) -> tuple[Integers, Integers]:
    """Turn pairs of a term number and an article into pairs of an article and each path of ``prefixes[term number]``."""
    sizes = np.array([len(each) for each in prefixes], np.int64)
    starts = np.cumsum(sizes) - sizes
    flat = np.array([number for each in prefixes for number in each], np.int64)
    return np.repeat(articles, sizes[numbers]), flat[expand_ranges(starts[numbers], sizes[numbers])]


def _with_repeated_names(
    paths: Sequence[CategoryPath], names: Sequence[str], owners: Integers, path_numbers: Integers, size: int
) -> tuple[SortedSetValues, Integers]:
    """Return ``nodes`` and ``names`` of ``CategoryArticles``, from pairs of an article and a path."""
    number_of = {name: number for number, name in enumerate(names)}
    name_of_path = np.array([number_of[path[-1]] for path in paths], np.int64)
    # A name that ends two paths of an article is a key that occurs twice. Few names end several paths.
    ends_several = (np.bincount(name_of_path, minlength=len(names)) > 1)[name_of_path][path_numbers]
    keys: NDArray[Any] = np.sort((owners * len(names) + name_of_path[path_numbers])[ends_several])
    repeated = distinct(keys[1:][keys[1:] == keys[:-1]] % len(names))
    repeated_keys = distinct(keys[np.isin(keys % len(names), repeated)])
    counted_names = np.where(np.isin(name_of_path, repeated), len(names), name_of_path)
    nodes = SortedSetValues.of(
        [*(path[-1] for path in paths), *(names[number] for number in repeated.tolist())],
        np.concatenate([path_numbers, len(paths) + np.searchsorted(repeated, repeated_keys % len(names))]),
        np.concatenate([owners, repeated_keys // len(names)]),
        size,
    )
    return nodes, np.concatenate([counted_names, repeated])

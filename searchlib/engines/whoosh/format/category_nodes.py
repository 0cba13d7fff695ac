"""Find the category paths of each article, and store them as values."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from operator import lt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchlib.engines.common.categories import (
    CategoryPath,
    are_paths,
    is_path_term,
    path_term,
    term_path,
    with_ancestors,
)
from searchlib.engines.whoosh.format.arrays import ArrayFile, ArrayWriter, narrow
from searchlib.engines.whoosh.format.integers import Integers, distinct, expand_ranges
from searchlib.engines.whoosh.format.sorted_set_values import SortedSetValues


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
class CategoryNodes:
    """The category paths of articles.

    ``paths`` are all paths and their ancestors, ascending; ``are_paths`` tells whether they are the paths of a tree. ``nodes``
    has the paths of each article and their ancestors, as ordinals. If a name ends two paths of one article, the article has a
    further ordinal for that name, because the sum over paths would count the article twice. ``names`` int64[ordinals] is the
    number of the category name that an ordinal counts for, or the number of all names if it counts for none.
    """

    paths: list[CategoryPath]
    are_paths: bool
    nodes: SortedSetValues
    names: Integers

    @classmethod
    def of(cls, category: CategoryTerms, size: int) -> CategoryNodes:
        """Return the paths of an index of ``size`` articles. Categories of an article without paths are paths of one name."""
        end = category.path_count
        is_path = category.numbers < end
        has_paths = np.zeros(size, bool)
        has_paths[category.articles[is_path]] = True
        is_used = is_path | ~has_paths[category.articles]
        numbers, articles = category.numbers[is_used], category.articles[is_used]
        counts = np.bincount(numbers, minlength=len(category.terms)).tolist()
        term_paths = [term_path(term) if number < end else (term,) for number, term in enumerate(category.terms)]
        path_counts = {path: count for path, count in zip(term_paths, counts, strict=True) if count}
        paths = with_ancestors(path_counts)
        number_of = {path: number for number, path in enumerate(paths)}
        prefixes = [
            [number_of[path[:length]] for length in range(1, len(path) + 1)] if path in path_counts else []
            for path in term_paths
        ]
        owners, path_numbers = _expand(prefixes, numbers, articles)
        # Only an article of several lists can have a path twice.
        is_of_several = (np.bincount(articles, minlength=size) > 1)[owners]
        several = distinct(owners[is_of_several] * len(paths) + path_numbers[is_of_several])
        owners = np.concatenate([owners[~is_of_several], several // max(len(paths), 1)])
        path_numbers = np.concatenate([path_numbers[~is_of_several], several % max(len(paths), 1)])
        nodes, names = _with_repeated_names(paths, category.terms[end:], owners, path_numbers, size)
        return cls(paths, are_paths(path_counts), nodes, names)

    def write(self, file: ArrayWriter, name: str) -> None:
        """Write the paths into a file, under names that start with ``name``."""
        self.nodes.write(file, name)
        file.write(f"{name}.names", narrow(self.names))
        file.write(f"{name}.paths", np.array([len(self.paths), self.are_paths], np.uint32))

    @classmethod
    def read(cls, file: ArrayFile, name: str, size: int, names: int) -> CategoryNodes:
        """Return the paths of ``size`` articles, with as many ``names``; raise ValueError if they do not fit together."""
        nodes = SortedSetValues.read(file, name, size)
        name_of_node = file.array(f"{name}.names").astype(np.int64)
        count, is_tree = file.array(f"{name}.paths").tolist()
        if len(name_of_node) != len(nodes.values) or count > len(nodes.values) or name_of_node.max(initial=0) > names:
            raise ValueError("the category paths do not fit their names")
        paths = [*map(term_path, nodes.values[:count])]
        known = set(paths)
        if any(path[:-1] not in known for path in paths if len(path) > 1) or not all(map(lt, paths, paths[1:])):
            raise ValueError("the category paths are not a tree")
        return cls(paths, bool(is_tree), nodes, name_of_node)


def _expand(prefixes: Sequence[Sequence[int]], numbers: Integers, articles: Integers) -> tuple[Integers, Integers]:
    """Turn pairs of a term number and an article into pairs of an article and each path of ``prefixes[term number]``."""
    sizes = np.array([len(each) for each in prefixes], np.int64)
    starts = np.cumsum(sizes) - sizes
    flat = np.array([number for each in prefixes for number in each], np.int64)
    return np.repeat(articles, sizes[numbers]), flat[expand_ranges(starts[numbers], sizes[numbers])]


def _with_repeated_names(
    paths: Sequence[CategoryPath], names: Sequence[str], owners: Integers, path_numbers: Integers, size: int
) -> tuple[SortedSetValues, Integers]:
    """Return ``nodes`` and ``names`` of ``CategoryNodes``, from pairs of an article and a path."""
    number_of = {name: number for number, name in enumerate(names)}
    name_of_path = np.array([number_of[path[-1]] for path in paths], np.int64)
    # A name that ends two paths of an article is a key that occurs twice. Few names end several paths.
    ends_several = (np.bincount(name_of_path, minlength=len(names)) > 1)[name_of_path][path_numbers]
    keys: NDArray[Any] = np.sort((owners * len(names) + name_of_path[path_numbers])[ends_several])
    repeated = distinct(keys[1:][keys[1:] == keys[:-1]] % max(len(names), 1))
    repeated_keys = distinct(keys[np.isin(keys % max(len(names), 1), repeated)])
    counted_names = np.where(np.isin(name_of_path, repeated), len(names), name_of_path)
    nodes = SortedSetValues.of(
        [*map(path_term, paths), *(names[number] for number in repeated.tolist())],
        np.concatenate([path_numbers, len(paths) + np.searchsorted(repeated, repeated_keys % max(len(names), 1))]),
        np.concatenate([owners, repeated_keys // max(len(names), 1)]),
        size,
    )
    return nodes, np.concatenate([counted_names, repeated])

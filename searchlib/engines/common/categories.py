"""The category tree: decide whether category lists are paths, name each path, and write paths as index terms."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from searchlib.common.columns import from_columns
from searchlib.engines.common.facets import by_count
from searchlib.models import Article, CategoryNode

CategoryPath = tuple[str, ...]
"""The names of categories from the top of the tree down."""

MIN_LEVEL_AGREEMENT = 0.85
"""Measured archives with a tree have at least 0.89 of the names on their usual levels; others at most 0.80."""

_SEPARATOR = ">"
_TERM_MARK = "\n"
"""The mark before each name of a path in a term. No name contains it. It sorts first, so that paths precede names."""


def are_paths(counts: Mapping[CategoryPath, int]) -> bool:
    """Return whether the category lists of an archive are paths of a tree; ``counts`` maps each list to its number of articles.

    In a tree a name is always on the same level. In plain lists the position of a name varies. Therefore, among names that
    occur below another name, nearly all occurrences must be on the usual level of the name.
    """
    levels: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for path, count in counts.items():
        for level, name in enumerate(path):
            levels[name][level] += count
    below_another = [each for each in levels.values() if max(each)]
    at_usual_level = sum(max(each.values()) for each in below_another)
    return at_usual_level > 0 and at_usual_level >= MIN_LEVEL_AGREEMENT * sum(each.total() for each in below_another)


def with_ancestors(paths: Iterable[CategoryPath]) -> list[CategoryPath]:
    """Return the distinct paths and all of their ancestors, each after its parent."""
    return sorted({path[:end] for path in paths for end in range(1, len(path) + 1)})


def path_texts(paths: Collection[CategoryPath]) -> dict[CategoryPath, str]:
    """Return each path as one text, ``生活 > 随笔``, or ``> 生活`` at the top.

    No text equals the name of a category: the separator is repeated until no name contains it.
    """
    names = {path[-1] for path in paths}
    runs = [len(run) for name in names if _SEPARATOR in name for run in re.findall(f"{_SEPARATOR}+", name)]
    separator = _SEPARATOR * (1 + max(runs, default=0))
    return {path: f" {separator} ".join(path if len(path) > 1 else ("", *path)).lstrip() for path in paths}


def filter_values(texts: Mapping[CategoryPath, str]) -> dict[CategoryPath, str]:
    """Return the filter value of each path: its last name, or its whole text if several paths have this last name."""
    paths = Counter(path[-1] for path in texts)
    return {path: path[-1] if paths[path[-1]] == 1 else text for path, text in texts.items()}


@dataclass(frozen=True, slots=True)
class CategoryTree:
    """The paths of an archive, in order, each with its text and its value for the category filter."""

    texts: Mapping[CategoryPath, str]
    values: Mapping[CategoryPath, str]

    @classmethod
    def of(cls, counts: Mapping[CategoryPath, int], *, judge: bool) -> CategoryTree | None:
        """Return the tree of category lists and their counts; None if there are none, or if the lists are not paths."""
        if not counts or (judge and not are_paths(counts)):
            return None
        return cls.of_paths(with_ancestors(counts))

    @classmethod
    def of_paths(cls, paths: Collection[CategoryPath]) -> CategoryTree:
        """Return the tree of ascending paths and all of their ancestors."""
        texts = path_texts(paths)
        return cls(texts, filter_values(texts))

    def path_of(self, text: str) -> CategoryPath | None:
        """Return the path with this text."""
        return next((path for path, each in self.texts.items() if each == text), None)

    def contains(self, value: str) -> bool:
        """Return whether a value of the category filter is in the tree."""
        return value in self.values.values() or value in self.texts.values()

    def select(self, values: Collection[str]) -> set[CategoryPath]:
        """Return the paths that values of the category filter select."""
        if not values:
            return set()
        return {path for path, text in self.texts.items() if text in values or self.values[path] in values}

    def nodes(
        self, counts: Iterable[tuple[CategoryPath, int]], selected: Collection[CategoryPath], others: Mapping[str, int]
    ) -> tuple[CategoryNode, ...]:
        """Return the paths with counts as nodes, each after its parent; siblings keep their order.

        ``others`` are selected values that are not in the tree, with their counts. They come last.
        """
        children: dict[CategoryPath, list[tuple[CategoryPath, int]]] = {}
        for path, count in counts:
            children.setdefault(path[:-1], []).append((path, count))
        ordered: list[tuple[CategoryPath, int]] = []
        pending = children.get((), [])[::-1]
        while pending:
            ordered.append(pending.pop())
            if ordered[-1][0] in children:
                pending += children[ordered[-1][0]][::-1]
        paths = [path for path, _ in ordered]
        nodes = from_columns(
            CategoryNode,
            len(ordered),
            path=paths,
            value=map(self.values.__getitem__, paths),
            count=[count for _, count in ordered],
            selected=map(selected.__contains__, paths),
        )
        last = by_count(others).items()
        return (
            *nodes,
            *(CategoryNode(path=(value,), value=value, count=count, selected=True) for value, count in last),
        )


def category_terms(article: Article) -> tuple[str, ...]:
    """Return the category terms of an article: the names, and the paths if some path has several names."""
    paths = article.category_paths
    if all(len(path) == 1 for path in paths):
        return article.categories
    return (*article.categories, *map(path_term, paths))


def path_term(path: Sequence[str]) -> str:
    """Return the index term of a path."""
    return "".join(_TERM_MARK + name for name in path)


def is_path_term(term: str) -> bool:
    """Return whether an index term is a path, not a name."""
    return term.startswith(_TERM_MARK)


def term_path(term: str) -> CategoryPath:
    """Return the path of a path term."""
    return tuple(term[1:].split(_TERM_MARK))

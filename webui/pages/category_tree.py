"""Select categories in a tree: a selected category replaces the ones above and below it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from flask import current_app

import searchlib
from webui.shared_index import current_index
from webui.state import BLANK, SearchState

_WHOLE_TREE = "searchlib.whole_tree"

CategoryPath = tuple[str, ...]
"""The names from a top category down to one category."""


class CategoryTree:
    """The category tree of an archive under a state. Without nodes, each category name is a path of its own."""

    def __init__(self, values: Iterable[searchlib.FacetValue | searchlib.CategoryNode], state: SearchState) -> None:
        nodes = [value for value in values if isinstance(value, searchlib.CategoryNode)]
        self._category = state.category
        # The last nodes are selected names that are not paths of the tree. In reverse order, nodes of the tree override them.
        self._values = {node.path: node.value for node in reversed(nodes)}
        self._paths = {node.value: node.path for node in nodes}
        self._selected = [node for node in nodes if node.selected]

    def __bool__(self) -> bool:
        """Return whether the archive has a tree."""
        return bool(self._values)

    def value(self, path: CategoryPath) -> str:
        """Return the value of the category filter that selects a path."""
        return self._values.get(path, path[-1])

    def path(self, value: str) -> CategoryPath:
        """Return the path that a value of the category filter selects."""
        return self._paths.get(value, (value,))

    def is_selected(self, path: CategoryPath) -> bool:
        """Return whether the filter selects a path."""
        return bool(self._filter_values(path, self.value(path)))

    def toggled_values(self, path: CategoryPath, value: str) -> tuple[str, ...]:
        """Return the values of the filter with a path selected or, if it is selected, removed.

        The values of a filter are alternatives, so a category beside one above it would not narrow the search. Selecting it
        therefore removes the selected categories above and below it.
        """
        values = {*self._category}
        selecting = self._filter_values(path, value)
        if selecting:
            return tuple(sorted(values - selecting))
        related = {
            each for node in self._selected if _is_related(node, path, value) for each in _values_of(node, values)
        }
        return tuple(sorted((values - related) ^ {value}))

    def _filter_values(self, path: CategoryPath, value: str) -> set[str]:
        """Return the values of the filter that select exactly this path."""
        values = {value} & {*self._category}
        for node in self._selected:
            if (node.path, node.value) == (path, value):
                values |= _values_of(node, self._category)
        return values


def whole_tree() -> CategoryTree:
    """Return the tree of the whole archive without a search. It is cached until the index changes."""
    generation = current_index().generation
    cached: tuple[str, CategoryTree] | None = current_app.extensions.get(_WHOLE_TREE)
    if cached is None or cached[0] != generation:
        cached = current_app.extensions[_WHOLE_TREE] = (
            generation,
            CategoryTree(current_index().facet_values("category"), BLANK),
        )
    return cached[1]


def _is_related(node: searchlib.CategoryNode, path: CategoryPath, value: str) -> bool:
    """Return whether a node is above or below a path. A name with several paths counts at each of them."""
    shorter = min(len(node.path), len(path))
    return node.path[:shorter] == path[:shorter] or node.value in path or value in node.path


def _values_of(node: searchlib.CategoryNode, values: Iterable[str]) -> set[str]:
    """Return the values that select a node: its own value, or its path as one text, which the filter always accepts."""
    names = node.path if len(node.path) > 1 else ("", *node.path)
    path_text = re.compile(" >+ ".join(map(re.escape, names)).lstrip())
    return {value for value in values if value == node.value or path_text.fullmatch(value)}

"""Choose places in the tree of categories: a chosen one replaces those chosen above and below it."""

from __future__ import annotations

import re
from collections.abc import Iterable

import searchlib
from webui import urls
from webui.state import SearchState

Path = tuple[str, ...]


class Places:
    """The places of a tree, and the searches one step away that choose among them. Without a tree each name is by itself."""

    def __init__(self, tree: Iterable[searchlib.CategoryNode], state: SearchState) -> None:
        nodes = list(tree)
        self._state = state
        # Behind the places stand chosen names that are no places of their own: these win over none.
        self._values = {node.path: node.value for node in reversed(nodes)}
        self._paths = {node.value: node.path for node in nodes}
        self._chosen = [node for node in nodes if node.selected]

    def __bool__(self) -> bool:
        """Whether there is a tree."""
        return bool(self._values)

    def value(self, path: Path) -> str:
        """What the category filter is given for a place."""
        return self._values.get(path, path[-1])

    def path(self, value: str) -> Path:
        """Where what the category filter is given stands."""
        return self._paths.get(value, (value,))

    def is_chosen(self, path: Path) -> bool:
        """Whether the filter holds that place."""
        return bool(self._chosen_by(path, self.value(path)))

    def toggled(self, path: Path, value: str) -> SearchState:
        """With that place chosen or, where it is, dropped.

        Alternatives add up, so beside one above it a place would narrow nothing: choosing it drops those, and those below it.
        """
        dropped = self._chosen_by(path, value)
        if dropped:
            return urls.without(self._state, "category", *dropped)
        related = {
            held
            for node in self._chosen
            if _is_related(node, path, value)
            for held in _held(self._state.category, node)
        }
        return urls.toggled(urls.without(self._state, "category", *related), "category", value)

    def _chosen_by(self, path: Path, value: str) -> set[str]:
        """Which values of the filter choose just that place."""
        held = {value} & {*self._state.category}
        for node in self._chosen:
            if (node.path, node.value) == (path, value):
                held |= _held(self._state.category, node)
        return held


def _is_related(node: searchlib.CategoryNode, path: Path, value: str) -> bool:
    """Whether a node stands above or below that place; a name that has several places stands at each of them."""
    shorter = min(len(node.path), len(path))
    return node.path[:shorter] == path[:shorter] or node.value in path or value in node.path


def _held(chosen: Iterable[str], node: searchlib.CategoryNode) -> set[str]:
    """Which values choose that node: its own, or its path in one text, which the filter takes for every place."""
    names = node.path if len(node.path) > 1 else ("", *node.path)
    text = re.compile(" >+ ".join(map(re.escape, names)).lstrip())
    return {value for value in chosen if value == node.value or text.fullmatch(value)}

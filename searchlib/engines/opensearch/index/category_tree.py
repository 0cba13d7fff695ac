"""The tree of categories of an index in a cluster: its places, and the terms by which their articles are found."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from searchlib.engines.common.categories import CategoryPath, are_paths, filter_values, path_term, path_texts, term_path
from searchlib.models import Article, CategoryNode


def paths_of(article: Article) -> list[str]:
    """Where an article stands, each path as a term: one without paths stands at the top with each of its categories."""
    return [path_term(path) for path in article.category_paths or [(name,) for name in article.categories]]


def places_of(paths: Iterable[str]) -> list[str]:
    """These paths and all above them, each once."""
    return list(
        dict.fromkeys(path_term(path[:end]) for path in map(term_path, paths) for end in range(1, len(path) + 1))
    )


@dataclass(frozen=True, slots=True)
class CategoryTree:
    """Every place of a tree by its path, with its text, and with what the category filter is given for it."""

    texts: Mapping[CategoryPath, str]
    values: Mapping[CategoryPath, str]

    @classmethod
    def of(cls, counts: Mapping[str, int], *, judged: bool) -> CategoryTree | None:
        """The tree that paths make, which come as terms, with the articles of each.

        None if they make none, or where it is to be ``judged``, no likely one.
        """
        held = {term_path(term): count for term, count in counts.items()}
        if not held or (judged and not are_paths(held)):
            return None
        texts = path_texts(sorted({path[:end] for path in held for end in range(1, len(path) + 1)}))
        return cls(texts, filter_values(texts))

    def named(self, text: str) -> CategoryPath | None:
        """The place with that text, if there is one."""
        return next((path for path, each in self.texts.items() if each == text), None)

    def selected(self, chosen: Collection[str]) -> set[CategoryPath]:
        """The places that the values of the category filter choose."""
        if not chosen:
            return set()
        return {path for path, text in self.texts.items() if text in chosen or self.values[path] in chosen}

    def is_place(self, value: str) -> bool:
        """Whether the category filter takes the value for one place."""
        return value in self.values.values() or value in self.texts.values()

    def nodes(self, counts: Mapping[CategoryPath, int], chosen: Collection[str]) -> list[CategoryNode]:
        """The places that have counts, each below the one above it, the most frequent first."""
        selected = self.selected(chosen)
        below: dict[CategoryPath, list[CategoryPath]] = {}
        for path in sorted(counts, key=lambda path: (-counts[path], path)):
            below.setdefault(path[:-1], []).append(path)
        nodes = []
        pending = below.get((), [])[::-1]
        while pending:
            path = pending.pop()
            value = self.values[path]
            nodes.append(CategoryNode(path=path, value=value, count=counts[path], selected=path in selected))
            pending += below.get(path, [])[::-1]
        return nodes


def on_the_way(paths: Iterable[CategoryPath]) -> list[CategoryPath]:
    """These places and all above them, each once."""
    return sorted({path[:end] for path in paths for end in range(1, len(path) + 1)})

"""The terms of an article's categories: their names, and the paths that they stand in."""

from __future__ import annotations

from collections.abc import Sequence

from searchlib.models import Article

_JOINT = "\n"
"""Stands before each name of a path. No name holds one, and none sorts before it: the paths are the first terms of their field."""


def category_terms(article: Article) -> tuple[str, ...]:
    """The names, and where they say more each path; an article without them has every category at the top of the tree."""
    paths = article.category_paths
    if all(len(path) == 1 for path in paths):
        return article.categories
    return (*article.categories, *map(path_term, paths))


def path_term(path: Sequence[str]) -> str:
    """The term that stands for a path."""
    return "".join(_JOINT + name for name in path)


def is_path(term: str) -> bool:
    """Whether a term is a path, and not the name of a category."""
    return term.startswith(_JOINT)


def path_of(term: str) -> tuple[str, ...]:
    """The names in a term that is a path."""
    return tuple(term[1:].split(_JOINT))

"""Link texts to searches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import searchlib
from webui.pages.category_tree import CategoryPath, CategoryTree
from webui.pages.reading_aids import FIRST_MATCH
from webui.state import SearchState
from webui.urls import article_url, search_url


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A text with its URL. ``current`` marks the selected one among several choices."""

    text: str
    url: str
    current: bool = False


def search_link(text: str, state: SearchState, *, current: bool = False) -> Link:
    """Return a link to a search."""
    return Link(text=text, url=search_url(state), current=current)


def hit_url(hit: searchlib.Hit, state: SearchState) -> str:
    """Return the URL of the page of a hit, at its first match in the text. The page marks the query of the state."""
    url = article_url(hit.id, state)
    return f"{url}#{FIRST_MATCH}" if first_match(hit) else url


def first_match(hit: searchlib.Hit) -> str:
    """Return the first text in the snippets that the query matches; empty if there is none."""
    return next((text for snippet in hit.snippets for text, is_match in snippet if is_match), "")


def filter_links(state: SearchState, name: str, values: Iterable[str]) -> tuple[Link, ...]:
    """Return a link for each value, which adds it to a filter or, if it is set, removes it."""
    return tuple(search_link(each, state.toggled(name, each), current=each in state.values(name)) for each in values)


def category_links(item: searchlib.Hit | searchlib.Article, tree: CategoryTree) -> tuple[tuple[Link, ...], ...]:
    """Return links to each category path of an article, top first. Without a tree, each category is a path."""
    paths = (tree and item.category_paths) or tuple((name,) for name in item.categories)

    def link(path: CategoryPath) -> Link:
        return search_link(path[-1], tree.toggled(path, tree.value(path)), current=tree.is_selected(path))

    return tuple(tuple(link(path[: end + 1]) for end in range(len(path))) for path in paths)

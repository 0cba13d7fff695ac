"""Link texts to searches."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import searchlib
from webui.pages.category_tree import CategoryPath, CategoryTree
from webui.pages.reading_aids import FIRST_MATCH
from webui.state import SearchState
from webui.urls import article_url, filter_urls, search_url, toggle_urls


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
    return at_first_match(article_url(hit.id, state), hit)


def at_first_match(url: str, hit: searchlib.Hit) -> str:
    """Return the URL of the page of a hit with the place of the first match in the text, if there is one."""
    return f"{url}#{FIRST_MATCH}" if first_match(hit) else url


def first_match(hit: searchlib.Hit) -> str:
    """Return the first text in the snippets that the query matches; empty if there is none."""
    return next((text for snippet in hit.snippets for text, is_match in snippet if is_match), "")


def filter_linker(state: SearchState, name: str) -> Callable[[Iterable[str]], tuple[Link, ...]]:
    """Return a function that returns a link for each value. The link adds the value to a filter or, if the filter has it, removes
    it."""
    url, selected = toggle_urls(state, name), {*state.values(name)}

    def links(values: Iterable[str]) -> tuple[Link, ...]:
        return tuple([Link(text=each, url=url(each), current=each in selected) for each in values])

    return links


def category_linker(
    state: SearchState, tree: CategoryTree
) -> Callable[[searchlib.Hit | searchlib.Article], tuple[tuple[Link, ...], ...]]:
    """Return a function that returns links to each category path of an article, top first.

    Without a tree, each category is a path. ``tree`` is the tree under the state.
    """
    url = filter_urls(state, "category")

    def link(path: CategoryPath) -> Link:
        toggled = tree.toggled_values(path, tree.value(path))
        return Link(text=path[-1], url=url(toggled), current=tree.is_selected(path))

    def links(item: searchlib.Hit | searchlib.Article) -> tuple[tuple[Link, ...], ...]:
        paths = (tree and item.category_paths) or tuple([(name,) for name in item.categories])
        return tuple([tuple([link(path[: end + 1]) for end in range(len(path))]) for path in paths])

    return links

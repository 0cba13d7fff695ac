"""What the page shows of the facets: their values, as lists or as a tree, and the way from years to months."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import searchlib
from webui import urls
from webui.languages import gettext
from webui.pages.category_choice import Path, Places
from webui.pages.links import Link
from webui.state import SearchState

SHOWN_VALUES = 12
"""So many values are shown at once, and the chosen ones."""

Count = searchlib.FacetValue | searchlib.CategoryNode


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetLink:
    """A value of a facet. One without ``toggle_url`` cannot be chosen.

    Of a tree it has the values ``below`` it, the rest of them ``more``; ``place`` says in one text where it stands.
    """

    text: str
    count: str
    toggle_url: str
    selected: bool
    place: str = ""
    below: tuple[FacetLink, ...] = ()
    more: tuple[FacetLink, ...] = ()
    is_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """The form that looks for a value among all of a facet, and the page that lists them."""

    fields: urls.Pairs
    all_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """The values of a facet: those shown at once, and the rest. ``back`` leads to all years from the chosen one."""

    name: str
    label: str
    shown: tuple[FacetLink, ...]
    more: tuple[FacetLink, ...]
    more_label: str
    back: Link | None = None
    find: Find | None = None


def facet_names() -> dict[str, str]:
    """The name of each facet, in the reader's language."""
    return {
        "category": gettext("分类"),
        "year": gettext("年份"),
        "month": gettext("月份"),
        "author": gettext("作者"),
        "tag": gettext("标签"),
    }


def facets(results: searchlib.Results, state: SearchState, places: Places) -> dict[str, Facet | None]:
    """Each facet as the page shows it; None where there is nothing to choose."""
    year = next((each.value for each in results.facets["year"] if each.value and each.selected), "")
    return {
        "category": _tree(results.category_tree, state, places)
        if results.category_tree
        else _values("category", results.facets["category"], state, places),
        "year": _years(results.facets["year"], year, state),
        "month": _months(results.facets["month"], year, state),
        "author": _values("author", results.facets["author"], state, places),
        "tag": _values("tag", results.facets["tag"], state, places),
    }


def place_text(path: Path) -> str:
    """Where a category stands, as it is read."""
    return " › ".join(path)


def value_link(name: str, value: Count, state: SearchState, places: Places) -> FacetLink:
    """The link of a value of category, author or tag."""
    if isinstance(value, searchlib.CategoryNode):
        text, toggled = place_text(value.path), places.toggled(value.path, value.value)
    else:
        text, toggled = value.value, urls.toggled(state, name, value.value)
    return FacetLink(
        text=text,
        count=f"{value.count:,}",
        toggle_url=urls.search_url(toggled),
        selected=value.selected,
    )


def _facet(name: str, shown: Sequence[FacetLink], more: Sequence[FacetLink] = ()) -> Facet | None:
    if not shown and not more:
        return None
    return Facet(name=name, label=facet_names()[name], shown=tuple(shown), more=tuple(more), more_label=gettext("更多"))


def _values(name: str, values: Sequence[Count], state: SearchState, places: Places) -> Facet | None:
    links = [value_link(name, value, state, places) for value in values]
    facet = _facet(name, *_parted(links, lambda link: link.selected))
    return replace(facet, find=_find(name, state)) if facet and facet.more else facet


def _parted(
    links: Sequence[FacetLink], is_kept: Callable[[FacetLink], bool]
) -> tuple[tuple[FacetLink, ...], tuple[FacetLink, ...]]:
    """The first links and the rest; a chosen one is never hidden behind "more"."""
    later = links[SHOWN_VALUES:]
    return (
        (*links[:SHOWN_VALUES], *(link for link in later if is_kept(link))),
        tuple(link for link in later if not is_kept(link)),
    )


def _find(name: str, state: SearchState) -> Find:
    return Find(fields=urls.values_fields(state, name), all_url=urls.values_url(state, name))


def _tree(nodes: Sequence[searchlib.CategoryNode], state: SearchState, places: Places) -> Facet | None:
    """The places of a tree, each with those below it; open where one is chosen, and where there are few in all."""
    below: dict[Path, list[searchlib.CategoryNode]] = {}
    for node in nodes:
        below.setdefault(node.path[:-1], []).append(node)
    on_way = {node.path[:end] for node in nodes if node.selected for end in range(len(node.path) + 1)}
    is_small = len(nodes) <= SHOWN_VALUES or len(below[()]) == 1

    def link(node: searchlib.CategoryNode) -> FacetLink:
        shown, more = level(node.path)
        return replace(
            value_link("category", node, state, places),
            text=node.path[-1],
            place=place_text(node.path),
            below=shown,
            more=more,
            is_open=node.path in on_way or (is_small and len(node.path) == 1),
        )

    def level(path: Path) -> tuple[tuple[FacetLink, ...], tuple[FacetLink, ...]]:
        links = [link(node) for node in below.get(path, ())]
        return _parted(links, lambda each: each.selected or any(_chosen(each)))

    facet = _facet("category", *level(()))
    return replace(facet, find=_find("category", state)) if facet and len(nodes) > SHOWN_VALUES else facet


def _chosen(link: FacetLink) -> Iterator[bool]:
    for each in (*link.below, *link.more):
        yield each.selected
        yield from _chosen(each)


def _years(values: Sequence[searchlib.FacetValue], chosen: str, state: SearchState) -> Facet | None:
    """All years; under a chosen one that alone, the way back, and the others to change to."""
    links = {value.value: _period_link(value, state) for value in values}
    if not chosen:
        facet = _facet("year", *_parted([*links.values()], lambda link: link.selected or not link.toggle_url))
    else:
        others = [link for year, link in links.items() if year and year != chosen]
        facet = _facet("year", [links[chosen]], others)
        back = Link(text=gettext("全部年份"), url=urls.search_url(urls.in_period(state, "", "")))
        facet = facet and replace(facet, back=back, more_label=gettext("其他年份"))
    return facet


def _months(values: Sequence[searchlib.FacetValue], year: str, state: SearchState) -> Facet | None:
    """The months of the chosen year."""
    return _facet(
        "month", [_period_link(month, state) for month in values if year and month.value.startswith(f"{year}-")]
    )


def _period_link(value: searchlib.FacetValue, state: SearchState) -> FacetLink:
    # A chosen month selects its year too, but the year's link then widens the dates to the year.
    is_chosen = urls.is_period(state, value.value)
    return FacetLink(
        text=value.value or gettext("无日期"),
        count=f"{value.count:,}",
        toggle_url=urls.search_url(urls.toggled_period(state, value.value)) if value.value else "",
        selected=is_chosen and bool(value.value),
    )


def category_trails(found: searchlib.Hit | searchlib.Article, places: Places) -> tuple[tuple[Link, ...], ...]:
    """The categories of an article: along each of its paths in an archive with a tree, otherwise each by itself."""
    paths = (places and found.category_paths) or tuple((name,) for name in found.categories)

    def link(path: Path) -> Link:
        return Link(
            text=path[-1],
            url=urls.search_url(places.toggled(path, places.value(path))),
            current=places.is_chosen(path),
        )

    return tuple(tuple(link(path[: end + 1]) for end in range(len(path))) for path in paths)

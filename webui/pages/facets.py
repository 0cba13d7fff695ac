"""Build the facets of the search page: lists of values, the category tree, years and months."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import searchlib
from webui import urls
from webui.languages import gettext, page_language
from webui.pages.category_tree import CategoryPath, CategoryTree
from webui.pages.links import Link, search_link
from webui.shared_index import facet_labels, index_facets
from webui.state import PERIOD_FACETS, VALUE_FILTERS, SearchState

VALUES_BEFORE_MORE = {"category": 8, "year": 8}
"""The number of values before "more" in these facets. Selected values are always in front of it."""
_OTHER_VALUES_BEFORE_MORE = 5
"""The number in all other facets."""
_MAX_LISTED_VALUES = 30
"""The number of values of a facet without a tree on the page. The page of all values is one step away."""

_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY_LENGTH = 10
_MIN_VALUES_OF_RANGE = 3
"""The number of values from which a range can be chosen."""

FIXED_FACETS = (*VALUE_FILTERS, *PERIOD_FACETS)
"""The facets with a fixed place on the page. The facets of the front matter follow."""

_SMALL_TREE = 12
"""The number of categories up to which the top branches of their tree are open."""

FacetCount = searchlib.FacetValue | searchlib.CategoryNode


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetLink:
    """A value of a facet with its count. It cannot be selected if ``toggle_url`` is empty.

    In a tree it has the children ``below``, and further ones in ``more``. ``path_text`` is its category path.
    """

    text: str
    count: str
    toggle_url: str
    selected: bool
    path_text: str = ""
    below: tuple[FacetLink, ...] = ()
    more: tuple[FacetLink, ...] = ()
    is_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FindForm:
    """The form that searches the values of a facet. Without a text, it opens the page that lists all values."""

    label: str
    fields: urls.Pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeForm:
    """The form of a range of numbers or dates. ``least`` and ``greatest`` are the smallest and the greatest existing value."""

    first: str
    last: str
    least: str
    greatest: str
    are_numbers: bool
    fields: urls.Pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A facet: its first values and ``more`` behind a button.

    ``back`` leads from a selected year to all years, ``all_link`` to the page of all values, if not all are listed.
    """

    name: str
    label: str
    values: tuple[FacetLink, ...]
    more: tuple[FacetLink, ...]
    more_label: str
    back: Link | None = None
    find: FindForm | None = None
    all_link: Link | None = None
    range: RangeForm | None = None


def facet_names() -> dict[str, str]:
    """Return the labels of the facets in the reader's language; those of the front matter by the settings, or well known."""
    return {
        "category": gettext("分类"),
        "year": gettext("年份"),
        "month": gettext("月份"),
        "author": gettext("作者"),
        "tag": gettext("标签"),
        **front_matter_labels(),
    }


def front_matter_labels() -> dict[str, str]:
    """Return the labels of the facets of the front matter: of the settings, of well-known keys, or else their names."""
    return _labels(page_language(), index_facets(), tuple(facet_labels().items()))


@lru_cache
def _labels(_language: str, names: tuple[str, ...], labels: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Return the labels in the page's language. A page asks for them for each of its facets."""
    named, known = dict(labels), _known_keys()
    return {name: named.get(name) or known.get(_plain_key(name), name) for name in names}


def _known_keys() -> dict[str, str]:
    """Return the labels of keys that many generators have, by the key in lower case without ``-`` and ``_``."""
    return {
        **dict.fromkeys(("series", "collection", "collections"), gettext("系列")),
        **dict.fromkeys(("lang", "language", "locale"), gettext("语言")),
        "source": gettext("来源"),
        "translator": gettext("译者"),
        "editor": gettext("编辑"),
        "publisher": gettext("出版者"),
        **dict.fromkeys(("rating", "score", "stars"), gettext("评分")),
        "type": gettext("类型"),
        "kind": gettext("类型"),
        "genre": gettext("体裁"),
        "status": gettext("状态"),
        **dict.fromkeys(("topic", "topics", "subject", "subjects"), gettext("主题")),
        **dict.fromkeys(("keyword", "keywords"), gettext("关键词")),
        **dict.fromkeys(("level", "difficulty"), gettext("难度")),
        **dict.fromkeys(("location", "place", "city"), gettext("地点")),
        "country": gettext("国家"),
        "platform": gettext("平台"),
        "project": gettext("项目"),
        "version": gettext("版本"),
        "license": gettext("许可"),
        "column": gettext("专栏"),
        "volume": gettext("卷"),
        "issue": gettext("期"),
    }


def _plain_key(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def find_labels() -> dict[str, str]:
    """Return the labels of the forms that search the values of a facet."""
    return {
        "category": gettext("查找分类"),
        "author": gettext("查找作者"),
        "tag": gettext("查找标签"),
        **{name: gettext("查找 %(name)s", name=label) for name, label in front_matter_labels().items()},
    }


def all_labels() -> dict[str, str]:
    """Return the labels of the pages that list all values of the facets."""
    return {
        "category": gettext("全部分类"),
        "author": gettext("全部作者"),
        "tag": gettext("全部标签"),
        **{name: gettext("全部 %(name)s", name=label) for name, label in front_matter_labels().items()},
    }


def facets(results: searchlib.Results, state: SearchState, tree: CategoryTree) -> dict[str, Facet | None]:
    """Return the facets by name; None for a facet without values."""
    year = next((each.value for each in results.facets["year"] if each.value and each.selected), "")
    return {
        "category": _category_facet(results.category_tree, state, tree)
        if results.category_tree
        else _value_facet("category", results.facets["category"], state, tree),
        "year": _year_facet(results.facets["year"], year, state),
        "month": _month_facet(results.facets["month"], year, state),
        **{
            name: _value_facet(name, values, state, tree)
            for name, values in results.facets.items()
            if name not in ("category", *PERIOD_FACETS)
        },
    }


def path_text(path: CategoryPath) -> str:
    """Return a category path as text."""
    return " › ".join(path)


def selected_categories(results: searchlib.Results) -> dict[str, str]:
    """Return the selected values of the category filter, with their paths as text."""
    return {node.value: path_text(node.path) for node in results.category_tree if node.selected}


def value_linker(name: str, state: SearchState, tree: CategoryTree) -> Callable[..., FacetLink]:
    """Return a function that returns the link of a value of any facet but year and month.

    It takes the value, and for a link in a tree its other fields by name.
    """
    category_url, toggle_url = urls.filter_urls(state, name), urls.toggle_urls(state, name)

    def link(value: FacetCount, **fields: Any) -> FacetLink:
        if isinstance(value, searchlib.CategoryNode):
            fields = {"text": path_text(value.path)} | fields
            url = category_url(tree.toggled_values(value.path, value.value))
        else:
            fields["text"] = value.value
            url = toggle_url(value.value)
        return FacetLink(count=f"{value.count:,}", toggle_url=url, selected=value.selected, **fields)

    return link


def _facet(name: str, values: Sequence[FacetLink], more: Sequence[FacetLink] = ()) -> Facet | None:
    if not values and not more:
        return None
    return Facet(
        name=name,
        label=facet_names().get(name, name),
        values=tuple(values),
        more=tuple(more),
        more_label=gettext("更多"),
    )


def _value_facet(name: str, values: Sequence[FacetCount], state: SearchState, tree: CategoryTree) -> Facet | None:
    listed = [*values[:_MAX_LISTED_VALUES], *(value for value in values[_MAX_LISTED_VALUES:] if value.selected)]
    links = [*map(value_linker(name, state, tree), listed)]
    facet = _facet(
        name, *_split(links, lambda link: link.selected, VALUES_BEFORE_MORE.get(name, _OTHER_VALUES_BEFORE_MORE))
    )
    if facet and name not in VALUE_FILTERS:
        facet = replace(facet, range=_range_form(name, values, state))
    if not facet or not facet.more:
        return facet
    all_link = Link(text=all_labels()[name], url=urls.values_url(state, name)) if len(listed) < len(values) else None
    return replace(facet, find=_find_form(name, state), all_link=all_link)


def _range_form(name: str, values: Sequence[FacetCount], state: SearchState) -> RangeForm | None:
    """Return the form of a range if all values are numbers, or all are dates."""
    # A selected range is a value, too.
    texts = [
        each.value for each in values if not (each.selected and (".." in each.value or each.value[:1] in ("<", ">")))
    ]
    if all(map(_NUMBER.fullmatch, texts)):
        texts.sort(key=float)
    elif all(map(_DAY.match, texts)):
        texts = sorted(text[:_DAY_LENGTH] for text in texts)
    else:
        return None
    chosen = next((value for value in state.values(name) if ".." in value), "")
    if len(texts) < _MIN_VALUES_OF_RANGE and not chosen:
        return None
    first, _, last = chosen.partition("..")
    return RangeForm(
        first=first,
        last=last,
        least=texts[0] if texts else "",
        greatest=texts[-1] if texts else "",
        are_numbers=all(map(_NUMBER.fullmatch, texts)),
        fields=urls.hidden_fields(state, name),
    )


def _split(
    links: Sequence[FacetLink], is_selected: Callable[[FacetLink], bool], count: int
) -> tuple[tuple[FacetLink, ...], tuple[FacetLink, ...]]:
    """Return the first links, with all selected ones, and the rest."""
    rest = links[count:]
    return (
        (*links[:count], *(link for link in rest if is_selected(link))),
        tuple(link for link in rest if not is_selected(link)),
    )


def _find_form(name: str, state: SearchState) -> FindForm:
    return FindForm(label=find_labels()[name], fields=urls.values_fields(state, name))


def _category_facet(nodes: Sequence[searchlib.CategoryNode], state: SearchState, tree: CategoryTree) -> Facet | None:
    limit = VALUES_BEFORE_MORE["category"]
    facet = _facet("category", *category_branches(nodes, state, tree, limit=limit))
    if not facet or len(nodes) <= limit:
        return facet
    # Even if all top categories are visible, there may be too many below them to find one.
    label = facet.more_label if facet.more else gettext("查找")
    return replace(facet, find=_find_form("category", state), more_label=label)


def category_branches(
    nodes: Sequence[searchlib.CategoryNode], state: SearchState, tree: CategoryTree, *, limit: int
) -> tuple[tuple[FacetLink, ...], tuple[FacetLink, ...]]:
    """Return the links of a tree, ``limit`` at each level and the rest. Each node follows its parent.

    The branches of selected nodes are open. In a small tree the top branches are open, too.
    """
    children: dict[CategoryPath, list[searchlib.CategoryNode]] = {}
    for node in nodes:
        children.setdefault(node.path[:-1], []).append(node)
    open_paths = {node.path[:end] for node in nodes if node.selected for end in range(len(node.path) + 1)}
    is_small = len(nodes) <= _SMALL_TREE or len(children[()]) == 1

    node_link = value_linker("category", state, tree)

    def link(node: searchlib.CategoryNode) -> FacetLink:
        below, more = level(node.path)
        return node_link(
            node,
            text=node.path[-1],
            path_text=path_text(node.path),
            below=below,
            more=more,
            is_open=node.path in open_paths or (is_small and len(node.path) == 1),
        )

    def level(path: CategoryPath) -> tuple[tuple[FacetLink, ...], tuple[FacetLink, ...]]:
        return _split([link(node) for node in children.get(path, ())], lambda each: any(_selections(each)), limit)

    return level(())


def _selections(link: FacetLink) -> Iterator[bool]:
    """Yield for a link, and for each link below it, whether it is selected."""
    yield link.selected
    for each in (*link.below, *link.more):
        yield from _selections(each)


def _year_facet(values: Sequence[searchlib.FacetValue], selected: str, state: SearchState) -> Facet | None:
    """Return all years. If one is selected, return only that year, with the way back and the other years behind "more".

    Return None if no article found has a date: the number of undated articles alone is no choice.
    """
    if not any(value.value for value in values):
        return None
    link = _period_linker(state)
    links = {value.value: link(value) for value in values}
    if not selected:
        return _facet(
            "year",
            *_split([*links.values()], lambda link: link.selected or not link.toggle_url, VALUES_BEFORE_MORE["year"]),
        )
    others = [link for year, link in links.items() if year and year != selected]
    facet = _facet("year", [links[selected]], others)
    back = search_link(gettext("全部年份"), state.with_period("", ""))
    return facet and replace(facet, back=back, more_label=gettext("其他年份"))


def _month_facet(values: Sequence[searchlib.FacetValue], year: str, state: SearchState) -> Facet | None:
    months = [month for month in values if year and month.value.startswith(f"{year}-")]
    return _facet("month", [*map(_period_linker(state), months)])


def _period_linker(state: SearchState) -> Callable[[searchlib.FacetValue], FacetLink]:
    """Return a function that returns the link of a year or month."""
    url = urls.period_urls(state)

    def link(value: searchlib.FacetValue) -> FacetLink:
        return FacetLink(
            text=value.value or gettext("无日期"),
            count=f"{value.count:,}",
            toggle_url=url(value.value) if value.value else "",
            # Not value.selected: a selected month selects its year, too, but the link of the year widens the dates.
            selected=bool(value.value) and state.has_period(value.value),
        )

    return link

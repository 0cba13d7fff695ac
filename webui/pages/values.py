"""Answer GET /values with all values of a facet under a search, or those that contain a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, request

import searchlib
from webui import urls
from webui.executor import requested_state, search_filters
from webui.languages import counted, gettext
from webui.pages.category_tree import CategoryTree
from webui.pages.facets import (
    FacetCount,
    FacetLink,
    all_labels,
    category_branches,
    facet_names,
    find_labels,
    value_linker,
)
from webui.pages.links import Link, search_link
from webui.pages.render import render_page
from webui.shared_index import current_index, index_facets
from webui.state import VALUE_FILTERS, SearchState

blueprint = Blueprint("values", __name__)

MAX_LISTED_VALUES = 500
"""The number of values on the page. Readers find further values by a text in them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValuesPage:
    """The content of the page. ``limit_text`` is empty if all values are listed."""

    heading: str
    facet: str
    label: str
    others: tuple[Link, ...]
    holding: str
    total_text: str
    values: tuple[FacetLink, ...]
    limit_text: str
    fields: urls.Pairs
    back: Link


@blueprint.get("/values")
def show() -> str:
    """List the values of a facet, each with a link that selects it."""
    state = requested_state()
    facet, holding = request.args.get("facet", ""), request.args.get("find", "").strip()
    with current_index().shared_deadline():
        values = _facet_values(facet, holding, state)
        # Selecting a category replaces selected ones, which may not contain the text.
        is_partial = facet == "category" and holding and state.category
        all_values = _facet_values(facet, "", state) if is_partial else values
    page = values_page(facet, holding, values, state, CategoryTree(all_values, state))
    return render_page("values.html", state, page=page)


def _facet_values(facet: str, holding: str, state: SearchState) -> Sequence[FacetCount]:
    return current_index().facet_values(
        facet,
        state.query,
        holding=holding,
        corrected=True,
        verbatim=state.verbatim,
        literal=state.literal,
        **search_filters(state),
    )


def values_page(
    facet: str,
    holding: str,
    values: Sequence[FacetCount],
    state: SearchState,
    tree: CategoryTree,
    *,
    limit: int = MAX_LISTED_VALUES,
) -> ValuesPage:
    """Return the content of the page: at most ``limit`` of the values, which contain the text ``holding``."""
    nodes = [value for value in values[:limit] if isinstance(value, searchlib.CategoryNode)]
    if nodes and not holding:
        links, _ = category_branches(nodes, state, tree, limit=limit)
    else:
        links = tuple(map(value_linker(facet, state, tree), values[:limit]))
    limit_text = counted("只列出前 %(count)s 个，请输入文字缩小范围。", limit) if len(values) > limit else ""
    return ValuesPage(
        heading=all_labels()[facet],
        facet=facet,
        label=find_labels()[facet],
        others=tuple(
            Link(text=facet_names()[name], url=urls.values_url(state, name), current=name == facet)
            for name in (*VALUE_FILTERS, *index_facets())
        ),
        holding=holding,
        total_text=counted("%(count)s 个", len(values)) if values else gettext("没有找到"),
        values=links,
        limit_text=limit_text,
        fields=urls.values_fields(state, facet),
        back=search_link(gettext("返回搜索结果"), state),
    )

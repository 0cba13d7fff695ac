"""Answer GET /values with all values of a facet under a search, or those that hold a text."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, request

import searchlib
from webui import urls
from webui.languages import counted, gettext
from webui.pages.category_choice import Places
from webui.pages.facets import FacetLink, facet_names, value_link
from webui.pages.links import Link
from webui.pages.render import render_page
from webui.pages.search import search_filters
from webui.shared_index import current_index
from webui.state import SearchState, parse_state

blueprint = Blueprint("values", __name__)

_MOST = 500
"""A page lists so many values; a reader who needs more looks for a text in them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValuesPage:
    """All that the page of values shows."""

    heading: str
    facet: str
    label: str
    holding: str
    found: str
    shown: tuple[FacetLink, ...]
    cut: str
    fields: urls.Pairs
    back: Link


@blueprint.get("/values")
def show() -> str:
    """The values of a facet, each with the search that chooses it."""
    state = parse_state(request.args)
    name, holding = request.args.get("facet", ""), request.args.get("find", "").strip()
    values = _values_holding(holding, name, state)
    # A place replaces chosen ones that need not hold the text.
    known = _values_holding("", name, state) if name == "category" and holding and state.category else values
    places = Places((each for each in known if isinstance(each, searchlib.CategoryNode)), state)
    links = tuple(value_link(name, value, state, places) for value in values[:_MOST])
    return render_page("values.html", state, page=_page(name, holding, len(values), links, state))


def _values_holding(
    text: str, name: str, state: SearchState
) -> tuple[searchlib.FacetValue, ...] | tuple[searchlib.CategoryNode, ...]:
    return current_index().facet_values(
        name, state.query, holding=text, corrected=True, verbatim=state.verbatim, **search_filters(state)
    )


def _page(name: str, holding: str, total: int, links: tuple[FacetLink, ...], state: SearchState) -> ValuesPage:
    label = facet_names()[name]
    return ValuesPage(
        heading=gettext("全部%(facet)s", facet=label),
        facet=name,
        label=label,
        holding=holding,
        found=counted("%(count)s 个", total) if total else gettext("没有找到"),
        shown=links,
        cut=counted("只列出前 %(count)s 个，请输入文字缩小范围。", len(links)) if total > len(links) else "",
        fields=urls.values_fields(state, name),
        back=Link(text=gettext("返回搜索结果"), url=urls.search_url(state)),
    )

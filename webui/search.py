"""Answer GET / with the search page."""

from __future__ import annotations

from flask import Blueprint, request

import searchlib
from webui.pages import render_page
from webui.search_page import search_page
from webui.shared_index import current_index
from webui.state import SearchState, parse_state

blueprint = Blueprint("search", __name__)


@blueprint.get("/")
def show() -> str:
    """One page of the articles that the URL asks for."""
    state = parse_state(request.args)
    return render_page("search.html", state, page=search_page(state, search(state)))


def search(state: SearchState) -> searchlib.Results:
    """What the index finds for a state.

    Raises:
        ParameterError: a date, sort, page or size is out of its range.
        SearchlibError: the index cannot be used.
    """
    return current_index().search(
        state.query,
        category=state.category,
        author=state.author,
        tag=state.tag,
        date_from=state.date_from or None,
        date_to=state.date_to or None,
        sort=state.sort,
        page=state.page,
        size=state.size,
        verbatim=state.verbatim,
    )

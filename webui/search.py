"""Answer GET / with the search page."""

from __future__ import annotations

from flask import Blueprint, request

import searchlib
from webui.pages import render_page
from webui.search_page import search_page
from webui.shared_index import current_index
from webui.state import SearchState, parse_state
from webui.timing import timed

blueprint = Blueprint("search", __name__)


@blueprint.get("/")
def show() -> str:
    """One page of the articles that the URL asks for."""
    state = parse_state(request.args)
    results = search(state, corrected=True)
    if state.query and not results.total:
        # Nothing to take apart: to ask once more, for how the query was cut, costs next to nothing.
        results = search(state, corrected=True, explain=True)
    with timed("render"):
        page = search_page(state, results)
    return render_page("search.html", state, page=page)


def search(state: SearchState, *, corrected: bool = False, explain: bool = False) -> searchlib.Results:
    """What the index finds for a state, perhaps for its correction where it finds nothing, with explanations or without.

    Raises:
        ParameterError: a date, sort, repeats, page or size is out of its range.
        SearchlibError: the index cannot be used.
    """
    with timed("search"):
        return current_index().search(
            state.query,
            category=state.category,
            author=state.author,
            tag=state.tag,
            date_from=state.date_from or None,
            date_to=state.date_to or None,
            sort=state.sort,
            repeats=state.repeats or None,
            page=state.page,
            size=state.size,
            verbatim=state.verbatim,
            corrected=corrected,
            explain=explain,
        )

"""Answer GET / with the search page."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, current_app, request

import searchlib
from webui.http.query_log import note
from webui.http.timing import timed
from webui.original import original_url
from webui.pages.render import render_page
from webui.pages.search_view import search_page
from webui.shared_index import current_index
from webui.state import SearchState, parse_state

blueprint = Blueprint("search", __name__)


@blueprint.get("/")
def show() -> str:
    """One page of the articles that the URL asks for."""
    state = parse_state(request.args)
    results = search(state, corrected=True)
    if not results.total:
        # To ask once more, for how the query was cut and for what finds something, costs next to nothing.
        results = search(state, corrected=True, explain=True)
    note(state, results)
    with timed("render"):
        page = search_page(state, results, datetime.now(UTC), _originals(results))
    return render_page("search.html", state, page=page)


def _originals(results: searchlib.Results) -> dict[str, str]:
    """Where the originals of the hits are, if a setting says so: that takes all that is known of each article."""
    template = current_app.config["URL_TEMPLATE"]
    found = {}
    for hit in results.hits if template else ():
        # A generation without the article may have taken the place of the one that was searched.
        with suppress(searchlib.UnknownArticleError):
            found[hit.id] = original_url(current_index().get(hit.id), template)
    return found


def search(state: SearchState, *, corrected: bool = False, explain: bool = False) -> searchlib.Results:
    """What the index finds for a state, perhaps for its correction where it finds nothing, with explanations or without.

    Raises:
        ParameterError: a date, sort, repeats, page or size is out of its range.
        SearchlibError: the index cannot be used.
    """
    with timed("search"):
        return current_index().search(
            state.query,
            **search_filters(state),
            sort=state.sort,
            repeats=state.repeats or None,
            page=state.page,
            size=state.size,
            verbatim=state.verbatim,
            corrected=corrected,
            explain=explain,
        )


def search_filters(state: SearchState) -> dict[str, Any]:
    """The filters of a state, by the library's names."""
    return {
        "category": state.category,
        "author": state.author,
        "tag": state.tag,
        "date_from": state.date_from or None,
        "date_to": state.date_to or None,
    }

"""Run the search of a request, and record it in the query log."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, request

import searchlib
from webui.http.timing import timed
from webui.shared_index import current_index, index_facets
from webui.state import SearchState, flag, parse_state

_QUERY_LOG = "searchlib.query_log"
_OWN_SITES = ("same-origin", "none")
"""The values of Sec-Fetch-Site of requests by a page of this site, and by the reader: a typed address or a bookmark.

Programs, and browsers without TLS except on loopback, do not send the header.
"""


def init_app(app: Flask, settings: searchlib.Settings) -> None:
    """Open the query log, if the settings name one; raise SettingsError if it cannot be written."""
    app.extensions[_QUERY_LOG] = searchlib.QueryLog(settings.query_log) if settings.query_log else None
    app.context_processor(lambda: {"has_query_log": bool(settings.query_log)})


def requested_state() -> SearchState:
    """Return the state that the parameters of the request describe, with the errors of ``parse_state``."""
    return parse_state(request.args, index_facets())


def search(
    state: SearchState, *, corrected: bool = False, explain: bool = False, facets: bool = True
) -> searchlib.Results:
    """Search the index for a state, with the errors of ``Index.search``."""
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
            literal=state.literal,
            explain=explain,
            facets=facets,
        )


def search_filters(state: SearchState) -> dict[str, Any]:
    """Return the filters of a state as arguments of the library."""
    return {
        "category": state.category,
        "author": state.author,
        "tag": state.tag,
        "filters": {facet: state.values(facet) for facet, _ in state.others},
        "date_from": state.date_from or None,
        "date_to": state.date_to or None,
    }


def log_query(state: SearchState, results: searchlib.Results) -> None:
    """Record the first page of a query in the log.

    A request with ``log=0`` is not recorded: it continues a search that is already in the log, or the query is still being typed.
    A request that a page of another site caused (header ``Sec-Fetch-Site``) is not recorded either.
    """
    log: searchlib.QueryLog | None = current_app.extensions[_QUERY_LOG]
    is_counted = flag(request.args, "log", default=True)
    is_own = request.headers.get("Sec-Fetch-Site", _OWN_SITES[0]) in _OWN_SITES
    if log and is_own and is_counted and state.query and state.page == 1 and request.method == "GET":
        filters = state.value_filters
        log.add(results, filters=[*filters, "date"] if state.date_from or state.date_to else filters)

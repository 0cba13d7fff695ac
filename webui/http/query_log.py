"""Note in the author's log which searches count as queries."""

from __future__ import annotations

from flask import Flask, current_app, request

import searchlib
from webui.state import VALUE_FILTERS, SearchState, flag

_EXTENSION = "query_log"


def init_app(app: Flask, settings: searchlib.Settings) -> None:
    """Note the searches of an application, where the settings name a log.

    Raises:
        SettingsError: the log cannot be written.
    """
    app.extensions[_EXTENSION] = searchlib.QueryLog(settings.query_log) if settings.query_log else None
    app.context_processor(lambda: {"notes_queries": bool(settings.query_log)})


def note(state: SearchState, results: searchlib.Results) -> None:
    """Note what was found, if it counts: a query that somebody has asked, at its first page.

    The parameter ``log`` is 0 in a request that goes on with a search which was counted, or may yet become another.

    Raises:
        ParameterError: it is neither 0 nor 1.
    """
    log: searchlib.QueryLog | None = current_app.extensions[_EXTENSION]
    counts = flag(request.args, "log", default=True)
    if log and counts and state.query and state.page == 1 and request.method == "GET":
        log.add(results, filters=_filters(state))


def _filters(state: SearchState) -> list[str]:
    names = [name for name in VALUE_FILTERS if getattr(state, name)]
    return [*names, "date"] if state.date_from or state.date_to else names

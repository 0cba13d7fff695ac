"""Note in the author's log which searches count as queries."""

from __future__ import annotations

from flask import Flask, current_app, request

import searchlib
from webui.state import SearchState
from webui.urls import VALUE_FILTERS

_EXTENSION = "query_log"
_LEFT_OUT = "0"
"""What the parameter ``log`` is in a request that goes on with a search which was counted, or may yet become another."""


def init_app(app: Flask, settings: searchlib.Settings) -> None:
    """Note the searches of an application, where the settings name a log.

    Raises:
        SettingsError: the log cannot be written.
    """
    app.extensions[_EXTENSION] = searchlib.QueryLog(settings.query_log) if settings.query_log else None
    app.context_processor(lambda: {"notes_queries": bool(settings.query_log)})


def note(state: SearchState, results: searchlib.Results) -> None:
    """Note what was found, if it counts: a query that somebody has asked, at its first page."""
    log: searchlib.QueryLog | None = current_app.extensions[_EXTENSION]
    counts = state.query and state.page == 1 and request.method == "GET" and request.args.get("log") != _LEFT_OUT
    if log and counts:
        log.add(results, filters=_filters(state))


def _filters(state: SearchState) -> list[str]:
    names = [name for name in VALUE_FILTERS if getattr(state, name)]
    return [*names, "date"] if state.date_from or state.date_to else names

"""Reject unknown parameters of the API: if a misspelled filter was ignored, the response would contain everything."""

from __future__ import annotations

from difflib import get_close_matches

from flask import Flask, request

import searchlib
from webui.api.endpoints import ENDPOINTS
from webui.api.parameters import FILTER
from webui.shared_index import current_index, index_facets
from webui.urls import PARAMETER_NAMES

_PARAMETERS = {
    endpoint.name: tuple(each.name for each in endpoint.parameters if not each.is_path)
    for endpoint in ENDPOINTS
    # Health checks add parameters to avoid caches.
    if endpoint.name.startswith("api.") and endpoint.name != "api.health"
}
"""The names of the parameters of each endpoint."""
_OTHER_NAMES = PARAMETER_NAMES | {"limit": "size", "per_page": "size", "order": "sort"}
"""Names of the library and of other APIs, and the parameters that they mean."""


def init_app(app: Flask) -> None:
    """Check the parameters of every request to the API."""
    app.before_request(_check)


def _check() -> None:
    names = _PARAMETERS.get(request.endpoint or "")
    if names is None:
        return
    if FILTER in names:
        names = (*names, *index_facets())
    for name in request.args:
        if name not in names:
            # An unknown article is the more important error.
            if article_id := (request.view_args or {}).get("article_id"):
                current_index().get(article_id)
            raise searchlib.ParameterError(name, _message(name, names), code="unknown_parameter")


def _message(name: str, names: tuple[str, ...]) -> str:
    close = [_OTHER_NAMES[name]] if name in _OTHER_NAMES else get_close_matches(name.lower(), names, n=1)
    suggestion = f", did you mean {close[0]!r}?" if close and close[0] in names else ""
    accepted = f"the parameters of this URL are {', '.join(names)}" if names else "this URL takes no parameters"
    return f"there is no parameter {name[:100]!r}{suggestion or ':'} {accepted}"

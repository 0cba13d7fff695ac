"""Answer conditional requests from the generation of the index, before the search runs.

Werkzeug's ``make_conditional`` compares ETags only after the response is made. Here an unchanged response costs no search.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from hashlib import blake2b

from flask import Flask, Response, current_app, g, request

import searchlib
from webui.languages import page_language
from webui.shared_index import current_index

_CACHEABLE_BLUEPRINTS = frozenset(("search", "values", "article", "api", "feeds"))
"""The blueprints whose responses depend only on the index, the URL, the language and the day."""
_INDEPENDENT_ENDPOINTS = ("feeds.description",)
"""The endpoints of these blueprints that do not depend on the index."""
_LIVE_ENDPOINTS = ("api.health", "metrics.show")
"""The endpoints that report the current state. Their responses must not be stored."""
_PROCESS_TOKEN = "etag_token"
_QUARTER_HOUR = 15 * 60


def init_app(app: Flask) -> None:
    """Send weak ETags, and answer 304 if the client has the current response."""
    # Another process may have other settings or another version of the code.
    app.extensions[_PROCESS_TOKEN] = secrets.token_hex(8)
    app.before_request(_not_modified)
    app.after_request(_with_etag)


def _not_modified() -> Response | None:
    # The tag is taken before the search: if the generation changes meanwhile, the response keeps the tag of the older one.
    tag = current_etag()
    client_tags = request.if_none_match
    # "*" matches any existing response. Only the view can tell whether one exists.
    return Response(status=304) if tag and not client_tags.star_tag and client_tags.contains_weak(tag) else None


def _with_etag(response: Response) -> Response:
    if response.status_code in (200, 304) and (tag := g.get("etag")):
        response.set_etag(tag, weak=True)
        # Clients may store the response but must revalidate it, because the index can change at any time.
        response.headers["Cache-Control"] = "no-cache"
    elif request.endpoint in _LIVE_ENDPOINTS:
        response.headers["Cache-Control"] = "no-store"
    return response


def current_etag() -> str:
    """Return the tag of the response to this request, which is computed once; empty if the response must not be cached."""
    tag: str | None = g.get("etag")
    if tag is None:
        tag = g.etag = _etag()
    return tag


def _etag() -> str:
    if request.method not in ("GET", "HEAD") or request.blueprint not in _CACHEABLE_BLUEPRINTS:
        return ""
    if request.endpoint in _INDEPENDENT_ENDPOINTS or request.endpoint in _LIVE_ENDPOINTS:
        return ""
    try:
        generation = current_index().generation
    except searchlib.SearchlibError:
        # The view raises the same error, and its response reports it.
        return ""
    # Relative dates (近三个月) change at midnight, which is at a full quarter of an hour in every time zone.
    quarter = int(datetime.now(UTC).timestamp()) // _QUARTER_HOUR
    # The URL is part of the tag, so that the tag of one page never matches an error of another page.
    url = blake2b(request.full_path.encode(errors="surrogatepass"), digest_size=8).hexdigest()
    return f"{current_app.extensions[_PROCESS_TOKEN]}-{generation}-{quarter}-{page_language()}-{url}"

"""Cache the start page until the index changes.

It is requested most often, and takes longest to make, because it lists the values of the whole archive.
"""

from __future__ import annotations

from flask import Flask, Response, current_app, g, request

from webui.http.caching import current_etag

_KEY = "searchlib.page_cache"
_ENDPOINT = "search.show"
_MAX_PAGES = 4
"""Two languages, each compressed and plain."""
_HEADERS = ("Content-Type", "Content-Encoding")
"""The headers that are cached. Other modules set all other headers on every response."""


def init_app(app: Flask) -> None:
    """Cache the start page of this application. This module runs before compression, so that compressed pages are cached."""
    app.extensions[_KEY] = {}
    app.before_request(_cached_page)
    app.after_request(_cache_page)


def _cached_page() -> Response | None:
    key = g.page_key = _key()
    page: tuple[bytes, dict[str, str]] | None = current_app.extensions[_KEY].get(key) if key else None
    if page is None or request.if_none_match:
        return None
    return Response(page[0], headers=page[1])


def _cache_page(response: Response) -> Response:
    pages: dict[tuple[str, bool], tuple[bytes, dict[str, str]]] = current_app.extensions[_KEY]
    key = g.get("page_key")
    if key and key not in pages and response.status_code == 200:
        if len(pages) >= _MAX_PAGES:
            pages.clear()
        headers = {name: response.headers[name] for name in _HEADERS if name in response.headers}
        pages[key] = (response.get_data(), headers)
    return response


def _key() -> tuple[str, bool] | None:
    """Return the cache key of the request, which names the generation and the language; None for other pages."""
    if request.method != "GET" or request.endpoint != _ENDPOINT or request.query_string:
        return None
    tag = current_etag()
    return (f"{request.script_root} {tag}", bool(request.accept_encodings["gzip"])) if tag else None

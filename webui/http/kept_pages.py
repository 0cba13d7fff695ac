"""Keep the start page as it was sent, until the index changes.

It is requested most often, and lists the values of the whole archive, so that it takes longer to make than any other page.
"""

from __future__ import annotations

from flask import Flask, Response, current_app, g, request

from webui.http.caching import current_etag

_KEY = "searchlib.kept_pages"
_ENDPOINT = "search.show"
_MAX_PAGES = 4
"""The page in two languages, compressed and plain."""
_HEADERS = ("Content-Type", "Content-Encoding")
"""The headers that are kept. Other modules set the others on every response."""


def init_app(app: Flask) -> None:
    """Keep the pages of this application. This module comes before compression, so that compressed pages are kept."""
    app.extensions[_KEY] = {}
    app.before_request(_kept)
    app.after_request(_keep)


def _kept() -> Response | None:
    key = g.kept_page = _key()
    page: tuple[bytes, dict[str, str]] | None = current_app.extensions[_KEY].get(key) if key else None
    if page is None or request.if_none_match:
        return None
    return Response(page[0], headers=page[1])


def _keep(response: Response) -> Response:
    pages: dict[tuple[str, bool], tuple[bytes, dict[str, str]]] = current_app.extensions[_KEY]
    key = g.get("kept_page")
    if key and key not in pages and response.status_code == 200:
        if len(pages) >= _MAX_PAGES:
            pages.clear()
        headers = {name: response.headers[name] for name in _HEADERS if name in response.headers}
        pages[key] = (response.get_data(), headers)
    return response


def _key() -> tuple[str, bool] | None:
    """Return the key of the page that is requested, which names the generation and the language; None if it is not kept."""
    if request.method != "GET" or request.endpoint != _ENDPOINT or request.query_string:
        return None
    tag = current_etag()
    return (f"{request.script_root} {tag}", bool(request.accept_encodings["gzip"])) if tag else None

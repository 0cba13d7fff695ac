"""Compress text responses with gzip.

Flask-Compress 1.25 is not used: it sends gzip to clients that refuse it (``gzip;q=0``), and its strong ETags make a client that
has the plain response load the compressed one.
"""

from __future__ import annotations

import gzip

from flask import Flask, Response, request

_TEXT_TYPES = ("text/", "application/json", "application/xml", "image/svg+xml", "application/javascript")
_TEXT_SUFFIXES = ("+xml", "+json")
_MIN_BYTES = 1000
"""A shorter response fits into one packet."""
_GZIP_LEVEL = 5
"""On a page of 22 KB level 9 saves 1 % more, but takes up to a third more time."""


def init_app(app: Flask) -> None:
    """Compress the responses of this application. Pages hold no secrets that the length of a response could reveal."""
    app.after_request(_compressed)


def _compressed(response: Response) -> Response:
    mimetype = response.mimetype or ""
    if not (mimetype.startswith(_TEXT_TYPES) or mimetype.endswith(_TEXT_SUFFIXES)):
        return response
    # A 304 needs the header, too: caches apply it to the stored response.
    response.vary.add("Accept-Encoding")
    if response.status_code != 200 or "Content-Encoding" in response.headers or not request.accept_encodings["gzip"]:
        return response
    response.direct_passthrough = False  # Flask sets it for static files
    body = response.get_data()
    if len(body) < _MIN_BYTES:
        return response
    response.set_data(gzip.compress(body, _GZIP_LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    response.headers.pop("Accept-Ranges", None)
    tag, is_weak = response.get_etag()
    if tag and not is_weak:
        # A strong tag promises identical bytes. A weak one matches both the plain and the compressed response.
        response.set_etag(tag, weak=True)
    return response

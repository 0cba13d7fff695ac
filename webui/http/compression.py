"""Send answers compressed to those who take them so."""

from __future__ import annotations

import gzip

from flask import Flask, Response, request

_TYPES = ("text/", "application/json", "application/xml", "image/svg+xml", "application/javascript")
_SUFFIXES = ("+xml", "+json")
_FEWEST_BYTES = 1000
"""Less than this fits into one packet anyway."""
_LEVEL = 5
"""Of a page of 22 KB level 9 saves 1 % more, in up to a third more time."""


def init_app(app: Flask) -> None:
    """Compress what this application answers. Pages hold no secrets that the length of an answer could tell."""
    app.after_request(_compressed)


def _compressed(response: Response) -> Response:
    if not _is_text(response.mimetype or ""):
        return response
    # Of a 304 too: it speaks of the answer that it stands for.
    response.vary.add("Accept-Encoding")
    if response.status_code != 200 or "Content-Encoding" in response.headers or not _takes_gzip():
        return response
    response.direct_passthrough = False  # of files
    body = response.get_data()
    if len(body) < _FEWEST_BYTES:
        return response
    response.set_data(gzip.compress(body, _LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    response.headers.pop("Accept-Ranges", None)
    tag, is_weak = response.get_etag()
    if tag and not is_weak:
        # A strong one promises the same bytes; the weak one of the same name means the same file, however it is sent.
        response.set_etag(tag, weak=True)
    return response


def _is_text(mimetype: str) -> bool:
    return mimetype.startswith(_TYPES) or mimetype.endswith(_SUFFIXES)


def _takes_gzip() -> bool:
    return request.accept_encodings["gzip"] > 0

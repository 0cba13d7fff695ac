"""Let a browser keep an answer as long as it would be given again."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from hashlib import blake2b

from flask import Flask, Response, current_app, g, request

import searchlib
from webui.languages import page_language
from webui.shared_index import current_index

_FROM_INDEX = ("search.", "values.", "article.", "api.", "feeds.")
"""The endpoints whose answers depend on the index, the address, the language and the day alone."""
_CONSTANT = ("feeds.description",)
"""And those beside them that do not."""
_NOW = ("api.health", "metrics.show")
"""Whose answers are about this moment: nobody may keep them."""
_TOKEN = "answers"
_QUARTER = 15 * 60


def init_app(app: Flask) -> None:
    """Answer 304 to a browser that has what it asks for; the search is then not run at all."""
    # Another process may have other settings, and other code.
    app.extensions[_TOKEN] = secrets.token_hex(8)
    app.before_request(_unchanged)
    app.after_request(_tagged)


def _unchanged() -> Response | None:
    # Of before the answer: what changes meanwhile must not pass for what was answered.
    tag = g.tag = _tag()
    asked = request.if_none_match
    # Whether there is any answer at all, as * asks, is for the view to say.
    return Response(status=304) if tag and not asked.star_tag and asked.contains_weak(tag) else None


def _tagged(response: Response) -> Response:
    if response.status_code in (200, 304) and (tag := g.get("tag")):
        response.set_etag(tag, weak=True)
        # It may be kept, but must be asked about: a new index may be there at any time.
        response.headers["Cache-Control"] = "no-cache"
    elif request.endpoint in _NOW:
        response.headers["Cache-Control"] = "no-store"
    return response


def _tag() -> str:
    """What stands for the answer to this request; nothing where answers are not to be kept."""
    endpoint = request.endpoint or ""
    if request.method not in ("GET", "HEAD") or not endpoint.startswith(_FROM_INDEX):
        return ""
    if endpoint in _CONSTANT or endpoint in _NOW:
        return ""
    try:
        generation = current_index().generation
    except searchlib.SearchlibError:
        # The view meets the same error, and says what it is.
        return ""
    # 近三个月 moves on with the day, which begins, whatever the zone, with one of these quarters of an hour.
    quarter = int(datetime.now(UTC).timestamp()) // _QUARTER
    # What was answered with an error has no tag; so nobody can ask for it by one.
    address = blake2b(request.full_path.encode(errors="surrogatepass"), digest_size=8).hexdigest()
    return f"{current_app.extensions[_TOKEN]}-{generation}-{quarter}-{page_language()}-{address}"

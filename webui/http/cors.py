"""Let pages of other sites read the API, where the settings name them."""

from __future__ import annotations

from flask import Flask, Response, current_app, request

import searchlib

_BELOW = "/api/"
_ORIGINS = "CORS_ORIGINS"
_ANY = "*"
_METHODS = "GET, HEAD"
_ASKED = "Accept, Accept-Language, If-None-Match"
"""The headers that a page may send along."""
_READ = "ETag, Server-Timing"
"""The headers of an answer that a page may read, besides those that it always may."""
_A_DAY = 24 * 60 * 60


def init_app(app: Flask, settings: searchlib.Settings) -> None:
    """Answer the pages of these origins; without any, a browser keeps to the same origin as ever."""
    app.config[_ORIGINS] = frozenset(settings.cors_origins)
    if settings.cors_origins:
        app.before_request(_asked_before)
        app.after_request(_allowed)


def _asked_before() -> Response | None:
    """The answer to what a browser asks before a request that is not a plain one."""
    if request.method != "OPTIONS" or not request.path.startswith(_BELOW):
        return None
    response = Response(status=204)
    response.headers["Allow"] = f"{_METHODS}, OPTIONS"
    if "Access-Control-Request-Method" in request.headers and _origin():
        response.headers["Access-Control-Allow-Methods"] = _METHODS
        response.headers["Access-Control-Allow-Headers"] = _ASKED
        response.headers["Access-Control-Max-Age"] = str(_A_DAY)
    response.vary.update(("Access-Control-Request-Method", "Access-Control-Request-Headers"))
    return response


def _allowed(response: Response) -> Response:
    if not request.path.startswith(_BELOW):
        return response
    if (origin := _origin()) != _ANY:
        # Whoever is not named gets the same answer without leave; neither may be kept for the other.
        response.vary.add("Origin")
    if origin:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = _READ
        response.headers["Timing-Allow-Origin"] = origin
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _origin() -> str:
    """The origin that may read the answer to this request: any, its own, or none."""
    allowed = current_app.config[_ORIGINS]
    if _ANY in allowed:
        return _ANY
    origin = request.headers.get("Origin", "")
    return origin if origin in allowed else ""

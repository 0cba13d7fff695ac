"""Let pages of other origins read the API and load the search box, if the settings name these origins.

Flask-Cors 6 is not used: it compares origins without case, and sends no ``Vary: Origin`` to an origin that is not named.
"""

from __future__ import annotations

from flask import Flask, Response, current_app, request

import searchlib

_API_PREFIX = "/api/"
_BOX_PATH = "/embed.js"
"""The script of the search box. It contains nothing private, and browsers load modules of other origins with CORS."""
_CONFIG_KEY = "CORS_ORIGINS"
_ANY_ORIGIN = "*"
_ALLOWED_METHODS = "GET, HEAD"
_ALLOWED_HEADERS = "Accept, Accept-Language, If-None-Match"
"""The request headers that a page may send."""
_EXPOSED_HEADERS = "ETag, Server-Timing"
"""The response headers that a page may read in addition to the safelisted ones."""
_PREFLIGHT_SECONDS = 24 * 60 * 60


def init_app(app: Flask, settings: searchlib.Settings) -> None:
    """Allow the origins of the settings. Without any, browsers apply the same-origin policy."""
    app.config[_CONFIG_KEY] = frozenset(settings.cors_origins)
    if settings.cors_origins:
        app.before_request(_preflight)
        app.after_request(_with_cors_headers)


def _preflight() -> Response | None:
    if request.method != "OPTIONS" or not request.path.startswith(_API_PREFIX):
        return None
    response = Response(status=204)
    response.headers["Allow"] = f"{_ALLOWED_METHODS}, OPTIONS"
    if "Access-Control-Request-Method" in request.headers and _allowed_origin():
        response.headers["Access-Control-Allow-Methods"] = _ALLOWED_METHODS
        response.headers["Access-Control-Allow-Headers"] = _ALLOWED_HEADERS
        response.headers["Access-Control-Max-Age"] = str(_PREFLIGHT_SECONDS)
    response.vary.update(("Access-Control-Request-Method", "Access-Control-Request-Headers"))
    return response


def _with_cors_headers(response: Response) -> Response:
    if request.path == _BOX_PATH:
        # A request without CORS, such as a preload, does not name its origin.
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    elif not request.path.startswith(_API_PREFIX):
        return response
    if (origin := _allowed_origin()) != _ANY_ORIGIN:
        # Other origins get the same body without permission, so a cache must keep the two responses apart.
        response.vary.add("Origin")
    if origin:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = _EXPOSED_HEADERS
        response.headers["Timing-Allow-Origin"] = origin
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _allowed_origin() -> str:
    """Return the origin that may read the response: ``*``, the origin of the request, or an empty string for none."""
    allowed = current_app.config[_CONFIG_KEY]
    if _ANY_ORIGIN in allowed:
        return _ANY_ORIGIN
    origin = request.headers.get("Origin", "")
    return origin if origin in allowed else ""

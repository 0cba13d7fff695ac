"""The headers that keep a page from doing what it should not."""

from __future__ import annotations

from flask import Flask, Response

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def content_policy(*, pictures: bool = False) -> str:
    """The Content-Security-Policy of an answer; ``pictures`` lets it load those of other sites."""
    images = "'self' https: http: data:" if pictures else "'self' data:"
    return (
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; "
        f"img-src {images}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def allow_pictures(response: Response) -> None:
    """Let this one answer load the pictures of other sites."""
    response.headers["Content-Security-Policy"] = content_policy(pictures=True)


def init_app(app: Flask) -> None:
    """Send the headers with every answer."""
    app.after_request(_secured)


def _secured(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", content_policy())
    for name, value in _HEADERS.items():
        response.headers[name] = value
    return response

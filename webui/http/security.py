"""Set the headers that restrict what a page can load and who can embed it."""

from __future__ import annotations

from flask import Flask, Response

_SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def content_policy(*, pictures: bool = False) -> str:
    """Return the Content-Security-Policy; with ``pictures`` it permits images of other sites."""
    images = "'self' https: http: data:" if pictures else "'self' data:"
    return (
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; "
        f"img-src {images}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def allow_pictures(response: Response) -> None:
    """Permit images of other sites in one response."""
    response.headers["Content-Security-Policy"] = content_policy(pictures=True)


def init_app(app: Flask) -> None:
    """Set the headers on every response."""
    app.after_request(_with_security_headers)


def _with_security_headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", content_policy())
    response.headers.update(_SECURITY_HEADERS)
    return response

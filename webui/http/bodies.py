"""Refuse requests with a body. No URL of the site takes one."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.exceptions import RequestEntityTooLarge

MAX_BODY_BYTES = 8 << 10
"""A larger body is refused before it is read. A smaller one is ignored, as some clients send one with GET."""


def init_app(app: Flask) -> None:
    """Check the announced length of every request."""
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.before_request(_check_length)


def _check_length() -> None:
    if (request.content_length or 0) > MAX_BODY_BYTES:
        raise RequestEntityTooLarge(f"the body of a request must not exceed {MAX_BODY_BYTES:,} bytes")

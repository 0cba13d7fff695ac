"""Answer GET /embed.js with the script of ``<searchlib-box>``, a search box for the pages of other sites."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, request

blueprint = Blueprint("embed", __name__)

SCRIPT_TYPE = "text/javascript"
_SCRIPT = Path(__file__).with_name("embed.js")
_MAX_AGE = 3600
"""Seconds. Every page of a site loads the script, so it is not revalidated each time."""


@blueprint.get("/embed.js")
def script() -> Response:
    """Return the script. Pages of other origins can load it if the settings name them."""
    response = Response(_SCRIPT.read_bytes(), mimetype=SCRIPT_TYPE)
    response.cache_control.max_age = _MAX_AGE
    response.add_etag()
    response.make_conditional(request)
    return response

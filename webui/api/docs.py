"""Describe the API: to programs at /api/openapi.json, to readers at /api."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, request

from webui.api.docs_view import docs_page
from webui.api.openapi import document
from webui.pages.render import render_page
from webui.state import BLANK

blueprint = Blueprint("docs", __name__)


@blueprint.get("/api/openapi.json", endpoint="document")
def show_document() -> dict[str, Any]:
    """The OpenAPI document."""
    return _document()


@blueprint.get("/api", endpoint="page", strict_slashes=False)
def show_page() -> str:
    """The same for readers."""
    return render_page("docs.html", BLANK, page=docs_page(_document()))


def _document() -> dict[str, Any]:
    return document(current_app, request.script_root)

"""Render a page in the frame that all pages share: its head, and the search box."""

from __future__ import annotations

from typing import Any

from flask import current_app, render_template

from webui.state import SearchState
from webui.timing import timed
from webui.urls import hidden_fields


def render_page(template: str, state: SearchState, **context: Any) -> str:
    """A page whose search box starts from that state."""
    with timed("render"):
        return render_template(
            template,
            state=state,
            box_fields=hidden_fields(state, "q", "verbatim"),
            site_title=current_app.config["SITE_TITLE"],
            **context,
        )

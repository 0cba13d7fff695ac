"""Answer GET /report with what readers search for, where the author's settings ask for that page."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, current_app, make_response, request

import searchlib
from webui.pages.render import render_page
from webui.state import BLANK, whole_number

blueprint = Blueprint("report", __name__)

_LOG = "QUERY_LOG"
DAYS = 30


def init_app(app: Flask, settings: searchlib.Settings) -> None:
    """Add the page, if the settings ask for it; without them there is no such address."""
    if settings.report_page:
        app.config[_LOG] = settings.query_log
        app.register_blueprint(blueprint)


@blueprint.get("/report")
def show() -> Response:
    """The report of the last ``days``."""
    report = searchlib.query_report(current_app.config[_LOG], days=whole_number(request.args, "days", DAYS))
    response = make_response(render_page("report.html", BLANK, report=report))
    # It is the author's: nothing leads there, no search engine lists it, and nobody keeps it.
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store"
    return response

"""Answer GET /sitemap.xml with the URLs of all articles, by month, if the settings enable it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flask import Blueprint, Flask, Response, make_response, render_template, request, url_for

import searchlib
from webui import urls
from webui.pages.dates import day_text
from webui.shared_index import current_index
from webui.state import BLANK

blueprint = Blueprint("sitemap", __name__)

XML_TYPE = "application/xml"
UNDATED = "undated"
"""The value of the parameter ``month`` for articles without a date."""
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


def init_app(app: Flask, settings: searchlib.Settings) -> None:
    """Add the sitemap if the settings enable it. Otherwise its URL does not exist."""
    if settings.sitemap:
        app.register_blueprint(blueprint)


@blueprint.get("/sitemap.xml")
def show() -> Response:
    """Return the list of the months that have articles or, with ``month``, the articles of one."""
    month = request.args.get("month", "")
    with current_index().shared_deadline():
        pages = [(_month_url(each), "") for each in _months()] if not month else [*_articles(month)]
    response = make_response(render_template("sitemap.xml", is_index=not month, pages=pages))
    response.mimetype = XML_TYPE
    return response


def _months() -> dict[str, int]:
    """Return the number of articles by month, or ``UNDATED``."""
    results = current_index().search(size=1, facets=("month",), snippets=False, repeats="show")
    return {each.value or UNDATED: each.count for each in results.facets["month"] if each.count}


def _month_url(month: str) -> str:
    return request.host_url.rstrip("/") + url_for("sitemap.show", month=month)


def _articles(month: str) -> Iterator[tuple[str, str]]:
    """Yield URL and day of the articles of a month, at most ``MAX_DEPTH`` of them.

    Raises:
        ParameterError: it is not a month.
    """
    if month != UNDATED and not _MONTH.fullmatch(month):
        raise searchlib.ParameterError("month", f"month must be like 2021-11, or {UNDATED!r}, not {month[:100]!r}")
    months = _months()
    if month not in months:
        return
    days = None if month == UNDATED else month
    # Articles without a date are the last of all.
    first = sum(months.values()) - months[month] if month == UNDATED else 0
    size = searchlib.MAX_SIZE
    for page in range(first // size + 1, min((first + months[month] - 1) // size + 1, searchlib.MAX_DEPTH // size) + 1):
        results = current_index().search(
            date_from=days, date_to=days, page=page, size=size, facets=False, snippets=False, repeats="show"
        )
        for hit in results.hits:
            if days or hit.date is None:
                yield request.host_url.rstrip("/") + urls.article_url(hit.id, BLANK), day_text(hit.date)

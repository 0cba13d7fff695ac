"""Answer GET /robots.txt: crawlers may read the articles and the list of all articles, but not every search."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, request, url_for

blueprint = Blueprint("robots", __name__)

TEXT_TYPE = "text/plain"
SITEMAP = "sitemap.show"
"""The endpoint of the sitemap, if the settings enable it."""
_RULES = (
    # The longest rule that matches applies: the pages of the list of all articles are allowed.
    "Allow: {root}/?page=",
    # Filters and queries make an unlimited number of URLs.
    "Disallow: {root}/*?",
    *(f"Disallow: {{root}}/{path}" for path in ("api/", "values", "suggestions", "metrics", "healthz")),
)


@blueprint.get("/robots.txt")
def show() -> Response:
    """Return the rules for crawlers. Below a path, copy them to the file at the root of the host."""
    lines = ["User-agent: *", *(rule.format(root=request.root_path.rstrip("/")) for rule in _RULES)]
    if SITEMAP in current_app.view_functions:
        path = url_for(SITEMAP)
        lines += [f"Allow: {path}", "", f"Sitemap: {request.host_url.rstrip('/')}{path}"]
    return Response("\n".join(lines) + "\n", mimetype=TEXT_TYPE)

"""The search page and its JSON interface, as a WSGI application."""

from __future__ import annotations

import os

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

import searchlib
from webui import languages
from webui.api import docs, feeds
from webui.api import endpoints as api
from webui.http import caching, compression, cors, errors, metrics, query_log, security, timing
from webui.http.converters import ArticleIdConverter
from webui.original import check_template
from webui.pages import article, report, search, values
from webui.shared_index import SharedIndex, warm

__all__ = ["create_app", "warm"]


def create_app(index: str | os.PathLike[str] | None = None, *, settings: searchlib.Settings | None = None) -> Flask:
    """The application for one index: the one given, else $SEARCHLIB_INDEX, else the folder ``index``.

    It starts without an index too, says so on every page, and finds the index as soon as it is built.

    Raises:
        SettingsError: a setting is wrong, or the query log cannot be written.
    """
    app = Flask(__name__)
    settings = settings or searchlib.load_settings()
    SharedIndex(index or os.environ.get("SEARCHLIB_INDEX") or "index", settings).init_app(app)
    check_template(settings.url_template)
    app.config.update(
        PROVIDE_AUTOMATIC_OPTIONS=False, SITE_TITLE=settings.site_title, URL_TEMPLATE=settings.url_template
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Flask's own provider has these three
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.compact = True  # type: ignore[attr-defined]
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    app.url_map.converters["article_id"] = ArticleIdConverter
    for part in (search, values, article, api, feeds, docs, metrics):
        app.register_blueprint(part.blueprint)
    languages.init_app(app, settings.language)
    query_log.init_app(app, settings)
    report.init_app(app, settings)
    errors.init_app(app)
    # What follows sees a request in this order, and its answer in the other.
    timing.init_app(app)
    metrics.init_app(app)
    compression.init_app(app)
    cors.init_app(app, settings)
    security.init_app(app)
    caching.init_app(app)
    if known := settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=known, x_proto=known, x_host=known, x_prefix=known)  # type: ignore[method-assign]  # as Flask's documentation does
    return app

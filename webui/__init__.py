"""The search page and its JSON API, as a WSGI application."""

from __future__ import annotations

import os

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

import searchlib
from webui import errors, executor, languages
from webui.api import docs, embed, feeds, robots, sitemap, unknown_parameters, views
from webui.http import bodies, caching, compression, cors, hosts, metrics, page_cache, security, timing
from webui.pages import article, report, search, values
from webui.pages.dates import timestamp_text
from webui.shared_index import SharedIndex, warm
from webui.urls import ArticleIdConverter, endpoint_path

__all__ = ["create_app", "warm"]


def create_app(
    index: str | os.PathLike[str] | None = None, *, settings: searchlib.Settings | None = None, host: str = "127.0.0.1"
) -> Flask:
    """Create the application for one index. ``index`` defaults to ``$SEARCHLIB_INDEX``, then to the folder ``index``.

    ``host`` is the address that the server listens on. Requests must name it, loopback, or a host of the settings.

    The application also starts without an index: every page then reports the error, until the index is built.

    Raises:
        SettingsError: a setting is wrong, or the query log cannot be written.
    """
    app = Flask(__name__)
    location = index or os.environ.get("SEARCHLIB_INDEX") or "index"
    settings = settings or searchlib.index_settings(location)
    SharedIndex(location, settings).init_app(app)
    app.config.update(PROVIDE_AUTOMATIC_OPTIONS=False, SITE_TITLE=settings.site_title)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Flask's default provider has these three attributes
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.compact = True  # type: ignore[attr-defined]
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    app.add_template_filter(timestamp_text, "timestamp")
    app.add_template_global(endpoint_path)
    app.url_map.converters["article_id"] = ArticleIdConverter
    for module in (search, values, article, views, feeds, docs, embed, robots, metrics):
        app.register_blueprint(module.blueprint)
    languages.init_app(app, settings.language)
    executor.init_app(app, settings)
    report.init_app(app, settings)
    sitemap.init_app(app, settings)
    errors.init_app(app)
    # Requests pass these modules from top to bottom, responses from bottom to top.
    timing.init_app(app)
    metrics.init_app(app)
    hosts.init_app(app, settings, host)
    bodies.init_app(app)
    unknown_parameters.init_app(app)
    page_cache.init_app(app)
    compression.init_app(app)
    cors.init_app(app, settings)
    security.init_app(app)
    caching.init_app(app)
    if proxies := settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies, x_prefix=proxies)  # type: ignore[method-assign]  # Flask documents this assignment
    return app

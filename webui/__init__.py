"""The search page and its JSON interface, as a WSGI application."""

from __future__ import annotations

import os

from flask import Flask
from jinja2 import StrictUndefined

import searchlib
from webui import api, article, caching, errors, feeds, languages, search, security
from webui.converters import ArticleIdConverter
from webui.shared_index import SharedIndex, warm

__all__ = ["create_app", "warm"]


def create_app(index: str | os.PathLike[str] | None = None, *, settings: searchlib.Settings | None = None) -> Flask:
    """The application for one index: the one given, else $SEARCHLIB_INDEX, else the folder ``index``.

    It starts without an index too, says so on every page, and finds the index as soon as it is built.

    Raises:
        SettingsError: a setting is wrong.
    """
    app = Flask(__name__)
    settings = settings or searchlib.load_settings()
    SharedIndex(index or os.environ.get("SEARCHLIB_INDEX") or "index", settings).init_app(app)
    app.config.update(PROVIDE_AUTOMATIC_OPTIONS=False, SITE_TITLE=settings.site_title)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Flask's own provider has these three
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.compact = True  # type: ignore[attr-defined]
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    app.url_map.converters["article_id"] = ArticleIdConverter
    for part in (search, article, api, feeds):
        app.register_blueprint(part.blueprint)
    languages.init_app(app, settings.language)
    errors.init_app(app)
    caching.init_app(app)
    security.init_app(app)
    return app

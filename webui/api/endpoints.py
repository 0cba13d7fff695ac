"""Answer the same questions as the pages in JSON, under /api/ and /healthz."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

import searchlib
from webui.api import schemas
from webui.api.linking import link_article, link_results, link_similar, link_suggestions
from webui.http.query_log import note
from webui.http.timing import timed
from webui.pages.search import search
from webui.shared_index import current_index
from webui.state import flag, parse_state, whole_number

blueprint = Blueprint("api", __name__)

SUGGESTIONS = 8
SIMILAR = 10
"""How many there are unless ``size`` says otherwise."""

Json = dict[str, Any]


@blueprint.get("/api/search")
def search_articles() -> Json:
    """The results of a search; the parameters are the page's, and ``explain=1`` asks for explanations, ``log=0`` is not noted."""
    state = parse_state(request.args)
    explain = flag(request.args, "explain")
    results = search(state, explain=explain)
    note(state, results)
    with timed("render"):
        return link_results(results, state, explain=explain).to_dict()


@blueprint.get("/api/suggest")
def suggest() -> Json:
    """Completions of ``q``."""
    text = request.args.get("q", "")
    size = whole_number(request.args, "size", SUGGESTIONS)
    with timed("search"):
        found = current_index().suggest(text, size=size)
    with timed("render"):
        return link_suggestions(text, found, size).to_dict()


@blueprint.get("/api/article/<article_id:article_id>")
def get_article(article_id: str) -> Json:
    """One article. Its ``html`` is safe to insert into a page; its pictures lie on other sites."""
    with timed("search"):
        article = current_index().get(article_id)
    with timed("render"):
        return link_article(article).to_dict()


@blueprint.get("/api/similar/<article_id:article_id>")
def similar(article_id: str) -> Json:
    """The articles that are most like one."""
    size = whole_number(request.args, "size", SIMILAR)
    with timed("search"):
        results = current_index().similar(article_id, size=size)
    with timed("render"):
        return link_similar(results, article_id).to_dict()


@blueprint.get("/healthz")
def health() -> Json | tuple[Json, int]:
    """Whether searching is possible, and on what."""
    try:
        stats = current_index().stats()
    except searchlib.NoIndexError as error:
        return schemas.Trouble(status="no index", message=str(error)).to_dict(), 503
    except searchlib.SearchlibError as error:
        return schemas.Trouble(status="unusable index", message=str(error)).to_dict(), 503
    return schemas.Health(status="ok", generation=stats.generation, articles=stats.articles).to_dict()

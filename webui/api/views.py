"""Answer the requests of the JSON API under /api/, and /healthz."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

import searchlib
from webui.api import links, schemas
from webui.executor import log_query, requested_state, search, search_filters
from webui.http.timing import timed
from webui.shared_index import current_index
from webui.state import flag, whole_number

blueprint = Blueprint("api", __name__)

DEFAULT_SUGGESTIONS = 8
DEFAULT_SIMILAR = 10
DEFAULT_BUDGET = 4_000

Json = dict[str, Any]


@blueprint.get("/api/search")
def search_articles() -> Json:
    """Return the results of a search. Besides those of the page, it has the parameters ``explain`` and ``facets``."""
    state = requested_state()
    explain = flag(request.args, "explain")
    facets = flag(request.args, "facets", default=True)
    results = search(state, explain=explain, facets=facets)
    log_query(state, results)
    with timed("render"):
        return links.search_results(results, state, explain=explain, facets=facets).to_dict()


@blueprint.get("/api/suggest")
def suggest() -> Json:
    """Return completions of ``q``."""
    text = request.args.get("q", "")
    size = whole_number(request.args, "size", DEFAULT_SUGGESTIONS)
    with timed("search"):
        suggestions = current_index().suggest(text, size=size)
    with timed("render"):
        return links.suggestions(text, suggestions, size).to_dict()


@blueprint.get("/api/passages")
def passages() -> Json:
    """Return the passages of all articles that best answer ``q``."""
    state = requested_state()
    budget = whole_number(request.args, "budget", DEFAULT_BUDGET)
    with timed("search"):
        chosen = current_index().passages(state.query, budget=budget, **search_filters(state))
    with timed("render"):
        return links.passages(chosen, state, budget).to_dict()


@blueprint.get("/api/article/<article_id:article_id>")
def get_article(article_id: str) -> Json:
    """Return one article. Its ``html`` is safe to insert into a page, and loads pictures from other sites."""
    with timed("search"):
        article = current_index().get(article_id)
    with timed("render"):
        return links.article(article, current_index().original_url(article)).to_dict()


@blueprint.get("/api/similar/<article_id:article_id>")
def similar(article_id: str) -> Json:
    """Return the articles that are most similar to one."""
    size = whole_number(request.args, "size", DEFAULT_SIMILAR)
    with current_index().shared_deadline(), timed("search"):
        results = current_index().similar(article_id, size=size)
    with timed("render"):
        return links.similar_results(results, article_id).to_dict()


@blueprint.get("/healthz")
def health() -> Json | tuple[Json, int]:
    """Return whether the index can be searched."""
    try:
        stats = current_index().stats()
    except searchlib.NoIndexError as error:
        return schemas.Trouble(status="no index", message=str(error)).to_dict(), 503
    except searchlib.SearchlibError as error:
        return schemas.Trouble(status="unusable index", message=str(error)).to_dict(), 503
    return schemas.Health(status="ok", generation=stats.generation, articles=stats.articles).to_dict()

"""Answer the same questions as the pages in JSON, under /api/ and /healthz."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

import searchlib
from webui.query_log import note
from webui.safe_html import safe_body
from webui.search import search
from webui.shared_index import current_index
from webui.state import parse_state, whole_number

blueprint = Blueprint("api", __name__)

_SUGGESTIONS = 8
_SIMILAR = 10

Json = dict[str, Any]


@blueprint.get("/api/search")
def search_articles() -> Json:
    """The results of a search; the parameters are the page's, ``explain=1`` asks for explanations, ``log=0`` is not noted."""
    explain = request.args.get("explain", "").strip()
    if explain not in ("", "0", "1"):
        raise searchlib.ParameterError("explain", f"explain must be 0 or 1, not {explain!r}")
    state = parse_state(request.args)
    results = search(state, explain=explain == "1")
    note(state, results)
    return results.to_dict()


@blueprint.get("/api/suggest")
def suggest() -> Json:
    """Completions of ``q``."""
    text = request.args.get("q", "")
    size = whole_number(request.args, "size", _SUGGESTIONS)
    suggestions = current_index().suggest(text, size=size)
    return {"query": text, "suggestions": [suggestion.to_dict() for suggestion in suggestions]}


@blueprint.get("/api/article/<article_id:article_id>")
def get_article(article_id: str) -> Json:
    """One article. Its ``html`` is safe to insert into a page; its pictures lie on other sites."""
    article = current_index().get(article_id)
    return article.to_dict() | {"html": str(safe_body(article.html, pictures=True).html)}


@blueprint.get("/api/similar/<article_id:article_id>")
def similar(article_id: str) -> Json:
    """The articles that are most like one."""
    size = whole_number(request.args, "size", _SIMILAR)
    return current_index().similar(article_id, size=size).to_dict()


@blueprint.get("/healthz")
def health() -> Json | tuple[Json, int]:
    """Whether searching is possible, and on what."""
    try:
        stats = current_index().stats()
    except searchlib.NoIndexError as error:
        return {"status": "no index", "message": str(error)}, 503
    except searchlib.SearchlibError as error:
        return {"status": "unusable index", "message": str(error)}, 503
    return {"status": "ok", "generation": stats.generation, "articles": stats.articles}

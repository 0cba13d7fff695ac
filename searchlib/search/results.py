"""Make the public results of a search from the answer of an engine: what is marked, and which passages show it."""

from __future__ import annotations

from searchlib.engines.base import EngineHit, EngineResults, Request
from searchlib.highlight.highlighter import highlight_all
from searchlib.highlight.snippets import content_snippets
from searchlib.models import Hit, Results, Spans
from searchlib.search.explain import explain_hit


def build_results(
    answer: EngineResults,
    request: Request,
    *,
    query: str = "",
    searched: str = "",
    correction: str | None = None,
    has_snippets: bool = True,
) -> Results:
    """The results of a request, for which an engine has given the answer.

    ``query`` is what was typed, ``searched`` what was
    searched for.

    Raises:
        SearchTimeoutError: the deadline of the request has passed.
    """
    request.deadline.check()
    title_spans = highlight_all([found.title for found in answer.hits], request.plan.highlight_terms)
    return Results(
        query=query,
        searched=searched,
        total=answer.total,
        full=answer.full,
        folded=answer.collapsed,
        page=request.offset // request.limit + 1,
        size=request.limit,
        relaxed=answer.relaxed,
        correction=correction,
        notes=request.plan.notes,
        hits=tuple(
            _hit(found, spans, request, has_snippets=has_snippets)
            for found, spans in zip(answer.hits, title_spans, strict=True)
        ),
        facets=answer.facets,
        category_tree=answer.category_tree,
        took_ms=round(request.deadline.elapsed() * 1000, 1),
    )


def _hit(found: EngineHit, title_spans: Spans, request: Request, *, has_snippets: bool) -> Hit:
    request.deadline.check()
    body = found.body() if has_snippets else ""
    return Hit(
        id=found.id,
        title=found.title,
        date=found.date,
        author=found.author,
        categories=found.categories,
        tags=found.tags,
        path=found.path,
        score=round(found.score, 4),
        title_spans=title_spans,
        snippets=content_snippets(body, found.without_boilerplate(body), request.plan.highlight_terms)
        if has_snippets
        else (),
        repeats=found.repeats,
        repeats_total=found.repeats_total,
        explanation=explain_hit(found) if request.explain else None,
        category_paths=found.category_paths,
    )

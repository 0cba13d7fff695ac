"""Turn the results of an engine into public results: highlight titles, and choose snippets."""

from __future__ import annotations

from collections.abc import Sequence

from searchlib.engines.base import EngineHit, EngineResults, Request
from searchlib.highlight.highlighter import highlight_all
from searchlib.highlight.snippets import content_snippets
from searchlib.models import Hit, QueryOperator, Results, Spans
from searchlib.query.plan import HighlightTerm
from searchlib.search.explain import explain_hit
from searchlib.search.operators import operator_note


def build_results(
    results: EngineResults,
    request: Request,
    *,
    query: str = "",
    searched: str = "",
    correction: str | None = None,
    operators: tuple[QueryOperator, ...] = (),
    has_snippets: bool = True,
) -> Results:
    """Return the public results of a request, from those of an engine.

    ``query`` is the query as typed, ``searched`` the query that was searched, ``operators`` the operators in it.

    Raises:
        SearchTimeoutError: the deadline of the request has passed.
    """
    request.deadline.check()
    terms = request.plan.terms_to_highlight(is_taken_apart=not results.full)
    title_spans = highlight_all([hit.title for hit in results.hits], terms)
    return Results(
        query=query,
        searched=searched,
        total=results.total,
        full=results.full,
        folded=results.collapsed,
        page=request.offset // request.limit + 1,
        size=request.limit,
        relaxed=results.relaxed,
        correction=correction,
        notes=(*request.plan.notes, *map(operator_note, operators)),
        operators=operators,
        hits=tuple(
            _public_hit(hit, spans, request, terms if has_snippets else None)
            for hit, spans in zip(results.hits, title_spans, strict=True)
        ),
        facets=results.facets,
        category_tree=results.category_tree,
        took_ms=round(request.deadline.elapsed() * 1000, 1),
    )


def _public_hit(
    hit: EngineHit, title_spans: Spans, request: Request, snippet_terms: Sequence[HighlightTerm] | None
) -> Hit:
    """Return a hit; without ``snippet_terms`` it has no snippets."""
    request.deadline.check()
    body = "" if snippet_terms is None else hit.body()
    return Hit(
        id=hit.id,
        title=hit.title,
        date=hit.date,
        author=hit.author,
        categories=hit.categories,
        tags=hit.tags,
        path=hit.path,
        score=round(hit.score, 4),
        title_spans=title_spans,
        snippets=()
        if snippet_terms is None
        else content_snippets(body, hit.without_boilerplate(body), snippet_terms, title=hit.title),
        repeats=hit.repeats,
        repeats_total=hit.repeats_total,
        explanation=explain_hit(hit) if request.explain else None,
        category_paths=hit.category_paths,
    )

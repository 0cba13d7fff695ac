"""Turn the results of an engine into public results: highlight titles, and choose snippets."""

from __future__ import annotations

from collections.abc import Sequence

from searchlib.engines.base import EngineHit, EngineResults, Request
from searchlib.highlight.highlighter import highlight_all
from searchlib.highlight.snippets import ArticleText, content_snippets
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
    hit_snippets = _snippets(results.hits, request, terms) if has_snippets else [()] * len(results.hits)
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
            _public_hit(hit, spans, snippets, is_explained=request.explain)
            for hit, spans, snippets in zip(results.hits, title_spans, hit_snippets, strict=True)
        ),
        facets=results.facets,
        category_tree=results.category_tree,
        took_ms=round(request.deadline.elapsed() * 1000, 1),
    )


def _snippets(
    hits: Sequence[EngineHit], request: Request, terms: Sequence[HighlightTerm]
) -> Sequence[tuple[Spans, ...]]:
    """Return the snippets of each hit."""
    texts: list[ArticleText] = []
    for hit in hits:
        request.deadline.check()
        body = hit.body()
        texts.append(ArticleText(body, hit.without_boilerplate(body), hit.title))
    return content_snippets(texts, terms, request.deadline.check)


def _public_hit(hit: EngineHit, title_spans: Spans, snippets: tuple[Spans, ...], *, is_explained: bool) -> Hit:
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
        snippets=snippets,
        repeats=hit.repeats,
        repeats_total=hit.repeats_total,
        explanation=explain_hit(hit) if is_explained else None,
        category_paths=hit.category_paths,
    )

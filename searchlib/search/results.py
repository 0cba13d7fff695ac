"""Turn the results of an engine into public results: highlight titles, and choose snippets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from searchlib.analysis.fold import fold
from searchlib.analysis.summaries import summary_lines
from searchlib.analysis.units import HighlightTerm, units
from searchlib.common.url_template import Templates, original_url
from searchlib.engines.base import EngineHit, EngineResults, Request
from searchlib.engines.common.deadline import Deadline
from searchlib.engines.common.front_matter_facets import chosen_values
from searchlib.highlight.highlighter import highlight, highlight_all
from searchlib.highlight.snippets import ELLIPSIS, ArticleText, content_snippets, has_match
from searchlib.models import DateOffer, Hit, QueryOperator, Results, Spans, author_names
from searchlib.search.explain import explain_hit
from searchlib.search.operators import operator_note


@dataclass(frozen=True, slots=True)
class ShownFrontMatter:
    """The front matter that hits show: the values of ``keys``, and the URL of the original by a template."""

    keys: tuple[str, ...] = ()
    url_template: Templates = ""

    @property
    def is_needed(self) -> bool:
        """Whether the front matter of hits is read."""
        return bool(self.keys or self.url_template)


LONG_ARTICLE = 1_000
"""The length of a body, in characters, from which a hit names the heading of its match."""


def build_results(
    results: EngineResults,
    request: Request,
    *,
    query: str = "",
    searched: str = "",
    correction: str | None = None,
    operators: tuple[QueryOperator, ...] = (),
    date_offer: DateOffer | None = None,
    has_snippets: bool,
    front_matter: ShownFrontMatter,
) -> Results:
    """Return the public results of a request, from those of an engine.

    ``query`` is the query as typed, ``searched`` the query that was searched, ``operators`` the operators in it, ``front_matter``
    tells what hits show of the front matter, ``date_offer`` is a date in the query that could be a filter.

    Raises:
        SearchTimeoutError: the deadline of the request has passed.
    """
    request.deadline.check()
    terms = request.plan.terms_to_highlight(is_taken_apart=not results.full)
    highlighted = _highlighted(results.hits, request, terms, has_snippets=has_snippets)
    with_parts = request.plan.terms_to_highlight(is_taken_apart=True)
    unmarked = [number for number, passages in enumerate(highlighted) if not has_match(passages)]
    if unmarked and with_parts != terms:
        # Some relaxed matches only contain parts of words.
        hits = [results.hits[number] for number in unmarked]
        marked = _highlighted(hits, request, with_parts, has_snippets=has_snippets)
        for number, passages in zip(unmarked, marked, strict=True):
            highlighted[number] = passages
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
        date_offer=date_offer,
        hits=tuple(
            _public_hit(
                hit,
                title_spans,
                tuple(snippets),
                front_matter,
                name_spans=() if has_match([title_spans, *snippets]) else tuple(_name_spans(hit, operators, terms)),
                is_explained=request.explain,
            )
            for hit, (title_spans, *snippets) in zip(results.hits, highlighted, strict=True)
        ),
        facets=results.facets,
        category_tree=results.category_tree,
        took_ms=took_ms(request.deadline),
    )


def _highlighted(
    hits: Sequence[EngineHit], request: Request, terms: Sequence[HighlightTerm], *, has_snippets: bool
) -> list[tuple[Spans, ...]]:
    """Return the highlighted title of each hit, followed by its snippets."""
    titles = highlight_all([hit.title for hit in hits], terms)
    snippets = _snippets(hits, request, terms) if has_snippets else [()] * len(hits)
    return [(title, *passages) for title, passages in zip(titles, snippets, strict=True)]


def took_ms(deadline: Deadline) -> float:
    """Return the milliseconds since the call of a deadline began."""
    return round(deadline.elapsed() * 1000, 1)


def _snippets(
    hits: Sequence[EngineHit], request: Request, terms: Sequence[HighlightTerm]
) -> Sequence[tuple[Spans, ...]]:
    """Return the snippets of each hit."""
    texts: list[ArticleText] = []
    for hit in hits:
        request.deadline.check()
        body = hit.body()
        texts.append(ArticleText(body, hit.without_boilerplate(body), hit.title, hit.headings))
    snippets = content_snippets(texts, terms, request.deadline.check)
    return [
        passages if has_match(passages) else _description_snippet(hit, terms) or passages
        for hit, passages in zip(hits, snippets, strict=True)
    ]


def _description_snippet(hit: EngineHit, terms: Sequence[HighlightTerm]) -> tuple[Spans, ...]:
    """Return the first matching summary line of the front matter, if the body does not match."""
    highlighted = (highlight(line, terms) for line in summary_lines(hit.extra()))
    return next(((spans,) for spans in highlighted if has_match([spans])), ())


def _public_hit(
    hit: EngineHit,
    title_spans: Spans,
    snippets: tuple[Spans, ...],
    front_matter: ShownFrontMatter,
    *,
    name_spans: tuple[Spans, ...],
    is_explained: bool,
) -> Hit:
    extra = hit.extra() if front_matter.is_needed else {}
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
        extra=chosen_values(extra, front_matter.keys),
        url=original_url(front_matter.url_template, hit.id, hit.date, extra),
        heading=_heading(hit, snippets),
        name_spans=name_spans,
    )


def _name_spans(hit: EngineHit, operators: Sequence[QueryOperator], terms: Sequence[HighlightTerm]) -> Iterator[Spans]:
    """Yield the authors, categories and tags of a hit that match words of the query, or its texts with that field."""
    if not terms and not operators:
        return
    for kind, names in (("author", author_names(hit.author)), ("category", hit.categories), ("tag", hit.tags)):
        wanted = [_spaced_units(each.text) for each in operators if each.kind == kind]
        for name in names:
            if any(each in _spaced_units(name) for each in wanted):
                yield ((name, True),)
            elif has_match([spans := highlight(name, terms)]):
                yield spans


def _spaced_units(text: str) -> str:
    """Return the units of a text with spaces around them: a name that contains a text contains its units."""
    return f" {' '.join(units(fold(text)))} "


def _heading(hit: EngineHit, snippets: tuple[Spans, ...]) -> str:
    """Return the heading above the first match in the snippets of a long article, or ""."""
    snippet = next((spans for spans in snippets if has_match([spans])), None)
    if snippet is None or len(body := hit.body()) < LONG_ARTICLE:
        return ""
    start = body.find("".join(text for text, _ in snippet).strip(ELLIPSIS))
    if start < 0:
        # The snippet leaves out lines of boilerplate.
        return ""
    before = "".join(text for text, _ in takewhile(lambda span: not span[1], snippet))
    match = start + len(before.removeprefix(ELLIPSIS))
    # A heading that contains the match is returned too.
    end = body.find("\n", match)
    lines = body[: end if end >= 0 else len(body)].split("\n")
    headings = {*hit.headings()} - {hit.title}
    return next((line for line in reversed(lines) if line in headings), "")

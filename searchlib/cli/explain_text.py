"""Format explanations of queries and scores as text in aligned columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from searchlib.cli.console import column_count, padded
from searchlib.cli.language import translated
from searchlib.models import Advice, HitExplanation, QueryExplanation, count_of

LABELS = {
    "words": "words",
    "left_out": "left out",
    "phrases": "phrases",
    "without": "without",
    "fields": "fields",
    "bigrams": "bigrams",
    "dates": "dates",
}
"""The labels of the fields of a QueryExplanation."""


def query_lines(explanation: QueryExplanation) -> Iterator[str]:
    """Yield the explanation of a query, one line for each kind of part."""
    rows = [(label, " · ".join(getattr(explanation, name))) for name, label in LABELS.items()]
    rows[1:1] = [("synonyms", " = ".join(group)) for group in explanation.synonyms]
    rows += [(name, " or ".join(values)) for name, values in explanation.filters.items()]
    rows = [(translated(label), text) for label, text in rows if text]
    label_width = max((column_count(label) for label, _ in rows), default=0)
    for label, text in rows:
        yield f"{padded(label, label_width)}  {text}"


def advice_lines(advice: Sequence[Advice]) -> Iterator[str]:
    """Yield the parts to remove from a search without hits, each with the number of articles that match without it."""
    for item in advice:
        values = _days(*item.values) if item.kind == "date" else " or ".join(item.values)
        counted = count_of(item.total, "article")
        yield translated(f"without {item.kind} {values}: {counted}" if values else f"without any filter: {counted}")


def _days(first: str, last: str) -> str:
    """Return the first and the last day of a filter, one of which can be missing."""
    return f"{first} – {last}" if first and last else translated(f"from {first}" if first else f"up to {last}")


def hit_lines(explanation: HitExplanation) -> Iterator[str]:
    """Yield the parts of a score: value, text, kind, and frequencies by field."""
    text_width = max((column_count(term.text) for term in explanation.terms), default=0)
    kinds = [translated(term.kind) for term in explanation.terms]
    kind_width = max(map(column_count, kinds), default=0)
    for term, kind in zip(explanation.terms, kinds, strict=True):
        frequencies = ", ".join(f"{translated(field)} {count}" for field, count in term.frequencies.items())
        columns = f"{padded(term.text, text_width)}  {padded(kind, kind_width)}  {frequencies}"
        yield f"{term.score:>9.4f}  {columns}".rstrip()
    yield f"{explanation.score:>9.4f}  {translated('score')}"
    for label, words in (
        ("without", explanation.missing),
        ("only in boilerplate or inside other words:", explanation.uncounted),
    ):
        if words:
            yield f"{'':>9}  {translated(label)} {' · '.join(words)}"

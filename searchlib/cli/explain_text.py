"""Format explanations of queries and scores as text in aligned columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from searchlib.cli.console import column_count
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
    """Yield how a query was understood, one line for each kind of part."""
    rows = [(label, " · ".join(getattr(explanation, name))) for name, label in LABELS.items()]
    rows[1:1] = [("synonyms", " = ".join(group)) for group in explanation.synonyms]
    rows += [(name, " or ".join(values)) for name, values in explanation.filters.items()]
    rows = [(label, text) for label, text in rows if text]
    label_width = max((len(label) for label, _ in rows), default=0)
    for label, text in rows:
        yield f"{label:<{label_width}}  {text}"


def advice_lines(advice: Sequence[Advice]) -> Iterator[str]:
    """Yield what to remove from a search without hits, and how many articles match without it."""
    for item in advice:
        values = " – ".join(item.values).strip() if item.kind == "date" else " or ".join(item.values)
        yield f"without {f'{item.kind} {values}' if values else 'any filter'}: {count_of(item.total, 'article')}"


def hit_lines(explanation: HitExplanation) -> Iterator[str]:
    """Yield the parts of a score: value, text, kind, and frequencies by field."""
    text_width = max((column_count(term.text) for term in explanation.terms), default=0)
    kind_width = max((len(term.kind) for term in explanation.terms), default=0)
    for term in explanation.terms:
        padding = " " * (text_width - column_count(term.text))
        frequencies = ", ".join(f"{field} {count}" for field, count in term.frequencies.items())
        yield f"{term.score:>9.4f}  {term.text}{padding}  {term.kind:<{kind_width}}  {frequencies}".rstrip()
    yield f"{explanation.score:>9.4f}  score"
    if explanation.missing:
        yield f"{'':>9}  without {' · '.join(explanation.missing)}"
    if explanation.uncounted:
        yield f"{'':>9}  only in boilerplate or inside other words: {' · '.join(explanation.uncounted)}"

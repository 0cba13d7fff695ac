"""Split a text into pieces that match a query and pieces that do not."""

from __future__ import annotations

from collections.abc import Sequence

from searchlib.highlight.matcher import distinct_terms, find_spans
from searchlib.highlight.searchable_text import SearchableText
from searchlib.models import Spans
from searchlib.query.plan import HighlightTerm


def highlight(text: str, terms: Sequence[HighlightTerm]) -> Spans:
    """Return the whole text in pieces; a piece is flagged if a term matches it."""
    searchable = SearchableText(text)
    matches = [span for term, _ in distinct_terms(tuple(terms)) for span in find_spans(term, searchable)]
    return tuple(split_at_spans(text, 0, len(text), merge_spans(matches)))


def highlight_all(texts: Sequence[str], terms: Sequence[HighlightTerm]) -> list[Spans]:
    """Return ``highlight`` of each text: as lines of one text, if none has a line break. No match crosses a line."""
    if any("\n" in text for text in texts):
        return [highlight(text, terms) for text in texts]
    pieces: list[list[tuple[str, bool]]] = [[]]
    for piece, is_match in highlight("\n".join(texts), terms):
        first, *others = piece.split("\n")
        pieces[-1].append((first, is_match))
        pieces.extend([(other, False)] for other in others)
    return [tuple(piece for piece in each if piece[0]) for each in pieces[: len(texts)]]


def merge_spans(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans in order, with those that overlap or touch merged into one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def split_at_spans(text: str, start: int, end: int, spans: Sequence[tuple[int, int]]) -> list[tuple[str, bool]]:
    """Return ``text[start:end]`` in pieces, flagged inside the spans; the spans must be merged."""
    pieces: list[tuple[str, bool]] = []
    at = start
    for first, last in spans:
        first, last = max(first, start), min(last, end)
        if first >= last:
            continue
        if at < first:
            pieces.append((text[at:first], False))
        pieces.append((text[first:last], True))
        at = last
    if at < end:
        pieces.append((text[at:end], False))
    return pieces

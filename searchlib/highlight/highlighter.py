"""Split a text into pieces that match a query and pieces that do not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from searchlib.analysis.units import HighlightTerm
from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.highlight.matcher import distinct_terms, find_spans
from searchlib.highlight.searchable_text import SearchableText, searchable_lines
from searchlib.models import Spans

_CLOSING_BY_OPENING = dict(zip("“‘「『《〈（(【[", "”’」』》〉）)】]", strict=True))
_QUOTATION_MARK = lazy_pattern(f"[{re.escape(''.join(_CLOSING_BY_OPENING) + ''.join(_CLOSING_BY_OPENING.values()))}]")


def highlight(text: str, terms: Sequence[HighlightTerm]) -> Spans:
    """Return the whole text in pieces; a piece is flagged if a term matches it."""
    return _highlight(text, SearchableText(text), terms)


def _highlight(text: str, searchable: SearchableText, terms: Sequence[HighlightTerm]) -> Spans:
    matches = [span for term, _ in distinct_terms(tuple(terms)) for span in find_spans(term, searchable)]
    return tuple(split_at_spans(text, 0, len(text), merge_spans(matches)))


def highlight_all(texts: Sequence[str], terms: Sequence[HighlightTerm]) -> list[Spans]:
    """Return ``highlight`` of each text.

    Texts without line breaks are highlighted as lines of one text, because no match crosses a line.
    """
    if any("\n" in text for text in texts):
        return [highlight(text, terms) for text in texts]
    pieces: list[list[tuple[str, bool]]] = [[]]
    for piece, is_match in _highlight("\n".join(texts), searchable_lines(texts), terms):
        first, *others = piece.split("\n")
        pieces[-1].append((first, is_match))
        pieces.extend([(other, False)] for other in others)
    return [tuple(piece for piece in each if piece[0]) for each in pieces[: len(texts)]]


def merge_spans(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans in order; spans that overlap or touch are merged."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _without_half_quotations(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the spans, cut at each quotation mark or bracket whose counterpart is outside of the span."""
    for start, end in spans:
        # Most spans are words, without quotation marks.
        if not _QUOTATION_MARK.search(text, start, end):
            yield start, end
            continue
        at = start
        for half in _half_quotations(text, start, end):
            if at < half:
                yield at, half
            at = half + 1
        if at < end:
            yield at, end


def _half_quotations(text: str, start: int, end: int) -> list[int]:
    """Return the positions of quotation marks and brackets in ``text[start:end]`` whose counterpart is outside, in order."""
    halves: list[int] = []
    opened: list[int] = []
    for mark in _QUOTATION_MARK.finditer(text, start, end):
        if mark[0] in _CLOSING_BY_OPENING:
            opened.append(mark.start())
        elif opened and _CLOSING_BY_OPENING[text[opened[-1]]] == mark[0]:
            opened.pop()
        else:
            halves.append(mark.start())
    return sorted(halves + opened)


def split_at_spans(text: str, start: int, end: int, spans: Sequence[tuple[int, int]]) -> list[tuple[str, bool]]:
    """Return ``text[start:end]`` in pieces, flagged inside the spans; the spans must be merged."""
    pieces: list[tuple[str, bool]] = []
    at = start
    for first, last in _without_half_quotations(text, spans):
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

"""Choose the passages of an article that show why it was found, and mark what matched."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from searchlib.models import Spans
from searchlib.text.fold import fold_with_offsets
from searchlib.text.needles import Needle, find_needle, merge_spans

MOST_SNIPPETS = 3
LENGTH = 96
"""Characters that a snippet aims at."""

_SLACK = 24
"""How much longer a sentence may be and still stay whole."""
_LEAD = 24
"""How far a cut sentence begins before its first match, at most."""
_SEEN_AGAIN = 0.25
"""What a needle counts in a passage after it has been shown in another."""

_ELLIPSIS = "…"
# A sentence with its end marks and closing quotes, or the rest of a line; a full stop ends one only before a space.
_SENTENCE = re.compile(r"(?:[^。！？!?；;.\n]|\.(?!\s))*(?:[。！？!?；;]+|\.(?=\s)|(?=\n)|$)[”’」』）)》】]*")
_PAUSE = re.compile(r"[，、,：:；\s]")


@dataclass(frozen=True, slots=True)
class _Match:
    start: int
    end: int
    needle: int


@dataclass(slots=True)
class _Sentence:
    start: int
    end: int
    matches: list[_Match] = field(default_factory=list)

    def gain(self, weights: Sequence[int], seen: set[int]) -> float:
        """How much the sentence shows of the query."""
        needles = {match.needle for match in self.matches}
        new = sum(weights[needle] * (_SEEN_AGAIN if needle in seen else 1.0) for needle in needles)
        return new + 0.01 * min(len(self.matches), 10)


def mark(text: str, needles: Sequence[Needle]) -> Spans:
    """The whole text, with what the needles match marked."""
    folded = fold_with_offsets(text)
    marked = merge_spans([span for needle in needles for span in find_needle(needle, folded)])
    return _pieces(text, 0, len(text), marked)


def snippets(body: str, needles: Sequence[Needle]) -> tuple[Spans, ...]:
    """Up to three passages of the body, in its order, cut at the ends of sentences, with the matches marked.

    A body without a match shows its beginning.
    """
    folded = fold_with_offsets(body)
    matches = [
        _Match(start, end, number) for number, each in enumerate(needles) for start, end in find_needle(each, folded)
    ]
    marked = merge_spans([(match.start, match.end) for match in matches])
    sentences = _sentences(body, marked)
    starts = [sentence.start for sentence in sentences]
    for match in sorted(matches, key=lambda match: match.start):
        sentences[bisect_right(starts, match.start) - 1].matches.append(match)
    chosen = _choose(sentences, [len(needle.units) for needle in needles]) or range(min(1, len(sentences)))
    windows: list[tuple[int, int]] = []
    for number in sorted(chosen):
        if not windows or sentences[number].start >= windows[-1][1]:
            windows.append(_window(body, sentences, number, windows[-1][1] if windows else 0))
    return tuple(_passage(body, start, end, marked) for start, end in windows)


def _sentences(body: str, marked: Sequence[tuple[int, int]]) -> list[_Sentence]:
    """The sentences of a body; one that ends inside a match goes on with the next."""
    sentences: list[_Sentence] = []
    starts = [start for start, _ in marked]
    for found in _SENTENCE.finditer(body):
        if not found[0].strip():
            continue
        before = bisect_left(starts, found.start()) - 1
        if sentences and before >= 0 and marked[before][1] > found.start():
            sentences[-1].end = found.end()
        else:
            sentences.append(_Sentence(found.start(), found.end()))
    return sentences


def _choose(sentences: Sequence[_Sentence], weights: Sequence[int]) -> list[int]:
    """The numbers of the sentences that together show most, the best first."""
    left = {number: sentence for number, sentence in enumerate(sentences) if sentence.matches}
    chosen: list[int] = []
    seen: set[int] = set()
    while left and len(chosen) < MOST_SNIPPETS:
        best = max(left, key=lambda number: (left[number].gain(weights, seen), -number))
        chosen.append(best)
        seen |= {match.needle for match in left.pop(best).matches}
    return chosen


def _window(body: str, sentences: Sequence[_Sentence], number: int, after: int) -> tuple[int, int]:
    """The sentence with as many neighbours of its line as fit; or where it is too long itself, the part with the matches."""
    start, end = sentences[number].start, sentences[number].end
    if end - start > LENGTH + _SLACK:
        return _cut(body, sentences[number])
    for later in sentences[number + 1 :]:
        if later.end - start > LENGTH or "\n" in body[end : later.start + 1]:
            break
        end = later.end
    for earlier in reversed(sentences[:number]):
        if end - earlier.start > LENGTH or earlier.start < after or "\n" in body[earlier.start : start]:
            break
        start = earlier.start
    return start, end


def _cut(body: str, sentence: _Sentence) -> tuple[int, int]:
    """The stretch of a long sentence that holds most of its needles, begun and ended at a pause where one is near."""
    first: _Match | None = None
    most = 0
    ends: dict[int, int] = {}
    # From the last match to the first: where each needle ends next.
    for match in reversed(sentence.matches):
        ends[match.needle] = match.end
        shown = sum(end <= match.start + LENGTH - _LEAD for end in ends.values())
        if shown >= most:
            first, most = match, shown
    begin = first.start if first else sentence.start
    start = max(sentence.start, begin - _LEAD)
    if start > sentence.start and (pauses := list(_PAUSE.finditer(body, start, begin))):
        start = pauses[0].end()
    end = min(sentence.end, max(start + LENGTH, first.end if first else 0))
    if end < sentence.end and (pauses := list(_PAUSE.finditer(body, max(end - _LEAD, first.end if first else 0), end))):
        end = pauses[-1].start()
    return start, end


def _passage(body: str, start: int, end: int, marked: Sequence[tuple[int, int]]) -> Spans:
    """A stretch of the body in pieces, with an ellipsis where its sentence goes on."""
    while start < end and body[start].isspace():
        start += 1
    while end > start and body[end - 1].isspace():
        end -= 1
    pieces = list(_pieces(body, start, end, marked))
    if not _at_boundary(body, start):
        pieces = [(_ELLIPSIS + pieces[0][0], False), *pieces[1:]] if not pieces[0][1] else [(_ELLIPSIS, False), *pieces]
    if not _ends_sentence(body, end):
        pieces = (
            [*pieces[:-1], (pieces[-1][0] + _ELLIPSIS, False)] if not pieces[-1][1] else [*pieces, (_ELLIPSIS, False)]
        )
    return tuple(pieces)


def _at_boundary(body: str, start: int) -> bool:
    before = body[:start].rstrip(" \t\u3000")
    return not before or before[-1] in "\n。！？!?；;.”’」』）)》】"


def _ends_sentence(body: str, end: int) -> bool:
    return end >= len(body) or body[end] == "\n" or body[end - 1] in "。！？!?；;.”’」』）)》】"


def _pieces(text: str, start: int, end: int, marked: Sequence[tuple[int, int]]) -> Spans:
    pieces: list[tuple[str, bool]] = []
    at = start
    for first, last in marked:
        first, last = max(first, start), min(last, end)
        if first >= last:
            continue
        if at < first:
            pieces.append((text[at:first], False))
        pieces.append((text[first:last], True))
        at = last
    if at < end:
        pieces.append((text[at:end], False))
    return tuple(pieces)

"""Choose the passages of an article that show why it was found, and mark what matched."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from searchlib.highlight.highlighter import merge_spans, split_at_spans
from searchlib.highlight.matcher import distinct_terms, find_spans
from searchlib.highlight.searchable_text import SearchableText
from searchlib.models import Spans
from searchlib.query.plan import HighlightTerm

MOST_SNIPPETS = 3
LENGTH = 96
"""Characters that a snippet aims at."""
EVIDENCE = 100
"""First matches of each needle whose sentences are candidates; in a candidate, all needles count."""

_SLACK = 24
"""How much longer a sentence may be and still stay whole."""
_LEAD = 24
"""How far a cut sentence begins before its first match, at most."""
_SEEN_AGAIN = 0.25
"""What a needle counts in a passage after it has been shown in another."""
_REACH = 200
"""How far around a match anything is looked at: what lies farther cannot stand in its passage."""

_ELLIPSIS = "…"
_CLOSING = "”’」』）)》】"
# From inside a sentence through its end marks and closing quotes, or to the end of the line; a full stop ends one only
# before a space.
_REST = re.compile(rf"(?:[^。！？!?；;.\n]++|\.(?!\s))*+(?:[。！？!?；;]+|\.)?[{_CLOSING}]*")
# The end marks alone, begun with one class so that the search for them is fast.
_END = re.compile(rf"[。！？!?；;.](?:(?<!\.)[。！？!?；;]*|(?<=\.)(?=\s))[{_CLOSING}]*")
_PAUSE = re.compile(r"[，、,：:；\s]")

_Match = tuple[int, int, int]
"""Start, end, and the number of the needle."""


@dataclass(frozen=True, slots=True)
class _Found:
    """Where a needle stands in a body; ``times`` is how many of the query's needles find the same."""

    needle: HighlightTerm
    times: int
    haystack: SearchableText
    first: Sequence[tuple[int, int]]

    @property
    def more(self) -> bool:
        """Whether there may be others behind the first."""
        return len(self.first) == EVIDENCE

    def between(self, start: int, end: int) -> Sequence[tuple[int, int]]:
        """The matches that begin in this stretch."""
        if self.more:
            return list(find_spans(self.needle, self.haystack, start, end))
        return self.first[bisect_left(self.first, (start,)) : bisect_left(self.first, (end,))]


@dataclass(slots=True)
class _Sentence:
    start: int
    end: int
    matches: list[_Match] = field(default_factory=list)

    def add(self, body: str, match: _Match) -> None:
        """Take in a match; a sentence that ends inside it goes on with the next."""
        self.matches.append(match)
        while self.end < match[1]:
            self.end = max(_rest(body, self.end), self.end + 1)


def snippets(body: str, needles: Sequence[HighlightTerm]) -> tuple[Spans, ...]:
    """Up to three passages of the body, in its order, cut at the ends of sentences, with the matches marked.

    A body without a match shows its beginning. In a long body the candidates are the sentences of the first matches
    of each needle (``EVIDENCE``), wherever they stand.
    """
    found = _find(body, needles) if needles else []
    sentences = _choose(_candidates(body, found), found)
    if not sentences:
        return tuple(_passage(body, start, end, []) for start, end in _beginning(body))
    passages: list[Spans] = []
    after = 0
    for sentence in sorted(sentences, key=lambda sentence: sentence.start):
        if sentence.start < after:
            continue
        start, end = _cut(body, sentence, found)
        near, far = max(0, start - _REACH), min(len(body), max(end, start + _REACH))
        marked = merge_spans([span for each in found for span in each.between(near, far)])
        if (start, end) == (sentence.start, sentence.end):
            start, end = _widen(body, start, end, after, marked)
        passages.append(_passage(body, start, end, marked))
        after = end
    return tuple(passages)


def content_snippets(body: str, telling: str, needles: Sequence[HighlightTerm]) -> tuple[Spans, ...]:
    """The same of the ``telling`` lines of a body; only where nothing of these matches, of all of its lines."""
    found = snippets(telling, needles)
    if len(telling) == len(body) or _is_marked(found):
        return found
    everywhere = snippets(body, needles)
    return everywhere if _is_marked(everywhere) else found


def _is_marked(passages: Sequence[Spans]) -> bool:
    return any(matched for passage in passages for _, matched in passage)


def _find(body: str, needles: Sequence[HighlightTerm]) -> list[_Found]:
    haystack = SearchableText(body)
    return [
        _Found(needle, times, haystack, list(islice(find_spans(needle, haystack), EVIDENCE)))
        for needle, times in distinct_terms(tuple(needles))
    ]


def _candidates(body: str, found: Sequence[_Found]) -> list[_Sentence]:
    """The sentences that hold the first matches of each needle, with what else of the needles they hold."""
    matches = sorted([(*span, number) for number, each in enumerate(found) for span in each.first])
    sentences: list[_Sentence] = []
    end = 0
    for match in matches:
        if not sentences or match[0] >= end:
            sentences.append(_Sentence(_sentence_start(body, match[0], end), _rest(body, match[0])))
        sentences[-1].add(body, match)
        end = sentences[-1].end
    for number, each in enumerate(found):
        if not each.more:
            continue
        last = each.first[-1][0]
        for sentence in sentences[max(0, bisect_right(sentences, last, key=lambda sentence: sentence.start) - 1) :]:
            far = min(sentence.end, sentence.matches[0][0] + _REACH)
            for span in each.between(max(sentence.start, last + 1), far):
                sentence.add(body, (*span, number))
    return sentences


def _choose(sentences: Sequence[_Sentence], found: Sequence[_Found]) -> list[_Sentence]:
    """The sentences that together show most, the best first."""
    weights = [each.times * len(each.needle.units) for each in found]
    # Of those that show the same needles, the ones with most matches can be chosen only.
    alike: dict[frozenset[int], list[tuple[int, int]]] = {}
    for at, sentence in enumerate(sentences):
        shown = frozenset([match[2] for match in sentence.matches])
        alike.setdefault(shown, []).append((-min(sum([found[match[2]].times for match in sentence.matches]), 10), at))
    left = {shown: sorted(group)[MOST_SNIPPETS - 1 :: -1] for shown, group in alike.items()}
    chosen: list[_Sentence] = []
    seen: set[int] = set()
    while left and len(chosen) < MOST_SNIPPETS:
        gains = (
            (sum(weights[each] * (_SEEN_AGAIN if each in seen else 1.0) for each in shown) - 0.01 * group[-1][0], shown)
            for shown, group in left.items()
        )
        _, best = max(gains, key=lambda gain: (gain[0], -left[gain[1]][-1][1]))
        chosen.append(sentences[left[best].pop()[1]])
        if not left[best]:
            del left[best]
        seen |= best
    return chosen


def _rest(body: str, at: int) -> int:
    """Where the sentence ends that goes on at this place."""
    found = _REST.match(body, at)
    return found.end() if found else at


def _starts(body: str, at: int, after: int) -> Iterator[int]:
    """Where sentences of the line start before this place, within reach."""
    begin = max(after, at - _REACH)
    begin = body.rfind("\n", begin, at) + 1 or begin
    yield begin
    for end in _END.finditer(body, begin, at):
        yield end.end()


def _sentence_start(body: str, at: int, after: int) -> int:
    """Where the sentence starts that holds this place; one that starts out of reach is cut anyway."""
    *_, start = _starts(body, at, after)
    return start


def _beginning(body: str) -> Iterator[tuple[int, int]]:
    """The first sentences of the body, if there are any."""
    if first := re.search(r"\S", body):
        head = body[first.start() : first.start() + _REACH]
        sentence = _Sentence(0, _rest(head, 0))
        start, end = _cut(head, sentence, [])
        if end == sentence.end:
            start, end = _widen(head, start, end, 0, [])
        yield first.start() + start, first.start() + end


def _widen(body: str, start: int, end: int, after: int, marked: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """A sentence with as many neighbours of its line as fit."""
    limit = start + LENGTH
    while end < limit and (later := _rest(body, end)) > end:
        whole = later
        while whole <= limit and _inside(whole, marked):
            whole = max(_rest(body, whole), whole + 1)
        if whole > limit or body[end:whole].isspace():
            break
        end = whole
    for earlier in _starts(body, start, 0):
        if earlier >= max(after, end - LENGTH) and not _inside(earlier, marked):
            return min(earlier, start), end
    return start, end


def _inside(at: int, marked: Sequence[tuple[int, int]]) -> bool:
    return any(start < at < end for start, end in marked)


def _cut(body: str, sentence: _Sentence, found: Sequence[_Found]) -> tuple[int, int]:
    """The sentence; of a long one what holds most of its needles, begun and ended at a pause where one is near."""
    if sentence.end - sentence.start <= LENGTH + _SLACK:
        return sentence.start, sentence.end
    begin = last = sentence.start
    most = 0
    ends: dict[int, int] = {}
    # From the last match to the first: where each needle ends next.
    for first, end, needle in sorted(sentence.matches, reverse=True):
        ends[needle] = end
        shown = sum(found[each].times for each, end in ends.items() if end <= first + LENGTH - _LEAD)
        if shown >= most:
            begin, last, most = first, end, shown
    start = max(sentence.start, begin - _LEAD)
    if start > sentence.start and (pause := _PAUSE.search(body, start, begin)):
        start = pause.end()
    end = min(sentence.end, max(start + LENGTH, last))
    if end < sentence.end and (pauses := list(_PAUSE.finditer(body, max(end - _LEAD, last), end))):
        end = pauses[-1].start()
    return start, end


def _passage(body: str, start: int, end: int, marked: Sequence[tuple[int, int]]) -> Spans:
    """A stretch of the body in pieces, with an ellipsis where its sentence goes on."""
    start = end - len(body[start:end].lstrip())
    end = start + len(body[start:end].rstrip())
    pieces = split_at_spans(body, start, end, marked)
    before = body[max(0, start - _REACH) : start].rstrip(" \t\u3000")
    if start > 0 and before and before[-1] not in "\n。！？!?；;." + _CLOSING:
        pieces[:1] = [(_ELLIPSIS, False), *pieces[:1]] if pieces[0][1] else [(_ELLIPSIS + pieces[0][0], False)]
    if end < len(body) and body[end] != "\n" and body[end - 1] not in "。！？!?；;." + _CLOSING:
        pieces[-1:] = [*pieces[-1:], (_ELLIPSIS, False)] if pieces[-1][1] else [(pieces[-1][0] + _ELLIPSIS, False)]
    return tuple(pieces)

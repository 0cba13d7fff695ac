"""Choose the passages of an article that best show why it matches."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from searchlib.analysis.text_fold import is_context_free
from searchlib.analysis.units import HighlightTerm
from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.highlight.furniture import without_source, without_title, without_titles
from searchlib.highlight.highlighter import merge_spans, split_at_spans
from searchlib.highlight.matcher import distinct_terms, find_folded_spans, find_spans
from searchlib.highlight.searchable_text import SearchableText
from searchlib.models import Spans

MAX_SNIPPETS = 3

MAX_FIRST_MATCHES = 100
"""The sentences with the first 100 matches of each term are candidates; inside a candidate, all matches count."""

MAX_MATCHES = 1_000
"""Above ten terms, each has fewer first matches, so that all terms together have about this many. Otherwise snippets for many
short prefixes would take most of the time of a search."""

_MIN_FIRST_MATCHES = 10
"""The minimum number of first matches of each of very many terms."""

_MAX_LOOKUPS = 1_000
"""If there are more pairs of a candidate and a term with further matches, only the first matches count."""

_SNIPPET_LENGTH = 96
"""The target length of a snippet in characters."""

_MAX_EXCESS = 24
"""A sentence may exceed the length by this many characters before it is cut."""

_MAX_LEAD = 24
"""The maximum number of characters between the start of a cut sentence and its first match; also the search range for a
pause."""

_MAX_MATCH_OFFSET = 40
"""The maximum number of characters before the first match of a snippet, so that the match is within two lines on a phone."""

_REACH = 200
"""Characters around a match that can be part of its snippet."""

_REPEATED_TERM_WEIGHT = 0.25
"""The weight of a term in a sentence if another chosen sentence already has it."""

_MAX_COUNTED_MATCHES = 10
"""The maximum number of matches that count for a sentence."""

_BATCH_LENGTH = 200_000
"""Characters of bodies that are folded together."""

ELLIPSIS = "…"
_END_MARKS = "。！？!?；;"
_CLOSING_QUOTES = "”’」』）)》】"
# From inside a sentence through its end marks and closing quotes, or to the end of the line. A full stop ends a sentence
# only before a space.
_SENTENCE_REST = lazy_pattern(rf"(?>(?:[^{_END_MARKS}.\n]++|\.(?!\s))*)(?:[{_END_MARKS}]+|\.)?[{_CLOSING_QUOTES}]*")
# The end marks alone. The pattern begins with a single class, which makes the search fast.
_SENTENCE_END = lazy_pattern(rf"[{_END_MARKS}.](?:(?<!\.)[{_END_MARKS}]*|(?<=\.)(?=\s))[{_CLOSING_QUOTES}]*")
_PAUSE = lazy_pattern(r"[，、,：:；\s]")

_Occurrence = tuple[int, int, int]
"""The start and end of a match, and the number of its term."""


@dataclass(frozen=True, slots=True)
class TermMatches:
    """The matches of a term in a body. ``count`` is the number of highlight terms with these matches.

    The body begins at ``offset`` of the text. The offsets of matches are those in the body. ``first`` are at most ``limit``.
    """

    term: HighlightTerm
    count: int
    text: SearchableText
    offset: int
    first: Sequence[tuple[int, int]]
    limit: int

    @classmethod
    def find_in(
        cls,
        term: HighlightTerm,
        count: int,
        text: SearchableText,
        offset: int,
        folded: tuple[int, int],
        limit: int = MAX_FIRST_MATCHES,
    ) -> TermMatches:
        """Find the first matches in the body that begins at ``offset``; ``folded`` are its bounds in the folded text."""
        first = islice(find_folded_spans(term, text, *folded), limit)
        return cls(term, count, text, offset, [(start - offset, end - offset) for start, end in first], limit)

    @property
    def has_more(self) -> bool:
        """Whether there may be matches after the first ones."""
        return len(self.first) == self.limit

    def between(self, start: int, end: int) -> Sequence[tuple[int, int]]:
        """Return the matches that begin in ``[start, end)``."""
        if self.has_more:
            found = find_spans(self.term, self.text, self.offset + start, self.offset + end)
            return [(first - self.offset, last - self.offset) for first, last in found]
        return self.first[bisect_left(self.first, (start,)) : bisect_left(self.first, (end,))]


@dataclass(slots=True)
class _Sentence:
    start: int
    end: int
    occurrences: list[_Occurrence] = field(default_factory=list)

    def add(self, body: str, occurrence: _Occurrence) -> None:
        """Add a match, and the following sentence if the match extends into it."""
        self.occurrences.append(occurrence)
        while self.end < occurrence[1]:
            self.end = max(_sentence_end(body, self.end), self.end + 1)


def snippets(body: str, terms: Sequence[HighlightTerm]) -> tuple[Spans, ...]:
    """Return up to ``MAX_SNIPPETS`` passages, the one with most terms first. Each further one adds a term.

    Passages are whole sentences if possible. If nothing matches, return the beginning.
    """
    return snippets_of_all([body], terms)[0]


def snippets_of_all(
    bodies: Sequence[str], terms: Sequence[HighlightTerm], check: Callable[[], None] = lambda: None
) -> list[tuple[Spans, ...]]:
    """Return ``snippets`` of each body, in less time than one by one; call ``check`` before each."""
    if not terms:
        return [choose_snippets(body, []) for body in bodies]
    distinct = distinct_terms(tuple(terms))
    limit = min(max(MAX_MATCHES // len(distinct), _MIN_FIRST_MATCHES), MAX_FIRST_MATCHES)
    found: list[tuple[Spans, ...]] = []
    for batch in _batches(bodies):
        # No match crosses a line.
        text = SearchableText("\n".join(batch))
        start = 0
        for body in batch:
            check()
            bounds = text.folded(start), text.folded(start + len(body))
            matches = (TermMatches.find_in(term, count, text, start, bounds, limit) for term, count in distinct)
            found.append(choose_snippets(body, [each for each in matches if each.first]))
            start += len(body) + 1
    return found


def _batches(bodies: Sequence[str]) -> Iterator[list[str]]:
    """Yield the bodies in batches that are folded together. A long body, or one that begins with a mark, is a batch of its own."""
    batch: list[str] = []
    length = 0
    for body in bodies:
        length += len(body)
        # A mark could belong to the line break before it.
        if batch and (length > _BATCH_LENGTH or not is_context_free(body[:1])):
            yield batch
            batch, length = [], len(body)
        batch.append(body)
    if batch:
        yield batch


@dataclass(frozen=True, slots=True)
class ArticleText:
    """The texts for the snippets of an article: its ``body``, the ``content`` of the body (no boilerplate), its ``title``.

    ``headings`` reads its headings.
    """

    body: str
    content: str
    title: str = ""
    headings: Callable[[], Sequence[str]] = tuple


def content_snippets(
    articles: Sequence[ArticleText], terms: Sequence[HighlightTerm], check: Callable[[], None] = lambda: None
) -> list[tuple[Spans, ...]]:
    """Return the snippets of the text of each article, without its title; call ``check`` before each.

    They come from the first of these texts that matches: the content, without the lines about its source; the whole content;
    the body. If none matches, return the beginning of the first, below its first headings.
    """
    untitled = without_titles([each.content for each in articles], [each.title for each in articles])
    shown = [*map(without_source, untitled)]
    return [
        found if has_match(found) else _other_snippets(article, text, content, found, terms)
        for article, text, content, found in zip(
            articles, shown, untitled, snippets_of_all(shown, terms, check), strict=True
        )
    ]


def _other_snippets(
    article: ArticleText, text: str, untitled: str, beginning: tuple[Spans, ...], terms: Sequence[HighlightTerm]
) -> tuple[Spans, ...]:
    """Return the snippets of an article whose ``text`` without lines about its source matches nothing.

    They come from the ``untitled`` content or the body. If neither matches, return the ``beginning``; if it is empty, the
    beginning of these.
    """
    others = [
        untitled,
        *([without_title(article.body, article.title)] if len(article.content) < len(article.body) else []),
    ]
    for other in dict.fromkeys(others):
        if other == text:
            continue
        found = snippets(other, terms)
        if has_match(found):
            return found
        beginning = beginning or found
    return choose_snippets(_below_headings(text, article.headings()), []) or beginning


def _below_headings(text: str, headings: Sequence[str]) -> str:
    """Return a text without the headings and blank lines at its beginning."""
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        line = text[start : end if end >= 0 else len(text)]
        if line.strip() and line not in headings:
            break
        start += len(line) + 1
    return text[start:]


def has_match(passages: Sequence[Spans]) -> bool:
    """Return whether any piece of the passages is a match."""
    return any(is_match for passage in passages for _, is_match in passage)


def choose_snippets(body: str, terms: Sequence[TermMatches]) -> tuple[Spans, ...]:
    """Return the snippets of a body for the matches in it."""
    sentences = _best_sentences(_candidates(body, terms), terms)
    if not sentences:
        return tuple(_passage(body, start, end, []) for start, end in _beginning(body))
    passages: dict[int, Spans] = {}
    previous_end = 0
    for sentence in sorted(sentences, key=lambda sentence: sentence.start):
        if sentence.start < previous_end:
            continue
        start, end = _cut(body, sentence, terms)
        reach_start, reach_end = max(0, start - _REACH), min(len(body), max(end, start + _REACH))
        spans = merge_spans([span for term in terms for span in term.between(reach_start, reach_end)])
        if (start, end) == (sentence.start, sentence.end):
            start, end = _add_neighbors(body, start, end, previous_end, spans)
        passages[sentence.start] = _passage(body, start, end, spans)
        previous_end = end
    return tuple(passages[sentence.start] for sentence in sentences if sentence.start in passages)


def _candidates(body: str, terms: Sequence[TermMatches]) -> list[_Sentence]:
    """Return the sentences that contain the first matches of each term, with all matches in them."""
    first = sorted([(*span, number) for number, term in enumerate(terms) for span in term.first])
    sentences: list[_Sentence] = []
    end = 0
    for occurrence in first:
        start = occurrence[0]
        if not sentences or start >= end:
            *_, first_start = _sentence_starts(body, start, end)
            sentences.append(_Sentence(first_start, _sentence_end(body, start)))
        sentences[-1].add(body, occurrence)
        end = sentences[-1].end
    with_more = [(number, term) for number, term in enumerate(terms) if term.has_more]
    if len(with_more) * len(sentences) > _MAX_LOOKUPS:
        return sentences
    for number, term in with_more:
        last = term.first[-1][0]
        for sentence in sentences[max(0, bisect_right(sentences, last, key=lambda sentence: sentence.start) - 1) :]:
            reach_end = min(sentence.end, sentence.occurrences[0][0] + _REACH)
            for span in term.between(max(sentence.start, last + 1), reach_end):
                sentence.add(body, (*span, number))
    return sentences


def _best_sentences(sentences: Sequence[_Sentence], terms: Sequence[TermMatches]) -> list[_Sentence]:
    """Return the sentences that together have the most terms, best first. Each further one adds a term.

    They are chosen greedily: by the weight of their terms, then by the number of matches, then by position.
    """
    weights = [term.count * len(term.term.units) for term in terms]
    # Of the sentences with the same terms, only the one with the most matches can be chosen.
    by_terms: dict[frozenset[int], tuple[int, int]] = {}
    for at, sentence in enumerate(sentences):
        matches = sum([terms[number].count for _, _, number in sentence.occurrences])
        numbers = frozenset([number for _, _, number in sentence.occurrences])
        candidate = (-min(matches, _MAX_COUNTED_MATCHES), at)
        by_terms[numbers] = min(by_terms.get(numbers, candidate), candidate)
    chosen: list[_Sentence] = []
    covered: set[int] = set()
    while by_terms and len(chosen) < MAX_SNIPPETS:
        gains = (
            (
                sum(weights[number] * (_REPEATED_TERM_WEIGHT if number in covered else 1.0) for number in numbers)
                - 0.01 * matches,
                -at,
                numbers,
            )
            for numbers, (matches, at) in by_terms.items()
        )
        _, at, best = max(gains, key=lambda gain: gain[:2])
        chosen.append(sentences[-at])
        covered |= best
        by_terms = {numbers: each for numbers, each in by_terms.items() if not numbers <= covered}
    return chosen


def _sentence_end(body: str, at: int) -> int:
    rest = _SENTENCE_REST.match(body, at)
    return rest.end() if rest else at


def _sentence_starts(body: str, at: int, after: int = 0) -> Iterator[int]:
    """Yield the starts of sentences before ``at`` in its line, within reach and not before ``after``.

    The first one may be that of the range, because a sentence of this length is cut anyway.
    """
    begin = max(after, at - _REACH)
    begin = body.rfind("\n", begin, at) + 1 or begin
    yield begin
    for end in _SENTENCE_END.finditer(body, begin, at):
        yield end.end()


def _beginning(body: str) -> Iterator[tuple[int, int]]:
    """Yield the span of the first sentences of the body, unless it is blank."""
    if first := re.search(r"\S", body):
        head = body[first.start() : first.start() + _REACH]
        sentence = _Sentence(0, _sentence_end(head, 0))
        start, end = _cut(head, sentence, [])
        if end == sentence.end:
            start, end = _add_neighbors(head, start, end, 0, [])
        yield first.start() + start, first.start() + end


def _add_neighbors(
    body: str, start: int, end: int, previous_end: int, spans: Sequence[tuple[int, int]]
) -> tuple[int, int]:
    """Extend a sentence by the sentences beside it in its line, as many as fit. Do not cut a match."""
    limit = start + _SNIPPET_LENGTH
    while end < limit and (next_end := _sentence_end(body, end)) > end:
        while next_end <= limit and _is_inside(next_end, spans):
            next_end = max(_sentence_end(body, next_end), next_end + 1)
        if next_end > limit or body[end:next_end].isspace():
            break
        end = next_end
    begin = max(
        previous_end,
        end - _SNIPPET_LENGTH,
        min([span[0] for span in spans if span[0] >= start], default=end) - _MAX_MATCH_OFFSET,
    )
    for earlier in _sentence_starts(body, start):
        if earlier >= begin and not _is_inside(earlier, spans):
            return min(earlier, start), end
    return start, end


def _is_inside(at: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start < at < end for start, end in spans)


def _cut(body: str, sentence: _Sentence, terms: Sequence[TermMatches]) -> tuple[int, int]:
    """Return the span of a sentence, or of the part of a long sentence with the most terms, cut at pauses if possible."""
    first_match = min(sentence.occurrences)[0] if sentence.occurrences else sentence.start
    is_short = sentence.end - sentence.start <= _SNIPPET_LENGTH + _MAX_EXCESS
    if is_short and first_match - sentence.start <= _MAX_MATCH_OFFSET:
        return sentence.start, sentence.end
    begin = last = sentence.start
    most = 0
    next_ends: dict[int, int] = {}  # of each term: the end of its first match at or after the current one
    for first, end, number in sorted(sentence.occurrences, reverse=True):
        next_ends[number] = end
        count = sum(terms[each].count for each, end in next_ends.items() if end <= first + _SNIPPET_LENGTH - _MAX_LEAD)
        if count >= most:
            begin, last, most = first, end, count
    start = max(sentence.start, begin - _MAX_LEAD)
    if start > sentence.start and (pause := _PAUSE.search(body, start, begin)):
        start = pause.end()
    end = min(sentence.end, max(start + _SNIPPET_LENGTH, last))
    if end < sentence.end and (pauses := list(_PAUSE.finditer(body, max(end - _MAX_LEAD, last), end))):
        end = pauses[-1].start()
    return start, end


def _passage(body: str, start: int, end: int, spans: Sequence[tuple[int, int]]) -> Spans:
    """Return ``body[start:end]`` in pieces, without outer spaces, and with an ellipsis where a sentence is cut."""
    start = end - len(body[start:end].lstrip())
    end = start + len(body[start:end].rstrip())
    pieces = split_at_spans(body, start, end, spans)
    before = body[max(0, start - _REACH) : start].rstrip(" \t\u3000")
    if start > 0 and before and before[-1] not in f"\n.{_END_MARKS}{_CLOSING_QUOTES}":
        pieces[:1] = [(ELLIPSIS, False), *pieces[:1]] if pieces[0][1] else [(ELLIPSIS + pieces[0][0], False)]
    if end < len(body) and body[end] != "\n" and body[end - 1] not in f".{_END_MARKS}{_CLOSING_QUOTES}":
        pieces[-1:] = [*pieces[-1:], (ELLIPSIS, False)] if pieces[-1][1] else [(pieces[-1][0] + ELLIPSIS, False)]
    return tuple(pieces)

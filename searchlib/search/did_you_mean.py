"""Put the mistyped words of a whole query right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice

from searchlib.analysis.fold import fold, fold_with_offsets
from searchlib.analysis.query_analyzer import QueryAnalyzer
from searchlib.analysis.units import HAN_RUN, units
from searchlib.engines.base import Engine
from searchlib.query import tree
from searchlib.search.parsed_query import ParsedQuery
from searchlib.suggest.han_corrector import MAX_SUSPECTS, HanCorrector
from searchlib.suggest.latin_corrector import LatinCorrector

MAX_UNITS = 32
"""Units of the longest query that is corrected: who pastes a passage has not typed it, and to look at all of it takes long."""

_LATIN_WORD = re.compile(r"[a-z]{4,}")
_MOST_LATIN = 4
"""Latin words of a query that are looked at: a rare one is held against tens of thousands."""

Span = tuple[int, int]


class QueryCorrector:
    """Corrects queries by the words of one archive; what the user's own lists hold is right as it stands."""

    def __init__(self, articles: int, analyzer: QueryAnalyzer) -> None:
        self._articles = articles
        self._analyzer = analyzer

    def correct(self, engine: Engine, parsed: ParsedQuery) -> str | None:
        """The whole query with its mistyped words replaced, or None where nothing seems mistyped, or it is too long."""
        query = parsed.text
        if len(units(fold(query))) > MAX_UNITS:
            return None
        pieces: list[str] = []
        done = 0
        budget = iter(range(MAX_SUSPECTS))
        han_corrector = HanCorrector(engine, self._articles, self._analyzer.dictionary)
        latin_corrector = LatinCorrector(engine)
        for begin, text in _texts(query, parsed.tree):
            folded = fold_with_offsets(text)
            for start, end, word in self._mistyped(folded.text, han_corrector, latin_corrector, budget):
                first, last = folded.original(start, end)
                pieces += [query[done : begin + first], word]
                done = begin + last
        # What articles are filed under is right, however rare its words are.
        if not pieces or engine.lexicon().is_value("".join(units(fold(query)))):
            return None
        return "".join([*pieces, query[done:]])

    def _mistyped(
        self, folded: str, han_corrector: HanCorrector, latin_corrector: LatinCorrector, budget: Iterator[int]
    ) -> list[tuple[int, int, str]]:
        known = self._known(folded)
        found = [
            (run.start() + each.start, run.start() + each.end, each.word)
            for run in HAN_RUN.finditer(folded)
            for each in han_corrector.correct(
                run[0], is_whole_query=run[0] == folded, trusted=_within(known, *run.span()), budget=budget
            )
        ]
        for word in islice(_LATIN_WORD.finditer(folded), _MOST_LATIN):
            if any(start <= word.start() and word.end() <= end for start, end in known):
                continue
            meant = latin_corrector.correct(word[0])
            if meant is not None:
                found.append((*word.span(), meant))
        return sorted(found)

    def _known(self, folded: str) -> list[Span]:
        """Where words of the user's own lists stand in a text."""
        known = [(each.start, each.end) for each in self._analyzer.synonyms.spans(folded)]
        if self._own:
            known += [word.span() for word in _LATIN_WORD.finditer(folded) if word[0] in self._own]
            known += [
                (start, end)
                for run in HAN_RUN.finditer(folded)
                for start in range(*run.span())
                for end in range(start + 1, min(start + self._longest_own, run.end()) + 1)
                if folded[start:end] in self._own
            ]
        return known

    @cached_property
    def _own(self) -> frozenset[str]:
        dictionary = self._analyzer.dictionary
        return self._analyzer.stop_words.words.union(word for word, _ in (dictionary.words if dictionary else ()))

    @cached_property
    def _longest_own(self) -> int:
        return max(map(len, self._own), default=0)


def _within(spans: Sequence[Span], first: int, last: int) -> list[Span]:
    """Those of the spans that lie in a stretch, counted from its beginning."""
    return [(start - first, end - first) for start, end in spans if first <= start and end <= last]


def _texts(query: str, node: tree.Node) -> Iterator[tuple[int, str]]:
    """The texts that are looked for in title and body, and where they stand in the query."""
    at = 0
    for text, is_wanted in _typed(node, is_wanted=True):
        found = query.find(text, at)
        if found >= 0:
            at = found + len(text)
            if is_wanted:
                yield found, text


def _typed(node: tree.Node, *, is_wanted: bool) -> Iterator[tuple[str, bool]]:
    match node:
        case tree.UnquotedText(text, field) | tree.Phrase(text, field):
            yield text, is_wanted and field in (None, "title")
        case tree.Not(child):
            yield from _typed(child, is_wanted=False)
        case tree.And(children) | tree.Or(children):
            for child in children:
                yield from _typed(child, is_wanted=is_wanted)

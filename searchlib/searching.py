"""Search an engine for what was typed, and where that finds nothing for what was meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache

from searchlib.engines.base import Answer, Engine, Filters, Request
from searchlib.models import DateOffer, Suggestion
from searchlib.query import tree
from searchlib.query.offers import find_date_offer
from searchlib.query.parse import MAX_CHARACTERS, parse
from searchlib.query.plan import Plan, plan
from searchlib.results.correct import Corrector
from searchlib.results.spell import Speller
from searchlib.results.suggest import Count, suggest
from searchlib.text.fold import fold, fold_with_offsets
from searchlib.text.units import HAN, units
from searchlib.text.word_lists import WordLists

_RUN = re.compile(f"[{HAN}]+")
_HAN = re.compile(f"[{HAN}]")
_LATIN_WORD = re.compile(r"[a-z]{4,}")
_KEPT = 512


@lru_cache(maxsize=_KEPT)
def _plan(text: str, today: date, word_lists: WordLists) -> Plan:
    return plan(parse(text, today=today), word_lists)


def planned(text: str, today: date, word_lists: WordLists) -> Plan:
    """The plan of a query; those of the last queries are kept, but not of one that is longer than what is read of it."""
    return (_plan if len(text) <= MAX_CHARACTERS else _plan.__wrapped__)(text, today, word_lists)


@lru_cache(maxsize=_KEPT)
def _offer(text: str, today: date, word_lists: WordLists) -> DateOffer | None:
    return find_date_offer(text, today=today, word_lists=word_lists)


def offered(text: str, today: date, word_lists: WordLists) -> DateOffer | None:
    """The date in a query that could be a filter; those of the last queries are kept."""
    return _offer(text[:MAX_CHARACTERS], today, word_lists)


@dataclass(frozen=True, slots=True)
class Searched:
    """The answer to a query; ``request`` and ``text`` are what was really searched for."""

    request: Request
    text: str
    answer: Answer
    correction: str | None


class Searching:
    """Searches one engine of so many articles; for any number of threads."""

    def __init__(self, engine: Engine, articles: int, word_lists: WordLists) -> None:
        self._engine = engine
        self._word_lists = word_lists
        self._articles = articles
        self._kept = lru_cache(maxsize=_KEPT)(self._correct)

    def search(self, query: str, request: Request, today: date, *, verbatim: bool, corrected: bool) -> Searched:
        """What the request finds for the query that it was planned from.

        A query that finds nothing is replaced, unless it is to be taken ``verbatim``: a Latin one by the words that its
        pinyin spells, and if it may be ``corrected`` any other by its correction. One with a phrase in quotes is left
        as it is, and so is one that finds something under other filters only.
        """
        answer = self._engine.search(request)
        correction = self.correction(query, today)
        if not answer.total and not verbatim and _may_be_replaced(query, today) and not self._finds(request):
            for text in self._meant(query, correction if corrected else None):
                other = replace(request, plan=planned(text, today, self._word_lists))
                found = self._engine.search(other)
                if found.total:
                    return Searched(other, text, found, correction if text == correction else None)
        return Searched(request, query, answer, correction)

    def _finds(self, request: Request) -> bool:
        """Whether the query finds anything without the filters."""
        if request.filters == Filters():
            return False
        return self._engine.search(replace(request, filters=Filters(), offset=0, limit=1, facets=())).total > 0

    def _meant(self, query: str, correction: str | None) -> Iterator[str]:
        """What may be searched for in the place of a query that finds nothing, the likeliest first."""
        is_latin = not _HAN.search(fold(query))
        if is_latin and (spelled := self._speller.words(query, in_full=True)):
            yield spelled
        if correction:
            yield correction
        if is_latin and (spelled := self._speller.words(query, in_full=False)):
            yield spelled

    def correction(self, query: str, today: date) -> str | None:
        """The whole query with its mistyped words replaced, or None where nothing seems mistyped."""
        return self._kept(query, today) if len(query) <= MAX_CHARACTERS else None

    def _correct(self, query: str, today: date) -> str | None:
        pieces: list[str] = []
        done = 0
        for begin, text in _texts(query, parse(query, today=today).tree):
            folded = fold_with_offsets(text)
            for start, end, word in self._mistyped(folded.text):
                first, last = folded.original(start, end)
                pieces += [query[done : begin + first], word]
                done = begin + last
        # What articles are filed under is right, however rare its words are.
        if not pieces or self._engine.lexicon().is_value("".join(units(fold(query)))):
            return None
        return "".join([*pieces, query[done:]])

    def _mistyped(self, folded: str) -> Iterator[tuple[int, int, str]]:
        found = [
            (run.start() + each.start, run.start() + each.end, each.word)
            for run in _RUN.finditer(folded)
            for each in self._corrector.correct(run[0], is_all=run[0] == folded)
        ]
        for word in _LATIN_WORD.finditer(folded):
            meant = self._speller.correct(word[0])
            if meant is not None:
                found.append((*word.span(), meant))
        yield from sorted(found)

    @cached_property
    def _count(self) -> Count:
        return lru_cache(maxsize=_KEPT)(self._engine.count)

    @cached_property
    def _corrector(self) -> Corrector:
        return Corrector(self._engine, self._articles, self._word_lists.dictionary)

    @cached_property
    def _speller(self) -> Speller:
        return Speller(self._engine)

    def suggest(self, text: str, size: int) -> list[Suggestion]:
        """Names that the text begins, and titles that hold it, at most ``size``."""
        return suggest(text, size, self._engine.lexicon(), self._count, self._engine.newest_titles)


def _texts(query: str, node: tree.Node) -> Iterator[tuple[int, str]]:
    """The texts that are looked for in title and body, and where they stand in the query."""
    at = 0
    for text, is_wanted in _typed(node, is_wanted=True):
        found = query.find(text, at)
        if found >= 0:
            at = found + len(text)
            if is_wanted:
                yield found, text


def _may_be_replaced(query: str, today: date) -> bool:
    """Whether something was typed, and nothing between quotes: what stands there is meant as it stands."""
    return bool(query.strip()) and not any(
        isinstance(each, tree.Phrase) for each in _leaves(parse(query, today=today).tree)
    )


def _leaves(node: tree.Node) -> Iterator[tree.Node]:
    match node:
        case tree.Not(child):
            yield from _leaves(child)
        case tree.And(children) | tree.Or(children):
            for each in children:
                yield from _leaves(each)
        case _:
            yield node


def _typed(node: tree.Node, *, is_wanted: bool) -> Iterator[tuple[str, bool]]:
    match node:
        case tree.Words(text, field) | tree.Phrase(text, field):
            yield text, is_wanted and field in (None, "title")
        case tree.Not(child):
            yield from _typed(child, is_wanted=False)
        case tree.And(children) | tree.Or(children):
            for child in children:
                yield from _typed(child, is_wanted=is_wanted)

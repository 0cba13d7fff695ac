"""Search a built Whoosh index."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from searchlib.engines.base import (
    FEW_WORDS,
    RELAXED_HITS,
    SHARE_OF_MANY,
    Answer,
    EngineStats,
    Filters,
    Found,
    Request,
    Sort,
)
from searchlib.engines.whoosh.boilerplate import read_boilerplate
from searchlib.engines.whoosh.columns import Columns, Mask
from searchlib.engines.whoosh.documents import read_packer
from searchlib.engines.whoosh.facets import count_facets
from searchlib.engines.whoosh.fields import NO_MONTH, TEXT_FIELDS, UNDATED, VALUE_FIELDS, text_field
from searchlib.engines.whoosh.matching import Matcher
from searchlib.engines.whoosh.ranking import Scorer, Scores
from searchlib.engines.whoosh.reader import IndexReader, Numbers
from searchlib.engines.whoosh.repeats import UNFOLDED, Folded, Repeats
from searchlib.engines.whoosh.storage.verify import damage
from searchlib.errors import IndexDamagedError
from searchlib.models import Article
from searchlib.settings import Ranking

ENGINE = "whoosh"
"""The name under which manifests know this engine."""

UNPACKING_ERRORS = (MemoryError, ValueError, KeyError, TypeError, StopIteration)
"""What a stored article that is damaged may raise."""

_DIGITS = 9
_LATER = 2**62
"""Later than all dates."""
_NEARLY = 1e-6
"""Scores that differ by less are put in order by their exact values, and then by date and id."""


@dataclass(frozen=True, slots=True)
class Matched:
    """The articles of a query: ``full`` hold all of it, ``found`` are those that it finds, relaxed ones included."""

    full: Mask
    found: Mask


class WhooshEngine:
    """One built index in a folder, opened for reading; searches may run in many threads."""

    def __init__(self, folder: Path, *, zone: str, weights: Ranking) -> None:
        self._zone = ZoneInfo(zone)
        self._reader = IndexReader(folder)
        self._columns = Columns(self._reader)
        self._repeats = Repeats(folder, self._columns)
        self._packer = read_packer(folder)
        self._boilerplate = read_boilerplate(folder)
        self._scorer = Scorer(self._reader, self._columns, weights)

    def search(self, request: Request) -> Answer:
        """The articles that the plan finds under the filters."""
        check = request.check_deadline
        matcher = Matcher(self._reader, self._columns, self._zone, check, self._repeats)
        narrowed = _narrowed(matcher, request.filters)
        allowed = reduce(np.logical_and, narrowed.values(), self._columns.live)
        matched = self._match(matcher, request)
        found = np.flatnonzero(matched.found & allowed)
        if request.sort == "relevance":
            scores = self._scorer.scores(request.plan.ranking, found, check)
            folded = self._fold(request, found, lambda at: _merits(scores, matched.full[found], at))
            hits, scores = folded.only_hits(found), folded.only_hits(scores)
            best = self._best(hits, scores, matched.full, request.offset + request.limit)[request.offset :]
            shown, scores = hits[best], scores[best]
        else:
            folded = self._fold(request, found, lambda at: self._date_keys(found[at], request.sort))
            hits = folded.only_hits(found)
            shown = self._by_date(hits, request.sort, request.offset + request.limit)[request.offset :]
            scores = self._scorer.scores(request.plan.ranking, shown, check)
        check()
        facets = count_facets(self._columns, request.facets, found, matched.found, narrowed, request.filters)
        return Answer(
            total=len(found),
            folded=len(found) - len(hits),
            found=[
                self._found(number, score, self._repeats.others(number, folded))
                for number, score in zip(shown.tolist(), scores.tolist(), strict=True)
            ],
            facets=facets,
            relaxed=bool(np.any(matched.found & ~matched.full & allowed)),
        )

    def _match(self, matcher: Matcher, request: Request) -> Matched:
        """The articles of the query; whether it is relaxed does not depend on filters, so that their counts add up."""
        required = matcher.mask(request.plan.required)
        masks = [matcher.mask(clause) for clause in request.plan.words]
        full = reduce(np.logical_and, masks, required)
        if len(masks) < 2 or np.count_nonzero(full) >= request.enough:
            return Matched(full, full)
        return Matched(full, full | self._holding_most(masks, required, request.enough))

    def _holding_most(self, masks: Sequence[Mask], candidates: Mask, enough: int) -> Mask:
        """The candidates that hold most of the words, by what the words weigh.

        A rare word tells what a question is about; one that every article holds tells nothing.
        """
        counts = [np.count_nonzero(mask) for mask in masks]
        weights = [math.log1p(self._columns.articles / count) if count else 0.0 for count in counts]
        held = np.zeros(self._columns.size)
        for mask, weight in zip(masks, weights, strict=True):
            held += mask * weight
        held[~candidates] = 0.0
        if len(masks) <= FEW_WORDS:
            number = np.sum(masks, axis=0)
            enough_held = candidates & (2 * number >= len(masks))
        else:
            enough_held = held >= SHARE_OF_MANY * sum(weights)
        if not enough_held.any():
            enough_held = held == held.max(initial=0.0)
        wanted = max(RELAXED_HITS, enough)
        least = np.partition(held, -wanted)[-wanted] if len(held) > wanted else 0.0
        most: Mask = enough_held & (held > 0) & (held >= least)
        return most

    def _fold(self, request: Request, found: Numbers, keys: Callable[[Numbers], NDArray[np.float64]]) -> Folded:
        """Fold the articles found, if that is wanted; the keys say which are the better ones."""
        return self._repeats.fold(found, keys) if request.fold else UNFOLDED

    def _date_keys(self, found: Numbers, sort: Sort) -> NDArray[np.float64]:
        """Which articles come first by date, the newest aside, as the repeats are in that order anyway."""
        if sort == "newest":
            return np.zeros(len(found))
        dates = self._columns.dates[found]
        return -np.where(dates == UNDATED, _LATER, dates).astype(np.float64)

    def _best(self, found: Numbers, scores: Scores, full: Mask, wanted: int) -> Numbers:
        """The places in ``found`` of the best so many articles, in order: full matches first. Ties: the newest, then by id."""
        is_full = full[found]
        # Each of these keys is first cut down to those that can be among the wanted ones.
        merits = _with_full_first(scores, is_full)
        candidates = _highest(merits, wanted, _NEARLY)
        chosen = found[candidates]
        # Sums in another order differ in their last digits: that makes no article better.
        rounded = np.round(scores[candidates], _DIGITS)
        order = self._in_order((~is_full[candidates], -rounded, -self._columns.dates[chosen]), chosen)
        return candidates[order[:wanted]]

    def _by_date(self, found: Numbers, sort: Sort, wanted: int) -> Numbers:
        """The first so many articles by date; those without a date come last. Ties: by id."""
        dates = self._columns.dates[found]
        if sort == "newest":
            candidates = found[_highest(dates, wanted, 0)]
            keys: tuple[NDArray[Any], ...] = (-self._columns.dates[candidates],)
        else:
            undated = self._columns.months[found] == NO_MONTH
            candidates = found[_highest(-np.where(undated, np.iinfo(np.int64).max, dates), wanted, 0)]
            keys = (self._columns.months[candidates] == NO_MONTH, self._columns.dates[candidates])
        return candidates[self._in_order(keys, candidates)[:wanted]]

    def _in_order(self, keys: tuple[NDArray[Any], ...], numbers: Numbers) -> Numbers:
        """The order of articles by the keys, the first of them first, and then by id."""
        order = np.lexsort(keys[::-1])
        ordered = [key[order] for key in keys]
        if any(len(key) > 1 for key in keys) and np.any(
            reduce(np.logical_and, (key[1:] == key[:-1] for key in ordered))
        ):
            order = np.lexsort((self._columns.id_ranks[numbers], *keys[::-1]))
        return order

    def _found(self, number: int, score: float, repeats: Sequence[int]) -> Found:
        ids = tuple([self._head(each)["id"] for each in repeats])
        return Found(**self._head(number), score=score, body=lambda: self._body(number), repeats=ids)

    def _head(self, number: int) -> dict[str, Any]:
        try:
            return self._packer.unpack_head(self._reader.stored("head", number))
        except UNPACKING_ERRORS as error:
            raise _damaged(number, error) from error

    def _body(self, number: int) -> str:
        try:
            return self._packer.unpack_body(self._reader.stored("text", number))
        except UNPACKING_ERRORS as error:
            raise _damaged(number, error) from error

    def _article(self, number: int) -> Article:
        try:
            text = self._packer.unpack_text(self._reader.stored("text", number))
        except UNPACKING_ERRORS as error:
            raise _damaged(number, error) from error
        return Article(**self._head(number), **text)

    def article(self, article_id: str) -> Article | None:
        """The article with that id."""
        numbers = self._reader.postings("id", article_id).numbers
        return self._article(int(numbers[0])) if len(numbers) else None

    def values(self, kind: str) -> Mapping[str, int]:
        """All values of title, category, tag or author, with the number of articles that have each."""
        live = np.flatnonzero(self._columns.live)
        if kind in VALUE_FIELDS:
            column = self._columns.values[kind]
            counts = column.counts(live)
            return {value: int(count) for value, count in zip(column.values, counts, strict=True) if count}
        return Counter(self._head(number)["title"] for number in live.tolist())

    def telling(self, body: str) -> str:
        """The lines of a body that are no boilerplate."""
        return self._boilerplate.apart(body)[0]

    def frequencies(self, words: Iterable[str]) -> Mapping[str, int]:
        """In how many articles each of the word terms occurs: in the title or in the body, whichever are more."""
        fields = [text_field(field, "words") for field in TEXT_FIELDS]
        return {word: max(self._reader.frequency(field, word) for field in fields) for word in words}

    def stats(self) -> EngineStats:
        """The index in numbers."""
        return EngineStats(
            articles=self._columns.articles,
            undated=self._columns.undated,
            categories=len(self.values("category")),
            authors=len(self.values("author")),
            tags=len(self.values("tag")),
        )

    def article_ids(self) -> Iterator[str]:
        """The id of every article, as it stands in the stored article itself."""
        for number in np.flatnonzero(self._columns.live).tolist():
            yield self._article(number).id

    def damage(self) -> list[str]:
        """One line for every part of a segment that cannot be what was written; every list of every term is read."""
        return [*(line for segment in self._reader.segments for line in damage(segment)), *self._repeats.damage()]

    def close(self) -> None:
        """Give back the files; no search may be under way."""
        self._reader.close()


def _damaged(number: int, error: Exception) -> IndexDamagedError:
    return IndexDamagedError(f"stored article number {number} cannot be read ({error}): build the index again")


def _narrowed(matcher: Matcher, filters: Filters) -> dict[str, Mask]:
    """The mask of each filter in force."""
    narrowed = {field: matcher.values(field, values) for field, values in filters.values.items() if values}
    if filters.first or filters.last:
        narrowed["date"] = matcher.days(filters.first, filters.last)
    return narrowed


def _with_full_first(scores: Scores, is_full: Mask) -> Scores:
    """Scores with those of full matches raised above all others."""
    return scores if is_full.all() else scores + is_full * (scores.max(initial=0.0) + 1.0)


def _merits(scores: Scores, is_full: Mask, at: Numbers) -> Scores:
    """The same of some places, without the last digits, in which sums in another order differ."""
    return _with_full_first(np.round(scores[at], _DIGITS), is_full[at])


def _highest(keys: NDArray[Any], wanted: int, nearly: float) -> Numbers:
    """The places of the highest so many keys, and of all that are no more than ``nearly`` below the least of these."""
    if len(keys) <= wanted:
        return np.arange(len(keys))
    least = np.partition(keys, -wanted)[-wanted]
    return np.flatnonzero(keys >= least - nearly)

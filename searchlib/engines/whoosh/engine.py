"""Search a built Whoosh index."""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from pathlib import Path
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
from searchlib.engines.whoosh.columns import Columns, Mask, read_columns
from searchlib.engines.whoosh.documents import unpack
from searchlib.engines.whoosh.facets import count_facets
from searchlib.engines.whoosh.matching import Matcher
from searchlib.engines.whoosh.postings import PostingCache
from searchlib.engines.whoosh.ranking import Scorer
from searchlib.engines.whoosh.reader import Numbers, WhooshReader
from searchlib.engines.whoosh.schema import NO_MONTH, TEXT_FIELDS, VALUE_FIELDS, text_field
from searchlib.errors import IndexDamagedError
from searchlib.models import Article
from searchlib.query.plan import Plan
from searchlib.settings import Ranking

ENGINE = "whoosh"
"""The name under which manifests know this engine."""


@dataclass(frozen=True, slots=True)
class Matched:
    """The articles of a query: ``full`` hold all of it, ``found`` are those that it finds, relaxed ones included."""

    full: Mask
    found: Mask


class WhooshEngine:
    """One built index in a folder, opened for reading; searches may run in many threads."""

    def __init__(self, folder: Path, *, zone: str, weights: Ranking) -> None:
        self._zone = ZoneInfo(zone)
        self._weights = weights
        self._reader = WhooshReader(folder)
        self._postings = PostingCache(self._reader)

    @cached_property
    def _columns(self) -> Columns:
        return read_columns(self._reader, self._postings)

    @cached_property
    def _matcher(self) -> Matcher:
        return Matcher(self._postings, self._columns, self._zone)

    @cached_property
    def _scorer(self) -> Scorer:
        return Scorer(self._postings, self._columns, self._weights)

    def search(self, request: Request) -> Answer:
        """The articles that the plan finds under the filters."""
        narrowed = self._narrowed(request.filters)
        allowed = reduce(np.logical_and, narrowed.values(), self._columns.live)
        matched = self._match(request.plan, request.enough)
        found = np.flatnonzero(matched.found & allowed)
        scores = self._scorer.scores(request.plan.ranking) if request.plan.ranking else np.zeros(self._columns.size)
        order = self._order(found, scores, matched.full, request.sort)
        shown = found[order][request.offset : request.offset + request.limit]
        return Answer(
            total=len(found),
            found=[Found(article=self._stored(number), score=float(scores[number])) for number in shown.tolist()],
            facets=count_facets(self._columns, matched.found, narrowed, request.filters) if request.facets else {},
            relaxed=bool(np.any(matched.found & ~matched.full & allowed)),
        )

    def _narrowed(self, filters: Filters) -> dict[str, Mask]:
        narrowed = {field: self._matcher.values(field, values) for field, values in filters.values.items() if values}
        if filters.first or filters.last:
            narrowed["date"] = self._matcher.days(filters.first, filters.last)
        return narrowed

    def _match(self, plan: Plan, enough: int) -> Matched:
        """The articles of the query; whether it is relaxed does not depend on filters, so that their counts add up."""
        required = self._matcher.mask(plan.required)
        masks = [self._matcher.mask(clause) for clause in plan.words]
        full = reduce(np.logical_and, masks, required)
        if len(masks) < 2 or np.count_nonzero(full) >= enough:
            return Matched(full, full)
        return Matched(full, full | self._holding_most(masks, required, enough))

    def _holding_most(self, masks: Sequence[Mask], candidates: Mask, enough: int) -> Mask:
        """The candidates that hold most of the words, by what the words weigh.

        A rare word tells what a question is about; one that every article holds tells nothing.
        """
        articles = np.count_nonzero(self._columns.live)
        counts = [np.count_nonzero(mask) for mask in masks]
        weights = [math.log1p(articles / count) if count else 0.0 for count in counts]
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
            enough_held = held == held.max()
        wanted = max(RELAXED_HITS, enough)
        least = np.partition(held, -wanted)[-wanted] if len(held) > wanted else 0.0
        most: Mask = enough_held & (held > 0) & (held >= least)
        return most

    def _order(self, found: Numbers, scores: NDArray[np.float64], full: Mask, sort: Sort) -> Numbers:
        """Best first. Ties: the newest first, then by id."""
        dates = self._columns.dates[found]
        ids = self._columns.id_ranks[found]
        if sort == "oldest":
            undated = self._columns.months[found] == NO_MONTH
            return np.lexsort((ids, dates, undated))
        if sort == "newest":
            return np.lexsort((ids, -dates))
        return np.lexsort((ids, -dates, -scores[found], ~full[found]))

    def _stored(self, number: int) -> Article:
        try:
            return unpack(self._reader.stored(number))
        except (zlib.error, ValueError, KeyError, TypeError) as error:
            raise IndexDamagedError(
                f"stored article number {number} cannot be read ({error}): build the index again"
            ) from error

    def article(self, article_id: str) -> Article | None:
        """The article with that id."""
        numbers = self._postings.postings("id", article_id).numbers
        return self._stored(int(numbers[0])) if len(numbers) else None

    def values(self, kind: str) -> Mapping[str, int]:
        """All values of title, category, tag or author, with the number of articles that have each."""
        if kind in VALUE_FIELDS:
            column = self._columns.values[kind]
            counts = column.counts(self._columns.live)
            return {value: int(count) for value, count in zip(column.values, counts, strict=True) if count}
        titles = self._reader.column(kind)
        return Counter(titles[number].decode("utf-8", "surrogatepass") for number in np.flatnonzero(self._columns.live))

    def frequencies(self, words: Iterable[str]) -> Mapping[str, int]:
        """In how many articles each of the word terms occurs: in the title or in the body, whichever are more."""
        fields = [text_field(field, "words") for field in TEXT_FIELDS]
        return {word: max(self._reader.frequency(field, word) for field in fields) for word in words}

    def stats(self) -> EngineStats:
        """The index in numbers."""
        return EngineStats(
            articles=int(np.count_nonzero(self._columns.live)),
            undated=self._columns.undated,
            categories=len(self.values("category")),
            authors=len(self.values("author")),
            tags=len(self.values("tag")),
        )

    def article_ids(self) -> Iterator[str]:
        """The id of every article, as it stands in the stored article itself."""
        for number in np.flatnonzero(self._columns.live).tolist():
            yield self._stored(number).id

    def close(self) -> None:
        """Give back the files; no search may be under way."""
        self._reader.close()

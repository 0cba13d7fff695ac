"""Search a built Whoosh index."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial, reduce
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from searchlib.analysis.fold import fold
from searchlib.analysis.units import units
from searchlib.engines.base import (
    MAX_REPEATS,
    EngineHit,
    EngineResults,
    EngineStats,
    Filters,
    MatchCounts,
    Request,
    ScorePart,
    Sort,
)
from searchlib.engines.common.deadline import Deadline
from searchlib.engines.common.fields import TEXT_FIELDS, VALUE_FIELDS, text_field
from searchlib.engines.common.relaxed_matching import RELAXED_MATCHING, RelaxedMatching, is_taken_apart
from searchlib.engines.common.scoring import PROXIMITY_CANDIDATES, SCORE_DIGITS, SCORE_TOLERANCE
from searchlib.engines.whoosh.format.arrays import ArrayFile
from searchlib.engines.whoosh.format.boilerplate_file import read_boilerplate
from searchlib.engines.whoosh.format.fields import NO_MONTH
from searchlib.engines.whoosh.format.index_reader import IndexReader
from searchlib.engines.whoosh.format.integers import NO_INTEGERS, Integers
from searchlib.engines.whoosh.format.lexicon_file import open_lexicon
from searchlib.engines.whoosh.format.stored_fields import Packer, read_packer
from searchlib.engines.whoosh.format.verify import damage
from searchlib.engines.whoosh.search.doc_values import DocValues, Mask
from searchlib.engines.whoosh.search.explanation import parts_of
from searchlib.engines.whoosh.search.facets import count_facets
from searchlib.engines.whoosh.search.matching import Matcher
from searchlib.engines.whoosh.search.near_duplicates import NearDuplicates
from searchlib.engines.whoosh.search.ranking import Scorer, Scores
from searchlib.engines.whoosh.search.relaxed_matching import Matches, match
from searchlib.engines.whoosh.search.top_k import top_k, with_full_first
from searchlib.errors import IndexDamagedError
from searchlib.models import Article, Repeat
from searchlib.query.plan import AllOf, PhraseClause
from searchlib.settings import Categories, Ranking
from searchlib.suggest.lookup import Lexicon, LexiconPart

ENGINE = "whoosh"
"""The name under which manifests know this engine."""

UNPACKING_ERRORS = (MemoryError, ValueError, KeyError, TypeError, StopIteration)
"""What a stored article that is damaged may raise."""

_HEAD_BYTES = 2000
"""What a hit without its text takes in memory, about."""

_FIRST_UNITS = 6
_MANY = 50
"""More titles than this are not read one by one only to count them."""

_ASKED_MORE = 2
"""Where repeats fold, so many times the hits wanted are put in order; as few as are needed, as most articles repeat none."""


class WhooshEngine:
    """One built index in a folder, opened for reading; searches may run in many threads."""

    def __init__(
        self,
        folder: Path,
        *,
        zone: str,
        weights: Ranking,
        categories: Categories = "auto",
        relaxed: RelaxedMatching = RELAXED_MATCHING,
        proximity_candidates: int = PROXIMITY_CANDIDATES,
    ) -> None:
        self._relaxed = relaxed
        self._zone = ZoneInfo(zone)
        self._reader = IndexReader(folder)
        self._columns = DocValues(self._reader, categories)
        self._repeats = NearDuplicates(folder, self._columns)
        self._packer = read_packer(folder)
        self._boilerplate = read_boilerplate(folder)
        self._scorer = Scorer(self._reader, self._columns, weights, proximity_candidates)

    def with_deadline(self, deadline: Deadline) -> WhooshEngine:
        """Return the engine itself: only a search takes long, and its request has the deadline."""
        return self

    def search(self, request: Request) -> EngineResults:
        """Return the articles that match the plan under the filters."""
        matcher, narrowed, matched = self._match(request)
        mask = matched.found & reduce(np.logical_and, narrowed.values(), self._columns.live)
        found = np.flatnonzero(mask)
        if request.sort == "relevance":
            every_score = self._scorer.scores(request.plan, found, matcher, matched.full)
            best = self._hits(request, found, lambda wanted: self._best(found, every_score, matched.full, wanted))
            shown, scores = found[best], every_score[best]
        else:
            shown = found[self._hits(request, found, lambda wanted: self._by_date(found, request.sort, wanted))]
            in_order = np.argsort(shown)
            scores = np.empty(len(shown))
            scores[in_order] = self._scorer.scores(request.plan, shown[in_order], matcher)
        parts = self._parts(request, shown, scores, matcher)
        request.deadline.check()
        facets, tree = count_facets(
            self._columns, request.facets, found, matched.found, narrowed, request.filters, request.max_facet_values
        )
        return EngineResults(
            total=len(found),
            full=_full(request, matcher, matched.held[found]),
            collapsed=self._repeats.collapsed_count(mask) if request.collapse else 0,
            hits=[
                self._found(
                    number, score, part, self._repeats.others(number, mask) if request.collapse else NO_INTEGERS
                )
                for number, score, part in zip(shown.tolist(), scores.tolist(), parts, strict=True)
            ],
            facets=facets,
            category_tree=tree,
        )

    def count(self, request: Request) -> MatchCounts:
        """Count the articles that match the plan under the filters."""
        matcher, narrowed, matched = self._match(request)
        allowed = reduce(np.logical_and, narrowed.values(), self._columns.live)
        total = int(np.count_nonzero(matched.found & allowed))
        return MatchCounts(total=total, full=_full(request, matcher, matched.held & allowed))

    def _match(self, request: Request) -> tuple[Matcher, dict[str, Mask], Matches]:
        """Return the matcher of a request, the mask of each of its filters, and the articles of its plan."""
        matcher = Matcher(self._reader, self._columns, self._zone, request.deadline.check, self._repeats)
        narrowed = _narrowed(matcher, request.filters)
        return matcher, narrowed, match(request, matcher, self._scorer, self._columns, self._repeats, self._relaxed)

    def _hits(self, request: Request, found: Integers, first: Callable[[int], Integers]) -> Integers:
        """The places in ``found`` of the hits on the wanted page; ``first`` gives those of the first so many articles, in order."""
        wanted = request.offset + request.limit
        if not request.collapse:
            return first(wanted)[request.offset :]
        asked = _ASKED_MORE * wanted
        while True:
            ordered = first(asked)
            hits = ordered[self._repeats.first_of_each_group(found[ordered])]
            if len(hits) >= wanted or len(ordered) < asked:
                return hits[request.offset : wanted]
            asked *= _ASKED_MORE

    def _best(self, found: Integers, scores: Scores, full: Mask, wanted: int) -> Integers:
        """The places in ``found`` of the best so many articles, in order: full matches first. Ties: the newest, then by id."""
        is_full = full[found]
        # Each of these keys is first cut down to those that can be among the wanted ones.
        candidates = top_k(with_full_first(scores, is_full), wanted, SCORE_TOLERANCE)
        chosen = found[candidates]
        # Sums in another order differ in their last digits: that makes no article better.
        rounded = np.round(scores[candidates], SCORE_DIGITS)
        order = self._in_order((~is_full[candidates], -rounded, -self._columns.dates[chosen]), chosen)
        return candidates[order[:wanted]]

    def _by_date(self, found: Integers, sort: Sort, wanted: int) -> Integers:
        """The places in ``found`` of the first so many articles by date; those without a date come last. Ties: by id."""
        dates = self._columns.dates[found]
        if sort == "newest":
            candidates = top_k(dates, wanted, 0)
            keys: tuple[NDArray[Any], ...] = (-dates[candidates],)
        else:
            undated = self._columns.months[found] == NO_MONTH
            candidates = top_k(-np.where(undated, np.iinfo(np.int64).max, dates), wanted, 0)
            keys = (undated[candidates], dates[candidates])
        return candidates[self._in_order(keys, found[candidates])[:wanted]]

    def _in_order(self, keys: tuple[NDArray[Any], ...], numbers: Integers) -> Integers:
        """The order of articles by the keys, the first of them first, and then by id."""
        order = np.lexsort(keys[::-1])
        ordered = [key[order] for key in keys]
        if any(len(key) > 1 for key in keys) and np.any(
            reduce(np.logical_and, (key[1:] == key[:-1] for key in ordered))
        ):
            order = np.lexsort((self._columns.id_ranks[numbers], *keys[::-1]))
        return order

    def _parts(
        self, request: Request, shown: Integers, scores: Scores, matcher: Matcher
    ) -> Sequence[tuple[ScorePart, ...]]:
        """What made up the score of each hit, where that is wanted."""
        if not request.explain:
            return [()] * len(shown)
        order = np.argsort(shown)
        parts = parts_of(self._scorer, request.plan, shown[order], scores[order], matcher)
        return [parts[at] for at in np.argsort(order).tolist()]

    def _found(self, number: int, score: float, parts: Sequence[ScorePart], repeats: Integers) -> EngineHit:
        heads = [self._head(each) for each in repeats[:MAX_REPEATS].tolist()]
        return EngineHit(
            **self._head(number),
            score=score,
            body=lambda: self._body(number),
            without_boilerplate=self.without_boilerplate if self._columns.with_boilerplate[number] else _whole,
            parts=parts,
            repeats=tuple([Repeat(id=head["id"], title=head["title"]) for head in heads]),
            repeats_total=len(repeats),
        )

    def _head(self, number: int) -> Mapping[str, Any]:
        return self._reader.cache.get(("head", number), lambda: self._unpacked_head(number), lambda _: _HEAD_BYTES)

    def _unpacked_head(self, number: int) -> Mapping[str, Any]:
        try:
            return self._packer.unpack_head(self._reader.stored("head", number))
        except UNPACKING_ERRORS as error:
            raise _damaged(number, error) from error

    def _body(self, number: int) -> str:
        return self._reader.cache.get(("body", number), lambda: self._unpacked_body(number), sys.getsizeof)

    def _unpacked_body(self, number: int) -> str:
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

    def without_boilerplate(self, body: str) -> str:
        """The lines of a body that are no boilerplate."""
        return self._boilerplate.split(body)[0]

    def frequencies(self, words: Iterable[str]) -> Mapping[str, int]:
        """In how many articles each of the word terms occurs: in titles, in headings or in bodies, whichever are most."""
        fields = [text_field(field, "words") for field in TEXT_FIELDS]
        return {word: max(self._reader.article_frequency(field, word) for field in fields) for word in words}

    def phrase_frequencies(self, runs: Iterable[str]) -> Mapping[str, int]:
        """In how many articles the units of each folded text stand one after the other."""
        return {run: len(self._holding(PhraseClause(tuple(units(run))))) for run in runs}

    def title_frequencies(self, words: Iterable[str]) -> Mapping[str, int]:
        """In how many titles each of the word terms occurs."""
        return {word: self._reader.article_frequency(text_field("title", "words"), word) for word in words}

    def newest_titles(self, text: str, limit: int) -> list[str]:
        """Titles that hold a text, whose last unit may be the beginning of one: of the newest articles, at most so many.

        No search: a reader who types waits for neither scores nor the ids that decide between articles of one date.
        """
        run = tuple(units(fold(text)))
        if not run:
            return []
        found = self._holding(PhraseClause(run, ("title",), prefix=True))
        found = found[top_k(self._columns.dates[found], limit, 0)]
        newest = found[np.argsort(-self._columns.dates[found], kind="stable")][:limit]
        return [self._head(number)["title"] for number in newest.tolist()]

    def name_frequency(self, kind: str, text: str) -> int:
        """In how many articles a name of the lexicon occurs, as what its kind says."""
        if kind in VALUE_FIELDS:
            return self._reader.article_frequency(kind, text)
        if kind == "word":
            return self.frequencies([text])[text]
        if kind == "phrase":
            return self.phrase_frequencies([text])[text]
        run = tuple(units(fold(text)))
        length = len(run)
        # The first units and the length leave few titles to compare; to find all units takes some times as long.
        found = self._holding(PhraseClause(run[:_FIRST_UNITS], ("title",)))
        found = found[self._columns.lengths["title"][found] == length]
        if len(found) > _MANY:
            found = np.intersect1d(found, self._holding(PhraseClause(run, ("title",))), assume_unique=True)
        if len(found) > _MANY:
            # All of their units are the same: they differ in their marks at most.
            return len(found)
        return sum(self._head(number)["title"] == text for number in found.tolist())

    def _holding(self, run: PhraseClause) -> Integers:
        return Matcher(self._reader, self._columns, self._zone, lambda: None, self._repeats).numbers(run)

    def lexicon(self) -> Lexicon:
        """The names of the archive; their numbers of articles are those from before the last updates."""
        return self._lexicon

    @cached_property
    def _lexicon(self) -> Lexicon:
        reader = self._reader
        is_exact = len(reader.segments) == 1 and bool(reader.live.all())
        gone = partial(_gone_titles, reader, self._packer)
        return Lexicon([part for part, _ in self._names], is_exact=is_exact, gone=gone)

    @cached_property
    def _names(self) -> list[tuple[LexiconPart, ArrayFile]]:
        opened = (open_lexicon(self._reader.folder, segment, self._packer) for segment in self._reader.segments)
        return [each for each in opened if each is not None]

    def stats(self) -> EngineStats:
        """The index in numbers."""
        return EngineStats(
            articles=self._columns.articles,
            undated=self._columns.undated,
            categories=len(self.values("category")),
            authors=len(self.values("author")),
            tags=len(self.values("tag")),
        )

    def boilerplate(self) -> list[int]:
        """The digests of the lines that are boilerplate."""
        return self._boilerplate.digests

    def articles(self) -> Iterator[Article]:
        """Every article, as it is stored."""
        return map(self._article, np.flatnonzero(self._columns.live).tolist())

    def damage(self) -> list[str]:
        """One line for every part of a segment that cannot be what was written; every list of every term is read."""
        lines = [*(line for segment in self._reader.segments for line in damage(segment)), *self._repeats.damage()]
        try:
            self.lexicon()
        except IndexDamagedError as error:
            lines.append(str(error))
        return lines

    def close(self) -> None:
        """Give back the files; no search may be under way."""
        self._reader.close()
        for _, file in self.__dict__.get("_names", ()):
            file.close()


def _gone_titles(reader: IndexReader, packer: Packer) -> Mapping[str, int]:
    """The titles of the articles that were deleted from segments with a lexicon, which counts them still."""
    found: Counter[str] = Counter()
    for number in np.flatnonzero(~reader.live).tolist():
        try:
            found[packer.unpack_head(reader.stored("head", number))["title"]] += 1
        except UNPACKING_ERRORS as error:
            raise _damaged(number, error) from error
    return found


def _damaged(number: int, error: Exception) -> IndexDamagedError:
    return IndexDamagedError(f"stored article number {number} cannot be read ({error}): build the index again")


def _whole(body: str) -> str:
    """Return all of a body: it has no boilerplate."""
    return body


def _full(request: Request, matcher: Matcher, held: Mask) -> int:
    """Count the articles that match all words as typed: those held, or none if some word had to be taken apart."""
    words = AllOf((request.plan.required, *request.plan.words))
    return 0 if is_taken_apart(words, matcher.first_matching) else int(np.count_nonzero(held))


def _narrowed(matcher: Matcher, filters: Filters) -> dict[str, Mask]:
    """The mask of each filter in force."""
    narrowed = {field: matcher.values(field, values) for field, values in filters.values.items() if values}
    if filters.first or filters.last:
        narrowed["date"] = matcher.days(filters.first, filters.last)
    return narrowed

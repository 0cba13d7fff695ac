"""Read the segments of an index as one: articles and places are numbered through all of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from searchlib.engines.common.cache import SizedLru
from searchlib.engines.common.fields import text_field
from searchlib.engines.whoosh.format.fields import CONTENT_POSITIONS, term_bytes, term_text
from searchlib.engines.whoosh.format.integers import NO_INTEGERS, Integers
from searchlib.engines.whoosh.format.posting_lists import PostingLists
from searchlib.engines.whoosh.format.segment import Segment, SegmentField
from searchlib.engines.whoosh.format.segment_table import read_segment_table
from searchlib.errors import IndexDamagedError, SearchlibError

CACHE_BYTES = 96 * 1024 * 1024
"""How much of what was decoded one open index keeps."""


@dataclass(frozen=True, slots=True)
class Postings:
    """A term's articles: ``numbers`` int64[n], ascending, and how often it occurs in each, ``frequencies`` int64[n]."""

    numbers: Integers
    frequencies: Integers

    @property
    def nbytes(self) -> int:
        """The bytes that both arrays take."""
        return self.numbers.nbytes + self.frequencies.nbytes


NO_POSTINGS = Postings(NO_INTEGERS, NO_INTEGERS)


def _lists_from(field: SegmentField, prefix: str) -> PostingLists:
    """The lists of all terms of a field that begin with the prefix."""
    numbers = field.vocabulary.starting_with(term_bytes(prefix))
    return field.lists(numbers.start, numbers.stop)


class IndexReader:
    """An index in a folder, open for reading by any number of threads.

    Every method raises IndexDamagedError where the files do not hold what they should.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        entries = read_segment_table(folder)
        self.segments = [Segment(folder, entry.name) for entry in entries]
        self._bases = np.cumsum([0, *[segment.articles for segment in self.segments]]).tolist()
        self.size: int = self._bases[-1]
        self._deleted = np.array(
            [base + number for base, entry in zip(self._bases, entries, strict=False) for number in entry.deleted],
            np.int64,
        )
        self.kept = SizedLru(CACHE_BYTES)
        if [segment.articles for segment in self.segments] != [entry.articles for entry in entries]:
            raise IndexDamagedError(f"{folder}: its segments and its table of contents differ: build the index again")

    @cached_property
    def live(self) -> NDArray[np.bool_]:
        """bool[articles]: which articles are not deleted."""
        live = np.ones(self.size, bool)
        live[self._deleted] = False
        return live

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Say of whatever goes wrong inside that the index is damaged."""
        try:
            yield
        except SearchlibError:
            raise
        except (ValueError, IndexError, KeyError, TypeError, OverflowError, MemoryError) as error:
            raise self._damaged(error) from error

    def _damaged(self, error: Exception) -> IndexDamagedError:
        reason = f"{type(error).__name__}: {error}"
        return IndexDamagedError(f"{self.folder}: the index cannot be read ({reason}): build it again")

    def postings(self, field: str, term: str) -> Postings:
        """The postings of a term in articles that are not deleted; empty where the field does not hold it."""
        return self.kept.get(("postings", field, term), lambda: self._postings(field, term), lambda found: found.nbytes)

    def _postings(self, field: str, term: str) -> Postings:
        if self._has_places(field):
            return self.postings_of_places(field, self.places(field, term))
        with self.reading():
            found = [
                (numbers + base, np.ones_like(numbers) if counts is None else counts)
                for base, each, number in self._found(field, term)
                for numbers, counts in [each.postings(number)]
            ]
            if not found:
                return NO_POSTINGS
            numbers, frequencies = found[0] if len(found) == 1 else map(np.concatenate, zip(*found, strict=True))
            return self._live(numbers, frequencies)

    def telling_postings(self, field: str, term: str) -> Postings:
        """The postings of a term of a field with places, without its occurrences in boilerplate."""
        return self.kept.get(
            ("telling", field, term),
            lambda: self.postings_of_places(field, self.telling_places(field, self.places(field, term))),
            lambda found: found.nbytes,
        )

    def telling_places(self, field: str, places: Integers) -> Integers:
        """Those of the places of a field that lie in no boilerplate."""
        if field != text_field("body", "bigrams") or self._telling_ends is None:
            return places
        return places[places < self._telling_ends[self.articles_at(field, places)]]

    @cached_property
    def _telling_ends(self) -> Integers | None:
        """int64[articles]: the place behind the last one of each body that is no boilerplate; None if there is none at all."""
        telling = self.column(CONTENT_POSITIONS)
        if not telling.any():
            return None
        bounds = self._place_bounds[text_field("body", "bigrams")]
        return np.where(telling > 0, bounds[:-1] + telling, bounds[1:])

    def postings_of_places(self, field: str, places: Integers) -> Postings:
        """The live articles of these places, which ascend, and how many lie in each."""
        if not len(places):
            return NO_POSTINGS
        articles = self.articles_at(field, places)
        begins = np.flatnonzero(np.concatenate(([True], articles[1:] != articles[:-1])))
        return self._live(articles[begins], np.diff(begins, append=len(articles)))

    def _live(self, numbers: Integers, frequencies: Integers) -> Postings:
        if not len(self._deleted):
            return Postings(numbers, frequencies)
        kept = self.live[numbers]
        return Postings(numbers[kept], frequencies[kept])

    def places(self, field: str, term: str) -> Integers:
        """The places of a term, ascending; those in deleted articles too."""
        return self.kept.get(("places", field, term), lambda: self._places(field, term), lambda found: found.nbytes)

    def _places(self, field: str, term: str) -> Integers:
        with self.reading():
            bases = self._place_bases(field)
            found = [
                each.places(number) + bases[at]
                for at, segment in enumerate(self.segments)
                for each in [segment.fields[field]]
                for number in [each.vocabulary.find(term_bytes(term))]
                if number is not None
            ]
            return found[0] if len(found) == 1 else np.concatenate([NO_INTEGERS, *found])

    def prefix_postings(self, field: str, prefix: str) -> Postings:
        """The postings of all terms of a field without places that begin with the prefix, as if they were one term."""
        return self.kept.get(
            ("prefix", field, prefix), lambda: self._prefix_postings(field, prefix), lambda found: found.nbytes
        )

    def _prefix_postings(self, field: str, prefix: str) -> Postings:
        with self.reading():
            found = [
                (lists.values + base, np.ones_like(lists.values) if lists.counts is None else lists.counts)
                for base, segment in zip(self._bases, self.segments, strict=False)
                for lists in [_lists_from(segment.fields[field], prefix)]
            ]
            numbers, frequencies = map(np.concatenate, zip((NO_INTEGERS, NO_INTEGERS), *found, strict=True))
            order = np.argsort(numbers, kind="stable")
            numbers = numbers[order]
            begins = np.flatnonzero(np.diff(numbers, prepend=-1))
            if not len(begins):
                return NO_POSTINGS
            return self._live(numbers[begins], np.add.reduceat(frequencies[order], begins))

    def prefix_places(self, field: str, prefix: str) -> Integers:
        """The places of all terms that begin with the prefix, ascending; those in deleted articles too."""
        with self.reading():
            bases = self._place_bases(field)
            found = [
                _lists_from(segment.fields[field], prefix).values + base
                for base, segment in zip(bases, self.segments, strict=False)
            ]
            return np.sort(np.concatenate([NO_INTEGERS, *found]))

    def _place_bases(self, field: str) -> list[int]:
        return self.kept.get(
            ("bases", field),
            lambda: [0, *np.cumsum([segment.fields[field].universe for segment in self.segments]).tolist()],
            len,
        )

    def articles_at(self, field: str, places: Integers) -> Integers:
        """The article of each place."""
        articles: Integers = self._owners[field][places >> self._slot_bits[field]]
        return articles

    def stretches_of(self, field: str, articles: Integers) -> tuple[Integers, Integers]:
        """Where the places of each article begin, and where those end that lie in no boilerplate, in a field with places."""
        bounds = self._place_bounds[field]
        ends = self._telling_ends if field == text_field("body", "bigrams") else None
        return bounds[articles], bounds[articles + 1] if ends is None else ends[articles]

    @cached_property
    def _place_bounds(self) -> dict[str, Integers]:
        """For each field with places, int64[articles + 1]: where the places of each article begin, and where all end."""
        with self.reading():
            return {field: self._place_bounds_of(field, slot_bits) for field, slot_bits in self._slot_bits.items()}

    def _place_bounds_of(self, field: str, slot_bits: int) -> Integers:
        # A segment's last article ends where the next segment begins: no place lies between.
        bases = self._place_bases(field)
        starts = [
            (segment.fields[field].firsts[:-1].astype(np.int64) << slot_bits) + base
            for base, segment in zip(bases, self.segments, strict=False)
        ]
        return np.concatenate([*starts, np.array(bases[-1:], np.int64)])

    @cached_property
    def _slot_bits(self) -> dict[str, int]:
        return {
            name: field.slot_bits
            for segment in self.segments[:1]
            for name, field in segment.fields.items()
            if field.slot_bits is not None
        }

    @cached_property
    def _owners(self) -> dict[str, Integers]:
        """For each field with places, the article that owns each stretch of ``1 << slot_bits`` places."""
        with self.reading():
            return {field: self._owners_of(field, slot_bits) for field, slot_bits in self._slot_bits.items()}

    def _owners_of(self, field: str, slot_bits: int) -> Integers:
        parts = [NO_INTEGERS]
        for base, segment in zip(self._bases, self.segments, strict=False):
            each = segment.fields[field]
            firsts = each.firsts.astype(np.int64)
            owners = np.repeat(np.arange(base, base + segment.articles), firsts[1:] - firsts[:-1])
            # A universe is never empty, so that it may hold one more stretch than its articles take.
            parts += [owners, np.full((each.universe >> slot_bits) - len(owners), base, np.int64)]
        return np.concatenate(parts)

    def _has_places(self, field: str) -> bool:
        return field in self._slot_bits

    def _found(self, field: str, term: str) -> Iterator[tuple[int, SegmentField, int]]:
        key = term_bytes(term)
        for base, segment in zip(self._bases, self.segments, strict=False):
            each = segment.fields[field]
            number = each.vocabulary.find(key)
            if number is not None:
                yield base, each, number

    def terms(self, field: str, prefix: str = "") -> list[str]:
        """The field's terms that begin with the prefix, in order; some may be left of deleted articles only."""
        with self.reading():
            found = []
            for segment in self.segments:
                vocabulary = segment.fields[field].vocabulary
                numbers = vocabulary.starting_with(term_bytes(prefix))
                found.append(vocabulary.terms(numbers.start, numbers.stop))
            terms = found[0] if len(found) == 1 else sorted({term for each in found for term in each})
            return [*map(term_text, terms)]

    def all_postings(self, field: str) -> tuple[list[str], Integers, Integers]:
        """All terms of a field without places, ascending, and its postings: the number of the term and of the article."""
        terms = self.terms(field)
        return terms, *self._numbered_postings(field, terms)

    def ranked_postings(self, field: str) -> tuple[Integers, Integers]:
        """The postings alone that ``all_postings`` gives: those of one segment are in order, whatever its terms are."""
        return self._numbered_postings(field, self.terms(field) if len(self.segments) > 1 else ())

    def _numbered_postings(self, field: str, terms: Sequence[str]) -> tuple[Integers, Integers]:
        rank = {term: number for number, term in enumerate(terms)} if len(self.segments) > 1 else {}
        of_term, articles = [NO_INTEGERS], [NO_INTEGERS]
        with self.reading():
            for base, segment in zip(self._bases, self.segments, strict=False):
                each = segment.fields[field]
                lists = each.lists(0, len(each.vocabulary))
                own = np.arange(len(each.vocabulary))
                if rank:
                    own = np.array([rank[term_text(term)] for term in each.vocabulary.terms()], np.int64)
                of_term.append(np.repeat(own, lists.sizes))
                articles.append(lists.values + base)
            numbers, owners = np.concatenate(articles), np.concatenate(of_term)
            live = self.live[numbers]
            return owners[live], numbers[live]

    def frequency(self, field: str, term: str) -> int:
        """In how many articles the term occurs."""
        return self.kept.get(("frequency", field, term), lambda: self._frequency(field, term), lambda _: 0)

    def _frequency(self, field: str, term: str) -> int:
        if len(self._deleted) or self._has_places(field):
            return len(self.postings(field, term).numbers)
        with self.reading():
            return sum(each.size(number) for _, each, number in self._found(field, term))

    def column(self, name: str) -> Integers:
        """int64[articles]: a column of numbers; of uint64 the same bits."""
        with self.reading():
            columns = [segment.column(name).astype(np.int64) for segment in self.segments]
            return np.concatenate([NO_INTEGERS, *columns])

    def stored(self, name: str, number: int) -> bytes:
        """What is stored of an article under a name."""
        at = bisect_right(self._bases, number) - 1
        try:
            return self.segments[at].stored(name, number - self._bases[at])
        except (ValueError, IndexError) as error:
            raise self._damaged(error) from error

    def close(self) -> None:
        """Give back the files."""
        for segment in self.segments:
            segment.close()

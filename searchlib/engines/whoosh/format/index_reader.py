"""Read the segments of an index as one. Articles and positions are numbered across segments."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from searchlib.engines.common.cache import LruCache, get_or_make
from searchlib.engines.common.fields import text_field
from searchlib.engines.whoosh.format.fields import BOILERPLATE_START
from searchlib.engines.whoosh.format.integers import NO_INTEGERS, Integers, run_sizes, run_starts
from searchlib.engines.whoosh.format.posting_lists import PostingLists
from searchlib.engines.whoosh.format.segment import Segment, SegmentField
from searchlib.engines.whoosh.format.segment_table import read_segment_table
from searchlib.engines.whoosh.format.term_dictionary import decode_term, encode_term
from searchlib.errors import IndexDamagedError, SearchlibError, index_damaged, not_enough_memory

CACHE_BYTES = 96 * 1024 * 1024
"""The size of the cache of decoded data of an open index."""


_MIN_BATCH = 8
"""From this many terms on, it is faster to look them up together than one by one."""

_DENSE_RATIO = 16
"""The postings of all terms with a prefix are added up by article if there is more than one for 16 articles."""


@dataclass(frozen=True, slots=True)
class Postings:
    """The postings of a term: the ``articles`` int64[n] that contain it, ascending, and its ``frequencies`` int64[n] in them."""

    articles: Integers
    frequencies: Integers

    @property
    def nbytes(self) -> int:
        """The size of both arrays in bytes."""
        return self.articles.nbytes + self.frequencies.nbytes


NO_POSTINGS = Postings(NO_INTEGERS, NO_INTEGERS)


def _lists_with_prefix(field: SegmentField, prefix: str) -> PostingLists:
    numbers = field.terms.starting_with(encode_term(prefix))
    return field.posting_lists(numbers.start, numbers.stop)


class DamageTranslator:
    """Translates low-level errors within its block into IndexDamagedError.

    A search enters hundreds of blocks; ``contextlib.contextmanager`` takes several times as long.
    """

    __slots__ = ("_folder",)

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None or isinstance(error, SearchlibError):
            return
        if isinstance(error, (ValueError, IndexError, KeyError, TypeError, OverflowError)):
            raise _damaged(self._folder, error) from error
        if isinstance(error, MemoryError):
            raise not_enough_memory(self._folder) from error


def _damaged(folder: Path, error: Exception) -> IndexDamagedError:
    return index_damaged(folder, f"the index cannot be read ({type(error).__name__}: {error})")


class IndexReader:
    """An index in a folder, open for reading by any number of threads.

    ``size`` is the number of articles, deleted ones included. Every method raises IndexDamagedError if a file is damaged.
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
        self.cache = LruCache(CACHE_BYTES)
        # For each field with positions, int64[articles + 1]: the start of the positions of each article, and the last end.
        self._position_bounds: dict[str, Integers] = {}
        # For each field with positions, uint32: the article of each stride of positions.
        self._stride_articles: dict[str, NDArray[np.uint32]] = {}
        self._located: Counter[str] = Counter()
        self.reading = DamageTranslator(folder)
        if [segment.articles for segment in self.segments] != [entry.articles for entry in entries]:
            raise index_damaged(folder, "its segments and its segment table differ")

    @cached_property
    def live(self) -> NDArray[np.bool_]:
        """bool[articles]: which articles are not deleted."""
        live = np.ones(self.size, bool)
        live[self._deleted] = False
        return live

    def postings(self, field: str, term: str) -> Postings:
        """Return the postings of a term in live articles; none if the field does not contain it."""
        return self.cache.get(("postings", field, term), lambda: self._postings(field, term))

    def _postings(self, field: str, term: str) -> Postings:
        if field in self._stride_bits:
            return self.postings_of_positions(field, self.positions(field, term))
        with self.reading:
            parts = [
                # Both arrays are copies, so they can be changed.
                (articles + base if base else articles, frequencies)
                for base, each, number in self._occurrences(field, term)
                for articles, frequencies in [each.postings(number)]
            ]
            return self._joined_postings(parts)

    def read_words(self, words: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Read the postings of words, each with its fields, into the cache, like ``read_postings``."""
        for field in dict.fromkeys(field for _, fields in words for field in fields):
            self.read_postings(text_field(field, "words"), [term for term, fields in words if field in fields])

    def read_postings(self, field: str, terms: Sequence[str]) -> None:
        """Read the postings of terms into the cache, if they are so many that this takes less time than one by one."""
        keys = {("postings", field, term): term for term in terms}
        for key in self.cache.get_many(keys):
            del keys[key]
        if len(keys) < _MIN_BATCH or field in self._stride_bits:
            return
        parts: list[list[tuple[Integers, Integers]]] = [[] for _ in keys]
        with self.reading:
            for base, each, found, numbers in self._occurrences_of_all(field, keys.values()):
                for at, (articles, frequencies) in zip(found, each.postings_of(numbers), strict=True):
                    parts[at].append((articles + base if base else articles, frequencies))
        for key, of_term in zip(keys, parts, strict=True):
            postings = self._joined_postings(of_term)
            self.cache.put(key, postings, postings.nbytes)

    def _joined_postings(self, parts: Sequence[tuple[Integers, Integers]]) -> Postings:
        """Return the postings of a term in all segments, given the articles and frequencies in each segment that contains it."""
        if not parts:
            return NO_POSTINGS
        articles, frequencies = parts[0] if len(parts) == 1 else map(np.concatenate, zip(*parts, strict=True))
        return self._live_postings(articles, frequencies)

    def postings_outside_boilerplate(self, field: str, term: str) -> Postings:
        """Return the postings of a term of a field with positions, without its occurrences in boilerplate."""
        content_ends = self._boundary(field)
        if content_ends is None:
            return self.postings(field, term)
        return self.cache.get(
            ("outside boilerplate", field, term), lambda: self._outside_boilerplate(field, term, content_ends)
        )

    def _outside_boilerplate(self, field: str, term: str, content_ends: Integers) -> Postings:
        if len(self._deleted):
            return self.content_postings(field, self.positions(field, term))
        # Usually, matching has read these postings before. Positions are needed only for the few articles with boilerplate.
        every = self.postings(field, term)
        has_boilerplate = self.with_boilerplate[every.articles].nonzero()[0]
        if not len(has_boilerplate):
            return every
        starts = (np.cumsum(every.frequencies) - every.frequencies)[has_boilerplate]
        ends = content_ends[every.articles[has_boilerplate]]
        frequencies = every.frequencies.copy()
        frequencies[has_boilerplate] = self.positions(field, term).searchsorted(ends) - starts
        is_present = frequencies > 0
        return Postings(every.articles[is_present], frequencies[is_present])

    def _boundary(self, field: str) -> Integers | None:
        """Return ``_content_ends`` for the field whose positions include boilerplate, and None for others."""
        return self._content_ends if field == text_field("body", "bigrams") else None

    def content_postings(self, field: str, positions: Integers) -> Postings:
        """Return the result of ``postings_of_positions`` without the positions in boilerplate."""
        content_ends = self._boundary(field)
        if content_ends is None:
            return self.postings_of_positions(field, positions)
        articles = self.articles_at(field, positions)
        is_content = positions < content_ends.take(articles)
        return self._postings_at(articles if is_content.all() else articles[is_content])

    def outside_boilerplate(self, field: str, positions: Integers) -> Integers:
        """Return the positions of a field that are not in boilerplate."""
        content_ends = self._boundary(field)
        if content_ends is None:
            return positions
        return positions[positions < content_ends.take(self.articles_at(field, positions))]

    @cached_property
    def _boilerplate_starts(self) -> Integers:
        """int64[articles]: the number of positions of each body before its boilerplate; 0 if it has none."""
        return self.doc_values(BOILERPLATE_START)

    @cached_property
    def with_boilerplate(self) -> NDArray[np.bool_]:
        """bool[articles]: which bodies have boilerplate."""
        return self._boilerplate_starts > 0

    @cached_property
    def _content_ends(self) -> Integers | None:
        """int64[articles]: the end of the positions of each body that are not in boilerplate; None if no body has boilerplate."""
        articles = self.with_boilerplate.nonzero()[0]
        if not len(articles):
            return None
        bounds = self._position_starts(text_field("body", "bigrams"))
        ends = bounds[1:].copy()
        ends[articles] = bounds[articles] + self._boilerplate_starts[articles]
        return ends

    def postings_of_positions(self, field: str, positions: Integers) -> Postings:
        """Return the live articles of these ascending positions, and the number of positions in each."""
        return self._postings_at(self.articles_at(field, positions))

    def _postings_at(self, articles: Integers) -> Postings:
        """Return the distinct live articles among ascending articles, and the number of occurrences of each."""
        if not len(articles):
            return NO_POSTINGS
        starts = run_starts(articles)
        return self._live_postings(articles[starts], run_sizes(starts, len(articles)))

    def _live_postings(self, articles: Integers, frequencies: Integers) -> Postings:
        if not len(self._deleted):
            return Postings(articles, frequencies)
        is_live = self.live[articles]
        return Postings(articles[is_live], frequencies[is_live])

    def positions(self, field: str, term: str) -> Integers:
        """Return the positions of a term, ascending; those in deleted articles are included."""
        return self.cache.get(("positions", field, term), lambda: self._positions(field, term))

    def _positions(self, field: str, term: str) -> Integers:
        with self.reading:
            bases = self._position_bases(field)
            parts = [
                each.positions(number) + bases[at]
                for at, segment in enumerate(self.segments)
                for each in [segment.fields[field]]
                for number in [each.terms.find(encode_term(term))]
                if number is not None
            ]
            return parts[0] if len(parts) == 1 else np.concatenate([NO_INTEGERS, *parts])

    def prefix_postings(self, field: str, prefix: str) -> Postings:
        """Return the postings of all terms that start with the prefix as those of one term; the field has no positions."""
        return self.cache.get(("prefix", field, prefix), lambda: self._prefix_postings(field, prefix))

    def _prefix_postings(self, field: str, prefix: str) -> Postings:
        with self.reading:
            parts = [
                (lists.values + base, np.ones_like(lists.values) if lists.frequencies is None else lists.frequencies)
                for base, segment in zip(self._bases, self.segments, strict=False)
                for lists in [_lists_with_prefix(segment.fields[field], prefix)]
            ]
            articles, frequencies = map(np.concatenate, zip((NO_INTEGERS, NO_INTEGERS), *parts, strict=True))
            if not len(articles):
                return NO_POSTINGS
            if len(articles) * _DENSE_RATIO > self.size:
                # One pass over all articles is faster than sorting.
                totals = np.bincount(articles, frequencies)
                articles = totals.nonzero()[0]
                return self._live_postings(articles, totals[articles].astype(np.int64))
            order = np.argsort(articles, kind="stable")
            articles = articles[order]
            starts = run_starts(articles)
            return self._live_postings(articles[starts], np.add.reduceat(frequencies[order], starts))

    def prefix_positions(self, field: str, prefix: str) -> Integers:
        """Return the positions of all terms that start with the prefix, ascending; those in deleted articles are included."""
        with self.reading:
            bases = self._position_bases(field)
            parts = [
                _lists_with_prefix(segment.fields[field], prefix).values + base
                for base, segment in zip(bases, self.segments, strict=False)
            ]
            return np.sort(np.concatenate([NO_INTEGERS, *parts]))

    def _position_bases(self, field: str) -> list[int]:
        return self.cache.get(
            ("position bases", field),
            lambda: [0, *np.cumsum([segment.fields[field].universe for segment in self.segments]).tolist()],
            len,
        )

    def articles_at(self, field: str, positions: Integers) -> Integers:
        """Return the article of each of ascending positions."""
        with self.reading:
            if field not in self._stride_articles:
                # A table of all strides takes longer to make than some positions to look up.
                self._located[field] += len(positions)
                if self._located[field] < self.size:
                    articles: Integers = self._position_starts(field)[1:].searchsorted(positions, "right")
                    if articles.max(initial=0) >= self.size:
                        raise IndexError("a position is in no article")
                    return articles
            # ``take`` is faster than indexing in brackets, with the same checks.
            table = get_or_make(self._stride_articles, field, self._stride_articles_of)
            return table.take(positions >> self._stride_bits[field]).astype(np.int64)

    def position_bounds(self, field: str, articles: Integers) -> tuple[Integers, Integers]:
        """Return, for each article, the start of its positions in a field, and the end of those that are not in boilerplate."""
        bounds = self._position_starts(field)
        ends = self._boundary(field)
        return bounds[articles], bounds[articles + 1] if ends is None else ends[articles]

    def _position_starts(self, field: str) -> Integers:
        return get_or_make(self._position_bounds, field, self._position_bounds_of)

    def _position_bounds_of(self, field: str) -> Integers:
        # The last article of a segment ends where the next segment starts: there are no positions between.
        with self.reading:
            bounds = np.empty(self.size + 1, np.int64)
            position_bases = self._position_bases(field)
            for base, position_base, segment in zip(self._bases, position_bases, self.segments, strict=False):
                of_segment = bounds[base : base + segment.articles]
                of_segment[:] = segment.fields[field].article_starts[:-1]
                of_segment <<= self._stride_bits[field]
                of_segment += position_base
            bounds[-1] = position_bases[-1]
            return bounds

    @cached_property
    def _stride_bits(self) -> dict[str, int]:
        """For each field with positions, the binary logarithm of its position stride."""
        return {
            name: field.stride_bits
            for segment in self.segments[:1]
            for name, field in segment.fields.items()
            if field.stride_bits is not None
        }

    def _stride_articles_of(self, field: str) -> NDArray[np.uint32]:
        # These are the largest arrays of an open index, so they have four bytes for a number, and are filled in place.
        with self.reading:
            starts = [base >> self._stride_bits[field] for base in self._position_bases(field)]
            articles = np.zeros(starts[-1], np.uint32)
            for start, base, segment in zip(starts, self._bases, self.segments, strict=False):
                of_articles = segment.fields[field].article_starts.astype(np.int64)
                strides = of_articles[1:] - of_articles[:-1]
                numbers = np.arange(base, base + segment.articles, dtype=np.uint32)
                # Even a segment without positions has a universe of one stride.
                articles[start] = base
                articles[start : start + int(strides.sum())] = numbers.repeat(strides)
            return articles

    def _occurrences(self, field: str, term: str) -> Iterator[tuple[int, SegmentField, int]]:
        """Yield, for each segment that contains the term, its first article, its field and the number of the term."""
        data = encode_term(term)
        for base, segment in zip(self._bases, self.segments, strict=False):
            each = segment.fields[field]
            number = each.terms.find(data)
            if number is not None:
                yield base, each, number

    def _occurrences_of_all(
        self, field: str, terms: Iterable[str]
    ) -> Iterator[tuple[int, SegmentField, list[int], Integers]]:
        """Yield, for each segment, its first article, its field, the indices of the terms that it contains, and their numbers."""
        data = [*map(encode_term, terms)]
        for base, segment in zip(self._bases, self.segments, strict=False):
            each = segment.fields[field]
            numbers = [each.terms.find(term) for term in data]
            found = [at for at, number in enumerate(numbers) if number is not None]
            yield base, each, found, np.array([numbers[at] for at in found], np.int64)

    def terms(self, field: str) -> list[str]:
        """Return the terms of a field, ascending, including terms that only deleted articles contain."""
        with self.reading:
            parts = [segment.fields[field].terms.terms() for segment in self.segments]
            distinct = parts[0] if len(parts) == 1 else sorted({term for part in parts for term in part})
            return [*map(decode_term, distinct)]

    def all_postings(self, field: str) -> tuple[list[str], Integers, Integers]:
        """Return the terms of a field without positions, ascending, and int64[n] pairs of a term number and an article."""
        terms = self.terms(field)
        return terms, *self._numbered_postings(field, terms)

    def numbered_postings(self, field: str) -> tuple[Integers, Integers]:
        """Return the result of ``all_postings`` without the terms."""
        # The terms of a single segment are numbered already.
        return self._numbered_postings(field, self.terms(field) if len(self.segments) > 1 else ())

    def _numbered_postings(self, field: str, terms: Sequence[str]) -> tuple[Integers, Integers]:
        number_of = {term: number for number, term in enumerate(terms)} if len(self.segments) > 1 else {}
        term_parts, article_parts = [NO_INTEGERS], [NO_INTEGERS]
        with self.reading:
            for base, segment in zip(self._bases, self.segments, strict=False):
                each = segment.fields[field]
                lists = each.posting_lists(0, len(each.terms))
                numbers = np.arange(len(each.terms))
                if number_of:
                    numbers = np.array([number_of[decode_term(term)] for term in each.terms.terms()], np.int64)
                term_parts.append(np.repeat(numbers, lists.sizes))
                article_parts.append(lists.values + base)
            articles = np.concatenate(article_parts)
            is_live = self.live[articles]
            return np.concatenate(term_parts)[is_live], articles[is_live]

    def article_frequency(self, field: str, term: str) -> int:
        """Return the number of live articles that contain a term."""
        return self.cache.get(
            ("article frequency", field, term), lambda: self._article_frequency(field, term), lambda _: 0
        )

    def _article_frequency(self, field: str, term: str) -> int:
        if len(self._deleted) or field in self._stride_bits:
            return len(self.postings(field, term).articles)
        with self.reading:
            return sum(each.list_size(number) for _, each, number in self._occurrences(field, term))

    def article_frequencies(self, field: str, terms: Iterable[str]) -> dict[str, int]:
        """Return the number of live articles that contain each of some terms."""
        distinct = [*dict.fromkeys(terms)]
        if len(distinct) < _MIN_BATCH or len(self._deleted) or field in self._stride_bits:
            return {term: self.article_frequency(field, term) for term in distinct}
        totals = np.zeros(len(distinct), np.int64)
        with self.reading:
            for _, each, found, numbers in self._occurrences_of_all(field, distinct):
                totals[found] += each.sizes_of(numbers)
        return dict(zip(distinct, totals.tolist(), strict=True))

    def ascii_terms(self, field: str) -> bytes:
        """Return the ASCII terms of a field, each after a line end, in no order; deleted articles are included."""
        return self.cache.get(("ascii terms", field), lambda: self._ascii_terms(field), len)

    def _ascii_terms(self, field: str) -> bytes:
        with self.reading:
            terms: set[bytes] = set()
            for segment in self.segments:
                dictionary = segment.fields[field].terms
                terms.update(dictionary.terms(0, dictionary.lower_bound(b"\x80")))
            return b"\n".join([b"", *terms, b""])

    def doc_values(self, name: str) -> Integers:
        """Return int64[articles]: the doc values with this name. Values of uint64 keep their bits."""
        values = np.empty(self.size, np.int64)
        with self.reading:
            for base, segment in zip(self._bases, self.segments, strict=False):
                values[base : base + segment.articles] = segment.doc_values(name)
        return values

    def stored(self, name: str, number: int) -> bytes:
        """Return a stored field of an article."""
        at = bisect_right(self._bases, number) - 1
        try:
            return self.segments[at].stored(name, number - self._bases[at])
        except (ValueError, IndexError) as error:
            raise _damaged(self.folder, error) from error

    def close(self) -> None:
        """Close the files. Do not call this during a search."""
        for segment in self.segments:
            segment.close()

"""Merge runs and segments into one segment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchlib.common.progress import OrderedMap
from searchlib.engines.whoosh.format.arrays import Array, ArrayFile, ArrayWriter, array_writer, narrow
from searchlib.engines.whoosh.format.integers import NO_INTEGERS, Bytes, Integers, expand_ranges
from searchlib.engines.whoosh.format.lengths import Lengths
from searchlib.engines.whoosh.format.posting_lists import PostingLists, pack_posting_lists
from searchlib.engines.whoosh.format.segment import (
    ARTICLES_EXTENSION,
    TERMS_EXTENSION,
    SegmentField,
    doc_values_array,
    stored_array,
    stored_ends_array,
)
from searchlib.engines.whoosh.format.term_dictionary import TermDictionary, suffix_order, take_suffixes

_COPIED_BYTES = 1 << 24
"""Bytes of stored fields that are copied at a time."""

CHUNK_VALUES = 1 << 19
"""The approximate number of values that are merged at a time: work is fastest on data that fits into the CPU caches."""

KeyRange = tuple[int, int | None]
"""A range of keys: the first one, and the end; None is the end of all keys."""


@dataclass(frozen=True, slots=True)
class Source:
    """A source of a merge: the file of a run, or the two files of a segment. Articles in ``deleted`` are left out."""

    terms: Path
    articles: Path
    deleted: tuple[int, ...] = ()

    @classmethod
    def run(cls, path: Path) -> Source:
        """Return a run as a source."""
        return cls(path, path)

    @classmethod
    def segment(cls, folder: Path, name: str, deleted: Iterable[int]) -> Source:
        """Return a segment as a source."""
        terms, articles = folder / f"{name}{TERMS_EXTENSION}", folder / f"{name}{ARTICLES_EXTENSION}"
        return cls(terms, articles, tuple(sorted(deleted)))

    @property
    def files(self) -> set[Path]:
        """The paths of its files."""
        return {self.terms, self.articles}

    def count(self) -> int:
        """Return the number of articles, deleted ones included."""
        with closing(ArrayFile(self.articles)) as file:
            return int(file.metadata["articles"])


class _RunField(SegmentField):
    """A field of a run. Its lists are not packed, so their lengths are numbers of values, not bytes."""

    def posting_lists(self, first: int, end: int) -> PostingLists:
        starts = self.list_lengths.starts(first, end)
        begin, stop = int(starts[0]), int(starts[-1])
        values = self._file.read(f"{self._name}.values", begin, stop).astype(np.int64)
        if self.has_positions:
            return PostingLists(np.diff(starts), values, None)
        frequencies = np.ones_like(values)
        if f"{self._name}.frequencies" in self._file:
            frequencies = self._file.read(f"{self._name}.frequencies", begin, stop).astype(np.int64)
        return PostingLists(np.diff(starts), values, frequencies)


class _OpenSource:
    """An open source. ``live`` bool[articles] tells which articles are merged, ``live_articles`` int64[n] are their numbers."""

    def __init__(self, source: Source) -> None:
        self.terms_file = ArrayFile(source.terms)
        self.articles_file = self.terms_file if source.articles == source.terms else ArrayFile(source.articles)
        self.fields = {
            name: (SegmentField if metadata["packed"] else _RunField)(self.terms_file, name, metadata)
            for name, metadata in self.terms_file.metadata["fields"].items()
        }
        self.articles: int = self.articles_file.metadata["articles"]
        self.has_deletions = bool(source.deleted)
        self.live = np.ones(self.articles, bool)
        self.live[list(source.deleted)] = False
        self.live_articles = np.flatnonzero(self.live)

    def value_count(self, field: str) -> int:
        """Return the approximate number of values of a field."""
        return self.fields[field].list_lengths.total // (1 if isinstance(self.fields[field], _RunField) else 2)

    def splitting_keys(self, field: str, parts: int) -> Array:
        """Return the keys that split the posting lists of a field into parts of about the same size."""
        terms, lengths = self.fields[field].terms, self.fields[field].list_lengths
        offsets = [part * lengths.total / parts for part in range(1, parts)] if len(terms) else []
        keys = [terms.keys(number, number + 1) for number in lengths.first_of_group_at(offsets)]
        return np.concatenate([np.empty(0, np.uint64), *keys])

    def close(self) -> None:
        """Close the files."""
        self.fields.clear()
        self.terms_file.close()
        if self.articles_file is not self.terms_file:
            self.articles_file.close()


@dataclass(frozen=True, slots=True)
class _Numbering:
    """The numbers of the sources' articles or positions in the merged segment.

    ``shifts`` holds, for each source, the number that is added to all of its values. If articles of the source are deleted,
    it holds an array instead: for each article, the number that is added to its positions, or, in a field without positions,
    its new number.
    """

    article_starts: NDArray[np.uint32] | None
    universe: int
    shifts: list[Integers | int]


@dataclass(frozen=True, slots=True)
class _Chunk:
    """The merged terms of a range of keys, with the lengths in bytes and the bytes of their posting lists."""

    terms: TermDictionary
    list_lengths: Integers
    data: Bytes


@lru_cache(maxsize=1)
def _open_sources(sources: tuple[Source, ...]) -> list[_OpenSource]:
    return [_OpenSource(source) for source in sources]


def merge(
    sources: Sequence[Source],
    folder: Path,
    name: str,
    in_order: OrderedMap = map,
    *,
    chunk_values: int = CHUNK_VALUES,
) -> int:
    """Merge sources with the same fields into a new segment, in their order, and return its number of articles."""
    given = tuple(sources)
    opened = _open_sources(given)
    try:
        with array_writer(folder / f"{name}{TERMS_EXTENSION}") as file:
            file.metadata["fields"] = _merge_fields(given, file, in_order, chunk_values)
        with array_writer(folder / f"{name}{ARTICLES_EXTENSION}") as file:
            _merge_articles(opened, file)
    finally:
        _open_sources.cache_clear()
        _numbering.cache_clear()
        for source in opened:
            source.close()
    return sum(len(source.live_articles) for source in opened)


def _merge_fields(
    sources: tuple[Source, ...], file: ArrayWriter, in_order: OrderedMap, chunk_values: int
) -> dict[str, Any]:
    opened = _open_sources(sources)
    key_ranges = {field: _key_ranges(opened, field, chunk_values) for field in opened[0].fields}
    tasks = [(field, key_range) for field, ranges in key_ranges.items() for key_range in ranges]
    # The tasks of all fields form one sequence, so that no worker waits at the end of a field. If each field has one chunk,
    # merging in this process is faster.
    chunks = iter((in_order if len(tasks) > len(key_ranges) else map)(partial(_merge_chunk, sources), tasks))
    return {
        field: _write_field(sources, field, file, islice(chunks, len(ranges))) for field, ranges in key_ranges.items()
    }


def _write_field(
    sources: tuple[Source, ...], field: str, file: ArrayWriter, chunks: Iterator[_Chunk]
) -> dict[str, Any]:
    """Write the chunks of a field as they come, and return its metadata."""
    numbering = _numbering(sources, field)
    terms: list[TermDictionary] = []
    list_lengths: list[Integers] = []

    def data() -> Iterator[Bytes]:
        for chunk in chunks:
            terms.append(chunk.terms)
            list_lengths.append(chunk.list_lengths)
            yield chunk.data

    file.write_chunks(f"{field}.lists", np.dtype(np.uint8), data())
    Lengths.of(np.concatenate([NO_INTEGERS, *list_lengths])).write(file, f"{field}.list_lengths")
    TermDictionary.concatenate(terms).write(file, field)
    if numbering.article_starts is not None:
        file.write(f"{field}.article_starts", numbering.article_starts)
    stride_bits = _open_sources(sources)[0].fields[field].stride_bits
    return {"packed": True, "universe": numbering.universe, "stride_bits": stride_bits}


@lru_cache(maxsize=2)
def _numbering(sources: tuple[Source, ...], field: str) -> _Numbering:
    opened = _open_sources(sources)
    bases = np.cumsum([0, *[len(source.live_articles) for source in opened]]).tolist()
    stride_bits = opened[0].fields[field].stride_bits
    shifts: list[Integers | int] = []
    if stride_bits is None:
        for source, base in zip(opened, bases, strict=False):
            shifts.append(np.cumsum(source.live) - 1 + base if source.has_deletions else base)
        return _Numbering(None, max(bases[-1], 1), shifts)
    article_starts = [source.fields[field].article_starts.astype(np.int64) for source in opened]
    strides = [np.diff(each)[source.live] for each, source in zip(article_starts, opened, strict=True)]
    starts = np.concatenate(([0], np.cumsum(np.concatenate([NO_INTEGERS, *strides]))))
    for source, each, base in zip(opened, article_starts, bases, strict=False):
        if source.has_deletions:
            shift = np.zeros(source.articles, np.int64)
            old = each[:-1][source.live]
            shift[source.live] = (starts[base : base + len(old)] - old) << stride_bits
            shifts.append(shift)
        else:
            shifts.append(int(starts[base]) << stride_bits)
    universe = max(int(starts[-1]), 1) << stride_bits
    return _Numbering(starts.astype(np.uint32), universe, shifts)


def _key_ranges(sources: Sequence[_OpenSource], field: str, chunk_values: int) -> list[KeyRange]:
    """Split all keys of a field into ranges of about ``chunk_values`` values each."""
    parts = -(-sum(source.value_count(field) for source in sources) // chunk_values)
    if parts < 2:
        return [(0, None)]
    keys = np.sort(np.concatenate([source.splitting_keys(field, parts) for source in sources]))
    bounds = sorted({int(each) for each in keys[len(sources) // 2 :: len(sources)]} - {0})
    return list(zip([0, *bounds], [*bounds, None], strict=True))


def _merge_chunk(sources: tuple[Source, ...], task: tuple[str, KeyRange]) -> _Chunk:
    """Merge the terms of a field whose keys are in a range."""
    field, (low, high) = task
    numbering = _numbering(sources, field)
    keys: list[Array] = []
    suffix_lengths: list[Integers] = []
    suffixes: list[Bytes] = []
    parts: list[PostingLists] = []
    for source, shift in zip(_open_sources(sources), numbering.shifts, strict=True):
        terms = source.fields[field].terms
        first, end = terms.first_with_key(low), len(terms) if high is None else terms.first_with_key(high)
        if first == end:
            continue
        parts.append(_renumber(source, field, source.fields[field].posting_lists(first, end), shift))
        lengths, data = terms.suffixes_of(first, end)
        suffix_lengths.append(lengths)
        suffixes.append(data)
        keys.append(terms.keys(first, end))
    if not parts:
        return _Chunk(TermDictionary.of([]), NO_INTEGERS, np.empty(0, np.uint8))
    frequencies = [part.frequencies for part in parts if part.frequencies is not None]
    lists = PostingLists(
        np.concatenate([part.sizes for part in parts]),
        np.concatenate([part.values for part in parts]),
        np.concatenate(frequencies) if frequencies else None,
    )
    return _pack_chunk(
        np.concatenate(keys), np.concatenate(suffix_lengths), np.concatenate(suffixes), lists, numbering.universe
    )


def _renumber(source: _OpenSource, field: str, lists: PostingLists, shift: Integers | int) -> PostingLists:
    """Return the lists with the numbers of the merged segment, without deleted articles."""
    if isinstance(shift, int):
        return PostingLists(lists.sizes, lists.values + shift, lists.frequencies)
    stride_bits = source.fields[field].stride_bits
    if stride_bits is None:
        articles, values = lists.values, shift[lists.values]
    else:
        articles = (
            np.searchsorted(source.fields[field].article_starts.astype(np.int64), lists.values >> stride_bits, "right")
            - 1
        )
        values = lists.values + shift[articles]
    is_live = source.live[articles]
    owners = np.repeat(np.arange(len(lists.sizes)), lists.sizes)[is_live]
    frequencies = lists.frequencies[is_live] if lists.frequencies is not None else None
    return PostingLists(np.bincount(owners, minlength=len(lists.sizes)), values[is_live], frequencies)


def _pack_chunk(keys: Array, suffix_lengths: Integers, suffixes: Bytes, lists: PostingLists, universe: int) -> _Chunk:
    """Join the lists of equal terms, in the order of the sources, and pack them. Terms without values are left out."""
    if len(suffixes):
        heads, tails = suffix_order(suffix_lengths, suffixes)
        order = np.lexsort((tails, heads, keys) if np.any(tails) else (heads, keys))
    else:
        heads = tails = np.zeros(len(keys), np.uint8)
        order = np.argsort(keys, kind="stable")
    order = order[lists.sizes[order] > 0]
    if not len(order):
        return _Chunk(TermDictionary.of([]), NO_INTEGERS, np.empty(0, np.uint8))
    is_new = np.ones(len(order), bool)
    is_new[1:] = False
    for sort_key in (keys, heads, tails):
        ordered = sort_key[order]
        is_new[1:] |= ordered[1:] != ordered[:-1]
    starts = np.flatnonzero(is_new)
    sizes = lists.sizes[order]
    indices = expand_ranges((np.cumsum(lists.sizes) - lists.sizes)[order], sizes)
    merged = PostingLists(
        np.add.reduceat(sizes, starts),
        lists.values[indices],
        lists.frequencies[indices] if lists.frequencies is not None else None,
    )
    data, list_lengths = pack_posting_lists(merged, universe)
    first = order[starts]
    terms = TermDictionary.of_suffixes(
        keys[first], suffix_lengths[first], take_suffixes(suffix_lengths, suffixes, first)
    )
    return _Chunk(terms, list_lengths, data)


def _merge_articles(sources: Sequence[_OpenSource], file: ArrayWriter) -> None:
    """Merge the doc values and stored fields of live articles."""
    metadata = sources[0].articles_file.metadata
    for name in metadata["doc_values"]:
        array = doc_values_array(name)
        merged = np.concatenate([source.articles_file.array(array)[source.live_articles] for source in sources])
        file.write(array, narrow(merged) if merged.dtype.kind == "u" else merged)
    for name in metadata["stored_fields"]:
        ends = [source.articles_file.array(stored_ends_array(name)) for source in sources]
        lengths = [
            np.diff(each, prepend=np.uint64(0))[source.live_articles]
            for each, source in zip(ends, sources, strict=True)
        ]
        file.write(stored_ends_array(name), narrow(np.cumsum(np.concatenate(lengths), dtype=np.uint64)))
        file.write_chunks(stored_array(name), np.dtype(np.uint8), _stored_bytes(sources, name))
    file.metadata = {
        "articles": sum(len(source.live_articles) for source in sources),
        "doc_values": metadata["doc_values"],
        "stored_fields": metadata["stored_fields"],
    }


def _stored_bytes(sources: Sequence[_OpenSource], name: str) -> Iterator[Bytes]:
    """Yield the bytes of a stored field of live articles in chunks that take little memory; adjacent articles are joined."""
    for source in sources:
        ends = source.articles_file.array(stored_ends_array(name)).astype(np.int64)
        starts = np.concatenate(([0], ends[:-1]))
        gaps = np.flatnonzero(np.diff(source.live_articles) > 1) + 1
        for group in np.array_split(source.live_articles, gaps):
            if len(group):
                begin, stop = int(starts[group[0]]), int(ends[group[-1]])
                for at in range(begin, stop, _COPIED_BYTES):
                    yield source.articles_file.read(stored_array(name), at, min(at + _COPIED_BYTES, stop))

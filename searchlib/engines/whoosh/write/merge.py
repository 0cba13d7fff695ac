"""Merge runs and segments into one segment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchlib.engines.base import OrderedMap
from searchlib.engines.whoosh.format.arrays import Array, ArrayFile, ArrayWriter, narrow
from searchlib.engines.whoosh.format.integers import Bytes, Integers, expand_ranges
from searchlib.engines.whoosh.format.lengths import Lengths
from searchlib.engines.whoosh.format.posting_lists import PostingLists, pack_posting_lists
from searchlib.engines.whoosh.format.segment import FACTS, TERMS, SegmentField
from searchlib.engines.whoosh.format.suffixes import suffix_order, suffixes_of
from searchlib.engines.whoosh.format.term_dictionary import TermDictionary

_COPIED = 1 << 24
"""Bytes that are copied at a time."""

CHUNK = 1 << 19
"""Values that are merged at a time, more or less: what fits into the processor's caches is done soonest."""


@dataclass(frozen=True, slots=True)
class Source:
    """What is merged: a run's one file, or a segment's file of terms and file of facts; ``dropped`` articles are left out."""

    terms: Path
    facts: Path
    dropped: tuple[int, ...] = ()

    @classmethod
    def run(cls, path: Path) -> Source:
        """The source that a run is."""
        return cls(path, path)

    @classmethod
    def segment(cls, folder: Path, name: str, dropped: Iterable[int]) -> Source:
        """The source that a segment is."""
        return cls(folder / f"{name}{TERMS}", folder / f"{name}{FACTS}", tuple(sorted(dropped)))

    def count(self) -> int:
        """How many articles the source holds, dropped ones included."""
        file = ArrayFile(self.facts)
        try:
            return int(file.facts["articles"])
        finally:
            file.close()


class _Opened:
    """A source, open; ``kept`` are the numbers of its articles that are not dropped."""

    def __init__(self, source: Source) -> None:
        self.terms = ArrayFile(source.terms)
        self.facts = self.terms if source.facts == source.terms else ArrayFile(source.facts)
        self._vocabularies: dict[str, TermDictionary] = {}
        self._lengths: dict[str, Lengths] = {}
        self.articles: int = self.facts.facts["articles"]
        self.drops = bool(source.dropped)
        self.live = np.ones(self.articles, bool)
        self.live[list(source.dropped)] = False
        self.kept = np.flatnonzero(self.live)

    @cached_property
    def fields(self) -> Mapping[str, Mapping[str, Any]]:
        """What a reader must know of each field."""
        found: Mapping[str, Mapping[str, Any]] = self.terms.facts["fields"]
        return found

    def vocabulary(self, field: str) -> TermDictionary:
        """The terms of a field."""
        if field not in self._vocabularies:
            self._vocabularies[field] = TermDictionary.read(self.terms, field)
        return self._vocabularies[field]

    def lengths(self, field: str) -> Lengths:
        """How many bytes the list of each term has in a segment, or values in a run."""
        if field not in self._lengths:
            self._lengths[field] = Lengths.read(self.terms, f"{field}.lengths")
        return self._lengths[field]

    def lists(self, field: str, first: int, end: int) -> PostingLists:
        """The lists of the terms from the first to before the end."""
        facts = self.fields[field]
        if facts["packed"]:
            return SegmentField(self.terms, field, facts).lists(first, end)
        starts = self.lengths(field).starts(first, end)
        begin, finish = int(starts[0]), int(starts[-1])
        values = self.terms.piece(f"{field}.values", begin, finish).astype(np.int64)
        if facts["slot_bits"] is not None:
            return PostingLists(np.diff(starts), values, None)
        counted = f"{field}.counts" in self.terms
        counts = (
            self.terms.piece(f"{field}.counts", begin, finish).astype(np.int64) if counted else np.ones_like(values)
        )
        return PostingLists(np.diff(starts), values, counts)

    def weight(self, field: str) -> int:
        """How much there is to merge of a field, in about as many values."""
        return self.lengths(field).total // (2 if self.fields[field]["packed"] else 1)

    def keys_at(self, field: str, pieces: int) -> Array:
        """The keys that cut the field's lists into so many pieces of about the same size."""
        vocabulary, lengths = self.vocabulary(field), self.lengths(field)
        places = [piece * lengths.total / pieces for piece in range(1, pieces)] if len(vocabulary) else []
        keys = [vocabulary.keys(number, number + 1) for number in lengths.numbers_at(places)]
        return np.concatenate([np.empty(0, np.uint64), *keys])

    def close(self) -> None:
        """Give back the files."""
        self._vocabularies.clear()
        self._lengths.clear()
        self.terms.close()
        if self.facts is not self.terms:
            self.facts.close()


@dataclass(frozen=True, slots=True)
class _Numbering:
    """How the articles and places of each source are numbered in what it is merged into."""

    articles: int
    firsts: NDArray[np.uint32] | None
    universe: int
    moves: list[Integers | int]


@dataclass(frozen=True, slots=True)
class _Chunk:
    """The merged lists of the terms of a stretch of keys."""

    vocabulary: TermDictionary
    sizes: Integers
    data: Bytes


@lru_cache(maxsize=1)
def _opened(sources: tuple[Source, ...]) -> list[_Opened]:
    return [_Opened(source) for source in sources]


@lru_cache(maxsize=2)
def _numbered(sources: tuple[Source, ...], field: str) -> _Numbering:
    return _numbering(_opened(sources), field)


def merge(sources: Sequence[Source], folder: Path, name: str, in_order: OrderedMap = map) -> int:
    """Merge sources into a new segment, one after the other; how many articles it has is returned.

    All sources must have the same fields, columns and stored values.
    """
    given = tuple(sources)
    opened = _opened(given)
    try:
        with (folder / f"{name}{TERMS}").open("wb") as file:
            terms = ArrayWriter(file)
            terms.facts["fields"] = _merge_fields(given, terms, in_order)
            terms.close()
        with (folder / f"{name}{FACTS}").open("wb") as file:
            facts = ArrayWriter(file)
            _merge_facts(opened, facts)
            facts.close()
    finally:
        _opened.cache_clear()
        _numbered.cache_clear()
        for source in opened:
            source.close()
    return sum(len(source.kept) for source in opened)


def _merge_fields(sources: tuple[Source, ...], file: ArrayWriter, in_order: OrderedMap) -> dict[str, Any]:
    """Merge all fields, and say what a reader must know of each."""
    opened = _opened(sources)
    stretches_of = {field: _stretches(opened, field) for field in opened[0].fields}
    tasks = [(field, stretch) for field, each in stretches_of.items() for stretch in each]
    # All fields are one row of tasks: nobody waits for the end of one. Few values are merged sooner than handed over.
    chunks = iter((in_order if len(tasks) > len(stretches_of) else map)(partial(_merge_chunk, sources), tasks))
    return {
        field: _write_field(sources, field, file, islice(chunks, len(each))) for field, each in stretches_of.items()
    }


def _write_field(
    sources: tuple[Source, ...], field: str, file: ArrayWriter, chunks: Iterator[_Chunk]
) -> dict[str, Any]:
    numbering = _numbered(sources, field)
    vocabularies: list[TermDictionary] = []
    sizes: list[Integers] = []

    def data() -> Iterator[Bytes]:
        for chunk in chunks:
            vocabularies.append(chunk.vocabulary)
            sizes.append(chunk.sizes)
            yield chunk.data

    file.write_pieces(f"{field}.data", np.dtype(np.uint8), data())
    Lengths.of(np.concatenate([np.empty(0, np.int64), *sizes])).write(file, f"{field}.lengths")
    _joined(vocabularies).write(file, field)
    if numbering.firsts is not None:
        file.write(f"{field}.firsts", numbering.firsts)
    slot_bits = _opened(sources)[0].fields[field]["slot_bits"]
    return {"packed": True, "universe": numbering.universe, "slot_bits": slot_bits}


def _numbering(sources: Sequence[_Opened], field: str) -> _Numbering:
    bases = np.cumsum([0, *[len(source.kept) for source in sources]]).tolist()
    slot_bits = sources[0].fields[field]["slot_bits"]
    moves: list[Integers | int] = []
    if slot_bits is None:
        for source, base in zip(sources, bases, strict=False):
            moves.append(np.cumsum(source.live) - 1 + base if source.drops else base)
        return _Numbering(bases[-1], None, max(bases[-1], 1), moves)
    blocks = [np.diff(source.terms.array(f"{field}.firsts").astype(np.int64))[source.live] for source in sources]
    firsts = np.concatenate(([0], np.cumsum(np.concatenate([np.empty(0, np.int64), *blocks]))))
    for source, base in zip(sources, bases, strict=False):
        if source.drops:
            move = np.zeros(source.articles, np.int64)
            old = source.terms.array(f"{field}.firsts").astype(np.int64)[:-1][source.live]
            move[source.live] = (firsts[base : base + len(old)] - old) << slot_bits
            moves.append(move)
        else:
            moves.append(int(firsts[base]) << slot_bits)
    universe = max(int(firsts[-1]), 1) << slot_bits
    return _Numbering(bases[-1], firsts.astype(np.uint32), universe, moves)


def _stretches(sources: Sequence[_Opened], field: str) -> list[tuple[int, int | None]]:
    """Stretches of keys that together hold all terms of a field, each with about as many values as are merged at a time."""
    pieces = -(-sum(source.weight(field) for source in sources) // CHUNK)
    if pieces < 2:
        return [(0, None)]
    keys = np.sort(np.concatenate([source.keys_at(field, pieces) for source in sources]))
    bounds = sorted({int(each) for each in keys[len(sources) // 2 :: len(sources)]} - {0})
    return list(zip([0, *bounds], [*bounds, None], strict=True))


def _merge_chunk(sources: tuple[Source, ...], task: tuple[str, tuple[int, int | None]]) -> _Chunk:
    field, stretch = task
    opened = _opened(sources)
    numbering = _numbered(sources, field)
    keys: list[Array] = []
    rest_lengths: list[Integers] = []
    rests: list[Bytes] = []
    parts: list[PostingLists] = []
    for source, move in zip(opened, numbering.moves, strict=True):
        vocabulary = source.vocabulary(field)
        first, end = _bounds(vocabulary, stretch)
        if first == end:
            continue
        lists = _moved(source, field, source.lists(field, first, end), move)
        lengths, texts = vocabulary.rests_between(first, end)
        rest_lengths.append(lengths)
        rests.append(texts)
        keys.append(vocabulary.keys(first, end))
        parts.append(lists)
    if not parts:
        return _Chunk(TermDictionary.of([]), np.empty(0, np.int64), np.empty(0, np.uint8))
    return _packed(
        np.concatenate(keys),
        np.concatenate(rest_lengths),
        np.concatenate(rests),
        _together(parts),
        numbering.universe,
    )


def _bounds(vocabulary: TermDictionary, stretch: tuple[int, int | None]) -> tuple[int, int]:
    low, high = stretch
    return vocabulary.key_bound(low), len(vocabulary) if high is None else vocabulary.key_bound(high)


def _moved(source: _Opened, field: str, lists: PostingLists, move: Integers | int) -> PostingLists:
    """The lists in the numbers of what they are merged into, without the articles that are dropped."""
    if isinstance(move, int):
        return PostingLists(lists.sizes, lists.values + move, lists.counts)
    slot_bits = source.fields[field]["slot_bits"]
    if slot_bits is None:
        articles, moved = lists.values, move[lists.values]
    else:
        firsts = source.terms.array(f"{field}.firsts").astype(np.int64)
        articles = np.searchsorted(firsts, lists.values >> slot_bits, "right") - 1
        moved = lists.values + move[articles]
    kept = source.live[articles]
    owners = np.repeat(np.arange(len(lists.sizes)), lists.sizes)[kept]
    counts = lists.counts[kept] if lists.counts is not None else None
    return PostingLists(np.bincount(owners, minlength=len(lists.sizes)), moved[kept], counts)


def _together(parts: Sequence[PostingLists]) -> PostingLists:
    counts = [each.counts for each in parts if each.counts is not None]
    return PostingLists(
        np.concatenate([each.sizes for each in parts]),
        np.concatenate([each.values for each in parts]),
        np.concatenate(counts) if counts else None,
    )


def _packed(keys: Array, rest_lengths: Integers, rests: Bytes, lists: PostingLists, universe: int) -> _Chunk:
    """Bring the lists of equal terms together, in the order of the sources, and pack them."""
    if len(rests):
        heads, tails = suffix_order(rest_lengths, rests)
        order = np.lexsort((tails, heads, keys) if np.any(tails) else (heads, keys))
    else:
        heads = tails = np.zeros(len(keys), np.uint8)
        order = np.argsort(keys, kind="stable")
    order = order[lists.sizes[order] > 0]
    if not len(order):
        return _Chunk(TermDictionary.of([]), np.empty(0, np.int64), np.empty(0, np.uint8))
    is_new = np.ones(len(order), bool)
    is_new[1:] = False
    for each in (keys, heads, tails):
        ordered = each[order]
        is_new[1:] |= ordered[1:] != ordered[:-1]
    begins = np.flatnonzero(is_new)
    sizes = lists.sizes[order]
    taken = expand_ranges((np.cumsum(lists.sizes) - lists.sizes)[order], sizes)
    merged = PostingLists(
        np.add.reduceat(sizes, begins),
        lists.values[taken],
        lists.counts[taken] if lists.counts is not None else None,
    )
    data, lengths = pack_posting_lists(merged, universe)
    first = order[begins]
    vocabulary = TermDictionary.of_rests(keys[first], rest_lengths[first], suffixes_of(rest_lengths, rests, first))
    return _Chunk(vocabulary, lengths, data)


def _joined(parts: Sequence[TermDictionary]) -> TermDictionary:
    """One vocabulary of several that follow one another."""
    terms = np.cumsum([0, *[len(part) for part in parts]]).tolist()
    pairs = list(zip(parts, terms, strict=False))
    groups = np.concatenate([np.empty(0, np.uint32), *[part.groups for part in parts]])
    # Where one part ends within a group and the next one goes on with it, they have it together.
    last = np.append(groups[1:] != groups[:-1], True)[: len(groups)]
    return TermDictionary(
        groups[last],
        np.concatenate([np.empty(0, np.uint32), *[part.group_ends + np.uint32(base) for part, base in pairs]])[last],
        np.concatenate([np.empty(0, np.uint32), *[part.lows for part in parts]]),
        np.concatenate([np.empty(0, np.uint8), *[part.rests for part in parts]]),
        Lengths.of(np.concatenate([np.empty(0, np.int64), *[part.rest_lengths.slice(0, len(part)) for part in parts]])),
    )


def _merge_facts(sources: Sequence[_Opened], file: ArrayWriter) -> None:
    facts = sources[0].facts.facts
    for name in facts["columns"]:
        columns = [source.facts.array(f"column.{name}")[source.kept] for source in sources]
        column = np.concatenate(columns)
        file.write(f"column.{name}", narrow(column) if column.dtype.kind == "u" else column)
    for name in facts["stored"]:
        lengths = [np.diff(source.facts.array(f"stored.{name}.ends"), prepend=np.uint64(0)) for source in sources]
        kept = [each[source.kept] for each, source in zip(lengths, sources, strict=True)]
        file.write(f"stored.{name}.ends", narrow(np.cumsum(np.concatenate(kept), dtype=np.uint64)))
        file.write_pieces(f"stored.{name}", np.dtype(np.uint8), _stored(sources, name))
    file.facts = {
        "articles": sum(len(source.kept) for source in sources),
        "columns": facts["columns"],
        "stored": facts["stored"],
    }


def _stored(sources: Sequence[_Opened], name: str) -> Iterator[Bytes]:
    for source in sources:
        ends = source.facts.array(f"stored.{name}.ends").astype(np.int64)
        starts = np.concatenate(([0], ends[:-1]))
        # Articles that stand side by side are copied together, in pieces that take little memory.
        for group in np.array_split(source.kept, np.flatnonzero(np.diff(source.kept) > 1) + 1):
            if len(group):
                begin, finish = int(starts[group[0]]), int(ends[group[-1]])
                for at in range(begin, finish, _COPIED):
                    yield source.facts.piece(f"stored.{name}", at, min(at + _COPIED, finish))

"""Write a Whoosh index: merge the runs of articles into segments."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Collection, Iterable, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import numpy as np

from searchlib.analysis.pinyin import readings
from searchlib.common.progress import OrderedMap
from searchlib.engines.base import CommitStage
from searchlib.engines.whoosh.format.boilerplate_file import BOILERPLATE, write_boilerplate
from searchlib.engines.whoosh.format.facet_values_file import write_facet_values
from searchlib.engines.whoosh.format.index_reader import IndexReader
from searchlib.engines.whoosh.format.near_duplicates_file import write_near_duplicates
from searchlib.engines.whoosh.format.segment import ARTICLES_EXTENSION, LEXICON_EXTENSION, TERMS_EXTENSION
from searchlib.engines.whoosh.format.segment_table import (
    SEGMENT_TABLE,
    SegmentEntry,
    read_segment_table,
    write_segment_table,
)
from searchlib.engines.whoosh.format.stored_fields import DICTIONARY, write_dictionary
from searchlib.engines.whoosh.write.lexicon import write_lexicon
from searchlib.engines.whoosh.write.merge import Source, merge
from searchlib.errors import index_damaged
from searchlib.models import Article


@dataclass(frozen=True, slots=True, kw_only=True)
class WriterLimits:
    """The tuning numbers of a writer.

    Attributes:
        max_sources: The number of runs and segments that one pass merges. Each is an open file, and takes memory.
        max_single_lookups: The maximum number of ids that are looked up one by one. More are found in one pass over all ids.
        min_parallel_articles: The lexicon of fewer articles is written in this process, which is faster than starting others.
        size_ratio: A segment is merged if it has less than this many times the articles of all new and smaller segments together.
        deleted_ratio: A segment is merged if more than one in this many of its articles is deleted.
    """

    max_sources: int = 128
    max_single_lookups: int = 200
    min_parallel_articles: int = 1000
    size_ratio: int = 4
    deleted_ratio: int = 3


WRITER_LIMITS = WriterLimits()


class WhooshWriter:
    """Adds articles to the index in a folder. With ``new``, the folder has no index yet."""

    def __init__(self, folder: Path, *, new: bool, limits: WriterLimits = WRITER_LIMITS) -> None:
        self._folder = folder
        self._limits = limits
        self._entries = [] if new else read_segment_table(folder)
        self._runs: list[Path] = []
        self._temporary: set[Path] = set()

    def train(self, samples: Sequence[Article], boilerplate: Collection[int]) -> None:
        """Train the compression of articles on samples, so that all take less space, and write the boilerplate."""
        write_dictionary(self._folder, samples)
        write_boilerplate(self._folder, boilerplate)

    def add(self, run: Path) -> None:
        """Add the articles of a run that ``WhooshBatch.finish`` wrote. The index must not contain their ids."""
        self._runs.append(run)
        self._temporary.add(run)
        # The lexicon needs the readings. They are loaded now, while workers write further runs.
        readings()

    def delete(self, article_ids: Iterable[str]) -> None:
        """Delete the articles with these ids; raise IndexDamagedError if the index does not contain each of them once."""
        reader = IndexReader(self._folder)
        deleted = np.array(sorted(self._article_numbers(reader, set(article_ids))), np.int64)
        reader.close()
        base = 0
        entries = []
        for entry in self._entries:
            in_segment = deleted[(deleted >= base) & (deleted < base + entry.articles)] - base
            numbers = tuple(sorted({*entry.deleted, *in_segment.tolist()}))
            entries.append(SegmentEntry(entry.name, entry.articles, numbers))
            base += entry.articles
        self._entries = entries

    def _article_numbers(self, reader: IndexReader, article_ids: set[str]) -> list[int]:
        if len(article_ids) <= self._limits.max_single_lookups:
            numbers_of = {article_id: reader.postings("id", article_id).articles.tolist() for article_id in article_ids}
        else:
            ids, id_numbers, articles = reader.all_postings("id")
            numbers_of = {article_id: [] for article_id in article_ids}
            for id_number, article in zip(id_numbers.tolist(), articles.tolist(), strict=True):
                if ids[id_number] in numbers_of:
                    numbers_of[ids[id_number]].append(article)
        for article_id, numbers in numbers_of.items():
            # Otherwise the next generation could contain an article and its replacement.
            if len(numbers) != 1:
                raise index_damaged(
                    reader.folder, f"the index contains {len(numbers)} articles {article_id!r}, not one"
                )
        return [number for numbers in numbers_of.values() for number in numbers]

    def commit(self, in_order: OrderedMap = map, begin: Callable[[CommitStage], None] = lambda _: None) -> None:
        """Write all changes to disk. ``in_order`` is ``map``, or maps in several processes; ``begin`` gets each stage."""
        unchanged, merged = self._choose_segments()
        if merged or self._runs:
            begin("merging")
            sources = [Source.segment(self._folder, entry.name, entry.deleted) for entry in merged]
            sources += map(Source.run, self._runs)
            while len(sources) > self._limits.max_sources:
                stages = -(-len(sources) // self._limits.max_sources)
                size = -(-len(sources) // stages)
                sources = [self._merge_stage(sources[at : at + size], in_order) for at in range(0, len(sources), size)]
            name, articles = self._merge(sources, in_order)
            unchanged.append(SegmentEntry(name, articles))
            begin("names")
            is_small = articles < self._limits.min_parallel_articles
            write_lexicon(self._folder, name, map if is_small else in_order)
        write_segment_table(self._folder, unchanged)
        for entry in merged:
            for extension in (TERMS_EXTENSION, ARTICLES_EXTENSION):
                (self._folder / f"{entry.name}{extension}").unlink()
            (self._folder / f"{entry.name}{LEXICON_EXTENSION}").unlink(missing_ok=True)
        write_near_duplicates(self._folder)
        write_facet_values(self._folder)

    def _merge_stage(self, sources: Sequence[Source], in_order: OrderedMap) -> Source:
        name, _ = self._merge(sources, in_order)
        stage = Source.segment(self._folder, name, ())
        self._temporary |= stage.files
        return stage

    def _merge(self, sources: Sequence[Source], in_order: OrderedMap) -> tuple[str, int]:
        """Merge sources into a new segment, and return its name and number of articles. Remove the temporary sources.

        A build therefore needs little more than twice the disk space of the index.
        """
        name = f"MAIN_{uuid4().hex}"
        articles = merge(sources, self._folder, name, in_order)
        self._remove_temporary(set().union(*[source.files for source in sources]))
        return name, articles

    def _choose_segments(self) -> tuple[list[SegmentEntry], list[SegmentEntry]]:
        """Return the segments that stay, and those that are merged with the runs, each in their order.

        Sizes of segments grow geometrically, so that an index has few, and the cost of an update depends on the size of the
        update.
        """
        size = sum(Source.run(run).count() for run in self._runs)
        merged: set[str] = set()
        for entry in sorted(self._entries, key=lambda entry: entry.live):
            is_similar = size and entry.live < self._limits.size_ratio * size
            if is_similar or len(entry.deleted) * self._limits.deleted_ratio > entry.articles:
                merged.add(entry.name)
                size += entry.live
        return (
            [entry for entry in self._entries if entry.name not in merged],
            [entry for entry in self._entries if entry.name in merged],
        )

    def cancel(self) -> None:
        """Discard the runs. The index in the folder does not change."""
        self._remove_temporary(self._temporary)

    def _remove_temporary(self, files: Set[Path]) -> None:
        for file in files & self._temporary:
            file.unlink(missing_ok=True)
        self._temporary -= files


def copy_index(old: Path, new: Path) -> None:
    """Copy an index to another folder, to change it there. Files of segments never change, so they are hard links."""
    for entry in read_segment_table(old):
        for extension in (TERMS_EXTENSION, ARTICLES_EXTENSION, LEXICON_EXTENSION):
            name = f"{entry.name}{extension}"
            # Whoosh's own writer writes no lexicon.
            if extension == LEXICON_EXTENSION and not (old / name).exists():
                continue
            try:
                os.link(old / name, new / name)
            except OSError:
                shutil.copyfile(old / name, new / name)
    for name in (SEGMENT_TABLE, DICTIONARY, BOILERPLATE):
        shutil.copyfile(old / name, new / name)

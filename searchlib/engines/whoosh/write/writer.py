"""Write a Whoosh index: runs of articles are merged into segments."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from uuid import uuid4

import numpy as np

from searchlib.analysis.pinyin import readings
from searchlib.engines.base import OrderedMap
from searchlib.engines.whoosh.format.boilerplate_file import BOILERPLATE, write_boilerplate
from searchlib.engines.whoosh.format.index_reader import IndexReader
from searchlib.engines.whoosh.format.near_duplicates_file import write_near_duplicates
from searchlib.engines.whoosh.format.segment import FACTS, LEXICON, TERMS
from searchlib.engines.whoosh.format.segment_table import (
    FILE_NAME,
    SegmentEntry,
    read_segment_table,
    write_segment_table,
)
from searchlib.engines.whoosh.format.stored_fields import DICTIONARY, write_dictionary
from searchlib.engines.whoosh.write.lexicon import write_lexicon
from searchlib.engines.whoosh.write.merge import Source, merge
from searchlib.errors import IndexDamagedError
from searchlib.models import Article

MOST_SOURCES = 128
"""More runs and segments than this are merged in several passes: each is an open file, and takes memory."""

_FEW = 200
"""More ids than this are looked up together."""

_FEW_ARTICLES = 1000

_MUCH_LARGER = 4
"""A segment so many times as large as all that is new and smaller is left alone."""
_MUCH_DELETED = 3
"""A segment is written anew when one in so many of its articles is deleted."""


class WhooshWriter:
    """Adds articles to the index in a folder: a new one, or one that is there."""

    def __init__(self, folder: Path, *, new: bool) -> None:
        self._folder = folder
        self._entries = [] if new else read_segment_table(folder)
        self._runs: list[Path] = []
        self._between: list[str] = []

    def train(self, samples: Sequence[Article], boilerplate: Collection[int] = ()) -> None:
        """Look at some of the articles that will be added to a new index, so that all of them take less room.

        ``boilerplate`` are the digests of the lines that do not rank.
        """
        write_dictionary(self._folder, samples)
        write_boilerplate(self._folder, boilerplate)

    def add(self, run: Path) -> None:
        """Add the articles of a run that ``WhooshBatch.finish`` wrote; none with their ids may be left in the index."""
        self._runs.append(run)
        # The names will need them; to load them now costs no time, as workers make further runs meanwhile.
        readings()

    def delete(self, article_ids: Iterable[str]) -> None:
        """Drop the articles with these ids."""
        reader = IndexReader(self._folder)
        dropped = np.array(sorted(_numbers(reader, set(article_ids))), np.int64)
        reader.close()
        base = 0
        entries = []
        for entry in self._entries:
            own = dropped[(dropped >= base) & (dropped < base + entry.articles)] - base
            entries.append(SegmentEntry(entry.name, entry.articles, tuple(sorted({*entry.deleted, *own.tolist()}))))
            base += entry.articles
        self._entries = entries

    def commit(self, in_order: OrderedMap = map) -> None:
        """Write all of it to disk; ``in_order`` is what ``map`` does, perhaps in several processes."""
        kept, merged = self._chosen()
        if merged or self._runs:
            sources = [Source.segment(self._folder, entry.name, entry.deleted) for entry in merged]
            sources += map(Source.run, self._runs)
            while len(sources) > MOST_SOURCES:
                sources = [
                    self._merged(sources[at : at + MOST_SOURCES], in_order)
                    for at in range(0, len(sources), MOST_SOURCES)
                ]
            name = _new_name()
            kept.append(SegmentEntry(name, merge(sources, self._folder, name, in_order)))
            # Of few articles it is written sooner than handed over.
            write_lexicon(self._folder, name, in_order if kept[-1].articles >= _FEW_ARTICLES else map)
        write_segment_table(self._folder, kept)
        for name in [entry.name for entry in merged] + self._between:
            for end in (TERMS, FACTS):
                (self._folder / f"{name}{end}").unlink()
            (self._folder / f"{name}{LEXICON}").unlink(missing_ok=True)
        self._remove_runs()
        write_near_duplicates(self._folder)

    def _merged(self, sources: Sequence[Source], in_order: OrderedMap) -> Source:
        """Some of many sources as one segment, which is merged in its turn."""
        self._between.append(_new_name())
        merge(sources, self._folder, self._between[-1], in_order)
        return Source.segment(self._folder, self._between[-1], ())

    def _chosen(self) -> tuple[list[SegmentEntry], list[SegmentEntry]]:
        """The segments that stay, and those that are merged with what is new, each in its order.

        Segments grow in steps, so that an update costs about as much as what it brings, and a search meets few of them.
        """
        size = sum(Source.run(run).count() for run in self._runs)
        merged: set[str] = set()
        for entry in sorted(self._entries, key=_live):
            if (size and _live(entry) < _MUCH_LARGER * size) or len(entry.deleted) * _MUCH_DELETED > entry.articles:
                merged.add(entry.name)
                size += _live(entry)
        return (
            [entry for entry in self._entries if entry.name not in merged],
            [entry for entry in self._entries if entry.name in merged],
        )

    def cancel(self) -> None:
        """Give up; what the folder held before stays as it was."""
        self._remove_runs()

    def _remove_runs(self) -> None:
        for run in self._runs:
            run.unlink(missing_ok=True)


def _new_name() -> str:
    return f"MAIN_{uuid4().hex}"


def _numbers(reader: IndexReader, article_ids: set[str]) -> list[int]:
    """The numbers of the articles with these ids, all of which must be there."""
    if len(article_ids) < _FEW:
        found = {article_id: reader.postings("id", article_id).numbers.tolist() for article_id in article_ids}
    else:
        terms, places, numbers = reader.all_postings("id")
        found = {article_id: [] for article_id in article_ids}
        for place, number in zip(places.tolist(), numbers.tolist(), strict=True):
            if terms[place] in found:
                found[terms[place]].append(number)
    for article_id, held in found.items():
        # The next generation must not hold an article beside what has taken its place.
        if len(held) != 1:
            raise IndexDamagedError(
                f"{reader.folder}: the index holds {len(held)} articles {article_id!r}, not one: build the index again"
            )
    return [number for held in found.values() for number in held]


def _live(entry: SegmentEntry) -> int:
    return entry.articles - len(entry.deleted)


def copy_index(old: Path, new: Path) -> None:
    """Put an index into another folder, as a start for changes; files of segments never change, so links will do."""
    for entry in read_segment_table(old):
        for end in (TERMS, FACTS, LEXICON):
            name = f"{entry.name}{end}"
            # A segment of Whoosh's own writer has no lexicon.
            if end == LEXICON and not (old / name).exists():
                continue
            try:
                os.link(old / name, new / name)
            except OSError:
                shutil.copyfile(old / name, new / name)
    for name in (FILE_NAME, DICTIONARY, BOILERPLATE):
        shutil.copyfile(old / name, new / name)

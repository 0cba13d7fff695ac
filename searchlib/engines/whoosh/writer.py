"""Write a Whoosh index: runs of articles are merged into segments."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from uuid import uuid4

import numpy as np

from searchlib.engines.base import InOrder
from searchlib.engines.whoosh.documents import DICTIONARY, write_dictionary
from searchlib.engines.whoosh.reader import IndexReader
from searchlib.engines.whoosh.storage.contents import FILE_NAME, Entry, read_contents, write_contents
from searchlib.engines.whoosh.storage.merge import Source, merge
from searchlib.engines.whoosh.storage.segment import FACTS, TERMS
from searchlib.models import Article

_MUCH_LARGER = 4
"""A segment so many times as large as all that is new and smaller is left alone."""
_MUCH_DELETED = 3
"""A segment is written anew when one in so many of its articles is deleted."""


class WhooshWriter:
    """Adds articles to the index in a folder: a new one, or one that is there."""

    def __init__(self, folder: Path, *, new: bool) -> None:
        self._folder = folder
        self._entries = [] if new else read_contents(folder)
        self._runs: list[Path] = []

    def learn(self, samples: Sequence[Article]) -> None:
        """Look at some of the articles that will be added to a new index, so that all of them take less room."""
        write_dictionary(self._folder, samples)

    def add(self, run: Path) -> None:
        """Add the articles of a run that ``WhooshBatch.finish`` wrote; none with their ids may be left in the index."""
        self._runs.append(run)

    def delete(self, article_ids: Iterable[str]) -> None:
        """Drop the articles with these ids."""
        reader = IndexReader(self._folder)
        numbers = [reader.postings("id", article_id).numbers for article_id in article_ids]
        reader.close()
        dropped = np.sort(np.concatenate([np.empty(0, np.int64), *numbers]))
        base = 0
        entries = []
        for entry in self._entries:
            own = dropped[(dropped >= base) & (dropped < base + entry.articles)] - base
            entries.append(Entry(entry.name, entry.articles, tuple(sorted({*entry.deleted, *own.tolist()}))))
            base += entry.articles
        self._entries = entries

    def commit(self, in_order: InOrder = map) -> None:
        """Write all of it to disk; ``in_order`` is what ``map`` does, perhaps in several processes."""
        kept, merged = self._chosen()
        if merged or self._runs:
            sources = [Source.segment(self._folder, entry.name, entry.deleted) for entry in merged]
            sources += map(Source.run, self._runs)
            name = f"MAIN_{uuid4().hex}"
            kept.append(Entry(name, merge(sources, self._folder, name, in_order)))
        write_contents(self._folder, kept)
        for entry in merged:
            for end in (TERMS, FACTS):
                (self._folder / f"{entry.name}{end}").unlink()
        self._remove_runs()

    def _chosen(self) -> tuple[list[Entry], list[Entry]]:
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


def _live(entry: Entry) -> int:
    return entry.articles - len(entry.deleted)


def copy_index(old: Path, new: Path) -> None:
    """Put an index into another folder, as a start for changes; files of segments never change, so links will do."""
    for entry in read_contents(old):
        for end in (TERMS, FACTS):
            name = f"{entry.name}{end}"
            try:
                os.link(old / name, new / name)
            except OSError:
                shutil.copyfile(old / name, new / name)
    for name in (FILE_NAME, DICTIONARY):
        shutil.copyfile(old / name, new / name)

"""Read and analyse files, in worker processes where there are enough of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from searchlib.engines.base import Batch
from searchlib.indexing.worker_pool import map_in_order
from searchlib.sources.reader import Reading, expect_files, read_unless_packed

_MOST_FILES = 2000
"""Files that a worker takes at a time, at most."""
_SHARES = 2
"""A worker takes one in so many of the files that are left for each: less and less, so that all end at about the same time."""
_LAST_SHARES = 40
"""… but no less than one in so many of all files for each: every piece is a run that has to be merged."""
_READ_AHEAD = 32
_CHARACTERS_AHEAD = 1_000_000
"""Files that are read before they are added, and what they hold at most, but for the last of them."""
_FEWEST_FILES = 32
"""Fewer files than this are done sooner than they are handed over."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """One file, read and analysed.

    It failed if it is not ``indexed``; ``problem`` then says why, and otherwise what of it could not be read, if anything.
    """

    id: str
    digest: str
    indexed: bool
    problem: str | None


@dataclass(frozen=True, slots=True)
class PreparedBatch:
    """A number of files, and what the engine's writer takes for their articles."""

    files: list[Prepared]
    parts: list[Any]


@dataclass(frozen=True, slots=True)
class _Task:
    """The files that a worker takes at a time, and which of them have been read already."""

    names: Sequence[str]
    readings: Mapping[str, bytes]


def prepare_files(
    source: Path,
    names: Sequence[str],
    zone: str,
    new_batch: Callable[[], Batch],
    jobs: int | None,
    readings: MutableMapping[str, bytes],
) -> Generator[PreparedBatch]:
    """All files, read and analysed, in order; ``new_batch`` is called in the workers.

    ``readings`` are those that were made already, packed, by the names of the files; they are taken out on the way.

    Raises:
        SearchlibError: a worker died.
    """
    pieces = _pieces(names, jobs or os.cpu_count() or 1)
    tasks = (_Task(piece, {name: readings.pop(name) for name in piece if name in readings}) for piece in pieces)
    yield from map_in_order(partial(_prepare, source, ZoneInfo(zone), new_batch), tasks, jobs=jobs)


def _pieces(names: Sequence[str], workers: int) -> Iterator[Sequence[str]]:
    """The names, cut into what a worker takes at a time."""
    fewest = min(max(len(names) // (_LAST_SHARES * workers), _FEWEST_FILES), _MOST_FILES)
    at = 0
    while at < len(names):
        size = min(max((len(names) - at) // (_SHARES * workers), fewest), _MOST_FILES)
        yield names[at : at + size]
        at += size


def _prepare(source: Path, zone: ZoneInfo, new_batch: Callable[[], Batch], task: _Task) -> PreparedBatch:
    batch = new_batch()
    prepared = PreparedBatch([], [])
    for name, reading in _readings(source, zone, task):
        prepared.files.append(_added(batch, name, reading))
        if batch.is_full:
            prepared.parts.append(batch.finish())
            batch = new_batch()
    prepared.parts.append(batch.finish())
    return prepared


def _readings(source: Path, zone: ZoneInfo, task: _Task) -> Iterator[tuple[str, Reading]]:
    """All files, read some ahead: what reading needs in the processor's caches is not what adding to a batch needs."""
    for at in range(0, len(task.names), _READ_AHEAD):
        names = task.names[at : at + _READ_AHEAD]
        expect_files(source, [name for name in names if name not in task.readings])
        ahead: list[tuple[str, Reading]] = []
        characters = 0
        for name in names:
            reading = read_unless_packed(source, name, zone, task.readings)
            ahead.append((name, reading))
            characters += len(reading.article.body) if reading.article else 0
            if characters > _CHARACTERS_AHEAD:
                yield from ahead
                ahead, characters = [], 0
        yield from ahead


def _added(batch: Batch, name: str, reading: Reading) -> Prepared:
    if reading.article is None:
        return Prepared(name, reading.digest, False, reading.problem)
    try:
        batch.add(reading.article)
    except Exception as error:  # Whatever is wrong with one article, it must cost only itself; the report names it.
        return Prepared(name, reading.digest, False, f"cannot be analysed: {type(error).__name__}: {error}")
    return Prepared(name, reading.digest, True, reading.problem)

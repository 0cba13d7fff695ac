"""Read and analyze files in worker processes."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from functools import partial

from searchlib.errors import ArticleError
from searchlib.indexing.pipeline import AnalyzedChunk, BatchFiller, NewBatch
from searchlib.indexing.worker_pool import map_in_order, worker_count
from searchlib.sources.articles import Reading, unpack_or_read
from searchlib.sources.folders import AnySource
from searchlib.sources.time_limit import many_time_limits
from searchlib.sources.titles import UNTITLED
from searchlib.stores.manifest import Trait

MIN_TASK_FILES = 32
"""A task has at least this many files: handing over fewer takes longer than analyzing them."""

MAX_TASK_FILES = 2000
"""A task has at most this many files."""

TASKS_PER_WORKER = 2
"""A task takes 1 / (``TASKS_PER_WORKER`` × workers) of the remaining files: tasks get smaller, so all workers end together."""

FIRST_TASK_FILES = 32
"""The size of the first task. Each further one has at most as many files as all before it, so that progress shows early."""

MAX_TASKS_PER_WORKER = 40
"""A task has at least 1 / (``MAX_TASKS_PER_WORKER`` × workers) of all files: each task writes a run that must be merged."""

READ_AHEAD_FILES = 32
"""Files that are read before the first of them is analyzed."""

READ_AHEAD_CHARACTERS = 1_000_000
"""The maximum number of characters of the files that are read ahead. The last file may exceed it."""


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """The result of reading and analyzing one file.

    If ``is_indexed``, ``problem`` names the part of the file that could not be read, if any. Otherwise ``problem`` is the reason
    of the failure, or ``skipped`` the reason to leave the file out. ``changes_at`` is as in ``Reading``, ``traits`` has the
    letters of the article's traits.
    """

    id: str
    digest: str
    is_indexed: bool
    problem: str | None = None
    skipped: str | None = None
    changes_at: float | None = None
    traits: str = ""


@dataclass(frozen=True, slots=True)
class _Task:
    """Files for one worker, and the packed readings of those that have been read already."""

    names: Sequence[str]
    readings: Mapping[str, bytes]


def analyze_files(
    source: AnySource,
    names: Sequence[str],
    new_batch: NewBatch,
    jobs: int | None,
    readings: MutableMapping[str, bytes],
) -> Generator[AnalyzedChunk[FileOutcome]]:
    """Read and analyze all files, in order.

    ``readings`` maps file names to packed readings. These files are not read again, and the readings are removed from the mapping
    as they are used, to free memory.

    Raises:
        SearchlibError: a worker died.
    """
    tasks = (
        _Task(part, {name: readings.pop(name) for name in part if name in readings})
        for part in split_files(names, worker_count(jobs))
    )
    yield from map_in_order(partial(_analyze_task, source, new_batch), tasks, jobs=jobs)


def split_files(names: Sequence[str], workers: int) -> Iterator[Sequence[str]]:
    """Split the files into tasks for a number of workers, in order."""
    smallest = min(max(len(names) // (MAX_TASKS_PER_WORKER * workers), MIN_TASK_FILES), MAX_TASK_FILES)
    start = 0
    while start < len(names):
        size = max((len(names) - start) // (TASKS_PER_WORKER * workers), smallest)
        size = min(size, MAX_TASK_FILES, max(start, FIRST_TASK_FILES))
        yield names[start : start + size]
        start += size


def _analyze_task(source: AnySource, new_batch: NewBatch, task: _Task) -> AnalyzedChunk[FileOutcome]:
    filler = BatchFiller(new_batch)
    with many_time_limits():
        outcomes = [_analyze_file(filler, name, reading) for name, reading in _read_task(source, task)]
    return AnalyzedChunk(outcomes, filler.finish())


def _read_task(source: AnySource, task: _Task) -> Iterator[tuple[str, Reading]]:
    """Yield the readings of all files. Several are read before the first is analyzed, for better use of CPU caches."""
    for start in range(0, len(task.names), READ_AHEAD_FILES):
        names = task.names[start : start + READ_AHEAD_FILES]
        source.prefetch([name for name in names if name not in task.readings])
        ahead: list[tuple[str, Reading]] = []
        characters = 0
        for name in names:
            reading = unpack_or_read(source, name, task.readings)
            ahead.append((name, reading))
            characters += len(reading.article.body) if reading.article else 0
            if characters > READ_AHEAD_CHARACTERS:
                yield from ahead
                ahead, characters = [], 0
        yield from ahead


def _analyze_file(filler: BatchFiller, name: str, reading: Reading) -> FileOutcome:
    """Add the article of a reading to the batch. If this fails, the outcome says so, and the build continues."""
    if reading.article is None:
        return FileOutcome(
            name, reading.digest, False, reading.problem, skipped=reading.skipped, changes_at=reading.changes_at
        )
    try:
        filler.add(reading.article)
    except ArticleError as error:
        return FileOutcome(name, reading.digest, False, error.reason)
    return FileOutcome(
        name, reading.digest, True, reading.problem, changes_at=reading.changes_at, traits=_traits(reading)
    )


def _traits(reading: Reading) -> str:
    """Return the letters of the traits of an article."""
    traits = (
        (Trait.ENCRYPTED, reading.is_encrypted),
        (Trait.UNDATED, reading.article is not None and reading.article.date is None),
        (Trait.UNTITLED, reading.title_source in UNTITLED),
    )
    return "".join(trait.value for trait, holds in traits if holds)

"""Run each engine in separate processes, so that its time and memory can be measured."""

from __future__ import annotations

import multiprocessing
import os
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.benchmarks.articles import Source
from tests.benchmarks.engines.base import HITS, Found, engine
from tests.benchmarks.figures import Build
from tests.benchmarks.memory import PeakMemory, own_memory, tree_memory
from tests.benchmarks.queries import Query


class EngineFailedError(RuntimeError):
    """An engine's process failed; the message is its traceback."""


@dataclass(frozen=True, slots=True)
class _Failure:
    message: str


@dataclass(frozen=True, slots=True)
class Ask:
    """One round of queries, asked one after the other."""

    queries: Sequence[Query]
    facets: bool
    snippets: bool


@dataclass(frozen=True, slots=True)
class Round:
    """What a round took, and how many articles each query found."""

    ms: Sequence[float]
    totals: Sequence[int]


def measure_build(name: str, source: Source, folder: Path) -> Build:
    """Build an index in a new process and its children."""
    with _child(_build, name, source, folder) as (process, connection), PeakMemory(process) as memory:
        seconds, held = _receive(connection)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return Build(articles=source.count, seconds=seconds, size=size, peak=max(memory.peak, held), held=held)


class Searcher:
    """An engine that searches in a process of its own; opening its index took ``open_ms``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.open_ms: float = _receive(connection)

    def ask(self, ask: Ask) -> Round:
        """Run a round."""
        self._connection.send(ask)
        answer: Round = _receive(self._connection)
        return answer

    def memory(self) -> tuple[int, int]:
        """Return the bytes of the process, now and at the peak."""
        self._connection.send("memory")
        taken: tuple[int, int] = _receive(self._connection)
        return taken


@contextmanager
def searching(name: str, folder: Path) -> Iterator[Searcher]:
    """Run a process that searches an index within the context."""
    with _child(_search, name, folder) as (_, connection):
        yield Searcher(connection)
        connection.send(None)


def measure_open(name: str, folder: Path) -> float:
    """Return the milliseconds that a new process needs to open an index, after it has imported the engine."""
    with searching(name, folder) as searcher:
        return searcher.open_ms


def measure_seconds(task: Callable[..., object], *arguments: object) -> float:
    """Return the seconds that a task takes in a new process, after its imports."""
    with _child(_time, task, *arguments) as (_, connection):
        seconds: float = _receive(connection)
        return seconds


@contextmanager
def _child(target: Callable[..., None], *arguments: object) -> Iterator[tuple[int, Connection]]:
    """Start a process that shares no memory with this one. Yield its id and the connection to it."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_run, args=(target, theirs, *arguments))
    process.start()
    theirs.close()
    try:
        yield process.pid or 0, ours
        process.join()
    finally:
        # An interrupted run must not leave an engine behind.
        process.terminate()
        process.join()
        ours.close()


def _receive(connection: Connection) -> Any:
    try:
        answer = connection.recv()
    except EOFError:
        raise EngineFailedError("the process ended without an answer: was it killed for want of memory?") from None
    if isinstance(answer, _Failure):
        raise EngineFailedError(answer.message)
    return answer


def _run(target: Callable[..., None], connection: Connection, *arguments: object) -> None:
    try:
        target(connection, *arguments)
    except Exception:
        connection.send(_Failure(traceback.format_exc()))


def _build(connection: Connection, name: str, source: Source, folder: Path) -> None:
    built = engine(name, folder)
    built.load(source)
    held = tree_memory(os.getpid())
    begun = time.perf_counter()
    built.build()
    connection.send((time.perf_counter() - begun, held))


def _search(connection: Connection, name: str, folder: Path) -> None:
    opened = engine(name, folder)
    begun = time.perf_counter()
    opened.open()
    connection.send((time.perf_counter() - begun) * 1000)
    while (order := connection.recv()) is not None:
        if not isinstance(order, Ask):
            connection.send(own_memory())
            continue
        ms: list[float] = []
        totals: list[int] = []
        for query in order.queries:
            begun = time.perf_counter()
            found = opened.search(query, facets=order.facets, snippets=order.snippets)
            ms.append((time.perf_counter() - begun) * 1000)
            totals.append(found.total)
            _check(found, query, order)
        connection.send(Round(ms, totals))


def _check(found: Found, query: Query, ask: Ask) -> None:
    """Raise an error if an answer is incomplete, because its time would be too short."""
    titles = min(found.total - found.folded, HITS)
    dated = sum(found.facets.get("month", {}).values())
    if (len(found.titles), len(found.snippets)) != (titles, titles * ask.snippets) or dated != found.total * ask.facets:
        raise ValueError(
            f"{query}: {found.total} articles, {len(found.titles)} titles, {len(found.snippets)} snippets, {dated} in months"
        )


def _time(connection: Connection, task: Callable[..., object], *arguments: object) -> None:
    begun = time.perf_counter()
    task(*arguments)
    connection.send(time.perf_counter() - begun)

"""Run a function in worker processes and yield its results in order."""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import ForkingPickler
from queue import SimpleQueue
from typing import Any, TypeVar

from searchlib.errors import SearchlibError

MAX_WORKERS = 61
"""The number of worker processes is limited to this: Windows cannot wait for more."""

QUEUED_TASKS = 2
"""Tasks per worker that are submitted before the first result is taken. The limit bounds memory if results are taken slowly."""

GC_THRESHOLD = 100_000
"""Objects between two runs of the garbage collector. With Python's default, collections take a tenth of the time of the work."""

_FORKS = sys.platform == "linux"

MALLOC_THRESHOLD = 1 << 30
"""Bytes of freed memory that glibc keeps in a worker instead of returning them to the system."""

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
"""The constants of the same names in glibc's malloc.h."""

Task = TypeVar("Task")
Result = TypeVar("Result")


def worker_count(jobs: int | None) -> int:
    """Return the number of worker processes for ``jobs`` (None: one per core)."""
    return min(jobs or os.cpu_count() or 1, MAX_WORKERS)


def map_in_order(function: Callable[[Task], Result], tasks: Iterable[Task], *, jobs: int | None) -> Generator[Result]:
    """Yield what ``map(function, tasks)`` yields, computed in ``jobs`` processes (None: one per core).

    A single task, or ``jobs=1``, runs in this process.

    Raises:
        SearchlibError: a worker died, or memory ran out.
    """
    workers = worker_count(jobs)
    remaining = iter(tasks)
    first = list(islice(remaining, 2))
    try:
        with _fewer_collections():
            if workers < 2 or len(first) < 2:
                yield from map(function, chain(first, remaining))
            else:
                yield from _map_in_processes(function, chain(first, remaining), workers)
    except MemoryError as error:
        raise SearchlibError(
            "not enough memory to build the index: use fewer jobs or remove the largest files"
        ) from error


_outer_thresholds: list[tuple[int, int, int]] = []
"""One entry for each open block of ``_fewer_collections``: the thresholds of the garbage collector before the first block."""


@contextmanager
def _fewer_collections() -> Iterator[None]:
    """Run the garbage collector less often in a block. Blocks may overlap."""
    thresholds = _outer_thresholds[0] if _outer_thresholds else gc.get_threshold()
    _outer_thresholds.append(thresholds)
    # 0 means that the program has switched the collector off.
    gc.set_threshold(thresholds[0] and max(thresholds[0], GC_THRESHOLD), *thresholds[1:])
    try:
        yield
    finally:
        _outer_thresholds.pop()
        if not _outer_thresholds:
            gc.set_threshold(*thresholds)


def _map_in_processes(function: Callable[[Task], Result], tasks: Iterator[Task], workers: int) -> Generator[Result]:
    with _worker_processes(function, workers) as pool:
        outcomes: dict[int, tuple[bool, Any]] = {}
        sent = taken = 0
        for task in tasks:
            if sent:
                _receive(pool, outcomes, 0)
            min(pool, key=lambda worker: len(worker.numbers)).send(sent, task)
            sent += 1
            if sent - taken > workers * QUEUED_TASKS:
                yield _take(pool, outcomes, taken)
                taken += 1
        for number in range(taken, sent):
            yield _take(pool, outcomes, number)


class _Worker:
    """A process of a pool, with the pipe to it, and the numbers of the tasks that it has."""

    def __init__(self, process: BaseProcess, connection: Connection) -> None:
        self.process = process
        self.connection = connection
        self.numbers: deque[int] = deque()

    def send(self, number: int, task: object) -> None:
        """Send a task. The worker always reads, so this does not wait for its work."""
        try:
            self.connection.send(task)
        except OSError as error:
            raise _worker_died() from error
        self.numbers.append(number)

    def receive(self) -> tuple[int, tuple[bool, Any]]:
        """Return the number of the oldest task, and its outcome: whether it failed, and its result or its error."""
        try:
            # Other processes may hold a copy of the pipe's other end, so the end of this worker does not close the pipe.
            if not self.connection.poll():
                raise _worker_died()
            outcome = self.connection.recv()
        except (EOFError, OSError) as error:
            raise _worker_died() from error
        if not self.numbers:
            # The worker failed before it had a task.
            raise outcome[1]
        return self.numbers.popleft(), outcome


def _take(pool: Sequence[_Worker], outcomes: dict[int, tuple[bool, Any]], number: int) -> Any:
    """Wait for the outcome of the task with this number. Return its result, or raise its error."""
    while number not in outcomes:
        _receive(pool, outcomes, None)
    is_error, value = outcomes.pop(number)
    if is_error:
        raise value
    return value


def _receive(pool: Sequence[_Worker], outcomes: dict[int, tuple[bool, Any]], seconds: float | None) -> None:
    """Wait for outcomes until the timeout, and receive one from each worker that has one."""
    by_object: dict[Any, _Worker] = {worker.connection: worker for worker in pool}
    if _FORKS:
        by_object |= {worker.process.sentinel: worker for worker in pool}
    for worker in {by_object[each] for each in wait(list(by_object), seconds)}:
        number, outcome = worker.receive()
        outcomes[number] = outcome


def _worker_died() -> SearchlibError:
    return SearchlibError(
        "a worker process died during the build: either memory ran out (use fewer jobs), or the calling program "
        "runs its top level again in each worker (put the call under `if __name__ == '__main__':`)"
    )


@contextmanager
def _worker_processes(function: Callable[[Any], Any], workers: int) -> Iterator[list[_Worker]]:
    """Start worker processes that run a function, and kill them at the end.

    On Linux they are forked: they start at once, and the calling program needs no ``__main__`` guard. Other systems cannot fork,
    or their libraries do not survive it.

    ``concurrent.futures`` is not used: after an interrupt or a process limit, it can wait forever for locks and threads. This pool
    is a list of processes, which SIGKILL ends.
    """
    context: Any = multiprocessing.get_context("fork" if _FORKS else "spawn")
    pool: list[_Worker] = []
    try:
        # Deferred: an interrupt during a fork would be lost, or reach the worker.
        with _deferred_signals():
            for _ in range(workers):
                ours, theirs = context.Pipe()
                inherited = [ours, *[worker.connection for worker in pool]] if _FORKS else []
                process = context.Process(target=_work, args=(function, theirs, inherited), daemon=True)
                try:
                    process.start()
                finally:
                    theirs.close()
                pool.append(_Worker(process, ours))
        yield pool
    except OSError as error:
        if len(pool) == workers:
            raise
        raise SearchlibError(
            f"the system cannot start a worker process ({error.strerror or error}): use fewer jobs, or close other programs"
        ) from error
    finally:
        # Repeated after an interrupt: killing a dead worker again does no harm.
        try:
            _end(pool)
        except BaseException:
            _end(pool)
            raise


def _end(pool: Sequence[_Worker]) -> None:
    for worker in pool:
        worker.process.kill()
    for worker in pool:
        worker.process.join()
        worker.connection.close()


@contextmanager
def _deferred_signals() -> Iterator[None]:
    """Within the block, hold back SIGINT and SIGTERM of the main thread; deliver them at its end."""
    received: list[int] = []
    previous: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            if callable(signal.getsignal(number)):
                previous[number] = signal.signal(number, lambda caught, _: received.append(caught))
    try:
        yield
    finally:
        for each, handler in previous.items():
            signal.signal(each, handler)
        for each in received:
            signal.raise_signal(each)


def _work(function: Callable[[Any], Any], connection: Connection, inherited: Sequence[Connection]) -> None:
    """Run a function on the tasks that come from a pipe, and send the results back, until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A forked worker has the handler of the parent.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # Otherwise this process would keep the pipes of other workers open when the parent dies.
    for other in inherited:
        other.close()
    gc.set_threshold(GC_THRESHOLD)
    _keep_freed_memory()
    tasks: SimpleQueue[Any] = SimpleQueue()
    results: SimpleQueue[bytes] = SimpleQueue()
    try:
        # Threads read and write, so that neither this process nor its parent waits for the other one.
        threading.Thread(target=_write_results, args=(connection, results), daemon=True).start()
        threading.Thread(target=_read_tasks, args=(connection, tasks), daemon=True).start()
    except RuntimeError as error:
        connection.send((True, SearchlibError(f"a worker process failed ({error}): use fewer jobs")))
        return
    while True:
        results.put(_result(function, tasks.get()))


def _result(function: Callable[[Any], Any], task: Any) -> bytes:
    """Return the pickled result of a task, or its error."""
    try:
        return bytes(ForkingPickler.dumps((False, function(task))))
    except BaseException as error:
        error.add_note(f"In a worker process:\n{''.join(traceback.format_exception(error))}")
        try:
            return bytes(ForkingPickler.dumps((True, error)))
        except Exception:
            return bytes(ForkingPickler.dumps((True, RuntimeError(f"{type(error).__name__}: {error}"))))


def _read_tasks(connection: Connection, tasks: SimpleQueue[Any]) -> None:
    try:
        while True:
            tasks.put(connection.recv())
    except BaseException:
        # The parent has died, or its message cannot be read: it notices the end of this process.
        os._exit(1)


def _write_results(connection: Connection, results: SimpleQueue[bytes]) -> None:
    try:
        while True:
            connection.send_bytes(results.get())
    except BaseException:
        os._exit(1)


def _keep_freed_memory() -> None:
    """Make glibc reuse freed memory: the system would clear the pages of every new array again."""
    if sys.platform == "linux":
        c_library = ctypes.CDLL(None)
        # Other C libraries lack mallopt or ignore it.
        if hasattr(c_library, "mallopt"):
            c_library.mallopt(_M_MMAP_THRESHOLD, MALLOC_THRESHOLD)
            c_library.mallopt(_M_TRIM_THRESHOLD, MALLOC_THRESHOLD)

"""Run a function in a pool of worker processes and yield its results in order."""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from multiprocessing.connection import wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar, cast

from searchlib.errors import SearchlibError

MAX_WORKERS = 61
"""The number of worker processes is limited to this: Windows cannot wait for more."""

QUEUED_TASKS = 2
"""Tasks per worker that are submitted before the first result is taken. The limit bounds memory if results are taken slowly."""

GC_THRESHOLD = 100_000
"""Objects between two runs of the garbage collector in a worker. With Python's default they take a tenth of its time."""

MAX_RESULT_SECONDS = 5.0
"""How long a worker that is to be terminated may take to hand over a result."""

MALLOC_THRESHOLD = 1 << 30
"""Bytes of freed memory that glibc keeps in a worker instead of returning them to the system."""

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
"""The constants of the same names in glibc's malloc.h."""

Task = TypeVar("Task")
Result = TypeVar("Result")


def map_in_order(
    function: Callable[[Task], Result], tasks: Iterable[Task], *, jobs: int | None = None
) -> Generator[Result]:
    """Yield what ``map(function, tasks)`` yields, computed in ``jobs`` processes (default: one per core).

    A single task, or ``jobs=1``, runs in this process.

    Raises:
        SearchlibError: a worker died, or memory ran out.
    """
    workers = min(jobs or os.cpu_count() or 1, MAX_WORKERS)
    remaining = iter(tasks)
    first = list(islice(remaining, 2))
    try:
        if workers < 2 or len(first) < 2:
            yield from map(function, chain(first, remaining))
        else:
            yield from _map_in_processes(function, chain(first, remaining), workers)
    except MemoryError as error:
        raise SearchlibError(
            "not enough memory to build the index: use fewer jobs or remove the largest files"
        ) from error


def _map_in_processes(function: Callable[[Task], Result], tasks: Iterator[Task], workers: int) -> Generator[Result]:
    context = _RecordingContext()
    with ProcessPoolExecutor(workers, mp_context=cast(BaseContext, context), initializer=_set_up_worker) as pool:
        futures: deque[Future[Result]] = deque()
        try:
            for task in tasks:
                futures.append(pool.submit(function, task))
                if len(futures) > workers * QUEUED_TASKS:
                    yield futures.popleft().result()
            while futures:
                yield futures.popleft().result()
        except BrokenProcessPool as error:
            raise SearchlibError(
                "a worker process died during the build: either memory ran out (use fewer jobs), or the calling program "
                "runs its top level again in each worker (put the call under `if __name__ == '__main__':`)"
            ) from error
        except BaseException:
            context.terminate_workers()
            raise


class _RecordingContext:
    """A multiprocessing context that can terminate the workers of its pool.

    On Linux it forks: workers start at once, and the calling program needs no ``__main__`` guard. Other systems cannot fork, or
    their libraries do not survive it.
    """

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("fork" if sys.platform == "linux" else None)
        self._workers: list[BaseProcess] = []
        self._results: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def Process(self, *arguments: Any, **options: Any) -> BaseProcess:
        """Create a worker process; the pool calls this."""
        process: BaseProcess = self._context.Process(*arguments, **options)
        self._workers.append(process)
        return process

    def SimpleQueue(self) -> Any:
        """Create the queue of the results; the pool calls this."""
        self._results = self._context.SimpleQueue()
        return self._results

    def terminate_workers(self) -> None:
        """Terminate all workers. Without this, a pool that is interrupted while it starts workers waits for them forever."""
        # A pool also waits forever for the rest of a result whose worker is terminated in the middle of it. Workers write
        # results under this lock, which is never released again. On Windows, where a write cannot be interrupted, it is None.
        if lock := getattr(self._results, "_wlock", None):
            lock.acquire(timeout=MAX_RESULT_SECONDS)
        for worker in self._workers:
            if worker.pid:
                worker.terminate()


def _set_up_worker() -> None:
    """Leave Ctrl-C to the parent, tune memory management, and exit when the parent dies or terminates the worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A forked worker has the handler of the parent.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    gc.set_threshold(GC_THRESHOLD)
    _keep_freed_memory()
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_exit_with, args=(parent.sentinel,), daemon=True).start()


def _keep_freed_memory() -> None:
    """Make glibc reuse freed memory: the system would clear the pages of every new array again."""
    if sys.platform == "linux":
        c_library = ctypes.CDLL(None)
        # Other C libraries lack mallopt or ignore it.
        if hasattr(c_library, "mallopt"):
            c_library.mallopt(_M_MMAP_THRESHOLD, MALLOC_THRESHOLD)
            c_library.mallopt(_M_TRIM_THRESHOLD, MALLOC_THRESHOLD)


def _exit_with(sentinel: int) -> None:
    """Exit this process when the process of the sentinel ends."""
    wait([sentinel])
    os._exit(1)

"""Do work in several processes, and give its results in order."""

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

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
"""As malloc.h has them."""
_MOST_KEPT = 1 << 30

Task = TypeVar("Task")
Result = TypeVar("Result")

_MOST_WORKERS = 61
"""Windows waits for no more processes than this."""

_AHEAD = 2
"""Tasks that are under way for each worker besides its own, so that memory stays bounded however slowly results are taken."""


def map_in_order(
    function: Callable[[Task], Result], tasks: Iterable[Task], *, jobs: int | None = None
) -> Generator[Result]:
    """What ``map`` gives, computed in ``jobs`` processes, by default one for each core; a single task is done right here.

    Raises:
        SearchlibError: a worker died, or memory does not suffice.
    """
    workers = min(jobs or os.cpu_count() or 1, _MOST_WORKERS)
    given = iter(tasks)
    first = list(islice(given, 2))
    try:
        if workers < 2 or len(first) < 2:
            yield from map(function, chain(first, given))
        else:
            yield from _in_processes(function, chain(first, given), workers)
    except MemoryError as error:
        raise SearchlibError(
            "there is not enough memory to build the index: try fewer jobs, or leave out the largest files"
        ) from error


def _in_processes(function: Callable[[Task], Result], tasks: Iterator[Task], workers: int) -> Generator[Result]:
    context = _Context()
    with ProcessPoolExecutor(workers, mp_context=cast(BaseContext, context), initializer=_follow_the_parent) as pool:
        waiting: deque[Future[Result]] = deque()
        try:
            for task in tasks:
                waiting.append(pool.submit(function, task))
                if len(waiting) > workers * _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise SearchlibError(
                "a worker process died while the index was built: for want of memory (try fewer jobs), or because the "
                "program that builds the index starts anew in each worker (put the call below `if __name__ == '__main__':`)"
            ) from error
        except BaseException:
            # A pool that was interrupted while it started its workers would wait for them for ever.
            for worker in context.started:
                if worker.pid:
                    worker.terminate()
            raise


class _Context:
    """How the workers of one pool are started, and which ones were.

    On Linux they are forked: so they start at once, and need no guard in the caller's program. Elsewhere there is no fork, or the
    system's libraries do not bear it.
    """

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("fork" if sys.platform == "linux" else None)
        self.started: list[BaseProcess] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def Process(self, *arguments: Any, **options: Any) -> BaseProcess:
        """A new worker: what a pool calls."""
        process: BaseProcess = self._context.Process(*arguments, **options)
        self.started.append(process)
        return process


def _follow_the_parent() -> None:
    """Let no worker outlive a parent that was killed, and leave it to the parent what Ctrl-C means."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Workers make many objects and hardly any circles of them, and looking for circles takes a tenth of their time.
    gc.set_threshold(100_000)
    _keep_freed_memory()
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_watch, args=(parent.sentinel,), daemon=True).start()


def _keep_freed_memory() -> None:
    """Let glibc keep what a worker frees: pages of arrays that come and go are not cleared by the system each time anew."""
    if sys.platform == "linux":
        c_library = ctypes.CDLL(None)
        # Other C libraries have no such option, or take no heed of it.
        if hasattr(c_library, "mallopt"):
            c_library.mallopt(_M_MMAP_THRESHOLD, _MOST_KEPT)
            c_library.mallopt(_M_TRIM_THRESHOLD, _MOST_KEPT)


def _watch(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)

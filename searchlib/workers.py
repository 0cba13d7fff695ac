"""Read and analyse files, in worker processes where there are enough of them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from searchlib.engines.whoosh.documents import document
from searchlib.errors import SearchlibError
from searchlib.sources.reader import read_article

_BATCH = 32
"""Files that a worker takes at a time."""
_AHEAD = 4
"""Batches that wait for each worker, so that memory stays bounded however slow the writer is."""
_WORTH_WORKERS = 4 * _BATCH
"""Fewer files than this are done sooner than workers are started."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """One file, read and analysed.

    ``document`` is what the engine's writer takes, or None where the file failed; ``problem`` then says why, and
    otherwise what of it could not be read, if anything.
    """

    id: str
    digest: str
    document: dict[str, Any] | None
    problem: str | None


def prepare_files(source: Path, names: Sequence[str], zone: str, jobs: int | None) -> Generator[Prepared]:
    """All files, read and analysed, in order.

    Raises:
        SearchlibError: a worker died.
    """
    batches = [names[at : at + _BATCH] for at in range(0, len(names), _BATCH)]
    prepare = partial(_prepare, source, ZoneInfo(zone))
    workers = min(jobs or os.cpu_count() or 1, len(batches))
    if workers < 2 or len(names) < _WORTH_WORKERS:
        for batch in batches:
            yield from prepare(batch)
        return
    others = set(multiprocessing.active_children())
    with ProcessPoolExecutor(workers, mp_context=_context(), initializer=_follow_the_parent) as pool:
        waiting: deque[Future[list[Prepared]]] = deque()
        try:
            for batch in batches:
                waiting.append(pool.submit(prepare, batch))
                if len(waiting) > workers * _AHEAD:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        except BrokenProcessPool as error:
            raise SearchlibError(
                "a worker process died while it read articles: for want of memory (try fewer jobs), or because the "
                "program that builds the index starts anew in each worker (put the call below `if __name__ == '__main__':`)"
            ) from error
        except BaseException:
            # A pool that was interrupted while it started its workers would wait for them for ever.
            for worker in set(multiprocessing.active_children()) - others:
                worker.terminate()
            raise


def _prepare(source: Path, zone: ZoneInfo, names: Sequence[str]) -> list[Prepared]:
    return [_prepare_file(source, zone, name) for name in names]


def _prepare_file(source: Path, zone: ZoneInfo, name: str) -> Prepared:
    reading = read_article(source, name, zone)
    if reading.article is None:
        return Prepared(name, reading.digest, None, reading.problem)
    try:
        return Prepared(name, reading.digest, document(reading.article), reading.problem)
    except Exception as error:  # Whatever is wrong with one article, it must cost only itself; the report names it.
        return Prepared(name, reading.digest, None, f"cannot be analysed: {type(error).__name__}: {error}")


def _context() -> multiprocessing.context.BaseContext:
    """Forked workers start at once and need no guard in the caller's program; not every system has them."""
    return multiprocessing.get_context("fork" if "fork" in multiprocessing.get_all_start_methods() else None)


def _follow_the_parent() -> None:
    """Let no worker outlive a parent that was killed, and leave it to the parent what Ctrl-C means."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_watch, args=(parent.sentinel,), daemon=True).start()


def _watch(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)

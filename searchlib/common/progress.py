"""Report the progress of builds, updates, transfers and checks to a callback."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from operator import length_hint
from typing import Any, Literal

Progress = Callable[[int, int], None]
"""A callback ``progress(done, total)``. Builds and updates count files, transfers and checks count articles.

A callback that has a method ``begin(stage)`` is told about all stages: ``begin`` gets the name of each ``Stage``, and the counts
start at 0 again. The stages "sampling" and "reading" count files or articles; the others count parts of the work. Any other
callback gets the counts of the stage "reading" only.
"""

Stage = Literal["sampling", "reading", "merging", "names", "posting lists"]

OrderedMap = Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]
"""A function like ``map``, which may use several processes."""


class StageProgress:
    """Reports stages and counts to a callback, or to nothing."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._begin: Callable[[Stage], None] | None = getattr(progress, "begin", None)
        self._is_reading = False

    def begin(self, stage: Stage) -> None:
        """Begin a stage. Its counts start at 0."""
        self._is_reading = stage == "reading"
        if self._begin is not None:
            self._begin(stage)

    def count(self, done: int, total: int) -> None:
        """Report how much of the stage is done."""
        if self._progress is not None and (self._is_reading or self._begin is not None):
            self._progress(done, total)

    def counted(self, in_order: OrderedMap) -> OrderedMap:
        """Return a function like ``in_order`` that counts the results."""

        def counted(function: Callable[[Any], Any], tasks: Iterable[Any]) -> Generator[Any]:
            total = length_hint(tasks)
            for done, result in enumerate(in_order(function, tasks), start=1):
                self.count(done, max(total, done))
                yield result

        return counted


NO_PROGRESS = StageProgress(None)

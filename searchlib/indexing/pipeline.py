"""Write analyzed articles to a generation: the steps that builds, updates and transfers share."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from searchlib.engines.base import Batch
from searchlib.errors import ArticleError
from searchlib.indexing.progress import StageProgress
from searchlib.indexing.worker_pool import map_in_order
from searchlib.models import Article, BuildReport
from searchlib.stores import GenerationWriter
from searchlib.stores.manifest import NO_SOURCES, Sources

NewBatch = Callable[[], Batch]
"""Create an empty batch. It can be pickled, so that workers can call it."""

Outcome = TypeVar("Outcome")


@dataclass(frozen=True, slots=True)
class AnalyzedChunk(Generic[Outcome]):
    """The result of one task: the outcome of each of its items, and the finished batches for the engine's writer."""

    outcomes: Sequence[Outcome]
    batches: Sequence[Any]


class BatchFiller:
    """Add articles to a batch, and start a new batch when it is full."""

    def __init__(self, new_batch: NewBatch) -> None:
        self._new_batch = new_batch
        self._batch = new_batch()
        self._finished: list[Any] = []

    def add(self, article: Article) -> None:
        """Analyze an article and add it.

        Raises:
            ArticleError: it cannot be analyzed. The batch stays as it was.
        """
        try:
            self._batch.add(article)
        except Exception as error:
            raise ArticleError(article.id, f"cannot be analyzed: {type(error).__name__}: {error}") from error
        if self._batch.is_full:
            self._finished.append(self._batch.finish())
            self._batch = self._new_batch()

    def finish(self) -> list[Any]:
        """Return all batches that hold articles, finished."""
        return [batch for batch in (*self._finished, self._batch.finish()) if batch is not None]


def write_generation(
    generation: GenerationWriter,
    chunks: Generator[AnalyzedChunk[Outcome]],
    *,
    on_written: Callable[[Sequence[Outcome]], None],
    sources: Callable[[], Sources],
    zone: str,
    analysis: Mapping[str, Any],
    jobs: int | None,
    progress: StageProgress,
) -> None:
    """Add all chunks to a generation, commit it, and seal it. If adding or committing fails, cancel its writer.

    The writer of a new generation must be trained. ``on_written`` is called with the outcomes of each chunk after its batches
    are added, ``sources`` once after the commit.
    """
    writer = generation.writer
    progress.begin("reading")
    try:
        with closing(chunks):
            for chunk in chunks:
                for batch in chunk.batches:
                    writer.add(batch)
                on_written(chunk.outcomes)
        writer.commit(progress.counted(partial(map_in_order, jobs=jobs)), progress.begin)
    except BaseException:
        writer.cancel()
        raise
    generation.seal(sources(), zone, analysis)


def build_report(
    started: float,
    *,
    added: int,
    updated: int = 0,
    deleted: int = 0,
    unchanged: int = 0,
    failed: Mapping[str, str] = MappingProxyType({}),
    sources: Sources = NO_SOURCES,
) -> BuildReport:
    """Return the report of work that began at ``started``, an instant of ``time.monotonic``; files are sorted by path.

    ``sources`` are those of the index afterwards.
    """
    return BuildReport(
        added=added,
        updated=updated,
        deleted=deleted,
        unchanged=unchanged,
        failed=tuple(sorted(failed.items())),
        salvaged=tuple(sorted(sources.salvaged.items())),
        skipped=tuple(sorted(sources.left_out.items())),
        **sources.trait_counts(),
        seconds=round(time.monotonic() - started, 3),
    )

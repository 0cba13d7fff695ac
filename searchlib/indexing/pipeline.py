"""Write analyzed articles to a generation: the steps that builds, updates and transfers share."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping, Sequence, Set
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from searchlib.analysis.dictionary import configured_dictionary
from searchlib.analysis.han_tokenizer import with_frequencies
from searchlib.analysis.record import analysis_record, with_current_opencc
from searchlib.common.progress import StageProgress
from searchlib.engines.base import Batch
from searchlib.errors import ArticleError
from searchlib.indexing.worker_pool import map_in_order, worker_count
from searchlib.models import Article, BuildReport
from searchlib.settings import Settings, recorded_settings
from searchlib.stores import Generation, GenerationSpec, GenerationWriter
from searchlib.stores.manifest import Sources

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
    on_written: Callable[[Sequence[Outcome]], None],
    sources: Callable[[], Sources],
    *,
    jobs: int | None,
    progress: StageProgress,
) -> Sources:
    """Add all chunks to a generation, commit it, and seal it. If adding or committing fails, cancel its writer.

    Return the sources of the generation.

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
    sealed = sources()
    generation.seal(sealed)
    return sealed


def build_report(
    started: float,
    sources: Sources,
    *,
    before: Set[str] = frozenset(),
    written: Set[str] = frozenset(),
    failed: Mapping[str, str] = MappingProxyType({}),
) -> BuildReport:
    """Return the report of a build or update that began at ``started`` (``time.monotonic``). Files are sorted by path.

    ``sources`` describe the index after it. An update passes ``before``, the ids of the articles that the index held, and
    ``written``, the ids of those that it wrote. ``failed`` adds files to those in ``sources``.
    """
    after = sources.articles
    updated = written & before & after
    return BuildReport(
        added=len(after - before),
        updated=len(updated),
        deleted=len(before - after),
        unchanged=len((before & after) - updated),
        failed=tuple(sorted({**sources.failed, **failed}.items())),
        salvaged=tuple(sorted(sources.salvaged.items())),
        skipped=tuple(sorted(sources.left_out.items())),
        **sources.trait_counts(),
        seconds=round(time.monotonic() - started, 3),
    )


BYTES_PER_CHARACTER = 80
"""The memory that a batch takes for each character of its articles, at its peak: when its terms are sorted."""


def bounded_batches(generation: GenerationWriter, settings: Settings, jobs: int | None) -> NewBatch:
    """Return a function that creates batches of a generation. Those of all workers take ``build_memory`` together at most."""
    return generation.new_batch(settings.build_memory * 1_000_000 // worker_count(jobs) // BYTES_PER_CHARACTER)


def configured_spec(settings: Settings, *, facets: Sequence[str], origin: str | None = None) -> GenerationSpec:
    """Return the spec of a build with the dictionary of the settings."""
    dictionary = configured_dictionary(settings)
    return GenerationSpec(
        zone=settings.zone,
        analysis=analysis_record(dictionary),
        dictionary=with_frequencies(dictionary) if dictionary else None,
        facets=facets,
        settings=recorded_settings(settings),
        origin=origin,
    )


def updated_spec(old: Generation, facets: Sequence[str], settings: Settings | None) -> GenerationSpec:
    """Return the spec of an update of a generation. Without ``settings``, the index keeps those that it has."""
    return GenerationSpec(
        zone=old.manifest.zone,
        analysis=with_current_opencc(old.manifest.analysis),
        dictionary=old.dictionary(),
        facets=facets,
        settings=old.manifest.settings if settings is None else recorded_settings(settings),
    )

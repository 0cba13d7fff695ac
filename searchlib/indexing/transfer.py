"""Copy an index to another location, or dump it to a file and load it again, without reading its article files."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import IO

from searchlib.analysis.record import analysis_record, check_configured_dictionary
from searchlib.common.progress import Progress, StageProgress
from searchlib.engines.base import Engine
from searchlib.errors import SearchlibError
from searchlib.indexing.dump import ArticleChecksum, DumpReader, DumpWriter, IndexHeader
from searchlib.indexing.from_articles import build_from_articles
from searchlib.indexing.given_articles import split_articles, take_sample
from searchlib.indexing.json_lines import JsonLines, is_dump, read_rows
from searchlib.indexing.pipeline import (
    AnalyzedChunk,
    BatchFiller,
    NewBatch,
    bounded_batches,
    build_report,
    write_generation,
)
from searchlib.indexing.worker_pool import map_in_order
from searchlib.models import Article, BuildReport
from searchlib.settings import Settings, load_settings, recorded_settings, settings_file, settings_of_record
from searchlib.stores import Generation, GenerationSpec, effective_settings, store_at
from searchlib.stores.manifest import NO_SOURCES, Sources

TRAINING_ARTICLES = 300
"""Articles that train the writer, at most."""


def copy_index(
    index: str | os.PathLike[str],
    target: str | os.PathLike[str],
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
    settings: Settings | None = None,
) -> BuildReport:
    """Build an index with the same articles at another location. If the copy fails, the target stays as it was.

    An update of the copy reads only the files that have changed since the build of the original.

    Raises:
        NoIndexError, IndexMismatchError, IndexDamagedError, IndexUnavailableError: the index cannot be read.
        IndexBusyError: another build or update holds the target.
        SearchlibError: the copy does not hold the articles of the original.
    """
    started = time.monotonic()
    store = store_at(index)
    settings = settings or effective_settings(store)
    original = store.current()
    check_configured_dictionary(original.location, original.manifest.analysis, settings)
    # Read before the articles: a build that ends meanwhile may remove this generation, and then only open files remain readable.
    sources = original.sources()
    with closing(original.open(settings)) as engine:
        header = _index_header(original, engine)
        added = _write_index(
            target, header, engine.articles(), lambda: sources, jobs, StageProgress(progress), settings
        )
    return _report(started, added)


def dump_index(
    index: str | os.PathLike[str],
    file: IO[str],
    *,
    progress: Progress | None = None,
    settings: Settings | None = None,
) -> int:
    """Write an index to a file as JSON Lines, and return the number of articles.

    The first line says how the index was built. Each further line is an article with the hash of its file. The last line holds
    the number of articles, their checksum, and the files that could not be read.

    Raises:
        NoIndexError, IndexMismatchError, IndexDamagedError, IndexUnavailableError: the index cannot be read.
        SearchlibError: the file cannot be written.
        BrokenPipeError: the file is a pipe, and its reader has closed it.
    """
    store = store_at(index)
    generation = store.current()
    sources = generation.sources()
    writer = DumpWriter(file)
    with closing(generation.open(settings or effective_settings(store))) as engine:
        header = _index_header(generation, engine)
        writer.write_header(header)
        for article in engine.articles():
            writer.write_article(article, sources.digests[article.id])
            if progress:
                progress(writer.checksum.articles, header.articles)
    writer.write_footer(sources)
    return writer.checksum.articles


def load_index(
    file: IO[str],
    target: str | os.PathLike[str],
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
    settings: Settings | None = None,
) -> BuildReport:
    """Build an index from a file of JSON Lines. If that fails, the target stays as it was.

    The file is one that ``dump_index`` has written, or has an article in each line: an object with ``id``, ``title``, and the text
    as ``body`` (plain text), ``html`` or ``markdown``. All other keys are those of front matter, and optional. Such articles are
    read and indexed in batches, as those of an iterable.

    Without ``settings`` and a searchlib.toml, a dump is loaded with the settings that its index has kept.

    Raises:
        SearchlibError: a line is not valid, or a dump is incomplete or damaged. The message names the line.
        IndexMismatchError: the settings name another dictionary than the dumped index has.
        IndexBusyError: another build or update holds the target.
    """
    started = time.monotonic()
    if settings is None and settings_file() is not None:
        settings = load_settings()
    lines = JsonLines(file)
    if not lines.peek():
        raise SearchlibError(f"{lines.name}: the file is empty")
    if not is_dump(lines.peek()):
        settings = settings or Settings()
        rows = read_rows(lines, settings)
        return build_from_articles(rows, target, jobs=jobs, progress=StageProgress(progress), settings=settings)
    dump = DumpReader(lines)
    settings = settings or settings_of_record(dump.name, dump.header.settings)
    check_configured_dictionary(dump.name, dump.header.analysis, settings)
    added = _write_index(target, dump.header, dump.articles(), dump.sources, jobs, StageProgress(progress), settings)
    return _report(started, added)


def _report(started: float, added: int) -> BuildReport:
    return replace(build_report(started, NO_SOURCES), added=added)


def _index_header(generation: Generation, engine: Engine) -> IndexHeader:
    manifest = generation.manifest
    return IndexHeader(
        manifest.articles,
        manifest.zone,
        manifest.analysis,
        manifest.facets,
        manifest.settings,
        engine.boilerplate(),
        generation.dictionary(),
    )


def _write_index(
    target: str | os.PathLike[str],
    header: IndexHeader,
    articles: Iterator[Article],
    sources: Callable[[], Sources],
    jobs: int | None,
    progress: StageProgress,
    settings: Settings,
) -> int:
    """Build an index of articles, compare it with them, and return their number. ``sources`` is called after the last article.

    Raises:
        SearchlibError: the index does not hold these articles. It is not published.
    """
    checksum = ArticleChecksum()
    store = store_at(target)
    # The analysis is that of this program, but with the dictionary of the original.
    spec = GenerationSpec(
        zone=header.zone,
        analysis={**analysis_record(), "dictionary": header.analysis["dictionary"]},
        dictionary=header.dictionary,
        facets=header.facets,
        settings=recorded_settings(settings),
    )
    with store.locked(), store.new_generation(spec) as generation:
        sample = take_sample(articles, TRAINING_ARTICLES)
        generation.writer.train(sample, header.boilerplate)

        def on_written(_: Sequence[None]) -> None:
            progress.count(checksum.articles, header.articles)

        tasks = split_articles(checksum.count(chain(sample, articles)))
        analyze = partial(_analyze_task, bounded_batches(generation, settings, jobs))
        chunks = map_in_order(analyze, tasks, jobs=jobs)
        write_generation(generation, chunks, on_written, sources, jobs=jobs, progress=progress)
        # Compared before the generation is published: a bad copy must not replace a good index.
        _compare(generation.sealed_generation(), checksum, settings)
    return checksum.articles


def _analyze_task(new_batch: NewBatch, articles: Iterable[Article]) -> AnalyzedChunk[None]:
    filler = BatchFiller(new_batch)
    for article in articles:
        filler.add(article)
    return AnalyzedChunk((), filler.finish())


def _compare(generation: Generation, expected: ArticleChecksum, settings: Settings) -> None:
    """Read all articles of a generation, and compare their checksum.

    Raises:
        SearchlibError: it differs.
    """
    checksum = ArticleChecksum()
    with closing(generation.open(settings)) as engine:
        for article in engine.articles():
            checksum.add(article)
    if checksum != expected:
        raise SearchlibError(
            f"{generation.location}: the new index holds {checksum.articles} articles with checksum {checksum}, expected "
            f"{expected.articles} with {expected}: the old index, if any, stays as it was; run the command again"
        )

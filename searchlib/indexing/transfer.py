"""Move an index to another place, or into a file of JSON Lines and back: from what it holds, without the files of articles."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from itertools import islice
from typing import IO, Any

from searchlib.analysis.record import analysis_record, check_configured_dictionary
from searchlib.engines.base import Batch, Engine
from searchlib.errors import SearchlibError
from searchlib.indexing.dump import Checksum, DumpReader, DumpWriter, Origin
from searchlib.indexing.sampling import as_many_as_fit
from searchlib.indexing.worker_pool import map_in_order
from searchlib.models import Article, BuildReport
from searchlib.settings import Settings, load_settings
from searchlib.stores import Generation, store_at
from searchlib.stores.manifest import Sources

Progress = Callable[[int, int], None]
"""Called with the number of articles done and of all articles."""

_AT_ONCE = 200
_SAMPLES = 300
"""Articles that are looked at before the first is added, at most."""


def copy_index(
    index: str | os.PathLike[str],
    target: str | os.PathLike[str],
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
    settings: Settings | None = None,
) -> BuildReport:
    """Build an index at another place of the articles that one holds; both hold the same then, or the target stays as it was.

    An update of the new one reads again only what has changed since the old one was built.

    Raises:
        NoIndexError, IndexMismatchError, IndexDamagedError, IndexUnavailableError: the index cannot be read.
        IndexBusyError: a build holds the target.
        SearchlibError: what was written is not what was read.
    """
    begun = time.monotonic()
    settings = settings or load_settings()
    built = store_at(index).current()
    check_configured_dictionary(built.location, built.manifest.analysis, settings)
    engine = built.open(settings)
    with closing(engine):
        checksum = _fill(target, _origin(built, engine), engine.articles(), built.sources, jobs, progress, settings)
    return _report(checksum, begun)


def dump_index(
    index: str | os.PathLike[str],
    file: IO[str],
    *,
    progress: Progress | None = None,
    settings: Settings | None = None,
) -> int:
    """Write all that an index holds as JSON Lines, and give the number of articles.

    The first line says what the index was made with, each further one is an article with the hash of its file, and the last one
    holds their number, a checksum, and the files that could not be read.

    Raises:
        NoIndexError, IndexMismatchError, IndexDamagedError, IndexUnavailableError: the index cannot be read.
        SearchlibError: the file cannot be written.
        BrokenPipeError: it is a pipe, and whoever reads it has stopped.
    """
    built = store_at(index).current()
    sources = built.sources()
    writer = DumpWriter(file)
    engine = built.open(settings or load_settings())
    with closing(engine):
        origin = _origin(built, engine)
        writer.begin(origin)
        for article in engine.articles():
            writer.add(article, sources.digests[article.id])
            if progress:
                progress(writer.checksum.articles, origin.articles)
    writer.end(sources)
    return writer.checksum.articles


def load_index(
    file: IO[str],
    target: str | os.PathLike[str],
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
    settings: Settings | None = None,
) -> BuildReport:
    """Build an index of what ``dump_index`` has written.

    Raises:
        SearchlibError: the file is not whole, or is no such file; the target stays as it was.
        IndexMismatchError: the settings name another dictionary than that of the index that was dumped.
        IndexBusyError: a build holds the target.
    """
    begun = time.monotonic()
    settings = settings or load_settings()
    dump = DumpReader(file)
    check_configured_dictionary(dump.name, dump.origin.analysis, settings)
    checksum = _fill(target, dump.origin, dump.articles(), dump.sources, jobs, progress, settings)
    return _report(checksum, begun)


def _fill(
    target: str | os.PathLike[str],
    origin: Origin,
    articles: Iterator[Article],
    sources: Callable[[], Sources],
    jobs: int | None,
    progress: Progress | None,
    settings: Settings,
) -> Checksum:
    """Build an index of articles, as it was made at its origin, and give their checksum; if it fails the target stays as it was."""
    checksum = Checksum()
    store = store_at(target)
    # What cuts words is this program, with the words that the index was built with.
    analysis = {**analysis_record(), "dictionary": origin.analysis["dictionary"]}
    with store.locked(), store.new_generation(origin.zone, analysis, origin.dictionary) as generation:
        first = list(as_many_as_fit(islice(articles, _SAMPLES)))
        generation.writer.train(first, origin.boilerplate)
        pieces = _pieces(_counted(_chained(first, articles), checksum))
        try:
            with closing(map_in_order(partial(_analyse, generation.new_batch()), pieces, jobs=jobs)) as parts:
                for part in parts:
                    for each in part:
                        generation.writer.add(each)
                    if progress:
                        progress(checksum.articles, origin.articles)
            generation.writer.commit(partial(map_in_order, jobs=jobs))
        except BaseException:
            generation.writer.cancel()
            raise
        generation.seal(sources(), origin.zone, analysis)
        # Before anybody sees it: nothing takes the place of a good index unless it is as good.
        _compare(generation.sealed_generation(), checksum, settings)
    return checksum


def _chained(first: Sequence[Article], others: Iterator[Article]) -> Iterator[Article]:
    yield from first
    yield from others


def _counted(articles: Iterable[Article], checksum: Checksum) -> Iterator[Article]:
    for article in articles:
        checksum.add(article)
        yield article


def _pieces(articles: Iterator[Article]) -> Iterator[list[Article]]:
    while piece := list(islice(articles, _AT_ONCE)):
        yield piece


def _analyse(new_batch: Callable[[], Batch], articles: Sequence[Article]) -> list[Any]:
    """What a writer takes for some articles."""
    parts = []
    batch = new_batch()
    for article in articles:
        batch.add(article)
        if batch.is_full:
            parts.append(batch.finish())
            batch = new_batch()
    parts.append(batch.finish())
    return [part for part in parts if part is not None]


def _origin(built: Generation, engine: Engine) -> Origin:
    manifest = built.manifest
    return Origin(manifest.articles, manifest.zone, manifest.analysis, engine.boilerplate(), built.dictionary())


def _compare(built: Generation, wanted: Checksum, settings: Settings) -> None:
    """Read all that was written again, and refuse it if it is not what it should be."""
    held = Checksum()
    engine = built.open(settings)
    with closing(engine):
        for article in engine.articles():
            held.add(article)
    if held != wanted:
        raise SearchlibError(
            f"{built.location}: this holds {held.articles} articles with the checksum {held}, not {wanted.articles} with {wanted}: "
            "the index that was there stays as it was: start again"
        )


def _report(checksum: Checksum, begun: float) -> BuildReport:
    return BuildReport(
        added=checksum.articles,
        updated=0,
        deleted=0,
        unchanged=0,
        failed=(),
        salvaged=(),
        seconds=round(time.monotonic() - begun, 3),
    )

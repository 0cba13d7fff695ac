"""Sample the files of a folder before a build, to train the writer and to find boilerplate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from searchlib.analysis.boilerplate import ArticleLines, find_boilerplate
from searchlib.analysis.summaries import summary_lines
from searchlib.common.progress import NO_PROGRESS, StageProgress
from searchlib.indexing.worker_pool import map_in_order
from searchlib.models import Article
from searchlib.sources.articles import pack_reading, unpack_or_read
from searchlib.sources.folders import AnySource
from searchlib.sources.time_limit import many_time_limits

TASK_FILES = 100
"""Files that a worker reads in one task."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingLimits:
    """Limits on the files that are read before a build, and on their readings that stay in memory.

    Every n-th file is read, and every m-th file is a sample. n and m grow with the archive.
    """

    min_files: int = 1000
    """Files that are read, if the archive has as many."""

    max_step: int = 8
    """The largest n, unless more than ``max_files`` files would be read."""

    max_files: int = 16_000
    """Files that are read, at most."""

    max_reading_bytes: int = 1 << 16
    """The size of one reading that is kept. The build reads larger files again."""

    max_kept_bytes: int = 1 << 28
    """The size of all readings that are kept."""

    min_samples: int = 200
    """Articles that train the writer, if the archive has as many."""

    max_sample_step: int = 50
    """The largest m, unless there would be more than ``max_samples`` samples."""

    max_samples: int = 1000
    """Articles that train the writer, at most."""

    max_sample_characters: int = 20_000_000
    """Characters in all samples, text and HTML. The last sample may exceed it."""


SAMPLING_LIMITS = SamplingLimits()
"""The default limits."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample of an archive.

    ``boilerplate`` holds the digests of the lines that many articles repeat; ``articles`` train the writer. ``readings``
    maps file names to packed readings, so that the build does not read these files again.
    """

    boilerplate: Sequence[int]
    articles: Sequence[Article]
    readings: dict[str, bytes]


def sample_articles(
    source: AnySource,
    names: Sequence[str],
    jobs: int | None,
    limits: SamplingLimits = SAMPLING_LIMITS,
    *,
    progress: StageProgress = NO_PROGRESS,
) -> Sample:
    """Read files from all over the folder, and count them.

    Raises:
        SearchlibError: a worker died.
    """
    step = max(1, min(limits.max_step, len(names) // limits.min_files), -(-len(names) // limits.max_files))
    read_names = names[::step]
    tasks = [read_names[start : start + TASK_FILES] for start in range(0, len(read_names), TASK_FILES)]
    lines: list[ArticleLines] = []
    readings: dict[str, bytes] = {}
    room = limits.max_kept_bytes
    results = map_in_order(partial(_read_files, source, limits.max_reading_bytes), tasks, jobs=jobs)
    for done, (task_lines, task_readings) in enumerate(results, start=1):
        lines += task_lines
        progress.count(min(done * TASK_FILES, len(read_names)), len(read_names))
        for name, reading in task_readings.items():
            room -= len(reading)
            if room >= 0:
                readings[name] = reading
    sample_step = max(
        1, min(limits.max_sample_step, len(names) // limits.min_samples), len(names) // limits.max_samples
    )
    articles = (unpack_or_read(source, name, readings).article for name in read_names[:: max(1, sample_step // step)])
    samples = limit_characters((article for article in articles if article is not None), limits.max_sample_characters)
    return Sample(find_boilerplate(lines).tolist(), list(samples), readings)


def limit_characters(articles: Iterable[Article], max_characters: int) -> Iterator[Article]:
    """Yield articles until they hold more than ``max_characters`` characters together."""
    characters = 0
    for article in articles:
        yield article
        characters += _count_characters(article)
        if characters > max_characters:
            return


def _read_files(
    source: AnySource, max_reading_bytes: int, names: Sequence[str]
) -> tuple[list[ArticleLines], dict[str, bytes]]:
    """Return the lines of the articles, and the packed readings that are small enough to keep."""
    lines: list[ArticleLines] = []
    readings: dict[str, bytes] = {}
    source.prefetch(names)
    with many_time_limits():
        for name in names:
            reading = source.read(name)
            if article := reading.article:
                lines.append(ArticleLines.of(article.title, article.body, summary_lines(article.extra)))
                if _count_characters(article) > max_reading_bytes:
                    continue
            data = pack_reading(reading)
            if len(data) <= max_reading_bytes:
                readings[name] = data
    return lines, readings


def _count_characters(article: Article) -> int:
    """Return the number of characters in the body of an article, as text and as HTML."""
    return len(article.body) + len(article.html)

"""Learn from many of the files, before a build begins, what the archive repeats; what was read for that is kept for the build."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from searchlib.analysis.boilerplate import ArticleLines, find_boilerplate
from searchlib.indexing.worker_pool import map_in_order
from searchlib.models import Article
from searchlib.sources.reader import expect_files, packed, read_article, read_unless_packed

_ALL_OF = 1000
_SHARE = 8
"""Of a large archive one file in so many is read …"""
_MOST_LOOKED_AT = 16_000
"""… but no more than so many, so that what is kept of them stays bounded."""

_AT_ONCE = 100

_LARGEST_KEPT = 1 << 16
_MOST_KEPT = 1 << 28
"""Bytes, of one reading and of all: what is larger, or comes when so much is kept, is read once more."""

_SAMPLED = 50
_ENOUGH_SAMPLES = 200
_MOST_SAMPLES = 1000
_MOST_CHARACTERS = 20_000_000
"""What samples hold at most, but for the last of them."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What is known before a build begins.

    ``boilerplate`` are the digests of the lines that recur in articles from all over the folder. ``samples`` are some hundred of
    the articles. ``readings`` hold, by the name of the file, what came of reading it, packed.
    """

    boilerplate: list[int]
    samples: list[Article]
    readings: dict[str, bytes]


def sample_articles(source: Path, names: Sequence[str], zone: str, jobs: int | None) -> Sample:
    """Read some of the files, all over the folder.

    Raises:
        SearchlibError: a worker died.
    """
    step = max(1, min(_SHARE, len(names) // _ALL_OF), -(-len(names) // _MOST_LOOKED_AT))
    wanted = names[::step]
    pieces = [wanted[at : at + _AT_ONCE] for at in range(0, len(wanted), _AT_ONCE)]
    lines: list[ArticleLines] = []
    readings: dict[str, bytes] = {}
    room = _MOST_KEPT
    for found, kept in map_in_order(partial(_looked_at, source, ZoneInfo(zone)), pieces, jobs=jobs):
        lines += found
        for name, reading in kept.items():
            room -= len(reading)
            if room >= 0:
                readings[name] = reading
    apart = max(1, min(_SAMPLED, len(names) // _ENOUGH_SAMPLES), len(names) // _MOST_SAMPLES)
    sampled = (
        read_unless_packed(source, name, ZoneInfo(zone), readings).article for name in wanted[:: max(1, apart // step)]
    )
    samples = list(as_many_as_fit(article for article in sampled if article is not None))
    return Sample(find_boilerplate(lines).tolist(), samples, readings)


def as_many_as_fit(articles: Iterable[Article]) -> Iterator[Article]:
    """The first of the articles, as many of them as memory has room for at a time."""
    characters = 0
    for article in articles:
        yield article
        characters += _size(article)
        if characters > _MOST_CHARACTERS:
            return


def _looked_at(source: Path, zone: ZoneInfo, names: Sequence[str]) -> tuple[list[ArticleLines], dict[str, bytes]]:
    """The lines of the articles, and the readings to keep."""
    lines: list[ArticleLines] = []
    kept: dict[str, bytes] = {}
    expect_files(source, names)
    for name in names:
        reading = read_article(source, name, zone)
        if reading.article is not None:
            lines.append(ArticleLines.of(reading.article.title, reading.article.body))
            if _size(reading.article) > _LARGEST_KEPT:
                continue
        held = packed(reading)
        if len(held) <= _LARGEST_KEPT:
            kept[name] = held
    return lines, kept


def _size(article: Article) -> int:
    """The characters of an article, more or less."""
    return len(article.body) + len(article.html)

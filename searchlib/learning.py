"""Learn from many of the files, before a build begins, what the archive repeats; what was read for that is kept for the build."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from searchlib.models import Article
from searchlib.processes import in_order
from searchlib.sources.reader import Reading, expect_files, read_article
from searchlib.text.boilerplate import ArticleLines, find_boilerplate

_FEWEST_FILES = 1000
_SHARE = 8
"""Of a large archive one file in so many is read …"""
_MOST_FILES = 16_000
"""… but no more than so many, so that what is kept of them stays bounded."""

_AT_ONCE = 100

_LARGEST_KEPT = 1 << 16
_MOST_KEPT = 1 << 28
"""Bytes, of one reading and of all: what is larger, or comes when so much is kept, is read once more."""

_SAMPLED = 50
_ENOUGH_SAMPLES = 200
_MOST_SAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Learned:
    """What is known before a build begins.

    ``boilerplate`` are the digests of the lines that recur in articles from all over the folder. ``samples`` are some hundred of
    the articles. ``readings`` hold, by the name of the file, what came of reading it, pickled: they go on to other processes.
    """

    boilerplate: list[int]
    samples: list[Article]
    readings: dict[str, bytes]


def learn_from(source: Path, names: Sequence[str], zone: str, jobs: int | None) -> Learned:
    """Read some of the files, all over the folder.

    Raises:
        SearchlibError: a worker died.
    """
    step = max(1, min(_SHARE, len(names) // _FEWEST_FILES), len(names) // _MOST_FILES)
    wanted = names[::step]
    pieces = [wanted[at : at + _AT_ONCE] for at in range(0, len(wanted), _AT_ONCE)]
    lines: list[ArticleLines] = []
    readings: dict[str, bytes] = {}
    room = _MOST_KEPT
    for found, kept in in_order(partial(_looked_at, source, ZoneInfo(zone)), pieces, jobs=jobs):
        lines += found
        for name, packed in kept.items():
            room -= len(packed)
            if room >= 0:
                readings[name] = packed
    return Learned(find_boilerplate(lines).tolist(), _samples(len(names), step, readings), readings)


def _looked_at(source: Path, zone: ZoneInfo, names: Sequence[str]) -> tuple[list[ArticleLines], dict[str, bytes]]:
    """The lines of the articles, and the readings to keep."""
    lines: list[ArticleLines] = []
    kept: dict[str, bytes] = {}
    expect_files(source, names)
    for name in names:
        reading = read_article(source, name, zone)
        if reading.article is not None:
            lines.append(ArticleLines.of(reading.article.title, reading.article.body))
        packed = pickle.dumps(reading, pickle.HIGHEST_PROTOCOL)
        if len(packed) <= _LARGEST_KEPT:
            kept[name] = packed
    return lines, kept


def _samples(files: int, step: int, readings: Mapping[str, bytes]) -> list[Article]:
    """Some hundred of the articles whose readings were kept, one file in ``step``."""
    apart = max(1, min(_SAMPLED, files // _ENOUGH_SAMPLES), files // _MOST_SAMPLES)
    found: list[Article] = []
    for packed in list(readings.values())[:: max(1, apart // step)]:
        reading: Reading = pickle.loads(packed)
        if reading.article is not None:
            found.append(reading.article)
    return found

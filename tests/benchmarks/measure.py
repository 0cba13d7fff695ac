"""Measure all engines on the same articles, in turn."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from statistics import median

from tqdm import tqdm

from tests.benchmarks.articles import Source, select
from tests.benchmarks.engines.base import LARGEST, PROJECT
from tests.benchmarks.figures import Build, Figures, Search, Size, Timing
from tests.benchmarks.processes import Ask, Round, Searcher, measure_build, measure_open, searching
from tests.benchmarks.queries import DRAWN_FROM, WORD_KINDS, Kind, Query, draw
from tests.benchmarks.upkeep import measure_upkeep

SLOW_MS = 10_000
"""An engine whose first round takes longer is asked once more only, whatever the number of rounds."""

_WAYS: tuple[tuple[tuple[Kind, ...], bool, bool], ...] = (
    (WORD_KINDS, True, False),
    (("phrase", "question"), True, False),
    ((*WORD_KINDS, "phrase"), False, False),
    ((*WORD_KINDS, "phrase"), True, True),
)
"""What is asked, with facets or without, with snippets or without; the words with facets alone come first."""

_BUILT, _LONG_BUILD = 3, 40
"""So many times each index is built, as long as that takes no more than so many seconds; once in a run without rounds."""

_OPENED = 5
"""Times that each index is opened, each in a process of its own; the median counts. Once in a run without rounds."""

_PACKAGES = ("searchlib", "tantivy", "rjieba", "whoosh", "jieba", "numpy")


def run(
    corpora: Path, work: Path, sizes: Sequence[int], engines: Sequence[str], questions: Sequence[Query], rounds: int
) -> Figures:
    """Measure everything; ``work`` takes the articles, and the indexes while they are needed.

    Each kind of query is asked in one round and then in so many more; without more the first is what counts.
    """
    sizes = sorted(sizes)
    with tqdm(total=sizes[-1], desc="choose articles", unit="", leave=False, disable=None) as bar:
        source = select(corpora, work, sizes[-1], bar.update)
    drawn = draw(list(islice(source.articles(), min(DRAWN_FROM, sizes[0]))))
    measured: list[Size] = []
    upkeep = None
    with tqdm(total=_steps(sizes, engines, rounds), unit="", leave=False, disable=None) as bar:
        half = _half(source, work / "indexes-half", rounds, bar) if PROJECT in engines else None
        for count in sizes:
            indexes = work / f"indexes-{count}"
            some = [name for name in engines if count <= LARGEST.get(name, count)]
            measured.append(_measure(source.first(count), indexes, some, [*drawn, *questions], rounds, bar))
            if PROJECT in some and count == sizes[-1]:
                bar.set_description("search from the shell, update")
                upkeep = measure_upkeep(source, indexes / PROJECT)
            shutil.rmtree(indexes)
    return Figures(
        date=datetime.now(UTC).date().isoformat(),
        machine=_machine(),
        rounds=rounds,
        sizes=tuple(measured),
        half=half,
        upkeep=upkeep,
    )


def _measure(
    source: Source, indexes: Path, engines: Sequence[str], queries: Sequence[Query], rounds: int, bar: tqdm[None]
) -> Size:
    builds: dict[str, Build] = {}
    for name in engines:
        bar.set_description(f"{source.count:,} articles: {name} builds")
        builds[name] = _build(name, source, indexes, rounds)
        bar.update()
    bar.set_description(f"{source.count:,} articles: indexes are opened")
    # In turn, so that all have the same share of a busy machine.
    opened = [{name: measure_open(name, indexes / name) for name in engines} for _ in range(_OPENED if rounds else 1)]
    open_ms = {name: median(each[name] for each in opened) for name in engines}
    with ExitStack() as stack:
        searchers = {name: stack.enter_context(searching(name, indexes / name)) for name in engines}
        bar.set_description(f"{source.count:,} articles: searches")
        searches = _searches(searchers, open_ms, queries, rounds, bar)
    text = sum(len(f"{article.title}{article.body}".encode()) for article in source.articles())
    return Size(articles=source.count, text=text, builds=builds, searches=searches)


def _build(name: str, source: Source, indexes: Path, rounds: int) -> Build:
    """Build an index; of short builds, which a busy machine disturbs most, the median of several."""
    folder = indexes / name
    indexes.mkdir(parents=True, exist_ok=True)
    builds: list[Build] = []
    while len(builds) < (_BUILT if rounds else 1) and sum(build.seconds for build in builds) < _LONG_BUILD:
        # What an earlier build or an interrupted run has left behind.
        shutil.rmtree(folder, ignore_errors=True)
        builds.append(measure_build(name, source, folder))
    return sorted(builds, key=lambda build: build.seconds)[len(builds) // 2]


def _half(source: Source, indexes: Path, rounds: int, bar: tqdm[None]) -> Build:
    bar.set_description(f"{source.count // 2:,} articles: {PROJECT} builds")
    half = _build(PROJECT, source.first(source.count // 2), indexes, rounds)
    shutil.rmtree(indexes)
    bar.update()
    return half


def _searches(
    searchers: dict[str, Searcher],
    open_ms: dict[str, float],
    queries: Sequence[Query],
    rounds: int,
    bar: tqdm[None],
) -> dict[str, Search]:
    timings: dict[str, list[Timing]] = {name: [] for name in searchers}
    memory: dict[str, int] = {}
    for kinds, facets, snippets in _WAYS:
        for kind in kinds:
            asked = [query for query in queries if query.kind == kind]
            done = _rounds(searchers, Ask(asked, facets, snippets), rounds, bar)
            for name, each in done.items():
                timings[name].append(_timing(kind, each, facets=facets, snippets=snippets))
        for name, searcher in searchers.items():
            memory.setdefault(name, searcher.memory()[0])
    return {
        name: Search(
            open_ms=open_ms[name], memory=memory[name], peak=searcher.memory()[1], timings=tuple(timings[name])
        )
        for name, searcher in searchers.items()
    }


def _rounds(searchers: dict[str, Searcher], ask: Ask, rounds: int, bar: tqdm[None]) -> dict[str, list[Round]]:
    """Measure the first round of each engine, then the others in turn, so that other work on the machine affects all alike."""
    asked: dict[str, list[Round]] = {name: [] for name in searchers}
    for number in range(1 + rounds):
        for name, searcher in searchers.items():
            done = asked[name]
            if number < 2 or sum(done[0].ms) < SLOW_MS:
                done.append(searcher.ask(ask))
            bar.update()
    return asked


def _timing(kind: Kind, rounds: Sequence[Round], *, facets: bool, snippets: bool) -> Timing:
    first, *others = rounds
    medians = map(median, zip(*(each.ms for each in others or rounds), strict=True))
    return Timing(
        kind=kind,
        facets=facets,
        snippets=snippets,
        ms=tuple(medians),
        first_ms=first.ms,
        totals=first.totals,
    )


def _steps(sizes: Sequence[int], engines: Sequence[str], rounds: int) -> int:
    asked = sum(len(kinds) for kinds, _, _ in _WAYS)
    measured = sum(count <= LARGEST.get(name, count) for count in sizes for name in engines)
    return measured * (1 + asked * (1 + rounds)) + (PROJECT in engines)


def _machine() -> dict[str, str]:
    """Describe the machine and the versions of the packages."""
    cpus = [line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    memory = next(int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal"))
    return {
        "processor": f"{cpus[0] if cpus else platform.machine()}, {os.cpu_count()} cores",
        "memory": f"{memory / 1024**2:.0f} GB",
        "system": f"{platform.system()}, Python {platform.python_version()}",
        "versions": ", ".join([*(f"{name} {version(name)}" for name in _PACKAGES), f"SQLite {sqlite3.sqlite_version}"]),
    }


def _lines(file: str) -> list[str]:
    return Path(file).read_text().splitlines()

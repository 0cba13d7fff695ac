"""Ask a stream of different queries once each, as the search page asks, beside tantivy in the same process.

    python -m tests.benchmarks.stream INDEX|ARTICLES [--queries 2000] [--seed 17] [--work DIR] [--without-tantivy] [--json FILE]

Each query returns the total, ten hits with snippets, and all facets. The engines take turns with every query, so that other
work on the machine disturbs both alike. All times are processor time (user and system) in milliseconds. tantivy's index of the
same articles is built on the first run; ``--work`` keeps it for the next one. Requires Linux and the ``test`` extra.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import searchlib
from tests.benchmarks.engines.tantivy_stream import TantivyStream, build
from tests.benchmarks.figures import percentile
from tests.benchmarks.memory import own_memory
from tests.benchmarks.stream_queries import MIXTURE, TypedQuery, draw

PROJECT, TANTIVY = "searchlib", "tantivy"

_DEADLINE = 600.0
"""Seconds for a search."""

Ask = Callable[[TypedQuery, bool], int]
"""Searches a query, as the page asks or for the total and ten hits alone, and returns the total."""

WAYS = ("as the page asks", "asked again", "without facets and snippets")


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamFigures:
    """What was measured of one engine.

    ``open_ms`` opens the index, ``first_ms`` is its first search. ``ms`` has the milliseconds of each query, by the way of
    asking. ``memory`` and ``peak`` are bytes of a process that asked the stream once, alone.
    """

    open_ms: float
    first_ms: float
    ms: Mapping[str, Sequence[float]]
    totals: Sequence[int]
    memory: int
    peak: int


def ask_searchlib(place: Path) -> Ask:
    """Open an index of this project."""
    # A machine that does other work, too, may take long for a search that takes little processor time.
    index = searchlib.open_index(place, settings=searchlib.Settings(deadline=_DEADLINE))
    # The generation opens with the first use.
    assert index.generation

    def ask(query: TypedQuery, page: bool) -> int:
        filters = {"date_from": query.year, "date_to": query.year} if query.year else {}
        category = (query.category,) if query.category else ()
        return index.search(query.text, category=category, facets=page, snippets=page, **filters).total

    return ask


def ask_tantivy(place: Path) -> Ask:
    """Open an index of tantivy's."""
    index = TantivyStream(place)
    return lambda query, page: index.search(query, page=page)


def measure(openers: Mapping[str, Callable[[], Ask]], queries: Sequence[TypedQuery]) -> dict[str, StreamFigures]:
    """Ask all queries of all engines, first with newly opened indexes; each engine is the first to be asked in turn."""
    ms: dict[str, dict[str, list[float]]] = {name: {way: [] for way in WAYS} for name in openers}
    totals: dict[str, list[int]] = {name: [] for name in openers}
    opening: dict[str, float] = {}
    first, again, bare = WAYS
    for ways in ((first, again), (bare,)):
        engines: dict[str, Ask] = {}
        for name, opener in openers.items():
            started = time.process_time()
            engines[name] = opener()
            opening.setdefault(name, 1000 * (time.process_time() - started))
        for way in ways:
            for number, query in enumerate(queries):
                turn = [*engines] if number % 2 else [*reversed(engines)]
                for name in turn:
                    started = time.process_time()
                    total = engines[name](query, way != bare)
                    ms[name][way].append(1000 * (time.process_time() - started))
                    if way == first:
                        totals[name].append(total)
    memory = {name: _memory_alone(opener, queries) for name, opener in openers.items()}
    return {
        name: StreamFigures(
            open_ms=opening[name],
            first_ms=ms[name][first][0],
            ms=ms[name],
            totals=totals[name],
            memory=memory[name][0],
            peak=memory[name][1],
        )
        for name in openers
    }


def _memory_alone(opener: Callable[[], Ask], queries: Sequence[TypedQuery]) -> tuple[int, int]:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_ask_all, opener, queries).result()


def _ask_all(opener: Callable[[], Ask], queries: Sequence[TypedQuery]) -> tuple[int, int]:
    ask = opener()
    for query in queries:
        ask(query, True)
    return own_memory()


def report(articles: int, queries: Sequence[TypedQuery], figures: Mapping[str, StreamFigures]) -> str:
    """Return the tables as Markdown."""
    lines = [
        f"{articles:,} articles, {len(queries):,} different queries, {_filtered(queries):.0%} of them with a filter.",
        "",
        "| way | engine | p50 | p95 | p99 | mean |",
        "|---|---|---|---|---|---|",
        *(_row(way, name, each.ms[way]) for way in WAYS for name, each in figures.items()),
        "",
        "| as the page asks | share | " + " | ".join(f"{name}, p50 / p95" for name in figures) + " |",
        "|---|---|" + "---|" * len(figures),
        *(_kind_row(kind, queries, figures) for kind in MIXTURE),
        "",
        "| engine | open | first search | memory | peak | mean total |",
        "|---|---|---|---|---|---|",
        *(
            f"| {name} | {each.open_ms:.1f} ms | {each.first_ms:.1f} ms | {each.memory / 1e6:.0f} MB | "
            f"{each.peak / 1e6:.0f} MB | {sum(each.totals) / len(each.totals):,.0f} |"
            for name, each in figures.items()
        ),
    ]
    if TANTIVY in figures:
        lines += ["", "| searchlib / tantivy | p50 | p95 | p99 | mean |", "|---|---|---|---|---|"]
        lines += [_ratio_row(way, figures[PROJECT].ms[way], figures[TANTIVY].ms[way]) for way in WAYS]
    return "\n".join(lines) + "\n"


def _filtered(queries: Sequence[TypedQuery]) -> float:
    return sum(bool(query.category or query.year) for query in queries) / len(queries)


def _quantiles(ms: Sequence[float]) -> list[float]:
    return [*(percentile(ms, share) for share in (50, 95, 99)), sum(ms) / len(ms)]


def _row(way: str, name: str, ms: Sequence[float]) -> str:
    return f"| {way} | {name} | " + " | ".join(f"{each:.2f}" for each in _quantiles(ms)) + " |"


def _ratio_row(way: str, ours: Sequence[float], theirs: Sequence[float]) -> str:
    ratios = (one / other for one, other in zip(_quantiles(ours), _quantiles(theirs), strict=True))
    return f"| {way} | " + " | ".join(f"{ratio:.1f} ×" for ratio in ratios) + " |"


def _kind_row(kind: str, queries: Sequence[TypedQuery], figures: Mapping[str, StreamFigures]) -> str:
    chosen = [number for number, query in enumerate(queries) if query.kind == kind]
    cells = [f"{len(chosen) / len(queries):.0%}"]
    for each in figures.values():
        ms = [each.ms[WAYS[0]][number] for number in chosen]
        cells.append(f"{percentile(ms, 50):.2f} / {percentile(ms, 95):.2f}" if ms else "–")
    return f"| {kind} | " + " | ".join(cells) + " |"


def main() -> int:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("place", type=Path, metavar="INDEX|ARTICLES", help="a built index, or a folder of articles")
    parser.add_argument("--queries", type=int, default=2_000, metavar="N")
    parser.add_argument("--seed", type=int, default=17)
    parser.add_argument("--work", type=Path, metavar="DIR", help="a folder that keeps the indexes for the next run")
    parser.add_argument("--without-tantivy", action="store_true")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write all figures to this file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="searchlib-stream-") as temporary:
        work = options.work or Path(temporary)
        place = built(options.place, work)
        openers: dict[str, Callable[[], Ask]] = {PROJECT: partial(ask_searchlib, place)}
        with searchlib.open_index(place) as index:
            queries = draw(index, options.queries, options.seed)
            articles = index.stats().articles
            if not options.without_tantivy:
                beside = work / f"tantivy-{index.generation}"
                build(index, beside)
                openers[TANTIVY] = partial(ask_tantivy, beside)
        figures = measure(openers, queries)
    if options.json:
        plain = {"articles": articles, "figures": {name: asdict(each) for name, each in figures.items()}}
        options.json.write_text(json.dumps(plain, ensure_ascii=False), encoding="utf-8")
    print(report(articles, queries, figures), end="")
    return 0


def built(place: Path, work: Path) -> Path:
    """Return an index: the place itself, or one in ``work`` that is built of the articles there."""
    try:
        with searchlib.open_index(place) as index:
            assert index.generation
            return place
    except searchlib.NoIndexError:
        index_folder = work / "index"
        if not index_folder.exists():
            searchlib.build_index(place, index_folder)
        return index_folder


if __name__ == "__main__":
    sys.exit(main())

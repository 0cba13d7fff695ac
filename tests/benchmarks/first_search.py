"""Measure the first search of a process, in an index and in one that has its segments several times.

    python -m tests.benchmarks.first_search INDEX [--times 10] [--rounds 3]

The larger index takes no disk: its segments are hard links, under other names. It has no near duplicates, and the same facets
with larger counts. Times are processor time, with loading the tokenizer; memory is that of the process (RSS).
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from statistics import median

import numpy as np

import searchlib
from searchlib.engines.whoosh.format.arrays import array_writer
from searchlib.engines.whoosh.format.facet_values_file import write_facet_values
from searchlib.engines.whoosh.format.near_duplicates_file import _GROUP_ARRAYS, NEAR_DUPLICATES
from searchlib.engines.whoosh.format.segment import ARTICLES_EXTENSION, LEXICON_EXTENSION, TERMS_EXTENSION
from searchlib.engines.whoosh.format.segment_table import SegmentEntry, read_segment_table, write_segment_table
from searchlib.stores.generations import CURRENT_FILE, GENERATIONS_FOLDER, Generations
from searchlib.stores.manifest import file_digests, read_manifest, write_manifest
from tests.benchmarks.memory import own_memory

_QUERY = "元宇宙 产业"
_DEADLINE = 600.0


def repeat_segments(index: Path, times: int, folder: Path) -> None:
    """Make an index in a folder that has the segments of another one several times."""
    old = Generations(index).current()
    new = folder / GENERATIONS_FOLDER / old.name
    new.mkdir(parents=True)
    (folder / CURRENT_FILE).write_text(f"{old.name}\n", encoding="utf-8")
    entries: list[SegmentEntry] = []
    for name in os.listdir(old):
        if not name.startswith("MAIN_"):
            shutil.copyfile(old / name, new / name)
    for entry in read_segment_table(old):
        for _ in range(times):
            entries.append(replace(entry, name=f"MAIN_{len(entries):x}"))
            for extension in (TERMS_EXTENSION, ARTICLES_EXTENSION, LEXICON_EXTENSION):
                os.link(old / f"{entry.name}{extension}", new / f"{entries[-1].name}{extension}")
    write_segment_table(new, entries)
    articles = sum(entry.articles for entry in entries)
    with array_writer(new / NEAR_DUPLICATES) as file:
        for name, array in zip(_GROUP_ARRAYS, ([articles], [], []), strict=True):
            file.write(name, np.array(array, np.uint32))
    write_facet_values(new)
    manifest = read_manifest(old)
    write_manifest(new, replace(manifest, articles=times * manifest.articles, files=file_digests(new, {})))


def first_search(place: Path) -> tuple[int, float, float, int]:
    """Return the articles of an index, the milliseconds for opening it and for the first search, and the memory after it."""
    started = time.process_time()
    index = searchlib.open_index(place, settings=searchlib.Settings(deadline=_DEADLINE))
    # The generation opens with the first use.
    assert index.generation
    opened = time.process_time()
    index.search(_QUERY)
    return len(index), 1000 * (opened - started), 1000 * (time.process_time() - opened), own_memory()[0]


def report(place: Path, rounds: int) -> str:
    """Return a row of the table: the median of several new processes."""
    figures = []
    for _ in range(rounds):
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            figures.append(pool.submit(first_search, place).result())
    articles, opening, first, memory = (median(each) for each in zip(*figures, strict=True))
    return f"| {articles:,.0f} | {opening:.0f} ms | {first:.0f} ms | {memory / 1e6:.0f} MB |"


def main() -> int:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path, metavar="INDEX")
    parser.add_argument("--times", type=int, default=10, metavar="N")
    parser.add_argument("--rounds", type=int, default=3, metavar="N")
    options = parser.parse_args()
    print("| articles | open | first search | memory |\n|---|---|---|---|")
    print(report(options.index, options.rounds))
    # Beside the index, so that its files can be linked.
    with tempfile.TemporaryDirectory(dir=options.index.resolve().parent) as temporary:
        repeat_segments(options.index, options.times, Path(temporary))
        print(report(Path(temporary), options.rounds))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Build an index of many articles that are made of the paragraphs of another index, and measure the build.

    nice python -m tests.benchmarks.made_articles INDEX NEW_INDEX [--count 1000000] [--paragraphs 4] [--seed 17] [--jobs N]

An article has the title, date, author, categories and tags of a random article, and paragraphs of random articles. Terms are
therefore about as frequent as in the other index. The peak of memory is the sum over all processes, with the paragraphs.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import threading
import time
from array import array
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import searchlib
from tests.benchmarks.memory import PeakMemory, tree_memory

_MIN_LENGTH = 20
"""The least number of characters of a paragraph."""

_DISK_SECONDS = 2.0


class Paragraphs:
    """The paragraphs of an index, as UTF-8 bytes one after the other, and its articles without their texts."""

    def __init__(self, index: searchlib.Index) -> None:
        self._data = bytearray()
        self._ends = array("Q", [0])
        self._heads: list[searchlib.Article] = []
        for article in index:
            for line in article.body.split("\n"):
                if len(line) >= _MIN_LENGTH:
                    self._data += line.encode("utf-8", "surrogatepass")
                    self._ends.append(len(self._data))
            self._heads.append(replace(article, body="", html="", headings=(), extra={}))

    def articles(self, count: int, paragraphs: int, seed: int) -> Iterator[searchlib.Article]:
        """Yield articles of 1 to ``2 * paragraphs - 1`` paragraphs."""
        chosen = random.Random(seed)
        for number in range(count):
            lines = [self._line(chosen) for _ in range(chosen.randint(1, 2 * paragraphs - 1))]
            article_id = f"{number % 1000:03d}/{number:07d}.md"
            yield replace(chosen.choice(self._heads), id=article_id, path=article_id, body="\n".join(lines))

    def _line(self, chosen: random.Random) -> str:
        at = chosen.randrange(len(self._ends) - 1)
        return self._data[self._ends[at] : self._ends[at + 1]].decode("utf-8", "surrogatepass")


class PeakDisk:
    """Measures the most bytes of the files in a folder, in a thread, within its block."""

    def __init__(self, folder: Path) -> None:
        self.peak = 0
        self._folder = folder
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> PeakDisk:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(_DISK_SECONDS):
            self.peak = max(self.peak, folder_bytes(self._folder))


def folder_bytes(folder: Path) -> int:
    """Return the bytes of the files in a folder, of those that disappear meanwhile none."""
    size = 0
    for file in folder.rglob("*"):
        try:
            size += file.stat().st_size
        except FileNotFoundError:
            continue
    return size


def main() -> int:
    """Build as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path, metavar="INDEX", help="a built index with the paragraphs")
    parser.add_argument("new_index", type=Path, metavar="NEW_INDEX")
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--paragraphs", type=int, default=4, help="the mean number of paragraphs of an article")
    parser.add_argument("--seed", type=int, default=17)
    parser.add_argument("--jobs", type=int)
    options = parser.parse_args()
    with searchlib.open_index(options.index) as index:
        paragraphs = Paragraphs(index)
    characters = 0

    def counted() -> Iterator[searchlib.Article]:
        nonlocal characters
        for article in paragraphs.articles(options.count, options.paragraphs, options.seed):
            characters += len(article.body)
            yield article

    with PeakMemory(os.getpid()) as memory, PeakDisk(options.new_index) as disk:
        before, started, processor = tree_memory(os.getpid()), time.monotonic(), os.times()
        report = searchlib.build_index(counted(), options.new_index, jobs=options.jobs)
        seconds, after = time.monotonic() - started, os.times()
    spent = sum(after[:4]) - sum(processor[:4])
    print(f"{report.added:,} articles, {characters / 1e6:,.0f} million characters, in {seconds:,.0f} s")
    print(f"processor time of all processes: {spent:,.0f} s")
    print(f"index {folder_bytes(options.new_index) / 1e6:,.0f} MB, at most {disk.peak / 1e6:,.0f} MB on the way")
    print(f"peak memory of all processes: {memory.peak / 1e6:,.0f} MB, {before / 1e6:,.0f} MB of them before the build")
    return 0


if __name__ == "__main__":
    sys.exit(main())

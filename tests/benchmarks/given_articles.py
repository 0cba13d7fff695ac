"""Measure the memory of a build from an iterator: ``python -m tests.benchmarks.given_articles [COUNT]``.

COUNT small articles are made one by one while the build reads them (default: 1,000,000). The figure shows that it holds none of
them: the calling process and its workers take little more memory for ten times as many articles, until the merge.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import searchlib
from tests.benchmarks.memory import PeakMemory

_WORDS = (
    "元宇宙 产业 互联网 风车 磨坊 学习 机器 人工 智能 城市 河流 山谷 春天 茶叶 书籍 故事 历史 数学 音乐 电影".split()
)
_WORDS_PER_ARTICLE = 24


def small_articles(count: int) -> Iterator[searchlib.Article]:
    """Yield articles of about 50 characters, each with other words."""
    for number in range(count):
        words = [_WORDS[(number * 7 + at * at + number // 20) % len(_WORDS)] for at in range(_WORDS_PER_ARTICLE)]
        title = f"{words[0]}{words[5]}之{number}"
        yield searchlib.Article(id=str(number), title=title, body=f"{''.join(words[:12])}。\n{''.join(words[12:])}。")


def main() -> None:
    """Build the index, and print articles, seconds, and the peak memory in MB while articles are read and in all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int, nargs="?", default=1_000_000)
    count: int = parser.parse_args().count
    peak_of_reading = 0
    with tempfile.TemporaryDirectory() as folder, PeakMemory(os.getpid()) as memory:
        started = time.monotonic()

        def progress(done: int, total: int) -> None:
            nonlocal peak_of_reading
            peak_of_reading = memory.peak

        report = searchlib.build_index(small_articles(count), Path(folder), progress=progress)
        seconds = time.monotonic() - started
        size = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
    print(f"{report.added:,} articles in {seconds:,.0f} s, index {size / 1e6:,.0f} MB")
    print(f"peak memory of all processes while articles are read: {peak_of_reading / 1e6:,.0f} MB")
    print(f"peak memory of all processes: {memory.peak / 1e6:,.0f} MB")


if __name__ == "__main__":
    main()

"""Measure suggestions for pinyin: how many frequent words come first for their pinyin and initials, and how soon.

python -m tests.benchmarks.pinyin --index DIR [--words N] [--list]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from statistics import quantiles

from pypinyin import Style, lazy_pinyin

import searchlib
from searchlib.analysis.units import is_han
from searchlib.engines.whoosh.search.engine import WhooshEngine
from searchlib.settings import Ranking

FULL, INITIALS, MS = 0.95, 0.80, 5.0
SHOWN = 8


def main() -> int:
    """Print the figures beside their bars; with ``--list`` the words that did not come."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.pinyin", description=__doc__)
    parser.add_argument("--index", type=Path, required=True, metavar="DIR")
    parser.add_argument("--words", type=int, default=2000, metavar="N")
    parser.add_argument("--list", action="store_true", help="list the words that were not suggested")
    options = parser.parse_args()
    with searchlib.open_index(options.index) as index:
        words = _frequent_words(index, options.words)
        # What is read at first: the lexicon, and for titles that hold a text the dates.
        index.suggest("没有什么以此开头")
        for name, bar, typed in (
            ("full pinyin", FULL, {word: "".join(lazy_pinyin(word, v_to_u=False)) for word in words}),
            ("initials", INITIALS, {word: "".join(lazy_pinyin(word, style=Style.FIRST_LETTER)) for word in words}),
            ("Han prefix", FULL, {word: word[:2] for word in words}),
        ):
            missed, ms = _ask(index, typed)
            share = 1 - len(missed) / len(words)
            *_, p95 = quantiles(ms, n=20)
            print(
                f"{name}: {share:.1%} of {len(words)} words among the first {SHOWN} (bar {bar:.0%}); "
                f"p50 {sorted(ms)[len(ms) // 2]:.2f} ms, p95 {p95:.2f} ms, most {max(ms):.2f} ms (bar {MS:g} ms)"
            )
            if options.list:
                print(*missed)
    return 0


def _frequent_words(index: searchlib.Index, number: int) -> list[str]:
    """The words of two to four Han characters that most articles hold."""
    generation = index._current()
    engine = WhooshEngine(generation.folder, zone="Asia/Shanghai", weights=Ranking())
    try:
        terms, places, _ = engine._reader.all_postings("body_words")
    finally:
        engine.close()
    counts = _counted(places.tolist())
    ordered = sorted(counts, key=lambda place: (-counts[place], place))
    words = (terms[place] for place in ordered)
    return [word for word in words if 2 <= len(word) <= 4 and all(map(is_han, word))][:number]


def _counted(places: Iterable[int]) -> dict[int, int]:
    counts: dict[int, int] = {}
    for place in places:
        counts[place] = counts.get(place, 0) + 1
    return counts


def _ask(index: searchlib.Index, typed: dict[str, str]) -> tuple[list[str], list[float]]:
    """The words that do not come, and how long each answer took, in ms."""
    missed: list[str] = []
    ms: list[float] = []
    for word, text in typed.items():
        begun = time.thread_time()
        found = index.suggest(text, size=SHOWN)
        ms.append((time.thread_time() - begun) * 1000)
        if word not in [each.text for each in found]:
            missed.append(f"{word}({text})")
    return missed, ms


if __name__ == "__main__":
    sys.exit(main())

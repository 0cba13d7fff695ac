"""Measure corrections on real typos: the share of wrong words that are corrected, and of right words that are not changed.

    python -m tests.benchmarks.corrections --index DIR --typos FILE [FILE …] [--list]

The typos are files of sentences with wrong characters, a tab, the same sentence corrected. The words are those around the
wrong characters whose right form occurs in at least five articles of the index. The last set is made from words of the index.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import searchlib
from tests.benchmarks.made_typos import made_pairs
from tests.benchmarks.typos import word_pairs

FEWEST_ARTICLES = 5
RIGHT, OFFERED = 0.72, 0.01
MADE_PAIRS = 400


def main() -> int:
    """Print the figures beside their bars; with ``--list`` all failures too."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.corrections", description=__doc__)
    parser.add_argument("--index", type=Path, required=True, metavar="DIR")
    parser.add_argument("--typos", type=Path, nargs="+", required=True, metavar="FILE")
    parser.add_argument("--list", action="store_true", help="list what was not corrected, or wrongly")
    options = parser.parse_args()
    total: Counter[str] = Counter()
    with searchlib.open_index(options.index) as index:
        for file in options.typos:
            counts = _measure(index, _pairs(index, file), show=options.list)
            _print(file.name, counts)
            total += counts
        _print("together", total)
        engine = index._current().engine
        made = made_pairs(engine.lexicon(), engine.frequencies, FEWEST_ARTICLES, MADE_PAIRS)
        _print("made from words", _measure(index, made, show=options.list))
    return 0


def _pairs(index: searchlib.Index, file: Path) -> Sequence[tuple[str, str]]:
    def articles_holding(word: str) -> int:
        return index.search(f'"{word}"', facets=False, snippets=False, size=1, verbatim=True).total

    return word_pairs(file, articles_holding, FEWEST_ARTICLES)


def _measure(index: searchlib.Index, pairs: Sequence[tuple[str, str]], *, show: bool) -> Counter[str]:
    def correction(word: str) -> str | None:
        return index.search(word, facets=False, snippets=False).correction

    counts: Counter[str] = Counter(pairs=len(pairs))
    for wrong, right in pairs:
        offered = correction(wrong)
        counts["right"] += offered == right
        counts["silent"] += offered is None
        if show and offered != right:
            print(f"{wrong} → {offered}, not {right}")
    for right in dict.fromkeys(right for _, right in pairs):
        offered = correction(right)
        counts["words"] += 1
        counts["offered"] += offered is not None
        if show and offered is not None:
            print(f"{right} is right, {offered} is offered")
    return counts


def _print(name: str, counts: Counter[str]) -> None:
    pairs, words = max(counts["pairs"], 1), max(counts["words"], 1)
    print(
        f"{name}: {counts['right'] / pairs:.1%} of {counts['pairs']} wrong words put right (bar {RIGHT:.0%}), "
        f"{counts['silent'] / pairs:.1%} left alone; {counts['offered'] / words:.1%} of {counts['words']} right words "
        f"offered another (bar {OFFERED:.0%})"
    )


if __name__ == "__main__":
    sys.exit(main())

"""Measure this project beside stock Whoosh with jieba, tantivy and SQLite FTS5, on the same real articles in one run.

The tables go to stdout as Markdown, with the machine and the date. Needs Linux, whose /proc tells what memory is used.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.benchmarks.bars import bars
from tests.benchmarks.corpora import CorporaMissingError, questions, unpacked
from tests.benchmarks.engines.base import ENGINES
from tests.benchmarks.figures import Figures
from tests.benchmarks.measure import run
from tests.benchmarks.report import report


def main() -> int:
    """Run the benchmarks as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--articles", type=int, nargs="+", default=[2_000, 20_000, 100_000], metavar="N")
    parser.add_argument("--corpora", type=Path, metavar="DIR", help="unpacked corpora, or any folder of articles")
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=ENGINES)
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="rounds after the first")
    parser.add_argument("--work", type=Path, metavar="DIR", help="where articles and indexes go; kept for the next run")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures here too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="searchlib-benchmarks-") as temporary:
        try:
            corpora = options.corpora or unpacked(Path(temporary) / "corpora")
        except CorporaMissingError as error:
            print(f"benchmarks: {error}", file=sys.stderr)
            return 1
        work = options.work or Path(temporary) / "work"
        work.mkdir(parents=True, exist_ok=True)
        figures = run(corpora, work, options.articles, options.engines, questions(), options.rounds)
    if options.json:
        options.json.write_text(json.dumps(_plain(figures), ensure_ascii=False, indent=1), encoding="utf-8")
    print(report(figures), end="")
    return 0


def _plain(figures: Figures) -> dict[str, object]:
    return asdict(figures) | {"bars": [asdict(each) | {"met": each.met} for each in bars(figures)]}


if __name__ == "__main__":
    sys.exit(main())

"""Measure this project, stock Whoosh with jieba, tantivy and SQLite FTS5 on the same real articles in one run.

The tables are printed to stdout as Markdown, with the machine and the date. Requires Linux, because memory is read from /proc.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.benchmarks.corpora import CorporaMissingError, questions, unpacked
from tests.benchmarks.engines.base import ENGINES
from tests.benchmarks.figures import Figures
from tests.benchmarks.measure import run
from tests.benchmarks.report import report
from tests.benchmarks.targets import targets


def main() -> int:
    """Run the benchmarks with the options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--articles", type=int, nargs="+", default=[2_000, 20_000, 100_000], metavar="N")
    parser.add_argument("--corpora", type=Path, metavar="DIR", help="unpacked corpora, or any folder of articles")
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=ENGINES)
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="rounds after the first")
    parser.add_argument(
        "--work", type=Path, metavar="DIR", help="folder for articles and indexes, which the next run uses again"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write all figures to this file")
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
    return asdict(figures) | {"targets": [asdict(each) | {"met": each.met} for each in targets(figures)]}


if __name__ == "__main__":
    sys.exit(main())

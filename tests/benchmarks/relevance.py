"""Measure the relevance of searches: of this project, of its words alone, and of stock Whoosh with jieba.

Questions are searched as typed, through the public names. The tables are printed to stdout as Markdown. With ``--tune`` the
weights are tuned on one half of the questions and evaluated on the other: the result belongs into
``searchlib.settings.Ranking``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import mean

from tqdm import tqdm

from searchlib.settings import Ranking
from tests.benchmarks.corpora import RELEVANCE
from tests.benchmarks.relevance_engines import STOCK, WAYS, Project, Stock
from tests.benchmarks.relevance_sets import MRR, NDCG, RelevanceSet, read_sets
from tests.benchmarks.report import table
from tests.benchmarks.tuning import slopes, tuned

TARGETS = {"cmrc-dev": 0.986, "drcd-dev": 0.968, "rgb-int": 0.41}
"""The target of each set, in its measure."""

Measured = Mapping[str, Mapping[str, float]]
"""The measures of each way to search, and the mean total where it is known."""


def main() -> int:
    """Measure, or tune with ``--tune``."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.relevance", description=__doc__)
    parser.add_argument("--sets", type=Path, default=RELEVANCE, metavar="DIR", help="folder of sets in BEIR's format")
    parser.add_argument("--tune", action="store_true", help="tune on one half of the questions, evaluate on the other")
    parser.add_argument("--questions", type=int, metavar="N", help="use only N questions of each set")
    options = parser.parse_args()
    sets = read_sets(options.sets)
    if not sets:
        print(f"relevance: no relevance sets at {options.sets}: name their folder with --sets", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="searchlib-relevance-") as work:
        for part in (
            _tuning(sets, Path(work), options.questions)
            if options.tune
            else _measuring(sets, Path(work), options.questions)
        ):
            print(part, end="\n\n", flush=True)
    return 0


def _measuring(sets: Sequence[RelevanceSet], work: Path, most: int | None) -> Iterator[str]:
    """Yield a table for each set, and the targets."""
    targets = []
    for each in sets:
        measured = _measured(each, work / each.name, list(each.questions)[:most])
        rows = [
            (way, f"{found[MRR]:.4f}", f"{found[NDCG]:.4f}", f"{found['total']:.1f}" if "total" in found else "–")
            for way, found in measured.items()
        ]
        yield f"### {each.name}: {len(each.texts):,} texts, {len(each.questions):,} questions"
        yield table(("", "MRR@10", "nDCG@10", "mean total"), rows)
        targets += _compared(each, measured)
    yield table(("", "figure", "target", "met"), targets)


def _measured(each: RelevanceSet, work: Path, questions: Sequence[str]) -> Measured:
    project = Project(each, work / "project")
    measured: dict[str, dict[str, float]] = {}
    for way, weights in WAYS.items():
        project.ranked(weights)
        measured[way] = each.measured(project.search, _shown(questions, f"{each.name}, {way}"))
        measured[way]["total"] = mean(project.totals)
    stock = Stock(each, work / "stock")
    for way, group in STOCK.items():
        stock.grouped(group)
        measured[way] = each.measured(stock.search, _shown(questions, f"{each.name}, {way}"))
    return measured


def _compared(each: RelevanceSet, measured: Measured) -> Iterator[tuple[str, ...]]:
    """Yield the target of a set, and the figures of other ways to search, which it must reach."""
    name = "MRR@10" if each.measure == MRR else "nDCG@10"
    figure = measured["searchlib"][each.measure]
    others = {f", compared with {way}": found[each.measure] for way, found in measured.items() if way != "searchlib"}
    targets = {"": TARGETS[each.name]} if each.name in TARGETS else {}
    for way, target in (targets | others).items():
        yield f"{each.name}, {name}{way}", f"{figure:.4f}", f"≥ {target:.4f}", "yes" if figure >= target else "**no**"


def _tuning(sets: Sequence[RelevanceSet], work: Path, most: int | None) -> Iterator[str]:
    """Yield the weights before and after tuning, their scores on both halves, and how much each weight matters."""
    projects = [Project(each, work / each.name) for each in sets]
    bar = tqdm(unit=" weights")
    known: dict[tuple[Ranking, bool], float] = {}

    def judged(weights: Ranking, *, training: bool) -> float:
        if (weights, training) not in known:
            figures = []
            for each, project in zip(sets, projects, strict=True):
                project.ranked(weights)
                half = each.half(training=training)[:most]
                figures.append(each.measured(project.search, half)[each.measure])
            known[weights, training] = mean(figures)
            bar.update()
        return known[weights, training]

    def train(weights: Ranking) -> float:
        return judged(weights, training=True)

    start = Ranking()
    found = tuned(train, start)
    rows = [
        (name, *(f"{judged(weights, training=training):.4f}" for training in (True, False)))
        for name, weights in (("defaults", start), ("tuned", found))
    ]
    yield table(("mean over the sets", "training half", "test half"), rows)
    before = asdict(start)
    yield table(
        ("weight", "default", "tuned"),
        [(name, f"{before[name]:g}", f"{value:g}") for name, value in asdict(found).items()],
    )
    flat = slopes(lambda weights: judged(weights, training=False), start)
    yield table(
        ("weight, test half", "halved", "doubled"),
        [(name, *(f"{change:+.4f}" for change in changes)) for name, changes in flat.items()],
    )
    bar.close()


def _shown(questions: Sequence[str], what: str) -> Iterator[str]:
    """Return the questions, with a progress bar."""
    return iter(tqdm(questions, desc=what, unit=" questions", leave=False))


if __name__ == "__main__":
    sys.exit(main())

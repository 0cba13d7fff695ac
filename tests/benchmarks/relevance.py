"""Measure how well questions find their answers: this project, its parts alone, and stock Whoosh with jieba beside it.

Questions are searched as typed, through the public names. The tables go to stdout as Markdown. With ``--tune`` the weights are
tuned on one half of the questions and judged on the other: what comes out belongs into ``searchlib.settings.Ranking``.
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

BARS = {"cmrc-dev": 0.986, "drcd-dev": 0.968, "rgb-int": 0.41}
"""What each set must reach, in its measure."""

Measured = Mapping[str, Mapping[str, float]]
"""The measures of each way to search, and the mean total where it is known."""


def main() -> int:
    """Measure or tune as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.relevance", description=__doc__)
    parser.add_argument("--sets", type=Path, default=RELEVANCE, metavar="DIR", help="folders of BEIR's form")
    parser.add_argument("--tune", action="store_true", help="tune on one half of the questions, judge on the other")
    parser.add_argument("--questions", type=int, metavar="N", help="so many of each set only")
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
    """A table of each set, and the bars."""
    bars = []
    for each in sets:
        measured = _measured(each, work / each.name, list(each.questions)[:most])
        rows = [
            (way, f"{found[MRR]:.4f}", f"{found[NDCG]:.4f}", f"{found['total']:.1f}" if "total" in found else "–")
            for way, found in measured.items()
        ]
        yield f"### {each.name}: {len(each.texts):,} texts, {len(each.questions):,} questions"
        yield table(("", "MRR@10", "nDCG@10", "mean total"), rows)
        bars += _held(each, measured)
    yield table(("", "figure", "bar", "met"), bars)


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


def _held(each: RelevanceSet, measured: Measured) -> Iterator[tuple[str, ...]]:
    """What the set must reach, and what it must not fall below."""
    name = "MRR@10" if each.measure == MRR else "nDCG@10"
    figure = measured["searchlib"][each.measure]
    beside = {way: found[each.measure] for way, found in measured.items() if way != "searchlib"}
    bars = {"": BARS[each.name]} if each.name in BARS else {}
    for way, bar in [*bars.items(), *((f", beside {way}", figure) for way, figure in beside.items())]:
        yield f"{each.name}, {name}{way}", f"{figure:.4f}", f"≥ {bar:.4f}", "yes" if figure >= bar else "**no**"


def _tuning(sets: Sequence[RelevanceSet], work: Path, most: int | None) -> Iterator[str]:
    """The weights before and after, on both halves, and how flat the optimum is."""
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
    yield table(("mean over the sets", "training half", "other half"), rows)
    before = asdict(start)
    yield table(
        ("weight", "default", "tuned"),
        [(name, f"{before[name]:g}", f"{value:g}") for name, value in asdict(found).items()],
    )
    flat = slopes(lambda weights: judged(weights, training=False), start)
    yield table(
        ("weight, other half", "halved", "doubled"),
        [(name, *(f"{change:+.4f}" for change in changes)) for name, changes in flat.items()],
    )
    bar.close()


def _shown(questions: Sequence[str], what: str) -> Iterator[str]:
    """The questions, with a progress bar."""
    return iter(tqdm(questions, desc=what, unit=" questions", leave=False))


if __name__ == "__main__":
    sys.exit(main())

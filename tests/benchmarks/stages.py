"""Show in which stages of a search processor time goes, over a stream of different queries.

    python -m tests.benchmarks.stages INDEX|ARTICLES [--queries 600] [--seed 17] [--calls]

Each query is searched once with a newly opened index, as the search page asks. The time of a stage is that of its functions
without the time of other stages inside. ``--calls`` also counts the Python calls of a query, in a second run.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

import searchlib
from tests.benchmarks.figures import percentile
from tests.benchmarks.stream import ask_searchlib, built
from tests.benchmarks.stream_queries import TypedQuery, draw

WHOLE = "search"
OTHERS = "all else"

_ENGINE = "searchlib.engines.whoosh.search"

STAGES: Mapping[str, Sequence[tuple[str, str]]] = {
    "plan": (("searchlib.search.executor", "SearchExecutor.parse"),),
    "typed text": (("searchlib.search.typed_text", "TypedTextFinder.ranked_first"),),
    "filters": ((f"{_ENGINE}.engine", "_filter_masks"),),
    "matching": ((f"{_ENGINE}.matching", "Matcher.mask"),),
    "relaxed matching": ((f"{_ENGINE}.engine", "match"),),
    "content scores": ((f"{_ENGINE}.ranking", "Scorer.content_scores"),),
    "scores of terms": ((f"{_ENGINE}.ranking", "Scorer.term_scores"),),
    "other scores": ((f"{_ENGINE}.ranking", "Scorer.scores"),),
    "sorting": (
        (f"{_ENGINE}.sorting", "HitSorter.page_by_score"),
        (f"{_ENGINE}.sorting", "HitSorter.page_by_date"),
    ),
    "near duplicates": (
        (f"{_ENGINE}.near_duplicates", "NearDuplicates.collapsed_count"),
        (f"{_ENGINE}.near_duplicates", "NearDuplicates.others"),
        (f"{_ENGINE}.near_duplicates", "NearDuplicates.has_groups"),
    ),
    "heads": ((f"{_ENGINE}.stored_articles", "StoredArticles.head"),),
    "facets": ((f"{_ENGINE}.engine", "count_facets"),),
    "bodies": ((f"{_ENGINE}.stored_articles", "StoredArticles.body"),),
    "boilerplate": ((f"{_ENGINE}.engine", "WhooshEngine.without_boilerplate"),),
    "snippets": (("searchlib.search.results", "content_snippets"),),
    "titles": (("searchlib.search.results", "highlight_all"),),
    "corrections": (("searchlib.search.did_you_mean", "QueryCorrector.correction"),),
    "pinyin": (("searchlib.suggest.pinyin_reader", "PinyinReader.spellings"),),
}
"""The functions of each stage, as module and name."""


class StageTimer:
    """Adds up the processor time of stages, in nanoseconds, without that of stages inside."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()
        self._open: list[str] = []
        self._since = 0

    def enter(self, stage: str) -> None:
        """Start a stage, inside of the current one if there is one."""
        self._switch()
        self._open.append(stage)

    def leave(self) -> None:
        """End the current stage."""
        self._switch()
        self._open.pop()

    def _switch(self) -> None:
        now = time.process_time_ns()
        if self._open:
            self.spent[self._open[-1]] += now - self._since
        self._since = now


@contextmanager
def timed_stages(timer: StageTimer) -> Iterator[None]:
    """Replace the functions of all stages by ones that the timer measures, within the block."""
    replaced: list[tuple[Any, str, Any]] = []
    try:
        for stage, functions in STAGES.items():
            for module, name in functions:
                *owners, last = name.split(".")
                owner: Any = import_module(module)
                for each in owners:
                    owner = getattr(owner, each)
                original = vars(owner)[last]
                replaced.append((owner, last, original))
                setattr(owner, last, _timed(timer, stage, original))
        yield
    finally:
        for owner, last, original in reversed(replaced):
            setattr(owner, last, original)


def _timed(timer: StageTimer, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def timed(*arguments: Any, **options: Any) -> Any:
        timer.enter(stage)
        try:
            return function(*arguments, **options)
        finally:
            timer.leave()

    return timed


def measure(place: Path, queries: Sequence[TypedQuery]) -> dict[str, list[float]]:
    """Return the milliseconds of each stage for each query."""
    ms: dict[str, list[float]] = {stage: [] for stage in (WHOLE, *STAGES, OTHERS)}
    timer = StageTimer()
    with timed_stages(timer):
        ask = ask_searchlib(place)
        for query in queries:
            timer.spent.clear()
            timer.enter(OTHERS)
            ask(query, True)
            timer.leave()
            for stage in (*STAGES, OTHERS):
                ms[stage].append(timer.spent[stage] / 1e6)
            ms[WHOLE].append(timer.spent.total() / 1e6)
    return ms


def count_calls(place: Path, queries: Sequence[TypedQuery]) -> list[int]:
    """Return the number of calls of Python functions of each query."""
    ask = ask_searchlib(place)
    counts: list[int] = []

    def count(_frame: object, event: str, _argument: object) -> None:
        if event == "call":
            counts[-1] += 1

    for query in queries:
        counts.append(0)
        sys.setprofile(count)
        try:
            ask(query, True)
        finally:
            sys.setprofile(None)
    return counts


def report(ms: Mapping[str, Sequence[float]]) -> str:
    """Return the table as Markdown, the stage with the most time first."""
    rows = sorted(ms.items(), key=lambda row: -sum(row[1]))
    lines = [
        f"{len(ms[WHOLE]):,} queries, milliseconds of processor time a query.",
        "",
        "| stage | mean | share | p50 | p95 |",
        "|---|---|---|---|---|",
        *(
            f"| {stage} | {sum(each) / len(each):.3f} | {sum(each) / sum(ms[WHOLE]):.0%} | {percentile(each, 50):.3f} | "
            f"{percentile(each, 95):.3f} |"
            for stage, each in rows
        ),
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("place", type=Path, metavar="INDEX|ARTICLES", help="a built index, or a folder of articles")
    parser.add_argument("--queries", type=int, default=600, metavar="N")
    parser.add_argument("--seed", type=int, default=17)
    parser.add_argument("--calls", action="store_true", help="also count the Python calls of a query")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="searchlib-stages-") as temporary:
        place = built(options.place, Path(temporary))
        with searchlib.open_index(place) as index:
            queries = draw(index, options.queries, options.seed)
        print(report(measure(place, queries)), end="")
        if options.calls:
            counts = count_calls(place, queries)
            print(f"\nPython calls of a query: {sum(counts) / len(counts):,.0f}, p50 {percentile(counts, 50):,.0f}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

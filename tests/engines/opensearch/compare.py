"""Compare both engines: random queries, filters and facets over the same real articles.

``python -m tests.engines.opensearch.compare ARTICLES… [--articles N] [--queries N] [--exact N] [--seed N] [--address ADDRESS]``
builds an index in a folder and one in a cluster, and prints every difference. It starts a cluster unless an address is given.
"""

from __future__ import annotations

import argparse
import math
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import searchlib
from searchlib.analysis.fold import fold
from searchlib.analysis.units import units
from searchlib.engines.base import Engine, EngineResults, Filters, Request
from searchlib.query.parser import parse
from searchlib.query.planner import plan
from searchlib.settings import Settings
from searchlib.sources.walk import list_states
from searchlib.stores import store_at
from tests.engines.opensearch.cluster import running_cluster

TODAY = date(2026, 1, 1)
ALL = 50_000
MAX_HITS = 1000

ORDERED = 50
"""The first hits by relevance, whose order is compared."""

SCORE_DIGITS = 4


@dataclass
class Counted:
    """The numbers of comparisons and of differences."""

    searches: int = 0
    relaxed: int = 0
    other_results: int = 0
    ordered: int = 0
    other_orders: int = 0
    other_collapsed: int = 0
    seconds: dict[str, list[tuple[bool, float]]] = field(default_factory=lambda: {"folder": [], "cluster": []})
    """For each search, whether it was relaxed, and its duration."""
    seconds_again: dict[str, list[tuple[bool, float]]] = field(default_factory=lambda: {"folder": [], "cluster": []})
    """The same for the second run of each search."""


def main() -> int:
    """Compare, and return 0 if all results are the same, and at most 1 % have another order."""
    parser = argparse.ArgumentParser(description="Compare both engines on real articles.")
    parser.add_argument("folders", nargs="+", type=Path, metavar="ARTICLES", help="folders of articles")
    parser.add_argument(
        "--articles", type=int, default=20_000, metavar="N", help="number of articles to copy from the folders"
    )
    parser.add_argument("--queries", type=int, default=300, metavar="N", help="number of random queries")
    parser.add_argument("--exact", type=int, default=1000, metavar="N", help="number of random phrases in quotes")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--address", help="address of an index in a running cluster; it is rebuilt")
    options = parser.parse_args()
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        copied = copy_some(options.folders, work / "articles", options.articles)
        address = options.address
        if address is None:
            address = stack.enter_context(running_cluster()).address("compare", "?replicas=0")
        places = {"folder": str(work / "index"), "cluster": address}
        built = {name: searchlib.build_index(copied, place, settings=Settings()) for name, place in places.items()}
        generations = {name: store_at(place).current() for name, place in places.items()}
        engines = {name: generation.open(Settings()) for name, generation in generations.items()}
        chance = random.Random(options.seed)
        articles = [each for each in searchlib.read_articles(copied) if isinstance(each, searchlib.Article)]
        counted = compare(engines, articles, chance, options.queries)
        wrong, phrases = compare_phrases(engines["cluster"], articles, chance, options.exact)
        sizes = {name: generation.size_bytes() for name, generation in generations.items()}
    text = sum(len(article.body.encode()) + len(article.title.encode()) for article in articles)
    print_table(
        [f"{len(articles):,} articles, {text / 1e6:,.1f} MB of text", *places],
        ["build, articles/s", *(f"{each.added / each.seconds:,.0f}" for each in built.values())],
        ["on disk: of the text's size", *(f"{size / text:.2f}" for size in sizes.values())],
        [
            "a first search, not relaxed, p50 / p95",
            *(times(each, relaxed=False) for each in counted.seconds.values()),
        ],
        ["a first search, relaxed", *(times(each, relaxed=True) for each in counted.seconds.values())],
        ["the same again, not relaxed", *(times(each, relaxed=False) for each in counted.seconds_again.values())],
        ["the same again, relaxed", *(times(each, relaxed=True) for each in counted.seconds_again.values())],
    )
    print(f"{counted.searches} searches, {counted.relaxed} of them relaxed: {counted.other_results} with other results")
    print(
        f"{counted.ordered} by relevance: {counted.other_orders} in another order; {counted.other_collapsed} collapse others"
    )
    print(f"{phrases} random phrases: {wrong} matched other articles than contain them")
    return int(counted.other_results > 0 or wrong > 0 or counted.other_orders > counted.ordered / 100)


def print_table(*rows: Sequence[str]) -> None:
    """Print a table in Markdown; the first row holds the headings."""
    for number, row in enumerate(rows):
        print(f"| {' | '.join(row)} |")
        if not number:
            print("|---" * len(row) + "|")
    print(flush=True)


def times(seconds: Sequence[tuple[bool, float]], *, relaxed: bool) -> str:
    """Return the 50th and the 95th percentile of the durations, in milliseconds."""
    ordered = sorted(each for was_relaxed, each in seconds if was_relaxed == relaxed)
    if not ordered:
        return "–"
    return f"{1000 * statistics.median(ordered):.1f} / {1000 * ordered[int(0.95 * (len(ordered) - 1))]:.1f} ms"


def copy_some(folders: Sequence[Path], to: Path, wanted: int) -> Path:
    """Copy a number of articles, the same number from each folder, evenly spread over it."""
    for folder in folders:
        names = list(list_states(folder).states)
        share = min(wanted // len(folders), len(names))
        for at in range(share):
            name = names[at * len(names) // share]
            target = to / folder.name / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / name, target)
    return to


def compare(
    engines: dict[str, Engine], articles: Sequence[searchlib.Article], chance: random.Random, queries: int
) -> Counted:
    """Run random searches in both engines."""
    counted = Counted()
    for typed, filters, sort, shown in random_searches(articles, chance, queries):
        request: dict[str, Any] = {
            "plan": plan(parse(typed, today=TODAY)),
            "filters": filters,
            "sort": sort,
            "collapse": shown,
        }
        answers: dict[str, EngineResults] = {}
        for name, engine in engines.items():
            for seconds in (counted.seconds, counted.seconds_again):
                begun = time.perf_counter()
                relaxed = engine.search(Request(**request)).relaxed
                seconds[name].append((relaxed, time.perf_counter() - begun))
            answers[name] = engine.search(Request(**{**request, "collapse": False, "limit": ALL}))
        ours, theirs = answers["folder"], answers["cluster"]
        counted.searches += 1
        counted.relaxed += ours.relaxed
        if facts(ours) != facts(theirs):
            counted.other_results += 1
            print(f"other results: {typed!r} {filters}: {difference(ours, theirs)}", flush=True)
        if sort == "relevance":
            counted.ordered += 1
            if order(ours) != order(theirs):
                counted.other_orders += 1
                print(f"other order: {typed!r} {filters}: {first_difference(ours, theirs)}", flush=True)
        elif [hit.id for hit in ours.hits] != [hit.id for hit in theirs.hits]:
            counted.other_results += 1
            print(f"other order by date: {typed!r} {filters}", flush=True)
        if shown:
            folded = [engine.search(Request(**request)).collapsed for engine in engines.values()]
            counted.other_collapsed += folded[0] != folded[1]
    return counted


def facts(answer: EngineResults) -> tuple[Any, ...]:
    """Return the parts of results that must be the same."""
    return answer.total, answer.full, {hit.id for hit in answer.hits}, answer.facets, answer.category_tree


def difference(ours: EngineResults, theirs: EngineResults) -> str:
    """Return a line that describes the differences."""
    here, there = ({hit.id for hit in answer.hits} for answer in (ours, theirs))
    facets = [name for name in ours.facets if ours.facets[name] != theirs.facets[name]]
    return (
        f"{ours.total}/{theirs.total} articles, {ours.full}/{theirs.full} full, "
        f"{len(here - there)} missing, {len(there - here)} unexpected, facets {facets}"
        + (", other category tree" if ours.category_tree != theirs.category_tree else "")
    )


def order(answer: EngineResults) -> list[tuple[float, str]]:
    """Return the scores and ids of the first hits; equal scores in the order of ids."""
    return sorted(((-round(hit.score, SCORE_DIGITS), hit.id) for hit in answer.hits[:ORDERED]), key=lambda each: each)


def first_difference(ours: EngineResults, theirs: EngineResults) -> str:
    """Return a line that describes the first difference in the order."""
    for at, (here, there) in enumerate(zip(ours.hits, theirs.hits, strict=False)):
        if here.id != there.id:
            return f"rank {at + 1}: {here.id} {here.score:.6f}, {there.id} {there.score:.6f}"
    return "scores differ"


Search = tuple[str, Filters, str, bool]


def random_searches(articles: Sequence[searchlib.Article], chance: random.Random, wanted: int) -> Iterator[Search]:
    """Yield searches made of parts of the articles, in all forms of the query language."""
    categories = sorted({name for article in articles for name in article.categories})
    authors = sorted({name for article in articles for name in article.authors})
    for _ in range(wanted):
        pieces = [piece(chance.choice(articles), chance) for _ in range(chance.choice([1, 1, 1, 2, 2, 3]))]
        typed = chance.choice([" ", " ", " ", " OR "]).join(pieces)
        values: dict[str, list[str]] = {}
        if categories and chance.random() < 0.3:
            values["category"] = chance.sample(categories, min(len(categories), chance.choice([1, 1, 2, 5])))
        if authors and chance.random() < 0.1:
            values["author"] = chance.sample(authors, min(len(authors), 20))
        day = chance.choice(articles).date
        first = day.date() if day and chance.random() < 0.2 else None
        sort = chance.choice(["relevance", "relevance", "relevance", "newest", "oldest"])
        yield typed, Filters(values=values, first=first), sort, chance.random() < 0.5


def piece(article: searchlib.Article, chance: random.Random) -> str:
    """Return a query that matches an article, or nearly."""
    line = chance.choice([each for each in (article.title, *article.body.split("\n")) if each.strip()] or ["无"])
    at = chance.randrange(len(line))
    text = " ".join(line[at : at + chance.randint(1, 12)].replace('"', " ").split()) or "的"
    form = chance.random()
    if form < 0.15:
        return f'"{text}"'
    if form < 0.25:
        return f"-{text.split()[0]}"
    if form < 0.3:
        return f"title:{text.split()[0]}"
    if form < 0.33:
        return f"{text.split()[0]}*"
    if form < 0.36 and article.date:
        return f"date:{article.date:%Y-%m}"
    return text


def compare_phrases(
    engine: Engine, articles: Sequence[searchlib.Article], chance: random.Random, wanted: int
) -> tuple[int, int]:
    """Search for random phrases, and return how many matched other articles than contain them, and the number of phrases.

    The number of articles and the newest ``MAX_HITS`` of them are compared.
    """
    ordered = sorted(articles, key=lambda each: (-each.date.timestamp() if each.date else math.inf, each.id))
    held = [
        "\n".join(f" {' '.join(units(fold(line)))} " for line in (article.title, *article.body.split("\n")))
        for article in ordered
    ]
    wrong = phrases = 0
    while phrases < wanted:
        line = chance.choice(chance.choice(held).split("\n")).split()
        if not line:
            continue
        at = chance.randrange(len(line))
        run = line[at : at + chance.randint(1, 8)]
        if chance.random() < 0.2:
            chance.shuffle(run)
        pattern = f" {' '.join(run)} "
        expected = [article.id for article, text in zip(ordered, held, strict=True) if pattern in text]
        planned = plan(parse(f'"{" ".join(run)}"', today=TODAY))
        answer = engine.search(Request(plan=planned, sort="newest", limit=MAX_HITS, facets=()))
        phrases += 1
        if answer.total != len(expected) or [hit.id for hit in answer.hits] != expected[:MAX_HITS]:
            wrong += 1
            print(f"other articles for the phrase {run}: {answer.total} instead of {len(expected)}", flush=True)
    return wrong, phrases


if __name__ == "__main__":
    sys.exit(main())

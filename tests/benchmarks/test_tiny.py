"""The benchmarks run as a whole on few articles. Their figures are not checked."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.corpora import questions
from tests.benchmarks.engines.base import ENGINES, FTS5, PROJECT, TANTIVY
from tests.benchmarks.figures import Build, Figures, Search, Size, Timing
from tests.benchmarks.queries import OF_EACH, WORD_KINDS, Kind
from tests.benchmarks.targets import targets
from tests.conftest import ROOT, Corpus

CORPORA = ("seed", "odd", "blogs", "docs-zh-tw", "gb18030", "news")
ARTICLES = 300
TARGETS = 15
"""All but the growth of latency, for which two sizes are needed."""

Run = tuple[dict[str, Any], str]


@pytest.fixture(scope="module")
def ran(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return the figures and the report of one run of all engines."""
    folders = [corpus(name, *(("--limit", "400") if name == "news" else ())) for name in CORPORA]
    figures = tmp_path_factory.mktemp("benchmarks") / "figures.json"
    command = [sys.executable, "-m", "tests.benchmarks", "--articles", str(ARTICLES), "--rounds", "0"]
    command += ["--corpora", str(folders[0].parent), "--json", str(figures)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(Path(figures).read_text(encoding="utf-8")), done.stdout


def test_every_engine_is_built_and_searched(ran: Run) -> None:
    size = only_size(ran)
    assert size["articles"] == ARTICLES
    assert list(size["builds"]) == list(size["searches"]) == list(ENGINES)
    for build in (*size["builds"].values(), ran[0]["half"]):
        assert all(build[name] > 0 for name in ("seconds", "size", "peak", "held"))
    for search in size["searches"].values():
        assert all(search[name] > 0 for name in ("open_ms", "memory", "peak"))


def test_every_query_is_timed_in_every_way(ran: Run) -> None:
    ways = ((True, False), (False, False), (True, True))
    expected = {(kind, *way): OF_EACH for kind in (*WORD_KINDS, "phrase") for way in ways}
    expected["question", True, False] = len(questions())
    for search in only_size(ran)["searches"].values():
        timed = {(each["kind"], each["facets"], each["snippets"]): each for each in search["timings"]}
        for name in ("ms", "first_ms", "totals"):
            assert {way: len(each[name]) for way, each in timed.items()} == expected
        assert all(ms > 0 for each in timed.values() for ms in (*each["ms"], *each["first_ms"]))


@pytest.mark.parametrize("kind", WORD_KINDS)
def test_engines_of_the_same_words_find_as_many_articles(kind: Kind, ran: Run) -> None:
    found = totals(ran, kind)
    assert found[FTS5] == found[TANTIVY]


@pytest.mark.parametrize("kind", WORD_KINDS)
def test_searchlib_finds_as_many_articles_or_more(kind: Kind, ran: Run) -> None:
    found = totals(ran, kind)
    for name in ENGINES:
        assert all(ours >= theirs for ours, theirs in zip(found[PROJECT], found[name], strict=True)), name


def test_searchlib_finds_every_phrase(ran: Run) -> None:
    assert all(totals(ran, "phrase")[PROJECT])


def test_an_engine_finds_the_same_in_every_way(ran: Run) -> None:
    for search in only_size(ran)["searches"].values():
        found: dict[str, set[tuple[int, ...]]] = {}
        for each in search["timings"]:
            found.setdefault(each["kind"], set()).add(tuple(each["totals"]))
        assert all(len(different) == 1 for different in found.values())


def test_every_target_has_a_figure(ran: Run) -> None:
    figures, written = ran
    assert len(figures["targets"]) == TARGETS - (not questions())
    for target in figures["targets"]:
        assert math.isfinite(target["figure"])
        assert target["figure"] > 0
        assert target["what"] in written


def test_growth_is_that_of_the_two_largest_sizes() -> None:
    figures = Figures(
        date="", machine={}, rounds=1, sizes=[made(10, 1.0), made(20, 2.0), made(100, 7.0)], half=None, upkeep=None
    )
    growth = next(each for each in targets(figures) if "growth" in each.what)
    assert (growth.articles, growth.figure, growth.met) == (100, 3.5, True)


def only_size(ran: Run) -> dict[str, Any]:
    """Return the figures of the only size."""
    (size,) = ran[0]["sizes"]
    return dict(size)


def totals(ran: Run, kind: Kind) -> dict[str, list[int]]:
    """Return the totals of each engine for the queries of one kind."""
    return {
        name: next(each["totals"] for each in search["timings"] if each["kind"] == kind)
        for name, search in only_size(ran)["searches"].items()
    }


def made(articles: int, ms: float) -> Size:
    """Return a size at which each query takes searchlib the same time."""
    ways = [(kind, snippets) for kind in (*WORD_KINDS, "phrase") for snippets in (False, True)]
    timings = [
        Timing(kind=kind, facets=True, snippets=snippets, ms=[ms], first_ms=[ms], totals=[1]) for kind, snippets in ways
    ]
    search = Search(open_ms=ms, memory=1, peak=1, timings=timings)
    build = Build(articles=articles, seconds=1, size=1, peak=1, held=1)
    return Size(articles=articles, text=1, builds={PROJECT: build}, searches={PROJECT: search})

"""The stream of different queries and the profile by stages run as a whole, on few articles."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import searchlib
from searchlib.search import results
from tests.benchmarks.stages import OTHERS, STAGES, WHOLE, StageTimer, measure, timed_stages
from tests.benchmarks.stream import PROJECT, TANTIVY, WAYS
from tests.benchmarks.stream_queries import MIXTURE, draw
from tests.conftest import ROOT, Corpus

QUERIES = 60
SEED = 17


@pytest.fixture(scope="module")
def place(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build an index of the seed articles."""
    folder = tmp_path_factory.mktemp("stream") / "index"
    searchlib.build_index(corpus("seed"), folder)
    return folder


def test_queries_are_different_and_the_same_ones_every_time(place: Path) -> None:
    with searchlib.open_index(place) as index:
        queries = draw(index, QUERIES, SEED)
        assert queries == draw(index, QUERIES, SEED)
        assert len({query.text for query in queries}) == QUERIES
        assert {query.kind for query in queries} <= {*MIXTURE}
        assert any(query.category for query in queries)
        assert any(query.year for query in queries)


def test_a_stream_ends_where_there_are_no_more_queries(place: Path, tmp_path: Path) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "a.md").write_text("---\ntitle: 钟楼\n---\n钟楼的钟慢了。", encoding="utf-8")
    searchlib.build_index(articles, tmp_path / "index")
    with searchlib.open_index(tmp_path / "index") as index:
        assert 0 < len(draw(index, 1_000, SEED)) < 100


def test_every_query_is_timed_in_every_way_for_both_engines(place: Path, tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    command = [sys.executable, "-m", "tests.benchmarks.stream", str(place), "--queries", str(QUERIES)]
    command += ["--json", str(figures)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    measured = json.loads(figures.read_text(encoding="utf-8"))["figures"]
    assert [*measured] == [PROJECT, TANTIVY]
    for engine in measured.values():
        assert {way: len(ms) for way, ms in engine["ms"].items()} == dict.fromkeys(WAYS, QUERIES)
        assert all(engine[name] > 0 for name in ("open_ms", "first_ms", "memory", "peak"))
        assert sum(engine["totals"]) > 0
    for way in WAYS:
        assert f"| {way} | {PROJECT} |" in done.stdout


def test_stages_add_up_to_the_whole_search(place: Path) -> None:
    with searchlib.open_index(place) as index:
        queries = draw(index, QUERIES, SEED)
    ms = measure(place, queries)
    for at, whole in enumerate(ms[WHOLE]):
        assert sum(ms[stage][at] for stage in (*STAGES, OTHERS)) == pytest.approx(whole)
    assert [stage for stage in ("plan", "matching", "facets", "snippets", "heads") if not sum(ms[stage])] == []


def test_functions_of_stages_are_put_back() -> None:
    before = vars(results)["content_snippets"]
    with timed_stages(StageTimer()):
        assert vars(results)["content_snippets"] is not before
    assert vars(results)["content_snippets"] is before

"""The relevance benchmark runs as a whole on a few texts, and the tuning finds a known optimum."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from searchlib.settings import Ranking
from tests.benchmarks.relevance_engines import WAYS
from tests.benchmarks.relevance_sets import MRR, NDCG, read_sets
from tests.benchmarks.tuning import FIXED, TUNED, slopes, tuned
from tests.conftest import ROOT

TEXTS = {"t1": ("风车", "风车靠风力转动。"), "t2": ("水车: 与河", "水车靠水力转动。"), "t3": ("", "磨坊里有石磨。")}
QUESTIONS = {"q1": "风车靠什么转动？", "q2": "水车靠什么转动？", "q3": "磨坊里有什么？", "q4": "石磨在哪里？"}
ANSWERS = {"q1": "t1", "q2": "t2", "q3": "t3", "q4": "t3"}


@pytest.fixture
def sets(tmp_path: Path) -> Path:
    """Return a folder with one set."""
    folder = tmp_path / "sets" / "tiny"
    folder.mkdir(parents=True)
    texts = [{"_id": key, "title": title, "text": body} for key, (title, body) in TEXTS.items()]
    questions = [{"_id": key, "text": text} for key, text in QUESTIONS.items()]
    for name, lines in (("corpus", texts), ("queries", questions)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    grades = "".join(f"{question}\t{text}\t1\n" for question, text in ANSWERS.items())
    (folder / "qrels.tsv").write_text(f"query-id\tcorpus-id\tscore\n{grades}", encoding="utf-8")
    return folder.parent


def run(*options: str) -> str:
    command = [sys.executable, "-m", "tests.benchmarks.relevance", *options]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_all_ways_to_search_are_measured(sets: Path) -> None:
    lines = run("--sets", str(sets)).splitlines()
    ours = next(line.split("|")[2].strip() for line in lines if line.startswith("| searchlib "))
    assert ours == "1.0000"
    assert sum("ChineseAnalyzer" in line and "compared" not in line for line in lines) == 2
    for way in WAYS:
        assert sum(line.startswith(f"| {way} ") for line in lines) == 1


def test_every_weight_is_tuned_or_fixed() -> None:
    assert sorted((*TUNED, *FIXED)) == sorted(Ranking.__slots__)


def test_weights_are_tuned(sets: Path) -> None:
    printed = run("--sets", str(sets), "--tune")
    assert "training half" in printed
    assert "| closeness" in printed


def test_a_set_is_halved_and_judged_by_what_it_holds(sets: Path) -> None:
    (only,) = read_sets(sets)
    halves = only.half(training=True), only.half(training=False)
    assert sorted([*halves[0], *halves[1]]) == sorted(QUESTIONS)
    assert only.measure == MRR
    assert only.measured(lambda text: ["t1", "t3"])[MRR] == pytest.approx((1 + 0 + 0.5 + 0.5) / 4)
    assert only.measured(lambda text: ["t1"], ["q1"])[NDCG] == 1.0


def test_the_search_over_weights_finds_the_best() -> None:
    def judge(weights: Ranking) -> float:
        return 1 - abs(weights.closeness - 1.0) - abs(weights.parts - 0.25)

    found = tuned(judge, Ranking())
    assert (found.closeness, found.parts, found.title) == (1.0, 0.25, Ranking().title)
    assert slopes(judge, found)["title"] == [0.0, 0.0]
    assert slopes(judge, found)["closeness"] == pytest.approx([-0.5, -1.0])

"""The search for the worst requests runs as a whole on few articles, and fails above its bound."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.worst_requests import TABLE_ROWS
from tests.conftest import ROOT, Corpus

ARTICLES = 200
REQUESTS = 300


@pytest.mark.parametrize(("bound", "expected"), [("100", 0), ("0.0001", 1)])
def test_the_worst_requests_are_listed_and_held_against_the_bound(
    corpus: Corpus, tmp_path: Path, bound: str, expected: int
) -> None:
    figures = tmp_path / "worst.json"
    command = [sys.executable, "-m", "tests.benchmarks.worst_requests", "--json", str(figures), "--bound", bound]
    command += ["--index-from", str(corpus("news", "--limit", "300")), "--articles", str(ARTICLES)]
    command += ["--requests", str(REQUESTS), "--scale-to", str(ARTICLES)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == expected, done.stdout + done.stderr
    worst = json.loads(figures.read_text(encoding="utf-8"))
    assert len(worst) == TABLE_ROWS
    assert worst == sorted(worst, key=lambda each: -each["milliseconds"])
    assert all(each["status"] in (200, 400) for each in worst)
    assert f"{REQUESTS} requests of {ARTICLES} articles" in done.stdout
    assert done.stdout.count("\n| ") == TABLE_ROWS + 1
    assert done.stderr == ""

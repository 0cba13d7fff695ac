"""The load test runs as a whole, on few articles and for a few seconds. Its figures are not checked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.load import MIXTURE
from tests.conftest import ROOT, Corpus

ARTICLES = 300
CONNECTIONS = 16
BUILDS = 2


def test_a_served_index_is_rebuilt_under_load_without_an_error(corpus: Corpus, tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    command = [sys.executable, "-m", "tests.benchmarks.load", "--index-from", str(corpus("news", "--limit", "400"))]
    command += ["--articles", str(ARTICLES), "--seconds", "3", "--builds", str(BUILDS), "--json", str(figures)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(figures.read_text(encoding="utf-8"))
    assert found["errors"] == {}
    assert len(found["generations"]) == BUILDS + 1
    assert found["generations"] == sorted(found["generations"])
    rows = {row["what"]: row["requests"] for row in found["rows"]}
    assert rows["all"] == sum(rows[kind] for kind in MIXTURE) >= CONNECTIONS
    assert all(rows[kind] for kind in MIXTURE)
    assert rows["while a build runs"]
    assert "p99" in done.stdout
    assert found["processor"] > 0
    assert len(found["memory"]) == BUILDS + 1
    # What a server says while it answers would fill somebody's log.
    assert done.stderr == ""

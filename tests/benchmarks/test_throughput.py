"""The benchmark of requests runs as a whole on few articles. Its figures are not checked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.throughput import KINDS
from tests.conftest import ROOT, Corpus


def test_costs_and_rates_are_measured(corpus: Corpus, tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    command = [sys.executable, "-m", "tests.benchmarks.throughput", "--articles", "200", "--json", str(figures)]
    command += ["--index-from", str(corpus("news", "--limit", "300")), "--requests", "40", "--seconds", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(figures.read_text(encoding="utf-8"))
    assert [each["kind"] for each in found["costs"]] == [*KINDS]
    assert all(each["processor_ms"] > 0 and each["requests"] == 40 for each in found["costs"][1:])
    assert [(each["workers"], each["clients"]) for each in found["rates"]] == [(1, 1), (1, 16), (2, 1), (2, 16)]
    assert all(each["requests"] >= each["clients"] for each in found["rates"])
    assert all(f"| {kind} |" in done.stdout for kind in KINDS)
    assert done.stderr == ""

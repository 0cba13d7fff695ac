"""Measure operations that only this project has: a search from the shell, and an update."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import searchlib
from tests.benchmarks.articles import Source
from tests.benchmarks.figures import Upkeep
from tests.benchmarks.processes import measure_seconds

_WORD = "元宇宙"
_TIMES = 5
_CHANGED = 10
_SHELL = "import sys; from searchlib.cli import main; sys.exit(main())"


def measure_upkeep(source: Source, index: Path) -> Upkeep:
    """Measure a search from the shell, each time in a new process, and an update after ten articles have changed."""
    shell_search = median(_shell_search(index) for _ in range(_TIMES))
    changed = sorted(file for file in source.folder.rglob("*") if file.is_file())[:: max(1, source.count // _CHANGED)]
    originals = {file: file.read_bytes() for file in changed[:_CHANGED]}
    try:
        for file, original in originals.items():
            # Not written over: it may be the same file as one of the corpora.
            file.unlink()
            file.write_bytes(original + b"\nchanged\n")
        update = measure_seconds(_update, source.folder, index)
    finally:
        for file, original in originals.items():
            file.write_bytes(original)
    return Upkeep(shell_search=shell_search, update=update)


def _shell_search(index: Path) -> float:
    begun = time.perf_counter()
    command = [sys.executable, "-c", _SHELL, "search", _WORD, "--index", str(index)]
    # An installed package has its bytecode. An environment that keeps none would measure the compiler.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(command, check=True, capture_output=True, env=environment)
    return time.perf_counter() - begun


def _update(folder: Path, index: Path) -> None:
    report = searchlib.update_index(folder, index)
    if report.updated != _CHANGED:
        raise ValueError(f"{report.updated} articles were updated, not {_CHANGED}")

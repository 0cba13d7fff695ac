"""Run Whoosh's own tests with its codec and with ours, and compare the outcomes."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

from tests.whoosh_suite.exceptions import EXCEPTIONS
from tests.whoosh_suite.source import fetch_tests

ROOT = Path(__file__).parent.parent.parent

_TRIES = 5
"""Runs of a failing test. A few tests fail at random with either codec; one pass counts."""

_MORE_TRIES = 60
"""Further runs of a test that has passed with Whoosh's codec only: one test that uses no codec fails three times in four."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The tests that passed with each codec. Those in ``explained`` pass with ours if exact lengths are expected."""

    stock: frozenset[str]
    ours: frozenset[str]
    explained: frozenset[str]
    reasons: Mapping[str, str]

    @property
    def missing(self) -> list[str]:
        """The tests that pass with Whoosh's codec and fail with ours."""
        return sorted(self.stock - self.ours)

    @property
    def unexplained(self) -> list[str]:
        """Those of them without a listed reason, or whose listed reason does not explain the failure."""
        return [name for name in self.missing if name not in self.reasons or name not in self.explained]

    def table(self) -> str:
        """Return the numbers of passed tests, and the reasons of failures, as text."""
        lines = [
            f"passed with Whoosh's codec  {len(self.stock):4}",
            f"passed with ours            {len(self.ours & self.stock):4}",
            f"with exact lengths          {len((self.ours | self.explained) & self.stock):4}",
        ]
        reasons = {name: self.reasons.get(name, "no reason listed") for name in self.missing}
        lines += [f"fails with ours: {name}: {reason}" for name, reason in reasons.items()]
        return "\n".join(lines)


def compare() -> Comparison:
    """Fetch and run the tests.

    Raises:
        UnreachableError: the tests cannot be downloaded.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        tests = fetch_tests(folder)
        # Without this file, pytest would look for its settings in the parent folders.
        (tests.parent / "pytest.ini").write_text("[pytest]\n", encoding="ascii")
        with ThreadPoolExecutor(2) as pool:
            stock, ours = pool.map(partial(_run, tests), ("--codec=stock", "--codec=ours"))
            for _ in range(_TRIES - 1):
                again = [name for name in stock if not (stock[name] and (ours.get(name) or name in EXCEPTIONS))]
                if not again:
                    break
                more = pool.map(partial(_run, tests, only=again), ("--codec=stock", "--codec=ours"))
                for before, found in zip((stock, ours), more, strict=True):
                    before |= {name: passed for name, passed in found.items() if passed}
            for _ in range(_MORE_TRIES):
                again = sorted(_passed(stock) - _passed(ours) - set(EXCEPTIONS))
                if not again:
                    break
                ours |= {name: passed for name, passed in _run(tests, "--codec=ours", only=again).items() if passed}
        explained = _run(tests, "--codec=ours", "--exact-lengths", only=EXCEPTIONS)
        return Comparison(_passed(stock), _passed(ours), _passed(explained), EXCEPTIONS)


def _passed(outcomes: Mapping[str, bool]) -> frozenset[str]:
    return frozenset(name for name, passed in outcomes.items() if passed)


def _run(tests: Path, *options: str, only: Collection[str] | None = None) -> dict[str, bool]:
    """Return whether each test, or each test in ``only``, passes with these options of the plugin."""
    chosen = [tests] if only is None else [tests / name.replace("::", ".py::", 1) for name in sorted(only)]
    # Whoosh's storages in memory use a temporary folder with a fixed name.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        report = Path(scratch, "report.xml")
        command = [sys.executable, "-m", "pytest", *_PYTEST, *options, f"--junitxml={report}", *map(str, chosen)]
        paths = os.pathsep.join([str(Path(__file__).parent), str(ROOT)])
        environment = os.environ | _CLEAN | {"PYTHONPATH": paths, "TMPDIR": scratch}
        subprocess.run(command, cwd=tests.parent, env=environment, capture_output=True, check=False)
        cases = ElementTree.parse(report).getroot().iter("testcase")
        return {_name(case): not any(child.tag in _OUTCOMES for child in case) for case in cases}


_PYTEST = "-p codec_plugin -p no:cacheprovider -o junit_family=xunit1 --import-mode=importlib".split()
# Variables that would change how pytest runs.
_CLEAN = {"PYTEST_ADDOPTS": "", "PYTEST_PLUGINS": "", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
_OUTCOMES = ("failure", "error", "skipped")


def _name(case: ElementTree.Element) -> str:
    return f"{Path(case.get('file', '')).stem}::{case.get('name')}"

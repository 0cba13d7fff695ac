"""Run Whoosh's own tests with its codec and with ours, and tell where the two differ."""

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
"""A few of the tests fail by chance with either codec: one that passes once passes."""

_MORE_TRIES = 60
"""For what passed with Whoosh's codec and not yet with ours: a test that uses no codec fails three times in four."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The tests that passed with each codec; ``explained`` pass with ours if lengths need not be rounded."""

    stock: frozenset[str]
    ours: frozenset[str]
    explained: frozenset[str]
    reasons: Mapping[str, str]

    @property
    def missing(self) -> list[str]:
        """The tests that pass with Whoosh's codec and not with ours."""
        return sorted(self.stock - self.ours)

    @property
    def unexplained(self) -> list[str]:
        """Those of them for which no reason is listed, or for which the listed one does not hold."""
        return [name for name in self.missing if name not in self.reasons or name not in self.explained]

    def table(self) -> str:
        """What passed, and why what did not."""
        lines = [
            f"passed with Whoosh's codec  {len(self.stock):4}",
            f"passed with ours            {len(self.ours & self.stock):4}",
            f"with lengths not rounded    {len((self.ours | self.explained) & self.stock):4}",
        ]
        reasons = {name: self.reasons.get(name, "no reason is listed") for name in self.missing}
        lines += [f"not with ours: {name}: {reason}" for name, reason in reasons.items()]
        return "\n".join(lines)


def compare() -> Comparison:
    """Fetch and run the tests.

    Raises:
        UnreachableError: the registry does not give them.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        tests = fetch_tests(folder)
        # Without this, pytest would look for its settings in all folders above.
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
        return Comparison(*map(_passed, (stock, ours, explained)), EXCEPTIONS)


def _passed(outcomes: Mapping[str, bool]) -> frozenset[str]:
    return frozenset(name for name, passed in outcomes.items() if passed)


def _run(tests: Path, *options: str, only: Collection[str] | None = None) -> dict[str, bool]:
    """Whether each of the tests, or of some of them, passes with these options of the plugin."""
    chosen = [tests] if only is None else [tests / name.replace("::", ".py::", 1) for name in sorted(only)]
    # Whoosh's storages in memory share a folder of this name among the temporary files.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        report = Path(scratch, "report.xml")
        command = [sys.executable, "-m", "pytest", *_PYTEST, *options, f"--junitxml={report}", *map(str, chosen)]
        paths = os.pathsep.join([str(Path(__file__).parent), str(ROOT)])
        environment = os.environ | _CLEAN | {"PYTHONPATH": paths, "TMPDIR": scratch}
        subprocess.run(command, cwd=tests.parent, env=environment, capture_output=True, check=False)
        cases = ElementTree.parse(report).getroot().iter("testcase")
        return {_name(case): not any(child.tag in _OUTCOMES for child in case) for case in cases}


_PYTEST = "-p codec_plugin -p no:cacheprovider -o junit_family=xunit1 --import-mode=importlib".split()
# These would change how pytest runs.
_CLEAN = {"PYTEST_ADDOPTS": "", "PYTEST_PLUGINS": "", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
_OUTCOMES = ("failure", "error", "skipped")


def _name(case: ElementTree.Element) -> str:
    return f"{Path(case.get('file', '')).stem}::{case.get('name')}"

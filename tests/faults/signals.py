"""Send Ctrl-C and SIGTERM to builds and watches at random instants: ``python -m tests.faults.signals --tries 1000``.

Each try starts a command on a copy of a small index, and sends the signal to the process or to its whole group. The command
must end within five seconds with 130 or 143 and without a traceback, and leave no process, and the old or the new index.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import searchlib

MAX_SECONDS = 5.0
"""Seconds of a quiet machine within which a command must end."""

ARTICLES = 200

_PROGRAM = """
import os, signal, sys
from searchlib.cli import run
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.write(int(sys.argv[1]), b".")
signal.signal(signal.SIGINT, signal.default_int_handler)
del sys.argv[1]
sys.exit(run())
"""
"""A shell lets what it runs in the background ignore Ctrl-C, and the tests may run there."""


@dataclass(frozen=True, slots=True)
class Try:
    """One signal: what it is sent to, when, and the problem that it made, or ""."""

    command: str
    number: signal.Signals
    to_group: bool
    delay: float
    problem: str = ""
    seconds: float = 0.0

    @property
    def kind(self) -> str:
        """Return the row of the table."""
        return f"{self.command} {self.number.name} to the {'group' if self.to_group else 'process'}"


def prepare(folder: Path) -> None:
    """Write the articles, and build an index of the first version of them."""
    articles = folder / "articles"
    articles.mkdir()
    for number in range(ARTICLES):
        (articles / f"{number}.md").write_text(
            f"---\ntitle: 第{number}篇\n---\n\n{'正文' * 200} 旧\n", encoding="utf-8"
        )
    searchlib.build_index(articles, folder / "old", jobs=1)
    for number in range(ARTICLES):
        (articles / f"{number}.md").write_text(
            f"---\ntitle: 第{number}篇\n---\n\n{'正文' * 200} 新\n", encoding="utf-8"
        )


def run(prepared: Path, each: Try, max_seconds: float = MAX_SECONDS) -> Try:
    """Send one signal, and return the try with what came of it."""
    with tempfile.TemporaryDirectory() as name:
        index = Path(name) / "index"
        shutil.copytree(prepared / "old", index)
        read, write = os.pipe()
        options = ["--jobs", "2"] if each.command == "build" else []
        command = [sys.executable, "-c", _PROGRAM, str(write), each.command, str(prepared / "articles")]
        process = subprocess.Popen(
            [*command, "--index", str(index), *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            pass_fds=[write],
            start_new_session=True,
        )
        os.close(write)
        os.read(read, 1)
        os.close(read)
        time.sleep(each.delay)
        sent = time.monotonic()
        try:
            (os.killpg if each.to_group else os.kill)(process.pid, each.number)
            _, errors = process.communicate(timeout=max_seconds * 12)
        except ProcessLookupError:
            _, errors = process.communicate()
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return _with(each, "it did not end", time.monotonic() - sent)
        seconds = time.monotonic() - sent
        return _with(each, "; ".join(_problems(each, process.returncode, errors, process.pid, index)), seconds)


def _with(each: Try, problem: str, seconds: float) -> Try:
    return Try(each.command, each.number, each.to_group, each.delay, problem, seconds)


def _problems(each: Try, code: int, errors: str, group: int, index: Path) -> Iterator[str]:
    expected = {0, 130, -2} if each.number == signal.SIGINT else {0, 143, -15}
    if code not in expected:
        yield f"exit code {code}: {errors[-300:]!r}"
    if "Traceback" in errors or "Exception ignored" in errors:
        yield f"a traceback: {errors[-900:]!r}"
    for _ in range(200):
        if not (left := _processes_of(group)):
            break
        time.sleep(0.02)
    if left:
        yield f"left running: {left}"
    with searchlib.open_index(index) as opened:
        if not (report := opened.check()).ok:
            yield f"damaged: {report.problems[0]}"
        found = tuple(opened.search(word, size=1).total for word in ("旧", "新"))
    if found not in {(ARTICLES, 0), (0, ARTICLES)}:
        yield f"{found} articles are old and new"


def _processes_of(group: int) -> list[int]:
    """Return the processes of a group that have not ended."""
    pids = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, found = status.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[:3]
        except (OSError, ValueError):
            continue
        if int(found) == group and state != "Z":
            pids.append(int(status.parent.name))
    return pids


def tries(count: int, seed: int, max_delay: float) -> Iterator[Try]:
    """Yield tries of all kinds in turn, at random instants."""
    chooser = random.Random(seed)
    kinds = [
        (command, number, to_group)
        for command in ("build", "watch")
        for number in (signal.SIGINT, signal.SIGTERM)
        for to_group in (False, True)
    ]
    for at in range(count):
        yield Try(*kinds[at % len(kinds)], chooser.random() * max_delay)


def main() -> int:
    """Run the tries, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--delay", type=float, default=2.0, help="the latest instant of a signal, in seconds after the start"
    )
    options = parser.parse_args()
    done: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    slowest = 0.0
    with tempfile.TemporaryDirectory() as name:
        prepare(Path(name))
        for each in tries(options.tries, options.seed, options.delay):
            result = run(Path(name), each)
            done[each.kind] += 1
            slowest = max(slowest, result.seconds)
            if result.problem:
                failed[each.kind] += 1
                print(f"{result.kind} after {result.delay:.3f} s: {result.problem}", file=sys.stderr, flush=True)
    print(f"{'':<32}{'tries':>7}{'held':>7}{'failed':>7}")
    for kind, count in done.items():
        print(f"{kind:<32}{count:>7}{count - failed[kind]:>7}{failed[kind]:>7}")
    print(f"the slowest ended after {slowest:.1f} s; Python {sys.version.split()[0]}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""Prepare an index of real articles, and serve it by ``searchlib serve``, for the benchmarks of requests."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import searchlib
from tests.benchmarks.articles import Source, select
from tests.benchmarks.queries import DRAWN_FROM, draw

SHELL = [sys.executable, "-m", "searchlib"]

MIXTURE = {"page": 50, "suggestions": 30, "article": 15, "API": 5}
"""The kinds of a hundred requests: readers type, which asks for suggestions, see results, and open an article now and then."""

CONTENT_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *([0-9]+)")


START_SECONDS = 60.0
"""The time in which a server must answer its first request."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running ``searchlib serve``: its process and its port."""

    process: int
    port: int


def option_parser(name: str, description: str) -> argparse.ArgumentParser:
    """Return a parser with the options of every benchmark of requests."""
    parser = argparse.ArgumentParser(prog=f"python -m tests.benchmarks.{name}", description=description)
    parser.add_argument("--index-from", type=Path, required=True, metavar="ARTICLES", help="a folder of articles")
    parser.add_argument("--articles", type=int, default=20_000, metavar="N")
    parser.add_argument(
        "--work", type=Path, metavar="DIR", help="folder for articles and index, used again by the next run"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures to this file")
    return parser


@contextmanager
def work_folder(folder: Path | None) -> Iterator[Path]:
    """Yield the folder, or a temporary one."""
    with tempfile.TemporaryDirectory(prefix="searchlib-benchmark-") as temporary:
        work = folder or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        yield work


def prepare(corpora: Path, work: Path, count: int) -> tuple[Source, Path, list[str]]:
    """Select articles and build their index, unless an earlier run did; return them, the index, and the ids of its articles."""
    source = select(corpora, work, count, lambda: None)
    index = work / f"index-{count}"
    if not index.exists():
        searchlib.build_index(source.folder, index)
    with searchlib.open_index(index) as opened:
        return source, index, opened.ids()


def drawn_queries(source: Source) -> list[str]:
    """Return queries from the words of the first articles, the same ones every time."""
    first = [each for each, _ in zip(source.articles(), range(DRAWN_FROM), strict=False)]
    return [" ".join(query.parts) for query in draw(first)]


def processor_seconds(process: int) -> float:
    """Return the processor time of a process and its children so far."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    return _own_processor_seconds(process) + sum(processor_seconds(int(each)) for each in children)


def _own_processor_seconds(process: int) -> float:
    # The name stands in brackets and may hold anything; the times are the 14th and 15th field.
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(index: Path, *, workers: int = 1) -> Iterator[Server]:
    """Run ``searchlib serve`` on an index within the context.

    Raises:
        RuntimeError: it does not start, or no worker answers. The message is what it printed.
    """
    command = [*SHELL, "serve", "--index", str(index), "--port", "0", "--workers", str(workers)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stderr
        line = process.stderr.readline()
        found = re.match(r"http://127\.0\.0\.1:([0-9]+)/", line)
        if not found:
            process.kill()
            raise RuntimeError(line + process.stderr.read())
        try:
            _wait_for_answer(line.split()[0])
        except OSError as error:
            process.terminate()
            raise RuntimeError(f"no worker answers: {error}\n{process.stderr.read()}") from error
        try:
            yield Server(process.pid, int(found[1]))
        finally:
            process.terminate()
            said = process.communicate()[1]
            if said:
                print(said, file=sys.stderr)


def _wait_for_answer(address: str) -> None:
    """Return when the server answers: the system accepts connections before a worker runs.

    Raises:
        OSError: no worker answers.
    """
    with urllib.request.urlopen(f"{address}healthz", timeout=START_SECONDS) as response:
        response.read()

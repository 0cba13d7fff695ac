"""The commands that move an index."""

from __future__ import annotations

import sys
from argparse import Namespace as Options
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Literal

import searchlib
from searchlib.cli.ends import DONE
from searchlib.cli.progress import progress_bar


def copy(options: Options) -> int:
    with progress_bar("copy", unit="articles") as progress:
        report = searchlib.copy_index(options.source, options.target, progress=progress)
    print(f"{report.added} articles copied, the same in both places, {report.seconds:.1f} s")
    return DONE


def dump(options: Options) -> int:
    with progress_bar("dump", unit="articles") as progress, _opened(options.file, "w") as file:
        written = searchlib.dump_index(options.index, file, progress=progress)
    print(f"{written} articles written", file=sys.stderr)
    return DONE


def load(options: Options) -> int:
    with progress_bar("load", unit="articles") as progress, _opened(options.file, "r") as file:
        report = searchlib.load_index(file, options.index, progress=progress)
    print(f"{report.added} articles, {report.seconds:.1f} s")
    return DONE


@contextmanager
def _opened(name: str, mode: Literal["r", "w"]) -> Iterator[IO[str]]:
    """A file of text, or with - what is piped."""
    if name == "-":
        yield sys.stdin if mode == "r" else sys.stdout
        return
    try:
        file = open(name, mode, encoding="utf-8")  # noqa: SIM115  # what is done with it has errors of its own
    except OSError as error:
        raise searchlib.SearchlibError(f"{name}: this file cannot be opened: {error.strerror or error}") from error
    with file:
        yield file

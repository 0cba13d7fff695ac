"""The commands that move an index."""

from __future__ import annotations

import os
import shutil
import sys
from argparse import Namespace as Options
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import searchlib
from searchlib.cli.ends import DONE
from searchlib.cli.progress import progress_bar

_PIPED = "-"


def copy(options: Options) -> int:
    with progress_bar("copy", unit="articles") as progress:
        report = searchlib.copy_index(options.source, options.target, progress=progress)
    print(f"{report.added} articles copied, the same in both places, {report.seconds:.1f} s")
    return DONE


def dump(options: Options) -> int:
    opened = _piped() if options.file == _PIPED else _replaced(options.file)
    with progress_bar("dump", unit="articles") as progress, opened as file:
        written = searchlib.dump_index(options.index, file, progress=progress)
    print(f"{written} articles written", file=sys.stderr)
    return DONE


def load(options: Options) -> int:
    with progress_bar("load", unit="articles") as progress, _read(options.file) as file:
        report = searchlib.load_index(file, options.index, progress=progress)
    print(f"{report.added} articles, {report.seconds:.1f} s")
    return DONE


@contextmanager
def _piped() -> Iterator[IO[str]]:
    """What is printed."""
    try:
        yield sys.stdout
    except searchlib.SearchlibError as error:
        if isinstance(error.__cause__, OSError):
            # What could not be written must not fail again when Python ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise


@contextmanager
def _replaced(name: str) -> Iterator[IO[str]]:
    """A file that takes the place of an older one when it is whole; if that fails the older one stays as it was."""
    # Here: no other command has a use for it.
    from searchlib.indexing.dump import translated_write_errors

    target = Path(os.path.realpath(name))
    # A device or a pipe is written as it is: nothing can take its place.
    in_place = target.exists() and not target.is_file()
    part = target if in_place else target.with_name(f"{target.name}.part")
    with translated_write_errors(os.fspath(part)):
        file = part.open("w", encoding="utf-8")
        if part != target and target.exists():
            # What others may not read they may not read of the new one either.
            shutil.copymode(target, part)
    try:
        yield file
        with translated_write_errors(os.fspath(part)):
            file.flush()
            if not in_place:
                os.fsync(file.fileno())
                file.close()
                os.replace(part, target)
    except BaseException:
        with suppress(OSError):
            # What was not written when it could be is not written now either.
            file.close()
        if not in_place:
            with suppress(OSError):
                part.unlink()
        raise
    finally:
        file.close()


@contextmanager
def _read(name: str) -> Iterator[IO[str]]:
    """A file of text, or what is piped."""
    if name == _PIPED:
        if hasattr(sys.stdin, "reconfigure"):
            sys.stdin.reconfigure(encoding="utf-8", errors="strict")
        yield sys.stdin
        return
    try:
        file = open(name, encoding="utf-8")  # noqa: SIM115  # what is done with it has errors of its own
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise searchlib.SearchlibError(f"{name}: this file cannot be opened: {reason}") from error
    with file:
        yield file

"""The commands copy, dump and load."""

from __future__ import annotations

import os
import shutil
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import searchlib
from searchlib.cli.console import DONE, discard_output, progress_bar
from searchlib.cli.language import joined, say, translated
from searchlib.cli.options import AddCommand, add_index
from searchlib.models import count_of

PIPE = "-"
"""The FILE that stands for stdin or stdout."""


def add_commands(add_command: AddCommand) -> None:
    """Add the commands and their options."""
    parser = add_command("copy", copy, "copy an index to another folder or address, without reading its article files")
    parser.add_argument("source", metavar="FROM", help="index to copy")
    parser.add_argument("target", metavar="TO", help="folder or address of the copy; an index there is replaced")
    parser = add_command("dump", dump, "write an index to a file as JSON Lines, one article per line")
    parser.add_argument("file", metavar="FILE", help="file to write, or - for stdout")
    add_index(parser)
    parser = add_command(
        "load", load, "build an index from JSON Lines: a file that dump has written, or one article a line"
    )
    parser.add_argument("file", metavar="FILE", help="file to read, or - for stdin")
    add_index(parser)


def copy(options: Namespace) -> int:
    with progress_bar("copy", unit="articles") as progress:
        report = searchlib.copy_index(options.source, options.target, progress=progress)
    say(f"{count_of(report.added, 'article')} copied and compared, {report.seconds:.1f} s", is_data=True)
    return DONE


def dump(options: Namespace) -> int:
    opened = _stdout() if options.file == PIPE else _replaced_file(options.file)
    with progress_bar("dump", unit="articles") as progress, opened as file:
        articles = searchlib.dump_index(options.index, file, progress=progress)
    say(f"{count_of(articles, 'article')} written")
    return DONE


def load(options: Namespace) -> int:
    with progress_bar("load", unit="articles") as progress, _opened_file(options.file) as file:
        report = searchlib.load_index(file, options.index, progress=progress)
    for article_id, reason in report.failed:
        print(f"  {article_id}: {translated(reason)}", file=sys.stderr)
    failed = [translated(f"{len(report.failed)} failed")] if report.failed else []
    print(joined(translated(count_of(report.added, "article")), *failed, f"{report.seconds:.1f} s"))
    return DONE


@contextmanager
def _stdout() -> Iterator[IO[str]]:
    """Yield stdout, as UTF-8. If it cannot be written, discard the rest of the output."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        yield sys.stdout
    except searchlib.SearchlibError as error:
        if isinstance(error.__cause__, OSError):
            discard_output()
        raise


@contextmanager
def _replaced_file(name: str) -> Iterator[IO[str]]:
    """Yield a new file that replaces the old one at the end. If an error occurs, the old file stays as it was."""
    # Imported here: other commands do not need it.
    from searchlib.indexing.dump import translated_write_errors

    target = Path(os.path.realpath(name))
    with translated_write_errors(os.fspath(target)):
        # Devices and pipes are written directly: they cannot be replaced.
        is_replaced = target.is_file() or not target.exists()
    part = target.with_name(f"{target.name}.part") if is_replaced else target
    file: IO[str] | None = None
    try:
        with translated_write_errors(os.fspath(part)):
            file = part.open("w", encoding="utf-8")
            if is_replaced and target.exists():
                # The new file must not have more readers than the old one.
                shutil.copymode(target, part)
        yield file
        with translated_write_errors(os.fspath(part)), file:
            file.flush()
            if is_replaced:
                os.fsync(file.fileno())
        if is_replaced:
            with translated_write_errors(os.fspath(target)):
                os.replace(part, target)
            _sync_folder(target)
    except BaseException as error:
        if file is not None:
            with suppress(OSError):
                # Closing tries to write the buffered rest again, which fails for the same reason.
                file.close()
        # An interrupt can come after the part was made and before it was opened. A part that cannot be opened is not ours.
        if is_replaced and (file is not None or not isinstance(error, searchlib.SearchlibError)):
            with suppress(OSError):
                part.unlink()
        raise


def _sync_folder(target: Path) -> None:
    """Wait until the name of a new file is on the disk."""
    from searchlib.common.index_files import sync

    try:
        sync(target.parent)
    except OSError as error:
        raise searchlib.SearchlibError(
            f"{target}: the file is written, but the system does not confirm that it is on the disk "
            f"({error.strerror or error}): check the disk"
        ) from error


@contextmanager
def _opened_file(name: str) -> Iterator[IO[str]]:
    """Yield a file of text, or stdin.

    Raises:
        SearchlibError: the file cannot be opened.
    """
    if name == PIPE:
        if hasattr(sys.stdin, "reconfigure"):
            sys.stdin.reconfigure(encoding="utf-8", errors="strict")
        yield sys.stdin
        return
    try:
        file = open(name, encoding="utf-8")  # noqa: SIM115  # only errors of opening are translated here
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise searchlib.SearchlibError(f"{name}: this file cannot be opened: {reason}") from error
    with file:
        yield file

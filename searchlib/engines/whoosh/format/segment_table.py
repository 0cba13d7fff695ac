"""Write and read the table of contents of an index: plain JSON, that opening an index runs no code of its files."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from searchlib.errors import IndexDamagedError

FILE_NAME = "MAIN.json"
_NAME = re.compile(r"MAIN_[0-9a-z]+")


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """A segment of an index: its name, how many articles it holds, and the numbers of those that are deleted."""

    name: str
    articles: int
    deleted: tuple[int, ...] = ()


def write_segment_table(folder: Path, entries: Sequence[SegmentEntry]) -> None:
    """Write the table of contents of the index in a folder, in one step."""
    contents = {"segments": [[entry.name, entry.articles, list(entry.deleted)] for entry in entries]}
    growing = folder / f"{FILE_NAME}.new"
    growing.write_text(json.dumps(contents), encoding="ascii")
    os.replace(growing, folder / FILE_NAME)


def read_segment_table(folder: Path) -> list[SegmentEntry]:
    """The segments of the index in a folder.

    Raises:
        IndexDamagedError: the table cannot be read.
    """
    file = folder / FILE_NAME
    try:
        rows = json.loads(file.read_bytes())["segments"]
        return [_entry(*row) for row in rows]
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise IndexDamagedError(f"{file}: this cannot be read ({error}): build the index again") from error


def _entry(name: str, articles: int, deleted: list[int]) -> SegmentEntry:
    # A name becomes the name of a file: it may lead nowhere else.
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a segment")
    if not all(isinstance(number, int) and 0 <= number < articles for number in deleted):
        raise ValueError(f"segment {name} has deleted articles that it does not hold")
    return SegmentEntry(name, articles, tuple(deleted))

"""Write and read the table of the segments of an index, as JSON. Whoosh's own is a pickle, which can run code when loaded."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from searchlib.common.index_files import read_index_file
from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.errors import index_damaged

SEGMENT_TABLE = "MAIN.json"
"""The name of the file in the folder of an index."""

MAX_TABLE_BYTES = 16 << 20
"""Maximum size of the table. It has a number for each deleted article, and few articles are deleted."""

MAX_SEGMENTS = 1000
"""Maximum number of segments. Merging keeps the number of segments of an index far lower."""

_SEGMENT_NAME = lazy_pattern(r"MAIN_[0-9a-z]+")


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """A segment of an index: its name, its number of articles, and the numbers of the articles that are deleted."""

    name: str
    articles: int
    deleted: tuple[int, ...] = ()

    @property
    def live(self) -> int:
        """The number of articles that are not deleted."""
        return self.articles - len(self.deleted)


def write_segment_table(folder: Path, entries: Sequence[SegmentEntry]) -> None:
    """Replace the segment table of the index in a folder, in one step."""
    contents = {"segments": [[entry.name, entry.articles, list(entry.deleted)] for entry in entries]}
    new = folder / f"{SEGMENT_TABLE}.new"
    new.write_text(json.dumps(contents), encoding="ascii")
    os.replace(new, folder / SEGMENT_TABLE)


def read_segment_table(folder: Path) -> list[SegmentEntry]:
    """Return the segments of the index in a folder; raise IndexDamagedError if the table cannot be read."""
    file = folder / SEGMENT_TABLE
    try:
        rows = json.loads(read_index_file(file, MAX_TABLE_BYTES))["segments"]
        if len(rows) > MAX_SEGMENTS:
            raise ValueError(f"it has {len(rows)} segments, an index has at most {MAX_SEGMENTS}")
        return [_entry(*row) for row in rows]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise index_damaged(file, f"the segment table cannot be read ({error})") from error


def _entry(name: str, articles: int, deleted: list[int]) -> SegmentEntry:
    # The name becomes part of a path, which must not lead out of the folder.
    if not _SEGMENT_NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not the name of a segment")
    if type(articles) is not int or not all(type(number) is int and 0 <= number < articles for number in deleted):
        raise ValueError(f"segment {name} has deleted articles that it does not contain")
    return SegmentEntry(name, articles, tuple(deleted))

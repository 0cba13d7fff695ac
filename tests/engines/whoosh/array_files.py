"""Change the arrays of a file of an index, with checksums that are right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from searchlib.engines.whoosh.format.arrays import ArrayFile, array_writer


def change_array(path: Path, name: str, change: Callable[[Any], Any]) -> None:
    """Replace one array of a file by what ``change`` returns for a copy of it."""
    file = ArrayFile(path)
    arrays = {each: file.array(each).copy() for each in file}
    metadata = file.metadata
    file.close()
    arrays[name] = change(arrays[name])
    with array_writer(path) as writer:
        writer.metadata = dict(metadata)
        for each, array in arrays.items():
            writer.write(each, array)

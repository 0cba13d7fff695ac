"""Keep the boilerplate of an index in a file, so that an update takes the same lines for it as the build did."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

import numpy as np

from searchlib.analysis.boilerplate import Boilerplate
from searchlib.engines.whoosh.format.arrays import ArrayFile, ArrayWriter

BOILERPLATE = "MAIN.boilerplate"
"""The file of an index that holds the digests of the lines that do not rank."""

_DIGESTS = "digests"


def write_boilerplate(folder: Path, digests: Collection[int]) -> None:
    """Write the boilerplate of the index in a folder."""
    with (folder / BOILERPLATE).open("wb") as opened:
        file = ArrayWriter(opened)
        file.write(_DIGESTS, np.array(sorted(digests), np.uint64))
        file.close()


def read_boilerplate(folder: Path) -> Boilerplate:
    """The boilerplate of the index in a folder.

    Raises:
        IndexDamagedError: it cannot be read.
    """
    file = ArrayFile(folder / BOILERPLATE)
    found = Boilerplate(file.array(_DIGESTS).tolist())
    file.close()
    return found


boilerplate = lru_cache(maxsize=4)(read_boilerplate)
"""The same, kept: for workers, which use it for many batches."""

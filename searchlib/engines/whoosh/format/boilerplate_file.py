"""Store the boilerplate of an index in a file, so that updates treat the same lines as boilerplate as the build."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import closing
from functools import lru_cache
from pathlib import Path

import numpy as np

from searchlib.analysis.boilerplate import Boilerplate
from searchlib.engines.whoosh.format.arrays import ArrayFile, array_writer

BOILERPLATE = "MAIN.boilerplate"
"""The name of the file in the folder of an index."""

_DIGESTS = "digests"


def write_boilerplate(folder: Path, digests: Collection[int]) -> None:
    """Write the digests of the lines that are boilerplate in the index in a folder."""
    with array_writer(folder / BOILERPLATE) as file:
        file.write(_DIGESTS, np.array(sorted(digests), np.uint64))


def read_boilerplate(folder: Path) -> Boilerplate:
    """Return the boilerplate of the index in a folder; raise IndexDamagedError if the file is missing or damaged."""
    with closing(ArrayFile(folder / BOILERPLATE)) as file:
        return Boilerplate(file.array(_DIGESTS).tolist())


cached_boilerplate = lru_cache(maxsize=4)(read_boilerplate)
"""``read_boilerplate`` for workers, which need the same boilerplate for many batches."""

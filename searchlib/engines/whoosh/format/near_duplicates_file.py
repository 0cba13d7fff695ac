"""Store the near-duplicate groups of an index in a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from searchlib.analysis.signatures import SIGNATURE_UINT64S
from searchlib.engines.common.near_duplicates import group_near_duplicates
from searchlib.engines.whoosh.format.arrays import ArrayFile, array_writer
from searchlib.engines.whoosh.format.fields import SIGNATURE_FIELDS
from searchlib.engines.whoosh.format.index_reader import IndexReader
from searchlib.engines.whoosh.format.integers import Integers
from searchlib.errors import index_damaged

NEAR_DUPLICATES = "MAIN.near_duplicates"
"""The name of the file in the folder of an index."""

_GROUP_ARRAYS = ("articles", "numbers", "firsts")
"""The number of articles; the articles that are not the first of their group; the first article of the group of each of these."""


def write_near_duplicates(folder: Path) -> None:
    """Group the near duplicates among the articles of the index in a folder, and write the groups."""
    reader = IndexReader(folder)
    signatures = np.empty((reader.size, SIGNATURE_UINT64S), np.uint64)
    for number, name in enumerate(SIGNATURE_FIELDS):
        signatures[:, number] = reader.doc_values(name).view(np.uint64)
    signatures[~reader.live] = 0
    reader.close()
    firsts = group_near_duplicates(signatures)
    numbers = np.flatnonzero(firsts != np.arange(len(firsts)))
    with array_writer(folder / NEAR_DUPLICATES) as file:
        for name, array in zip(_GROUP_ARRAYS, ([len(firsts)], numbers, firsts[numbers]), strict=True):
            file.write(name, np.array(array, np.uint32))


def read_near_duplicates(folder: Path, articles: int) -> Integers:
    """Return int64[articles], the first article in the group of each; raise IndexDamagedError if the file cannot be read."""
    file = ArrayFile(folder / NEAR_DUPLICATES)
    size, numbers, firsts = (file.array(name).astype(np.int64) for name in _GROUP_ARRAYS)
    file.close()
    groups = np.arange(articles)
    is_sound = size.tolist() == [articles] and len(numbers) == len(firsts)
    is_sound = is_sound and bool(np.all((firsts >= 0) & (firsts < numbers) & (numbers < articles)))
    if is_sound:
        groups[numbers] = firsts
    if not is_sound or np.any(groups[firsts] != firsts):
        raise index_damaged(file.path, "the near-duplicate groups do not fit the articles")
    return groups

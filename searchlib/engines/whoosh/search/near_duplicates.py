"""Fold the articles of one index that repeat one another: keep their groups in a file, and the best of each in an answer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import numpy as np

from searchlib.analysis.signatures import WORDS
from searchlib.engines.common.near_duplicates import group_near_duplicates
from searchlib.engines.whoosh.format.arrays import ArrayFile, ArrayWriter
from searchlib.engines.whoosh.format.fields import SIGNATURE_FIELDS
from searchlib.engines.whoosh.search.doc_values import DocValues, Mask
from searchlib.engines.whoosh.search.reader import NO_NUMBERS, IndexReader, Numbers
from searchlib.errors import IndexDamagedError, SearchlibError

REPEATS = "MAIN.repeats"
"""The file of an index that holds the group of each of its articles."""

_ARRAYS = ("articles", "numbers", "firsts")
"""How many articles there are, which of them are not the first of their group, and the first of each one's group."""


def write_near_duplicates(folder: Path) -> None:
    """Find the repeats among the articles of the index in a folder, and write their groups."""
    reader = IndexReader(folder)
    signatures = np.empty((reader.size, WORDS), np.uint64)
    for number, name in enumerate(SIGNATURE_FIELDS):
        signatures[:, number] = reader.column(name).view(np.uint64)
    signatures[~reader.live] = 0
    reader.close()
    firsts = group_near_duplicates(signatures)
    numbers = np.flatnonzero(firsts != np.arange(len(firsts)))
    with (folder / REPEATS).open("wb") as opened:
        file = ArrayWriter(opened)
        for name, held in zip(_ARRAYS, ([len(firsts)], numbers, firsts[numbers]), strict=True):
            file.write(name, np.array(held, np.uint32))
        file.close()


class NearDuplicates:
    """The groups of an open index."""

    def __init__(self, folder: Path, columns: DocValues) -> None:
        self._folder = folder
        self._columns = columns

    @cached_property
    def group_near_duplicates(self) -> Numbers:
        """The number of the first article of each article's group."""
        return self._read()

    def _read(self) -> Numbers:
        """The groups as the file holds them.

        Raises:
            IndexDamagedError: it cannot be read.
        """
        file = ArrayFile(self._folder / REPEATS)
        articles, numbers, firsts = (file.array(name).astype(np.int64) for name in _ARRAYS)
        file.close()
        group_near_duplicates = np.arange(self._columns.size)
        is_sound = articles.tolist() == [len(group_near_duplicates)] and len(numbers) == len(firsts)
        is_sound = is_sound and bool(
            np.all((firsts >= 0) & (firsts < numbers) & (numbers < len(group_near_duplicates)))
        )
        if is_sound:
            group_near_duplicates[numbers] = firsts
        if not is_sound or np.any(group_near_duplicates[firsts] != firsts):
            raise IndexDamagedError(f"{file.path}: these are no groups of the articles: build the index again")
        return group_near_duplicates

    @cached_property
    def _members(self) -> Numbers:
        """The articles that repeat others or are repeated: those of a group together, the newest first, then by id."""
        sizes = np.bincount(self.group_near_duplicates, minlength=len(self.group_near_duplicates))
        members = np.flatnonzero((sizes[self.group_near_duplicates] > 1) & self._columns.live)
        order = np.lexsort(
            (self._columns.id_ranks[members], -self._columns.dates[members], self.group_near_duplicates[members])
        )
        return members[order]

    @cached_property
    def _begins(self) -> Numbers:
        """Where each group begins among the members."""
        return np.flatnonzero(np.diff(self.group_near_duplicates[self._members], prepend=-1))

    @cached_property
    def _owners(self) -> Numbers:
        """Which group each member belongs to, counted through."""
        sizes = np.diff(self._begins, append=len(self._members))
        return np.repeat(np.arange(len(self._begins)), sizes)

    @cached_property
    def _places(self) -> Numbers:
        """int64[articles]: the place of each article among the members, or -1."""
        places = np.full(self._columns.size, -1)
        places[self._members] = np.arange(len(self._members))
        return places

    def folded(self, found: Mask) -> int:
        """How many of the articles found repeat another one of them, so that they are no hits of their own."""
        owners = self._owners[found[self._members]]
        return len(owners) - int(np.count_nonzero(np.bincount(owners)))

    def firsts_of(self, ordered: Numbers) -> Numbers:
        """The places of those articles that come first of their group, in an order of some."""
        group_near_duplicates = self.group_near_duplicates[ordered]
        in_order = np.argsort(group_near_duplicates, kind="stable")
        firsts = np.ones(len(ordered), bool)
        firsts[in_order[1:]] = np.diff(group_near_duplicates[in_order]) != 0
        return np.flatnonzero(firsts)

    def are_groups(self, found: Mask, wanted: int) -> bool:
        """Whether the articles found are of so many groups at least."""
        if np.count_nonzero(found) < wanted:
            return False
        if np.count_nonzero(found & self._firsts) >= wanted:
            return True
        held = np.zeros(len(found), bool)
        held[self.group_near_duplicates[found]] = True
        return bool(np.count_nonzero(held) >= wanted)

    @cached_property
    def _firsts(self) -> Mask:
        """Which articles are the first of their groups."""
        firsts: Mask = self.group_near_duplicates == np.arange(len(self.group_near_duplicates))
        return firsts

    def others(self, number: int, found: Mask) -> Numbers:
        """int64[n]: the articles found that repeat one of them or that it repeats, the newest first."""
        members = self._of_same_group(number)
        others: Numbers = members[found[members] & (members != number)]
        return others

    def of(self, number: int) -> Numbers:
        """int64[n]: an article with all that repeat it or that it repeats."""
        found = self._of_same_group(number)
        return found if len(found) else np.array([number])

    def _of_same_group(self, number: int) -> Numbers:
        """The live articles of a group of several, or none."""
        place = self._places[number]
        if place < 0:
            return NO_NUMBERS
        group = self._owners[place]
        begin = int(self._begins[group])
        end = int(self._begins[group + 1]) if group + 1 < len(self._begins) else len(self._members)
        return self._members[begin:end]

    def damage(self) -> Iterator[str]:
        """One line if the groups cannot be what was written."""
        try:
            self._read()
        except SearchlibError as error:
            yield str(error)

"""Collapse the near duplicates among the articles of a result."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import numpy as np

from searchlib.engines.whoosh.format.integers import NO_INTEGERS, Integers, distinct, run_starts
from searchlib.engines.whoosh.format.near_duplicates_file import read_near_duplicates
from searchlib.engines.whoosh.search.doc_values import DocValues, Mask
from searchlib.errors import SearchlibError


class NearDuplicates:
    """The near-duplicate groups of an open index, loaded when they are first needed."""

    def __init__(self, folder: Path, doc_values: DocValues) -> None:
        self._folder = folder
        self._doc_values = doc_values

    @cached_property
    def _groups(self) -> Integers:
        """int64[articles]: the number of the first article of the group of each article."""
        return read_near_duplicates(self._folder, self._doc_values.size)

    @cached_property
    def _members(self) -> Integers:
        """int64[members]: the live articles in groups of several, group by group."""
        others = np.flatnonzero(~self._is_first)
        members = np.concatenate([distinct(self._groups[others]), others])
        members = members[self._doc_values.live[members]]
        by_group: Integers = members[np.lexsort((members, self._groups[members]))]
        return by_group

    @cached_property
    def _group_starts(self) -> Integers:
        """int64[groups of several]: the index of the first member of each group in ``_members``."""
        return run_starts(self._groups[self._members])

    @cached_property
    def _group_numbers(self) -> Integers:
        """int64[groups of several]: the number of each group, ascending."""
        return self._groups[self._members[self._group_starts]]

    @cached_property
    def _group_of_member(self) -> Integers:
        """int64[members]: an index into ``_group_starts`` for each member."""
        sizes = np.diff(self._group_starts, append=len(self._members))
        return np.repeat(np.arange(len(self._group_starts)), sizes)

    @cached_property
    def _is_first(self) -> Mask:
        is_first: Mask = self._groups == np.arange(len(self._groups))
        return is_first

    def collapsed_count(self, matches: Mask) -> int:
        """Return the number of matches that are collapsed into another match."""
        groups = self._group_of_member[matches[self._members]]
        return len(groups) - int(np.count_nonzero(np.bincount(groups)))

    def first_of_each_group(self, articles: Integers) -> Integers:
        """Return the indices into ``articles``, ascending, of the articles that come first in their group."""
        groups = self._groups[articles]
        by_group = np.argsort(groups, kind="stable")
        is_first = np.ones(len(articles), bool)
        is_first[by_group[1:]] = np.diff(groups[by_group]) != 0
        return is_first.nonzero()[0]

    def has_groups(self, matches: Mask, minimum: int) -> bool:
        """Return whether the matches belong to at least ``minimum`` groups."""
        if np.count_nonzero(matches) < minimum:
            return False
        if np.count_nonzero(matches & self._is_first) >= minimum:
            return True
        has_match = np.zeros(len(matches), bool)
        has_match[self._groups[matches]] = True
        return bool(np.count_nonzero(has_match) >= minimum)

    def others(self, article: int, matches: Mask) -> Integers:
        """Return int64[n]: the other matches in the group of an article, the newest first, then by id."""
        members = self._live_group(article)
        others: Integers = members[matches[members] & (members != article)]
        if len(others) < 2:
            return others
        return others[np.lexsort((self._doc_values.id_ranks(others), -self._doc_values.dates[others]))]

    def group(self, article: int) -> Integers:
        """Return int64[n]: an article and all live articles of its group."""
        members = self._live_group(article)
        return members if len(members) else np.array([article])

    def _live_group(self, article: int) -> Integers:
        """Return the live articles of the group of an article, or none if it has no near duplicates."""
        number = self._groups[article]
        group = int(self._group_numbers.searchsorted(number))
        if group == len(self._group_numbers) or self._group_numbers[group] != number:
            return NO_INTEGERS
        ends = [*self._group_starts[group : group + 2].tolist(), len(self._members)]
        return self._members[ends[0] : ends[1]]

    def damage(self) -> Iterator[str]:
        """Yield one line if the file of the groups is damaged."""
        try:
            read_near_duplicates(self._folder, self._doc_values.size)
        except SearchlibError as error:
            yield str(error)

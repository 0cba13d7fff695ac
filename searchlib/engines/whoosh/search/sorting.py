"""Choose the hits of a page, in order, without sorting all articles."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchlib.engines.base import Request
from searchlib.engines.common.scoring import SCORE_DIGITS, SCORE_TOLERANCE
from searchlib.engines.whoosh.format.fields import NO_MONTH
from searchlib.engines.whoosh.format.integers import Integers
from searchlib.engines.whoosh.search.doc_values import DocValues
from searchlib.engines.whoosh.search.near_duplicates import NearDuplicates

_GROWTH = 2
"""To collapse near duplicates, this many times the articles of a page are sorted, and again as many times if too few remain."""


def top_k(keys: NDArray[Any], k: int, tolerance: float) -> Integers:
    """Return the indices, ascending, of the k highest keys and of all keys at most ``tolerance`` below the last of these."""
    if len(keys) <= k:
        return np.arange(len(keys))
    kth_key = np.partition(keys, -k)[-k]
    highest: Integers = (keys >= kth_key - tolerance).nonzero()[0]
    return highest


Tiers = NDArray[np.int8]
"""The tiers of articles: an article of a higher tier ranks before all articles of lower ones."""


def by_tier(scores: NDArray[np.float64], tiers: NDArray[Any]) -> NDArray[np.float64]:
    """Return the scores, with those of each tier raised above all scores of lower tiers."""
    return scores if (tiers == 1).all() else scores + tiers * (scores.max(initial=0.0) + 1.0)


class HitSorter:
    """Sorts the articles that match the searches of one index."""

    def __init__(self, doc_values: DocValues, near_duplicates: NearDuplicates) -> None:
        self._doc_values = doc_values
        self._near_duplicates = near_duplicates

    def page_by_score(self, request: Request, matches: Integers, scores: NDArray[np.float64], tiers: Tiers) -> Integers:
        """Return the indices into ``matches`` of the hits of the page: the highest tier first, then by score, date and id."""
        return self._page(request, matches, lambda count: self._first_by_score(matches, scores, tiers, count))

    def page_by_date(self, request: Request, matches: Integers, is_full: NDArray[np.bool_] | None) -> Integers:
        """Return the indices into ``matches`` of the hits of the page, by date and id; articles without a date come last.

        The newest come first, unless the request says otherwise. Full matches come before the others; without ``is_full``
        bool[matches], all are full.
        """
        first = self._first_oldest if request.sort == "oldest" else self._first_newest
        if is_full is None or is_full.all() or not is_full.any():
            return self._page(request, matches, lambda count: first(matches, count))
        full, others = np.flatnonzero(is_full), np.flatnonzero(~is_full)

        def full_first(count: int) -> Integers:
            ordered = full[first(matches[full], count)]
            return np.concatenate([ordered, others[first(matches[others], count - len(ordered))]])[:count]

        return self._page(request, matches, full_first)

    def _page(self, request: Request, matches: Integers, first: Callable[[int], Integers]) -> Integers:
        """Collapse near duplicates if the request says so; ``first`` returns the indices of the first articles, in order."""
        end = request.offset + request.limit
        if not request.collapse:
            return first(end)[request.offset :]
        count = _GROWTH * end
        while True:
            ordered = first(count)
            hits = ordered[self._near_duplicates.first_of_each_group(matches[ordered])]
            if len(hits) >= end or len(ordered) < count:
                return hits[request.offset : end]
            count *= _GROWTH

    def _first_by_score(self, matches: Integers, scores: NDArray[np.float64], tiers: Tiers, count: int) -> Integers:
        # Only these can be among the first, so only they are sorted.
        candidates = top_k(by_tier(scores, tiers), count, SCORE_TOLERANCE)
        articles = matches[candidates]
        # The order of summation changes the last digits, so these are ignored.
        rounded = np.round(scores[candidates], SCORE_DIGITS)
        keys = -tiers[candidates], -rounded, -self._doc_values.dates[articles]
        return candidates[self._order(keys, articles)[:count]]

    def _first_newest(self, matches: Integers, count: int) -> Integers:
        dates = self._doc_values.dates[matches]
        candidates = top_k(dates, count, 0)
        return candidates[self._order((-dates[candidates],), matches[candidates])[:count]]

    def _first_oldest(self, matches: Integers, count: int) -> Integers:
        dates = self._doc_values.dates[matches]
        is_undated = self._doc_values.months[matches] == NO_MONTH
        candidates = top_k(-np.where(is_undated, np.iinfo(np.int64).max, dates), count, 0)
        keys = is_undated[candidates], dates[candidates]
        return candidates[self._order(keys, matches[candidates])[:count]]

    def _order(self, keys: tuple[NDArray[Any], ...], articles: Integers) -> Integers:
        """Return the order of articles by the keys, the first key first, and then by id."""
        order = np.lexsort(keys[::-1])
        ordered = [key[order] for key in keys]
        # Ids are loaded only for ties.
        if len(articles) > 1 and np.any(reduce(np.logical_and, (key[1:] == key[:-1] for key in ordered))):
            order = np.lexsort((self._doc_values.id_ranks(articles), *keys[::-1]))
        return order

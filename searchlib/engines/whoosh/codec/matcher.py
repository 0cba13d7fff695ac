"""A matcher of Whoosh over the postings of one term."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from copy import copy
from functools import cached_property
from typing import Any

import numpy as np
from whoosh.matching import LeafMatcher, ReadTooFar

from searchlib.engines.whoosh.codec.postings import Postings
from searchlib.engines.whoosh.format.integers import Integers


class PostingsMatcher(LeafMatcher):  # type: ignore[misc]  # Whoosh has no types
    """A matcher over unpacked postings. Blocks of ``block_size`` postings are skipped if their quality is too low.

    ``lengths`` returns the length of the term's field in each given article.
    """

    def __init__(
        self,
        postings: Postings,
        format_: Any,
        term: tuple[str, bytes] | None,
        scorer: Any,
        lengths: Callable[[Integers], Integers],
        block_size: int,
    ) -> None:
        self._postings = postings
        self.format = format_
        self._term = term
        self.scorer = scorer
        self._lengths_of = lengths
        self._block_size = block_size
        self._ids: list[int] = postings.ids.tolist()
        self._at = 0

    @cached_property
    def _weights(self) -> list[float]:
        weights: list[float] = self._postings.weights.tolist()
        return weights

    @cached_property
    def _lengths(self) -> Integers:
        return self._lengths_of(self._postings.ids)

    def is_active(self) -> bool:
        return self._at < len(self._ids)

    def reset(self) -> None:
        self._at = 0

    def copy(self) -> PostingsMatcher:
        return copy(self)

    def id(self) -> int:
        return self._ids[self._at]

    def all_ids(self) -> Iterator[int]:
        return iter(self._ids[self._at :])

    def all_items(self) -> Iterator[tuple[int, bytes]]:
        return zip(self._ids[self._at :], self._postings.payloads[self._at :], strict=True)

    def weight(self) -> float:
        return self._weights[self._at]

    def value(self) -> bytes:
        return self._postings.payloads[self._at]

    def next(self) -> bool:
        if not self.is_active():
            raise ReadTooFar
        self._at += 1
        return not self.is_active() or self._at % self._block_size == 0

    def skip_to(self, targetid: int) -> None:
        if not self.is_active():
            raise ReadTooFar
        self._at = bisect_left(self._ids, targetid, self._at)

    def skip_to_quality(self, minquality: float) -> int:
        skipped = 0
        while self.is_active() and self.block_quality() <= minquality:
            self._at = self._current_block().stop
            skipped += 1
        return skipped

    def _current_block(self) -> slice[int, int, None]:
        begin = self._at - self._at % self._block_size
        return slice(begin, min(begin + self._block_size, len(self._ids)))

    def block_min_length(self) -> int:
        lengths = self._lengths[self._current_block()]
        return int(np.min(lengths[lengths > 0], initial=lengths.max())) if len(lengths) else 0

    def block_max_weight(self) -> float:
        return max(self._weights[self._current_block()], default=0.0)

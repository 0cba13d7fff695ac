"""Fold a long text to be looked through, with a way back that costs memory only where the fold is odd."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from searchlib.analysis.code_points import CODE_POINT_COUNT, decode
from searchlib.analysis.fold import fold_codes, fold_with_offsets
from searchlib.analysis.text_fold import FoldedText


class SearchableText:
    """A text folded to be looked through: fast on a whole book, and offsets cost memory only where the fold is odd."""

    __slots__ = ("_folded_starts", "_original_starts", "_stretches", "text")

    def __init__(self, original: str) -> None:
        self._folded_starts: list[int] = [0]
        self._original_starts: list[int] = [0]
        self._stretches: list[FoldedText | None] = [None]
        folded = fold_codes(original)
        if folded.max(initial=0) < CODE_POINT_COUNT:
            self.text = decode(folded)
            return
        odd = np.flatnonzero(folded >= CODE_POINT_COUNT)
        folded[odd] = 0
        self.text = self._join(original, decode(folded), odd)

    def _join(self, original: str, aligned: str, odd: npt.NDArray[np.intp]) -> str:
        """The plain stretches with the odd ones between, each odd one with the character before it."""
        pieces: list[str] = []
        at = length = 0
        breaks = np.flatnonzero(np.diff(odd) > 1)
        firsts, lasts = odd[np.r_[0, breaks + 1]].tolist(), odd[np.r_[breaks, len(odd) - 1]].tolist()
        for first, last in zip(firsts, lasts, strict=True):
            begin, finish = max(at, first - 1), last + 1
            fold_odd = _fold_stretch if finish - begin <= 8 else fold_with_offsets
            stretch = fold_odd(original[begin:finish])
            pieces += (aligned[at:begin], stretch.text)
            length += begin - at
            self._folded_starts += (length, length + len(stretch.text))
            self._original_starts += (begin, finish)
            self._stretches += (stretch, None)
            length += len(stretch.text)
            at = finish
        pieces.append(aligned[at:])
        return "".join(pieces)

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span in the original text that ``text[start:end]`` came from; it must not be empty."""
        if len(self._stretches) == 1:
            return start, end
        return self._original(start)[0], self._original(end - 1)[1]

    def _original(self, at: int) -> tuple[int, int]:
        number = bisect_right(self._folded_starts, at) - 1
        stretch, begin, at = self._stretches[number], self._original_starts[number], at - self._folded_starts[number]
        return (
            (begin + at, begin + at + 1) if stretch is None else (begin + stretch.starts[at], begin + stretch.ends[at])
        )

    def folded(self, at: int) -> int:
        """Where the character ``at`` of the original text begins in the folded text."""
        number = bisect_right(self._original_starts, at) - 1
        stretch, at = self._stretches[number], at - self._original_starts[number]
        return self._folded_starts[number] + (at if stretch is None else bisect_left(stretch.starts, at))


@lru_cache(maxsize=4096)
def _fold_stretch(text: str) -> FoldedText:
    return fold_with_offsets(text)

"""Fold a text for searching, with a map from offsets in the folded text to the original."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from searchlib.analysis.code_points import CODE_POINT_COUNT, decode
from searchlib.analysis.fold import finish_codes, finish_fold, fold_codes, fold_part
from searchlib.analysis.text_fold import FoldedText

_CACHED_LINES_LENGTH = 2_000
"""The maximum length of lines whose folded form is cached, for the titles of a page, which are needed twice."""

_CACHED_PART_LENGTH = 8
"""The maximum length of a part whose folded form is cached. Short parts recur, such as an ellipsis or a ligature."""

_cached_fold = lru_cache(maxsize=4096)(fold_part)


def searchable_lines(lines: Sequence[str]) -> SearchableText:
    """Return several lines as one text, which is folded faster than the lines one by one. No match crosses a line."""
    text = "\n".join(lines)
    return _cached_lines(text) if len(text) <= _CACHED_LINES_LENGTH else SearchableText(text)


@lru_cache(maxsize=16)
def _cached_lines(text: str) -> SearchableText:
    return SearchableText(text)


class SearchableText:
    """The folded form of a text. The text can be as long as a book.

    The fold replaces most characters one by one. Offsets are stored only for *irregular parts*, where the number of
    characters changes; between them, offsets increase in parallel.
    """

    __slots__ = ("_folded_starts", "_original_starts", "_parts", "source", "text")

    def __init__(self, original: str) -> None:
        self.source = original
        # For each part: its offsets in both texts, and its folded form, or None for a regular part.
        self._folded_starts: list[int] = [0]
        self._original_starts: list[int] = [0]
        self._parts: list[FoldedText | None] = [None]
        codes = fold_codes(original)
        if codes.max(initial=0) < CODE_POINT_COUNT:
            finish_codes(codes)
            self.text = decode(codes)
            return
        irregular = np.flatnonzero(codes >= CODE_POINT_COUNT)
        codes[irregular] = 0
        self.text = finish_fold(self._fold_parts(original, decode(codes), irregular))

    def _fold_parts(self, original: str, aligned: str, irregular: npt.NDArray[np.intp]) -> str:
        """Return the folded text and fill the offsets.

        ``aligned`` is the folded text if the ``irregular`` positions are ignored. Each irregular part includes the character
        before it, which can combine with it.
        """
        pieces: list[str] = []
        at = length = 0
        breaks = np.flatnonzero(np.diff(irregular) > 1)
        firsts = irregular[np.r_[0, breaks + 1]].tolist()
        lasts = irregular[np.r_[breaks, len(irregular) - 1]].tolist()
        for first, last in zip(firsts, lasts, strict=True):
            start, end = max(at, first - 1), last + 1
            fold = _cached_fold if end - start <= _CACHED_PART_LENGTH else fold_part
            part = fold(original[start:end])
            pieces += (aligned[at:start], part.text)
            length += start - at
            self._folded_starts += (length, length + len(part.text))
            self._original_starts += (start, end)
            self._parts += (part, None)
            length += len(part.text)
            at = end
        pieces.append(aligned[at:])
        return "".join(pieces)

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original text that ``text[start:end]`` comes from; it must not be empty."""
        if len(self._parts) == 1:
            return start, end
        return self._character_span(start)[0], self._character_span(end - 1)[1]

    def _character_span(self, at: int) -> tuple[int, int]:
        number = bisect_right(self._folded_starts, at) - 1
        part, start, at = self._parts[number], self._original_starts[number], at - self._folded_starts[number]
        return (start + at, start + at + 1) if part is None else (start + part.starts[at], start + part.ends[at])

    def folded(self, at: int) -> int:
        """Return the offset in the folded text for an offset in the original text."""
        number = bisect_right(self._original_starts, at) - 1
        part, at = self._parts[number], at - self._original_starts[number]
        return self._folded_starts[number] + (at if part is None else bisect_left(part.starts, at))

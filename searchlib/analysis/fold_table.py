"""Fold long texts by a table of characters, all characters at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from searchlib.analysis.code_points import CODE_POINT_COUNT, CodePoints, decode, encode

# Special entries of the table: the character has not occurred yet; it folds to no or several characters; its fold depends on
# adjacent characters.
_NEW, _EXPANDS, _CONTEXTUAL = range(CODE_POINT_COUNT, CODE_POINT_COUNT + 3)

_LINE_END = "\n"

_TEXT_END = "\0"
"""Separates texts. No other character folds to it, and texts with it are rare."""


class FoldTable:
    """The table of a fold, filled with the characters that occur.

    ``fold`` folds a text, and leaves line ends as they are. ``is_context_free`` tells whether it folds a character independently
    of adjacent ones. ``finish`` changes the code points of the texts that ``fold`` and ``fold_all`` return, in place.
    """

    def __init__(
        self,
        fold: Callable[[str], str],
        is_context_free: Callable[[str], bool],
        finish: Callable[[CodePoints], None],
    ) -> None:
        self._fold = fold
        self._is_context_free = is_context_free
        self._finish = finish
        self._table = np.full(CODE_POINT_COUNT, _NEW, np.uint32)
        self._expansions: dict[int, str] = {}

    def codes(self, text: str) -> CodePoints:
        """Return the code point that each character folds to, as ``TextFold.codes`` does."""
        return self._look_up(encode(text))

    def fold(self, text: str) -> str | None:
        """Return the folded text, or None if the fold of a character depends on adjacent characters."""
        codes = encode(text)
        folded = self._look_up(codes)
        if folded.max(initial=0) >= CODE_POINT_COUNT:
            if np.any(folded == _CONTEXTUAL):
                return None
            folded = self._expand(codes, folded)
        self._finish(folded)
        return decode(folded)

    def fold_all(self, texts: Sequence[str]) -> list[str | None]:
        """Return ``fold`` of each text."""
        codes = encode(_TEXT_END.join(texts))
        folded = self._look_up(codes)
        contextual: set[int] = set()
        if folded.max(initial=0) >= CODE_POINT_COUNT:
            positions = np.flatnonzero(folded == _CONTEXTUAL)
            ends = np.cumsum([len(text) + 1 for text in texts])
            contextual.update(np.searchsorted(ends, positions, "right").tolist())
            folded[positions] = codes[positions]
            folded = self._expand(codes, folded)
        self._finish(folded)
        folded_texts = decode(folded).split(_TEXT_END)
        if len(folded_texts) != len(texts):
            return [self.fold(text) for text in texts]
        return [None if number in contextual else text for number, text in enumerate(folded_texts)]

    def _look_up(self, codes: CodePoints) -> CodePoints:
        folded = self._table.take(codes)
        if folded.max(initial=0) >= CODE_POINT_COUNT and np.any(folded == _NEW):
            self._add({*decode(codes[folded == _NEW])})
            folded = self._table.take(codes)
        return folded

    def _add(self, chars: set[str]) -> None:
        """Add new characters. They are folded together, each on its line, which takes a fraction of the time."""
        context_free = [char for char in chars if char != _LINE_END and self._is_context_free(char)]
        self._table[encode("".join(chars))] = _CONTEXTUAL
        self._table[ord(_LINE_END)] = ord(_LINE_END)
        folded = self._fold(_LINE_END.join(context_free)).split(_LINE_END) if context_free else []
        for char, each in zip(context_free, folded, strict=True):
            if len(each) != 1:
                self._expansions[ord(char)] = each
            self._table[ord(char)] = ord(each) if len(each) == 1 else _EXPANDS

    def _expand(self, codes: CodePoints, folded: CodePoints) -> CodePoints:
        """Return the folded text with the expansion of each character that folds to none or several."""
        is_one = folded != _EXPANDS
        positions = np.flatnonzero(~is_one)
        expansions = [self._expansions[code] for code in codes[positions].tolist()]
        sizes = np.fromiter(map(len, expansions), np.int64, len(expansions))
        # Expansions are rare, so the characters between them are copied in one piece each.
        before = np.cumsum(sizes) - sizes
        starts = positions - np.arange(len(positions)) + before
        out = np.empty(len(folded) - len(positions) + int(sizes.sum()), np.uint32)
        is_other = np.ones(len(out), bool)
        is_other[np.repeat(starts - before, sizes) + np.arange(int(sizes.sum()))] = False
        out[is_other] = folded[is_one]
        out[~is_other] = encode("".join(expansions))
        return out

"""Fold long texts by a table, all characters at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from searchlib.analysis.code_points import CODE_POINT_COUNT, CodePoints, decode, encode

_UNKNOWN, _SPREADS, _MELTS = range(CODE_POINT_COUNT, CODE_POINT_COUNT + 3)
# A character not seen before; one that folds to none or to several; one that depends on those beside it.

_BETWEEN = "\0"
"""Nothing else folds to it, and hardly any text holds it."""


class FoldTable:
    """What each character folds to; ``fold`` is asked once for each, ``is_alone`` says whether others can change that."""

    def __init__(self, fold: Callable[[str], str], is_alone: Callable[[str], bool]) -> None:
        self._fold = fold
        self._is_alone = is_alone
        self._table = np.full(CODE_POINT_COUNT, _UNKNOWN, np.uint32)
        self._spread: dict[int, str] = {}

    def codes(self, text: str) -> CodePoints:
        """Return what each character folds to, uint32[characters], or ``CODE_POINT_COUNT`` and more if not to one alone."""
        return self._codes(encode(text))

    def fold(self, text: str) -> str | None:
        """The folded text; None where characters in it depend on one another."""
        codes = encode(text)
        folded = self._codes(codes)
        if folded.max(initial=0) >= CODE_POINT_COUNT:
            if np.any(folded == _MELTS):
                return None
            folded = self._spread_out(codes, folded)
        return decode(folded)

    def fold_all(self, texts: Sequence[str]) -> list[str | None]:
        """``fold`` of each of many texts, all at once."""
        codes = encode(_BETWEEN.join(texts))
        folded = self._codes(codes)
        melting: set[int] = set()
        if folded.max(initial=0) >= CODE_POINT_COUNT:
            melts = np.flatnonzero(folded == _MELTS)
            ends = np.cumsum([len(text) + 1 for text in texts])
            melting.update(np.searchsorted(ends, melts, "right").tolist())
            folded[melts] = codes[melts]
            folded = self._spread_out(codes, folded)
        found = decode(folded).split(_BETWEEN)
        if len(found) != len(texts):
            return [self.fold(text) for text in texts]
        return [None if number in melting else text for number, text in enumerate(found)]

    def _codes(self, codes: CodePoints) -> CodePoints:
        folded = self._table.take(codes)
        if folded.max(initial=0) >= CODE_POINT_COUNT and np.any(folded == _UNKNOWN):
            for code in set(codes[folded == _UNKNOWN].tolist()):
                self._learn(code)
            folded = self._table.take(codes)
        return folded

    def _learn(self, code: int) -> None:
        char = chr(code)
        if not self._is_alone(char):
            self._table[code] = _MELTS
            return
        folded = self._fold(char)
        if len(folded) == 1:
            self._table[code] = ord(folded)
        else:
            self._spread[code] = folded
            self._table[code] = _SPREADS

    def _spread_out(self, codes: CodePoints, folded: CodePoints) -> CodePoints:
        """Put all characters in the place of those that fold to none or several."""
        is_one = folded != _SPREADS
        places = np.flatnonzero(~is_one)
        texts = [self._spread[code] for code in codes[places].tolist()]
        sizes = np.fromiter(map(len, texts), np.int64, len(texts))
        # They are few as a rule: all others move in one copy, without a number for each.
        before = np.cumsum(sizes) - sizes
        starts = places - np.arange(len(places)) + before
        out = np.empty(len(folded) - len(places) + int(sizes.sum()), np.uint32)
        is_other = np.ones(len(out), bool)
        is_other[np.repeat(starts - before, sizes) + np.arange(int(sizes.sum()))] = False
        out[is_other] = folded[is_one]
        out[~is_other] = encode("".join(texts))
        return out

"""Pair the quotes in typed text."""

from __future__ import annotations

from itertools import pairwise

_DOUBLE = frozenset('"“”„‟＂〝〞〟')
_CORNER_OPEN = frozenset("「『﹁﹃｢")
_CORNER_CLOSE = frozenset("」』﹂﹄｣")
_QUOTES = _DOUBLE | _CORNER_OPEN | _CORNER_CLOSE


def pair_quotes(text: str) -> tuple[str, dict[int, int]]:
    """Return the text without its stray quotes, and where in it each quotation opens and closes.

    Double quotes of any shape close one another, for they are typed mixed; corner quotes nest. A stray quote
    between two letters leaves a space, for it stood between two words.
    """
    corners = _pair_corners(text)
    doubles = [at for at, char in enumerate(text) if char in _DOUBLE]
    next_double = dict(pairwise(doubles))
    kept: list[str] = []
    length = 0
    pairs: dict[int, int] = {}
    at = 0
    while at < len(text):
        piece = text[at]
        if piece in _QUOTES:
            close = next_double.get(at, corners.get(at))
            if close is not None:
                piece = text[at : close + 1]
                pairs[length] = length + len(piece) - 1
                at = close
            else:
                piece = " " if text[at - 1 : at].isalnum() and text[at + 1 : at + 2].isalnum() else ""
        kept.append(piece)
        length += len(piece)
        at += 1
    return "".join(kept), pairs


def _pair_corners(text: str) -> dict[int, int]:
    """Return where each corner quote that closes again does so."""
    opened: list[int] = []
    pairs: dict[int, int] = {}
    for at, char in enumerate(text):
        if char in _CORNER_OPEN:
            opened.append(at)
        elif char in _CORNER_CLOSE and opened:
            pairs[opened.pop()] = at
    return pairs

"""Process texts as arrays of code points."""

from __future__ import annotations

import sys

import numpy as np
from numpy.typing import NDArray

CODE_POINT_COUNT = sys.maxunicode + 1
"""The size of a table with an entry for each code point."""

_ENCODING = "utf-32-le"
_MAX_KEY_LENGTH = 8
"""The number of ASCII characters that fit into a uint64. Most Latin words and numbers in Chinese text fit."""

_ASCII_COUNT = 0x80

CodePoints = NDArray[np.uint32]
Integers = NDArray[np.int64]


def encode(text: str) -> CodePoints:
    """Return the code point of each character, uint32[characters]."""
    return np.frombuffer(text.encode(_ENCODING, "surrogatepass"), np.uint32)


def decode(codes: CodePoints) -> str:
    """Return the text with these code points."""
    return codes.tobytes().decode(_ENCODING, "surrogatepass")


def true_runs(flags: NDArray[np.bool_]) -> tuple[Integers, Integers]:
    """Return the starts and ends of the runs of true flags, int64[runs] each."""
    padded = np.zeros(len(flags) + 2, bool)
    padded[1:-1] = flags
    edges = np.flatnonzero(padded[1:] != padded[:-1])
    return edges[::2], edges[1::2]


def number_slices(text: str, codes: CodePoints, starts: Integers, ends: Integers) -> tuple[Integers, list[str]]:
    """Number the distinct texts among the slices ``text[start:end]``.

    Return the number of each slice, int64[slices], and the text of each number. ``codes`` is the encoded text. No slice may
    be empty or contain NUL.
    """
    keys, has_key = _ascii_keys(codes, starts, ends)
    short, others = np.flatnonzero(has_key), np.flatnonzero(~has_key)
    order = short[np.argsort(keys[short])]
    is_new = np.ones(len(order), bool)
    is_new[1:] = keys[order[1:]] != keys[order[:-1]]
    numbers = np.empty(len(starts), np.int64)
    numbers[order] = np.cumsum(is_new) - 1
    firsts = order[is_new]
    texts = _slices(text, starts[firsts], ends[firsts])
    other_slices = _slices(text, starts[others], ends[others])
    number_of = {each: number for number, each in enumerate(dict.fromkeys(other_slices), len(texts))}
    numbers[others] = np.fromiter(map(number_of.__getitem__, other_slices), np.int64, len(other_slices))
    return numbers, [*texts, *number_of]


def _ascii_keys(codes: CodePoints, starts: Integers, ends: Integers) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
    """Return the bytes of each slice as one number, uint64[slices], and whether it is exact: it is for short ASCII slices."""
    lengths = ends - starts
    keys = np.zeros(len(starts), np.uint64)
    max_code = np.zeros(len(starts), np.uint32)
    for at in range(_MAX_KEY_LENGTH):
        code = codes.take(starts + at, mode="clip") if len(codes) else max_code
        code = np.where(lengths > at, code, np.uint32(0))
        np.maximum(max_code, code, out=max_code)
        keys |= code.astype(np.uint64) << np.uint64(8 * at)
    return keys, (lengths <= _MAX_KEY_LENGTH) & (max_code < _ASCII_COUNT)


def _slices(text: str, starts: Integers, ends: Integers) -> list[str]:
    return [text[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]

"""Replace variant forms of words where single characters do not decide: 计畫 becomes 计划, and 图畫 becomes 图画.

A form and its replacement have the same number of characters, so offsets do not change. Forms are looked up from the start of
a text, the longest one at each position.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from searchlib.analysis.code_points import CODE_POINT_COUNT, CodePoints, decode, encode
from searchlib.analysis.variants import variants

_FIRST, _SECOND, _SINGLE = 1, 2, 4
"""The kinds of characters: first in a longer form, second in a longer form, and a form by itself."""

_MIN_ARRAY_LENGTH = 48
"""The minimum length for array operations. In shorter texts, a loop is faster."""

_PAIR_BITS = 21
"""The bits of a code point."""


def replace_word_forms(text: str) -> str:
    """Return a folded text with its variant forms replaced."""
    pieces: list[str] = []
    copied = 0
    for start in _starts(text):
        if start >= copied and (form := _form_at(text, start)):
            pieces += (text[copied:start], variants().words[form].word)
            copied = start + len(form)
    return "".join((*pieces, text[copied:])) if pieces else text


def _starts(text: str) -> Iterable[int]:
    """Return the positions at which a form may start, ascending."""
    if len(text) >= _MIN_ARRAY_LENGTH:
        return _candidates(encode(text))
    lengths = _lengths()
    return [at for at, char in enumerate(text) if char in lengths]


def replace_in_codes(codes: CodePoints) -> None:
    """Apply ``replace_word_forms`` to the code points of a text. Values from ``CODE_POINT_COUNT`` on are ignored."""
    end = 0
    for start in _candidates(codes):
        if start < end:
            continue
        first = max(0, start - 1)
        near = codes[first : start + _longest() + 1]
        form = _form_at(decode(np.where(near < CODE_POINT_COUNT, near, 0)), start - first)
        if form:
            end = start + len(form)
            codes[start:end] = [*map(ord, variants().words[form].word)]


def _form_at(text: str, at: int) -> str:
    """Return the longest form at this position of a text, or an empty text."""
    words = variants().words
    for length in _lengths()[text[at]]:
        form = text[at : at + length]
        if form in words:
            _, before, after = words[form]
            following = text[at + length : at + length + 1]
            if not (at and following and text[at - 1] in before and following in after):
                return form
    return ""


def _candidates(codes: CodePoints) -> list[int]:
    """Return the positions at which a form can start, ascending."""
    kinds, pairs = _tables()
    kind = kinds.take(codes, mode="clip")
    # Only few operations read all characters, and they copy at most one byte per character.
    is_start = kind >> 1
    is_start[:-1] = is_start[1:]
    is_start[-1:] = 0
    is_start &= kind
    is_start &= _FIRST
    is_start |= kind >> 2
    starts = np.flatnonzero(is_start.view(bool))
    keys = (codes[starts].astype(np.uint64) << np.uint64(_PAIR_BITS)) | codes.take(starts + 1, mode="clip")
    is_form = pairs.take(pairs.searchsorted(keys), mode="clip") == keys
    is_form |= kind[starts] >= _SINGLE
    found: list[int] = starts[is_form].tolist()
    return found


@cache
def _lengths() -> dict[str, list[int]]:
    """Return the lengths of the forms that begin with a character, descending."""
    lengths: defaultdict[str, set[int]] = defaultdict(set)
    for form in variants().words:
        lengths[form[0]].add(len(form))
    return {first: sorted(each, reverse=True) for first, each in lengths.items()}


@cache
def _longest() -> int:
    return max(map(len, variants().words))


@cache
def _tables() -> tuple[NDArray[np.uint8], NDArray[np.uint64]]:
    """Return the kinds of each character, uint8[code points], and the first two characters of each form, uint64[n], ascending."""
    kinds = np.zeros(CODE_POINT_COUNT + 1, np.uint8)
    pairs: set[int] = set()
    for form in variants().words:
        if len(form) == 1:
            kinds[ord(form)] |= _SINGLE
        else:
            kinds[ord(form[0])] |= _FIRST
            kinds[ord(form[1])] |= _SECOND
            pairs.add(ord(form[0]) << _PAIR_BITS | ord(form[1]))
    return kinds, np.array(sorted(pairs), np.uint64)

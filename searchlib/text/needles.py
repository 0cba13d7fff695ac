"""Find again, in an original text, what a query looked for."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt

from searchlib.text.fold import FoldedText, fold, fold_with_offsets
from searchlib.text.units import HAN, LATIN, MARKS, is_han

_BETWEEN = rf"(?:[^\w\n{HAN}]|_)*"

# Characters that never melt into the one before them, and whose own form depends on none beside them but an odd one.
_PLAIN = re.compile(
    "[\x00-\u02ff\u0370-\u0482\u048a-\u058f\u2000-\u20cf\u2100-\u2cee\u2cf2-\u2d7e\u2d80-\u2ddf\u2e00-\u3029"
    "\u3030-\u3098\u309b-\u3130\u3190-\ua4cf\uf900-\ufaff\ufe10-\ufe1f\ufe30-\uff9d\uffe0-\uffff"
    "\U0001d400-\U0001d7ff\U0001f000-\U0003fffd]"
)
_UNKNOWN, _ODD = 0x110000, 0x110001
_AHEAD = 256
"""Characters behind a stretch that may decide about a match in it."""


@dataclass(frozen=True, slots=True)
class Needle:
    """A run of units to mark; with ``loose`` also inside longer runs of letters and digits, where letters meet digits."""

    units: tuple[str, ...]
    loose: bool = False
    prefix: bool = False


class Haystack:
    """A text folded to be looked through: fast on a whole book, and offsets cost memory only where the fold is odd."""

    __slots__ = ("_folded_starts", "_original_starts", "_stretches", "text")

    def __init__(self, original: str) -> None:
        codes = np.frombuffer(original.encode("utf-32-le", "surrogatepass"), "<u4")
        folded = _fold_table()[codes]
        if (folded == _UNKNOWN).any():
            _learn(np.unique(codes[folded == _UNKNOWN]).tolist())
            folded = _fold_table()[codes]
        odd = np.flatnonzero(folded == _ODD)
        folded[odd] = 0
        aligned = folded.tobytes().decode("utf-32-le", "surrogatepass")
        self._folded_starts: list[int] = [0]
        self._original_starts: list[int] = [0]
        self._stretches: list[FoldedText | None] = [None]
        self.text = self._join(original, aligned, odd) if len(odd) else aligned

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


def find_needle(needle: Needle, folded: FoldedText | Haystack) -> list[tuple[int, int]]:
    """The spans of the original text that hold the needle, in order; what separates its units lies inside the span."""
    found = _pattern(needle).finditer(folded.text)
    return [folded.original(*match.span(1)) for match in found]


def find_first(needle: Needle, haystack: Haystack, most: int) -> list[tuple[int, int]]:
    """The first spans of the original text that hold the needle, ``most`` at most."""
    found = _pattern(needle).finditer(haystack.text)
    return [haystack.original(*match.span(1)) for match, _ in zip(found, range(most), strict=False)]


def find_between(needle: Needle, haystack: Haystack, start: int, end: int) -> list[tuple[int, int]]:
    """The spans that hold the needle and begin in ``[start, end)`` of the original text."""
    begin, finish = haystack.folded(start), haystack.folded(end)
    spans = []
    for match in _pattern(needle).finditer(haystack.text, begin, finish + _AHEAD):
        if match.start() >= finish:
            break
        spans.append(haystack.original(*match.span(1)))
    return spans


def merge_spans(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in order; those that overlap or touch become one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


@lru_cache(maxsize=1024)
def _pattern(needle: Needle) -> re.Pattern[str]:
    *first, last = needle.units
    units = [_unit(unit, loose=needle.loose, prefix=False) for unit in first]
    run = _BETWEEN.join([*units, _unit(last, loose=needle.loose, prefix=needle.prefix)])
    if not first:
        return re.compile(f"({run})")
    # A look ahead takes nothing up: in 哈哈哈 it finds 哈哈 twice.
    return re.compile(f"(?=({run}))")


def _unit(unit: str, *, loose: bool, prefix: bool) -> str:
    escaped = re.escape(unit)
    if is_han(unit):
        return escaped
    if loose:
        begins = _same_kind(unit[0])
        # What follows the marks is another word, even where it is another's unit: c++ in c++11.
        ends = "[+#]" if unit[-1] in "+#" else _same_kind(unit[-1])
        return rf"(?<!{begins}){escaped}" + (rf"{LATIN}*" if prefix else rf"(?!{ends})")
    if prefix:
        return rf"(?<!{LATIN}){escaped}{LATIN}*"
    if unit[-1] in "+#":
        return rf"(?<!{LATIN}){escaped}(?!{LATIN}|[+#])"
    return rf"(?<!{LATIN}){escaped}(?!{LATIN})(?!{MARKS})"


def _same_kind(char: str) -> str:
    """The class of what would make the run longer: digits for a digit, otherwise letters."""
    return r"\d" if char.isdecimal() else rf"[^\W\d_{HAN}]"


@cache
def _fold_table() -> npt.NDArray[np.uint32]:
    """What each character that folds one to one becomes; filled as characters occur."""
    return np.full(0x110000, _UNKNOWN, np.dtype("<u4"))


def _learn(codes: Iterable[int]) -> None:
    for code in codes:
        char = chr(code)
        folded = fold(char) if _PLAIN.fullmatch(char) else ""
        _fold_table()[code] = ord(folded) if len(folded) == 1 else _ODD


@lru_cache(maxsize=4096)
def _fold_stretch(text: str) -> FoldedText:
    return fold_with_offsets(text)

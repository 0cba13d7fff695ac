"""Find again, in an original text, what a query looked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from searchlib.text.fold import FoldedText
from searchlib.text.haystack import Haystack
from searchlib.text.units import HAN, LATIN, MARKS, is_han

_BETWEEN = rf"(?:[^\w\n{HAN}]|_)*"

_AHEAD = 256
"""Characters behind a stretch that may decide about a match in it."""


@dataclass(frozen=True, slots=True)
class Needle:
    """A run of units to mark; with ``loose`` also inside longer runs of letters and digits, where letters meet digits."""

    units: tuple[str, ...]
    loose: bool = False
    prefix: bool = False


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

"""Find again, in an original text, what a query looked for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from searchlib.analysis.units import HAN, LATIN, MARKS, is_han
from searchlib.highlight.searchable_text import SearchableText
from searchlib.query.plan import HighlightTerm

_SEPARATOR = rf"(?:[^\w\n{HAN}]++|_++)++"
"""What may stand between the units of a run."""


@lru_cache(maxsize=256)
def distinct_terms(needles: tuple[HighlightTerm, ...]) -> tuple[tuple[HighlightTerm, int], ...]:
    """The needles that find different things, and how many of the given ones find the same as each."""
    return tuple(Counter(map(_plainest, needles)).items())


def _plainest(needle: HighlightTerm) -> HighlightTerm:
    """The needle without what makes no difference to it: Han characters stand as they are, loose or not."""
    han = [is_han(unit) for unit in needle.units]
    return HighlightTerm(needle.units, loose=needle.loose and not all(han), prefix=needle.prefix and not han[-1])


def find_spans(
    needle: HighlightTerm, haystack: SearchableText, start: int = 0, end: int | None = None
) -> Iterator[tuple[int, int]]:
    """The spans of the original text that hold the needle and begin in ``[start, end)``, in order.

    What separates the units of the needle lies inside the span. Runs of several units may overlap: 哈哈 is in 哈哈哈 twice.
    """
    text = haystack.text
    steps = _steps(needle)
    first = steps[0].unit
    finish = (len(text) if end is None else haystack.folded(end)) + len(first) - 1
    at = text.find(first, haystack.folded(start), finish)
    while at >= 0:
        behind = _follow(text, at, steps)
        if behind:
            yield haystack.original(at, behind)
        at = text.find(first, behind if behind and len(steps) == 1 else at + 1, finish)


class _Step(NamedTuple):
    """A unit with what must hold where it begins and where it ends."""

    unit: str
    begins: re.Pattern[str] | None
    ends: re.Pattern[str] | None


def _follow(text: str, at: int, steps: Sequence[_Step]) -> int:
    """Where the run ends that begins at this place; 0 where none does."""
    for unit, begins, ends in steps:
        if not text.startswith(unit, at):
            # No letter, digit or Han character separates units: most places where only the first one stands end here.
            if text[at : at + 1].isalnum():
                return 0
            separator = _compiled(_SEPARATOR).match(text, at)
            if not separator or not text.startswith(unit, separator.end()):
                return 0
            at = separator.end()
        if begins and not begins.match(text, at):
            return 0
        at += len(unit)
        if ends:
            found = ends.match(text, at)
            if not found:
                return 0
            at = found.end()
    return at


@lru_cache(maxsize=1024)
def _steps(needle: HighlightTerm) -> tuple[_Step, ...]:
    last = len(needle.units) - 1
    return tuple(
        _Step(unit, None, None)
        if is_han(unit)
        else _step(unit, loose=needle.loose, prefix=needle.prefix and at == last)
        for at, unit in enumerate(needle.units)
    )


def _step(unit: str, *, loose: bool, prefix: bool) -> _Step:
    marked = unit[-1] in "+#"
    begins = _same_kind(unit[0]) if loose else LATIN
    if prefix and marked:
        # A longer unit goes on with marks alone: c++c is the units c and c.
        ends = "[+#]*+" + ("" if loose else f"(?!{LATIN})")
    elif prefix:
        ends = f"{LATIN}*"
    elif loose:
        # What follows the marks is another word, even where it is another's unit: c++ in c++11.
        ends = "(?![+#])" if marked else f"(?!{_same_kind(unit[-1])})"
    else:
        ends = f"(?!{LATIN}|[+#])" if marked else f"(?!{LATIN}|{MARKS})"
    return _Step(unit, _compiled(f"(?<!{begins})"), _compiled(ends))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    # The few patterns there are hold no word of a query: to compile a class with all of Han takes milliseconds.
    return re.compile(pattern)


def _same_kind(char: str) -> str:
    """The class of what would make the run longer: digits for a digit, otherwise letters."""
    return r"\d" if char.isdecimal() else rf"[^\W\d_{HAN}]"

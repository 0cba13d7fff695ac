"""Find the spans of an original text that match a highlight term."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from searchlib.analysis.identifiers import can_be_identifier_word, is_ascii_letter, is_word_of_identifier
from searchlib.analysis.units import BREAK, HAN, LATIN, MARKS, HighlightTerm, is_han
from searchlib.common.numerals import begins_in_number, ends_in_number
from searchlib.highlight.searchable_text import SearchableText

_UNIT_SEPARATOR = rf"(?>(?:[^\w\n{HAN}]++|_++)+)"
"""The characters that may be between adjacent units."""

_UNBROKEN_SEPARATOR = rf"(?>(?:(?!{BREAK.pattern})[^\w\n{HAN}]|_)+)"
"""The characters that may be between adjacent units of an unbroken term."""


@lru_cache(maxsize=256)
def distinct_terms(terms: tuple[HighlightTerm, ...]) -> tuple[tuple[HighlightTerm, int], ...]:
    """Return the terms that match different spans. Each comes with the number of given terms that match the same spans."""
    return tuple(Counter(map(_canonical, terms)).items())


def _canonical(term: HighlightTerm) -> HighlightTerm:
    """Return the term without flags that have no effect, because all of its units are Han characters."""
    han = [is_han(unit) for unit in term.units]
    return HighlightTerm(
        term.units,
        loose=term.loose and not all(han),
        prefix=term.prefix and not han[-1],
        unbroken=term.unbroken and len(term.units) > 1,
        whole=term.whole,
    )


def find_spans(
    term: HighlightTerm, text: SearchableText, start: int = 0, end: int | None = None
) -> Iterator[tuple[int, int]]:
    """Yield the spans of the original text that match the term and begin in ``[start, end)``, in order.

    A span includes the separators between its units. Spans of several units can overlap: 哈哈哈 contains 哈哈 twice.
    """
    yield from find_folded_spans(term, text, text.folded(start), len(text.text) if end is None else text.folded(end))


def find_folded_spans(term: HighlightTerm, text: SearchableText, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield what ``find_spans`` does, for matches that begin in ``[start, end)`` of the folded text."""
    folded = text.text
    patterns = _unit_patterns(term)
    separator = _UNBROKEN_SEPARATOR if term.unbroken else _UNIT_SEPARATOR
    is_open = term.loose and len(patterns) == 1 and can_be_identifier_word(patterns[0].unit)
    first = patterns[0].unit
    # Fast path: most matches of Han characters have no separators, and where there is no match, the second character mostly
    # differs.
    adjacent = _adjacent(term)
    second = adjacent[1:2]
    is_letter = is_ascii_letter(first[:1])
    limit = end + len(first) - 1
    at = folded.find(first, start, limit)
    while at >= 0:
        if adjacent and folded.startswith(adjacent, at):
            match_end = at + len(adjacent)
        elif is_letter and is_ascii_letter(folded[at - 1 : at]):
            # Most matches of a short unit are inside words.
            match_end = 0
        elif second and (following := folded[at + 1 : at + 2]) != second and following.isalnum():
            match_end = 0
        else:
            match_end = _match_end(folded, at, patterns, separator)
        if match_end and term.whole and (begins_in_number(folded, at) or ends_in_number(folded, match_end)):
            match_end = 0
        if match_end:
            yield text.original(at, match_end)
        elif is_open and is_word_of_identifier(text.source, *(span := text.original(at, at + len(first)))):
            yield span
        at = folded.find(first, match_end if match_end and len(patterns) == 1 else at + 1, limit)


@lru_cache(maxsize=1024)
def _adjacent(term: HighlightTerm) -> str:
    """Return the units of a term without separators if all are Han characters, otherwise an empty text."""
    return "".join(term.units) if all(map(is_han, term.units)) else ""


class _UnitPattern(NamedTuple):
    """A unit, with patterns that must match where it begins and where it ends."""

    unit: str
    begins: re.Pattern[str] | None
    ends: re.Pattern[str] | None


def _match_end(folded: str, at: int, patterns: Sequence[_UnitPattern], separator: str) -> int:
    """Return the end of the match that begins at ``at``, or 0 if there is none. ``separator`` may be between its units."""
    for unit, begins, ends in patterns:
        if not folded.startswith(unit, at):
            # Most mismatches end here: a letter, digit or Han character is no separator.
            if folded[at : at + 1].isalnum():
                return 0
            between = _compiled(separator).match(folded, at)
            if not between or not folded.startswith(unit, between.end()):
                return 0
            at = between.end()
        if begins and not begins.match(folded, at):
            return 0
        at += len(unit)
        if ends:
            match = ends.match(folded, at)
            if not match:
                return 0
            at = match.end()
    return at


@lru_cache(maxsize=1024)
def _unit_patterns(term: HighlightTerm) -> tuple[_UnitPattern, ...]:
    last = len(term.units) - 1
    return tuple(
        _UnitPattern(unit, None, None)
        if is_han(unit) or not unit[0].isalnum()  # an emoji
        else _latin_pattern(unit, loose=term.loose, prefix=term.prefix and number == last)
        for number, unit in enumerate(term.units)
    )


def _latin_pattern(unit: str, *, loose: bool, prefix: bool) -> _UnitPattern:
    has_marks = unit[-1] in "+#"
    begins = _same_class(unit[0]) if loose else LATIN
    if prefix and has_marks:
        # Only marks can continue a unit: c++c consists of the units c and c.
        ends = "[+#]*+" + ("" if loose else f"(?!{LATIN})")
    elif prefix:
        ends = f"{LATIN}*"
    elif loose:
        # Another word follows the marks, even if the marks belong to no unit: c++ in c++11.
        ends = "(?![+#])" if has_marks else f"(?!{_same_class(unit[-1])})"
    else:
        ends = f"(?!{LATIN}|[+#])" if has_marks else f"(?!{LATIN}|{MARKS})"
    return _UnitPattern(unit, _compiled(f"(?<!{begins})"), _compiled(ends))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    # Patterns do not contain the unit itself, so few are compiled: a class with all Han characters takes milliseconds.
    return re.compile(pattern)


def _same_class(char: str) -> str:
    """Return the character class that continues a unit: digits for a digit, otherwise letters."""
    return r"\d" if char.isdecimal() else rf"[^\W\d_{HAN}]"

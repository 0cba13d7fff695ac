"""Search for the parts of a compound that no article contains: ``com.example.FooException`` as com, example and FooException,
``iphone99`` as iphone, 麒麟9000s as 麒麟, ``v16.13.0`` as ``v16``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import islice

from searchlib.analysis.fold import fold
from searchlib.analysis.tokens import LETTERS_OR_DIGITS
from searchlib.analysis.units import HAN, HAN_RUN, is_han, units
from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.engines.base import Engine
from searchlib.models import Note
from searchlib.query.analyzed_text import connected_words
from searchlib.search.parsed_query import ParsedQuery

_COMPOUND = lazy_pattern(
    rf"[^\W_]+(?:[./:_>-]+[^\W_]+)+|[^\W\d_]+\d[^\W_]*|^[{HAN}]{{2,}}(?<![第之])[a-z]{{0,2}}\d[^\W_]*[{HAN}]?$",
    re.ASCII | re.IGNORECASE,
)
"""Latin words and numbers that symbols connect, a word and a number directly after it, or a text that consists of a Han word and
a number: 麒麟9000s, 民法典1087条."""

_PART = lazy_pattern(r"[^\W_]+")

_MODEL = lazy_pattern(r"[a-z]{1,3}\d+(?:[.-]\d+[a-z]{0,3}){1,4}", re.IGNORECASE)
"""A version or a model with several numbers: ``v16.13.0``, ``i7-10700k``."""

_SEPARATOR = lazy_pattern("[.-]")

_YEAR = lazy_pattern(r"(?<!\d)(?:19|20)\d\d(?![\da-z])", re.IGNORECASE)
"""A year after a name, which is not a part of it: 世界杯2022."""

_MIN_NAME_LENGTH = 3
"""The minimum length of the word in a compound of one word and a number (``gpt-9``). Shorter ones are often codes."""

_MAX_PIECES = 3
"""The maximum number of pieces of letters or digits in a name with a number (``iphone99pro``). Codes have more: ``bed12c8a6``."""

_OPERATORS = "-|"
"""The characters at the beginning of texts that would be operators."""

_MAX_COMPOUNDS = 4
"""The maximum number of compounds of a query that are separated. More are probably a pasted text."""


def with_word_parts(query: ParsedQuery, engine: Engine) -> ParsedQuery | None:
    """Return the query with the parts of compounds as separate words, and a note that names them, or None if there are none.

    A query with operators has none. The parts of a compound are separated only if no article contains it. Its rarest part (the
    longest of equally rare ones) is then required, because it is the most specific: NullPointerException in
    ``java.lang.NullPointerException``. In a compound of a name and a number, the number is left out, because it has no meaning
    without the name: iphone for ``iphone99``. A year is kept. In a version or a model, the last numbers are left out, as few as
    possible: g20 and 2016 for ``g20-2016``.
    """
    parts_of = _compounds(query.plain_texts)
    if not parts_of:
        return None
    # Letters and digits that stand apart match, too: Java 21 for java21.
    apart = {compound: " ".join(LETTERS_OR_DIGITS.findall(compound)) for compound in parts_of}
    texts = {text for compound, parts in parts_of.items() for text in (compound, apart[compound], *parts)}
    texts.update(beginning for compound in parts_of for beginning in _beginnings(compound))
    folded = {text: " ".join(units(fold(text))) for text in texts}
    counts = engine.phrase_frequencies(folded.values())
    frequencies = {text: counts[folded[text]] for text in texts}
    for compound in parts_of:
        if found := next(filter(frequencies.get, _beginnings(compound)), None):
            parts_of[compound] = [found, *_YEAR.findall(compound)]
    separated = {
        compound: parts if query.query.is_literal else _with_required(compound, parts, frequencies)
        for compound, parts in parts_of.items()
        if not (frequencies[compound] or frequencies[apart[compound]])
        and (_has_words(compound) or frequencies[parts[0]])
    }
    if not separated:
        return None

    def separate(compound: re.Match[str]) -> str:
        parts = separated.get(compound[0])
        return f" {' '.join(parts)} " if parts else compound[0]

    # The options and pipes of a command are plain texts of the query, but would be operators in another text.
    text = " ".join(_COMPOUND.sub(separate, each.lstrip(_OPERATORS)) for each in query.plain_texts)
    return query.widened(*(_note(compound, parts_of[compound]) for compound in separated), text=text)


def searched_part(compound: str, part: str) -> Note:
    """Return the note that a part is searched for instead of a compound."""
    return Note(
        "没有文章含有“%(compound)s”，已查找 %(part)s。",
        "No article contains “%(compound)s”. Searched for %(part)s.",
        compound=compound,
        part=part,
    )


def _note(compound: str, parts: Sequence[str]) -> Note:
    if len(parts) == 1:
        return searched_part(compound, parts[0])
    return Note(
        "没有文章含有“%(compound)s”，已分别查找 %(parts)s。",
        "No article contains “%(compound)s”. Searched for its parts: %(parts)s.",
        compound=compound,
        parts="、".join(parts),
    )


def _compounds(texts: Sequence[str]) -> dict[str, list[str]]:
    """Return the parts of the first compounds in some texts that consist of several words, or of a name and a number."""
    compounds = (compound for text in texts for compound in _COMPOUND.findall(text))
    found = ((compound, _parts(compound)) for compound in compounds)
    return dict(islice(((compound, parts) for compound, parts in found if parts), _MAX_COMPOUNDS))


def _has_words(compound: str) -> bool:
    return bool(connected_words(fold(compound)))


def _parts(compound: str) -> list[str]:
    """Return the parts of a compound, or nothing if it is neither several words nor a name and a number."""
    if _has_words(compound):
        return _PART.findall(compound)
    if beginnings := _beginnings(compound):
        return [*beginnings[-1:], *_YEAR.findall(compound)]
    if is_han(compound[0]):
        return [*HAN_RUN.findall(compound)[:1], *_YEAR.findall(compound)]
    name, *others = LETTERS_OR_DIGITS.findall(compound)
    is_name = 0 < len(others) < _MAX_PIECES and name.isalpha() and len(name) >= _MIN_NAME_LENGTH
    kept = (other for other in others if not other.isdecimal() or _YEAR.fullmatch(other))
    return [name, *kept] if is_name else []


def _beginnings(compound: str) -> list[str]:
    """Return a version or a model without its last numbers, the longest first; nothing of any other compound."""
    ends = [each.start() for each in _SEPARATOR.finditer(compound)] if _MODEL.fullmatch(compound) else []
    return [compound[:end] for end in reversed(ends)]


def _with_required(compound: str, parts: Sequence[str], frequencies: Mapping[str, int]) -> list[str]:
    """Return the parts. The one that articles must contain is quoted: the rarest of several words, or the name before a number.

    If no article contains the last of several words, none is quoted, because the last may be the beginning of a longer word.
    """
    if _has_words(compound):
        found = [part for part in parts if frequencies[part]] if frequencies[parts[-1]] else []
        required = min(found, key=lambda part: (frequencies[part], -len(part)), default=None)
    else:
        required = parts[0] if len(parts) > 1 else None
    return [f'"{part}"' if part == required else part for part in parts]

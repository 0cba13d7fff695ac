"""Cut folded text into units, the smallest parts of exact matching."""

from __future__ import annotations

import re
from dataclasses import dataclass

from searchlib.common.lazy_pattern import lazy_pattern

HAN = (
    "\u2e80-\u2e99\u2e9b-\u2ef3\u2f00-\u2fd5\u3005\u3007\u3021-\u3029\u3038-\u303b"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufa6d\ufa70-\ufad9\U00016fe2\U00016fe3\U00016ff0\U00016ff1"
    "\U00020000-\U0002fffd\U00030000-\U0003fffd"
)
"""The Han characters, for a character class: Unicode's script Han and the two planes that are reserved for its extensions.

The planes cover characters that are newer than the Unicode tables of this Python.
"""

LATIN = rf"[^\W_{HAN}]"
"""A letter or digit other than Han."""

HAN_CHARACTER = lazy_pattern(f"[{HAN}]")
HAN_RUN = lazy_pattern(f"[{HAN}]+")

# Possessive, so that the mark is all of `++` or nothing: `c++11` is `c` and `11`, never `c+`.
MARKS = rf"[+#]++(?!{LATIN})"
"""The marks that belong to the letters or digits before them."""

UNIT = lazy_pattern(rf"[{HAN}]|{LATIN}+(?:{MARKS})?")

EMOJI = "\u2600-\u27bf\u2b50-\u2b55\U0001f000-\U0001f3fa\U0001f400-\U0001faff"
"""Emoji and dingbats (without skin tone modifiers) for a character class. They are words, but not units."""

VALUE_UNIT = lazy_pattern(rf"{UNIT.pattern}|[{EMOJI}]")
"""A unit of a category, tag or author: a unit or an emoji."""

BREAKS = "。、,;:!?—" + "()[]{}<>【】〔〕〖〗〘〙〚〛" + '《》〈〉「」『』"“”„‟〝〞〟' + "|"
"""The breaks in folded text: punctuation of sentences, brackets, title marks, quotation marks, and bars of tables.

No word continues across a break. A dot is a break only before a space or two more dots. An apostrophe is part of a word.
"""

BREAK = lazy_pattern(rf"[{re.escape(BREAKS)}]|\.(?= |\.\.)")


def units(folded: str) -> list[str]:
    """Return the units of a folded text: Han characters, and runs of letters and digits with a ``+`` or ``#`` at their end."""
    return UNIT.findall(folded)


def value_units(folded: str) -> list[str]:
    """Return the units of the folded name of a category, tag or author, emoji included."""
    return VALUE_UNIT.findall(folded)


def units_with_breaks(folded: str) -> list[tuple[str, bool]]:
    """Return the units of a folded text, each with a flag: whether a break separates it from the previous unit."""
    result: list[tuple[str, bool]] = []
    for part in BREAK.split(folded):
        own = UNIT.findall(part)
        result += [(unit, number == 0 and bool(result)) for number, unit in enumerate(own)]
    return result


def is_han(unit: str) -> bool:
    """Return whether the unit is a Han character."""
    return HAN_CHARACTER.fullmatch(unit) is not None


@dataclass(frozen=True, slots=True)
class HighlightTerm:
    """Adjacent units to highlight.

    With ``loose``, they can also be a part of a longer unit that ends between letters and digits (``iphone`` in
    ``iphone13``), or a word of an identifier (``element`` in ``getElementById``). With ``prefix``, the last is a prefix of a
    unit. With ``unbroken``, no break is between the units. With ``whole``, they are not a part of a longer number.
    """

    units: tuple[str, ...]
    loose: bool = False
    prefix: bool = False
    unbroken: bool = False
    whole: bool = False

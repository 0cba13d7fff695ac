"""Fold text: normalize it to the form in which it is indexed and compared.

To add a step, write a function and add it to ``FOLDS``. Long texts, offsets and the record of the analysis follow this list.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from searchlib.analysis.text_fold import TextFold
from searchlib.analysis.units import is_han
from searchlib.analysis.variants import variants
from searchlib.analysis.word_forms import replace_in_codes, replace_word_forms

if TYPE_CHECKING:
    import opencc


def nfkc(text: str) -> str:
    """Return the Unicode compatibility form: full-width letters become half-width, ligatures become letters."""
    return unicodedata.normalize("NFKC", text)


def casefold(text: str) -> str:
    """Apply Unicode full case folding."""
    return text.casefold()


def remove_invisible(text: str) -> str:
    """Remove characters without a glyph of their own: soft hyphens, zero-width characters, variation selectors."""
    return text if text.isascii() else text.translate(_WITHOUT_INVISIBLE)


def remove_accents(text: str) -> str:
    """Remove the accents of Latin letters, and combining accents that belong to no other letter."""
    return text if text.isascii() else text.translate(_WITHOUT_ACCENTS)


def simplify(text: str) -> str:
    """Replace each traditional or variant character by one form, with OpenCC's table and our own."""
    return text if text.isascii() else text.translate(_SIMPLIFIED)


FOLDS: tuple[Callable[[str], str], ...] = (nfkc, casefold, remove_invisible, remove_accents, simplify)
"""The steps of the fold, in order, for articles and queries alike. Variant forms of words follow.

Each step maps every character independently; only ``nfkc`` also composes adjacent characters. Indexes record the names of the
steps.
"""

_FOLD = TextFold(FOLDS, replace_word_forms, replace_in_codes)
fold = _FOLD.fold
fold_all = _FOLD.fold_all
fold_codes = _FOLD.codes
finish_fold = _FOLD.finish
finish_codes = _FOLD.finish_codes
fold_with_offsets = _FOLD.fold_with_offsets
fold_part = _FOLD.fold_part


class _CharacterTable(dict[int, int | str]):
    """The table of a step, filled with the characters that occur."""

    def __init__(self, step: Callable[[str], str]) -> None:
        self._step = step

    def __missing__(self, code: int) -> int | str:
        self[code] = self._step(chr(code))
        return self[code]


def _visible(char: str) -> str:
    is_selector = "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"
    return "" if is_selector or unicodedata.category(char) == "Cf" else char


def _without_accent(char: str) -> str:
    if char in _COMBINING_ACCENTS:
        return ""
    decomposed = unicodedata.normalize("NFD", char)
    if len(decomposed) > 1 and "a" <= decomposed[0] <= "z":
        return decomposed[0]
    return _UNDECOMPOSED.get(char, char)


def _simplified(char: str) -> str:
    variant = variants().characters.get(ord(char))
    if variant is not None:
        return chr(variant)
    simplified = _converter().convert(char) if is_han(char) else char
    return simplified if len(simplified) == 1 else char


_COMBINING_ACCENTS = frozenset(map(chr, range(0x300, 0x370)))

_UNDECOMPOSED = {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i"}
"""Letters with a stroke or without a dot, which Unicode does not decompose into a letter and an accent."""

_WITHOUT_INVISIBLE = _CharacterTable(_visible)
_WITHOUT_ACCENTS = _CharacterTable(_without_accent)
_SIMPLIFIED = _CharacterTable(_simplified)


def opencc_version() -> str:
    """Return the version of OpenCC, which identifies its character table."""
    import opencc

    return str(opencc.__version__)


@cache
def _converter() -> opencc.OpenCC:
    import opencc

    return opencc.OpenCC("t2s")

"""Fold text: bring it into the form in which it is indexed and compared.

To add a step, write a function and add it to ``FOLDS``. Long texts, offsets and the record of the analysis follow this list.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from searchlib.analysis.text_fold import TextFold
from searchlib.analysis.units import is_han

if TYPE_CHECKING:
    import opencc


def nfkc(text: str) -> str:
    """Return the Unicode compatibility form: full-width letters become half-width, ligatures become letters."""
    return unicodedata.normalize("NFKC", text)


def casefold(text: str) -> str:
    """Apply Unicode full case folding."""
    return text.casefold()


def simplify(text: str) -> str:
    """Replace traditional characters by simplified ones, one by one, with OpenCC's character table."""
    return text.translate(_SIMPLIFIED)


FOLDS: tuple[Callable[[str], str], ...] = (nfkc, casefold, simplify)
"""The steps of the fold, in order, for articles and queries alike.

Each step maps every character independently; only ``nfkc`` also composes adjacent characters. Indexes record the names of the
steps.
"""

_FOLD = TextFold(FOLDS)
fold = _FOLD.fold
fold_all = _FOLD.fold_all
fold_codes = _FOLD.codes
fold_with_offsets = _FOLD.fold_with_offsets


class _Simplified(dict[int, int]):
    """OpenCC's character table, filled with the characters that occur."""

    def __missing__(self, code: int) -> int:
        char = chr(code)
        simplified = _converter().convert(char) if is_han(char) else char
        self[code] = ord(simplified) if len(simplified) == 1 else code
        return self[code]


_SIMPLIFIED = _Simplified()


def opencc_version() -> str:
    """Return the version of OpenCC, which is also that of its character table."""
    import opencc

    return str(opencc.__version__)


@cache
def _converter() -> opencc.OpenCC:
    import opencc

    return opencc.OpenCC("t2s")

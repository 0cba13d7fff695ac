"""Fold text to the form in which it is compared, with a way back to the original."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from searchlib.analysis.characters import is_han
from searchlib.analysis.fold_table import FoldTable

if TYPE_CHECKING:
    import opencc

_LONG = 100
"""Characters from which on the table is worth its overhead."""

_CONTINUES_JAMO = range(0x1160, 0x1200)
# Characters that Unicode normalises one by one, whatever stands beside them: no marks, no Hangul, no half-width voiced marks.
_ALONE = re.compile(
    "[\x00-\u02ff\u0370-\u0482\u048a-\u058f\u2000-\u20cf\u2100-\u2cee\u2cf2-\u2d7e\u2d80-\u2ddf\u2e00-\u3029\u3030-\u3098"
    "\u309b-\u3130\u3190-\ua4cf\uf900-\ufaff\ufe10-\ufe1f\ufe30-\uff9d\uffe0-\uffff\U0001d400-\U0001d7ff\U0001f000-\U0003fffd]"
)


@dataclass(frozen=True, slots=True)
class FoldedText:
    """A folded text; character ``i`` came from ``original[starts[i]:ends[i]]``."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span in the original text that ``text[start:end]`` came from."""
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else (self.ends[-1] if self.ends else 0)
            return at, at
        return self.starts[start], self.ends[end - 1]


def nfkc(text: str) -> str:
    """Unicode compatibility form: full-width letters become half-width, ligatures come apart."""
    return unicodedata.normalize("NFKC", text)


def casefold(text: str) -> str:
    """Unicode full case folding."""
    return text.casefold()


def simplify(text: str) -> str:
    """Traditional characters to simplified, one by one, by OpenCC's character table."""
    return text.translate(_SIMPLIFIED)


FOLDS: tuple[Callable[[str], str], ...] = (nfkc, casefold, simplify)
"""The steps of the fold, in order; it is applied once, to articles and queries alike."""


def fold(text: str) -> str:
    """The form of a text in which it is indexed and compared."""
    folded = fold_table().fold(text) if len(text) >= _LONG else None
    return _fold_by_steps(text) if folded is None else folded


def fold_all(texts: Sequence[str]) -> list[str]:
    """The same of many texts, in less than half the time that they take one by one."""
    found = fold_table().fold_all(texts)
    return [_fold_by_steps(text) if folded is None else folded for text, folded in zip(texts, found, strict=True)]


def _fold_by_steps(text: str) -> str:
    for step in FOLDS:
        text = step(text)
    return text


@cache
def fold_table() -> FoldTable:
    """The fold as a table, for long texts; filled as characters occur."""
    return FoldTable(_fold_by_steps, is_alone)


def is_alone(char: str) -> bool:
    """Whether the character folds to the same, whatever stands beside it."""
    return _ALONE.fullmatch(char) is not None


def fold_with_offsets(text: str) -> FoldedText:
    """Like ``fold``, with the way back from every folded character to the original."""
    odd = "".join(char for char in set(text) if not folds_alone(char))
    if not odd:
        return FoldedText(fold(text), range(len(text)), range(1, len(text) + 1))
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    plain = 0
    # The character before an odd one may melt into it; all that is between such stretches folds one to one.
    for stretch in re.finditer(f".?[{re.escape(odd)}]+", text, re.DOTALL):
        begin, finish = stretch.span()
        pieces.append(fold(text[plain:begin]))
        starts.extend(range(plain, begin))
        ends.extend(range(plain + 1, begin + 1))
        bounds = [at for at in range(begin, finish) if at == begin or not _continues(text[at])]
        for start, end in zip(bounds, [*bounds[1:], finish], strict=True):
            piece = fold(text[start:end])
            pieces.append(piece)
            starts.extend([start] * len(piece))
            ends.extend([end] * len(piece))
        plain = finish
    pieces.append(fold(text[plain:]))
    starts.extend(range(plain, len(text)))
    ends.extend(range(plain + 1, len(text) + 1))
    return FoldedText("".join(pieces), starts, ends)


@lru_cache(maxsize=65536)
def folds_alone(char: str) -> bool:
    """Whether the character folds to one character, whatever stands beside it."""
    return is_alone(char) and len(fold(char)) == 1


@lru_cache(maxsize=4096)
def _continues(char: str) -> bool:
    """Whether the character can melt into the one before it: a mark, or the second half of a Hangul syllable."""
    first = unicodedata.normalize("NFKD", char)[0]
    return unicodedata.category(first)[0] == "M" or ord(first) in _CONTINUES_JAMO


class _Simplified(dict[int, int]):
    """OpenCC's character table, asked once for each character that occurs."""

    def __missing__(self, code: int) -> int:
        char = chr(code)
        simplified = _converter().convert(char) if is_han(char) else char
        self[code] = ord(simplified) if len(simplified) == 1 else code
        return self[code]


_SIMPLIFIED = _Simplified()


def opencc_version() -> str:
    """The version of OpenCC, and with it of its character table."""
    import opencc

    return str(opencc.__version__)


@cache
def _converter() -> opencc.OpenCC:
    import opencc

    return opencc.OpenCC("t2s")

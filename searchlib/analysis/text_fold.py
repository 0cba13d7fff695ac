"""Apply the steps of a fold to texts: with a table for long texts, and with offsets into the original text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from searchlib.analysis.code_points import CodePoints
from searchlib.analysis.fold_table import FoldTable
from searchlib.common.lazy_pattern import lazy_pattern

_MIN_TABLE_LENGTH = 100
"""The length of a text from which the table is faster than the steps."""

_CONTEXT_FREE = lazy_pattern(
    "[\x00-\u02ff\u0370-\u0482\u048a-\u058f\u2000-\u20cf\u2100-\u2cee\u2cf2-\u2d7e\u2d80-\u2ddf\u2e00-\u3029\u3030-\u3098"
    "\u309b-\u3130\u3190-\ua4cf\uf900-\ufaff\ufe10-\ufe1f\ufe30-\uff9d\uffe0-\uffff\U0001d400-\U0001d7ff\U0001f000-\U0003fffd]"
)
"""Characters that NFKC maps independently of adjacent characters: no marks, no Hangul, no half-width voiced marks."""

_HANGUL_VOWELS_AND_FINALS = range(0x1160, 0x1200)

_PLANES_WITH_LETTERS_END = 0x20000
"""The end of the planes that are examined. Later planes contain only marks, and ideographs, which do not compose; examining them
takes a tenth of a second."""


@dataclass(frozen=True, slots=True)
class FoldedText:
    """A folded text. Its character ``i`` comes from ``original[starts[i]:ends[i]]``."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original text that ``text[start:end]`` comes from."""
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else (self.ends[-1] if self.ends else 0)
            return at, at
        return self.starts[start], self.ends[end - 1]


class TextFold:
    """A fold that applies ``steps`` in order. The steps must map each ``_CONTEXT_FREE`` character independently.

    ``finish`` then replaces characters of the folded text one by one, depending on adjacent ones. ``finish_codes`` does the
    same in the code points of a text.
    """

    def __init__(
        self,
        steps: Sequence[Callable[[str], str]],
        finish: Callable[[str], str] = lambda text: text,
        finish_codes: Callable[[CodePoints], None] = lambda _: None,
    ) -> None:
        self._steps = steps
        self.finish = finish
        self.finish_codes = finish_codes
        self._is_one_to_one = lru_cache(maxsize=1 << 16)(self._folds_to_one)

    @cached_property
    def _table(self) -> FoldTable:
        return FoldTable(self._apply_steps, is_context_free, self.finish_codes)

    def _apply_steps(self, text: str) -> str:
        for step in self._steps:
            text = step(text)
        return text

    def fold(self, text: str) -> str:
        """Return the folded text."""
        folded = self._table.fold(text) if len(text) >= _MIN_TABLE_LENGTH else None
        return self._fold_lines(text) if folded is None else folded

    def fold_all(self, texts: Sequence[str]) -> list[str]:
        """Return the folded texts. This takes less than half the time of separate calls."""
        by_table = self._table.fold_all(texts)
        return [
            self._fold_lines(text) if folded is None else folded for text, folded in zip(texts, by_table, strict=True)
        ]

    def _fold_lines(self, text: str) -> str:
        """Fold a text that the table cannot fold as a whole: with the steps only the lines in which characters compose."""
        lines = text.split("\n")
        if len(lines) == 1:
            return self.finish(self._apply_steps(text))
        return "\n".join(
            self.finish(self._apply_steps(line)) if folded is None else folded
            for line, folded in zip(lines, self._table.fold_all(lines), strict=True)
        )

    def codes(self, text: str) -> CodePoints:
        """Return the code point that each character folds to, uint32[characters]; ``CODE_POINT_COUNT`` or more for none or
        several.

        The result is not finished.
        """
        return self._table.codes(text)

    def fold_with_offsets(self, text: str) -> FoldedText:
        """Return the folded text, with the span in the original text for each character."""
        folded = self.fold_part(text)
        return FoldedText(self.finish(folded.text), folded.starts, folded.ends)

    def fold_part(self, text: str) -> FoldedText:
        """Return the result of ``fold_with_offsets`` before ``finish``, which depends on the text around this part."""
        is_one_to_one = self._is_one_to_one
        others = "".join([char for char in set(text) if not is_one_to_one(char)])
        if not others:
            return FoldedText(self._apply_steps(text), range(len(text)), range(1, len(text) + 1))
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        at = 0
        # NFKC can compose the character before such a run with it. Between these runs the fold is one to one.
        for run in re.finditer(f".?[{re.escape(others)}]+", text, re.DOTALL):
            begin, finish = run.span()
            pieces.append(self._apply_steps(text[at:begin]))
            starts.extend(range(at, begin))
            ends.extend(range(at + 1, begin + 1))
            bounds = [index for index in range(begin, finish) if index == begin or not _composes_backwards(text[index])]
            for start, end in zip(bounds, [*bounds[1:], finish], strict=True):
                piece = self._apply_steps(text[start:end])
                pieces.append(piece)
                starts.extend([start] * len(piece))
                ends.extend([end] * len(piece))
            at = finish
        pieces.append(self._apply_steps(text[at:]))
        starts.extend(range(at, len(text)))
        ends.extend(range(at + 1, len(text) + 1))
        return FoldedText("".join(pieces), starts, ends)

    def _folds_to_one(self, char: str) -> bool:
        """Return whether the character folds to one character, independent of adjacent characters."""
        return is_context_free(char) and len(self._apply_steps(char)) == 1


def is_context_free(char: str) -> bool:
    """Return whether NFKC maps a character independently of adjacent characters."""
    return _CONTEXT_FREE.fullmatch(char) is not None


@lru_cache(maxsize=4096)
def _composes_backwards(char: str) -> bool:
    """Return whether NFKC can compose the character with the one before it."""
    if is_context_free(char):
        return False
    first = unicodedata.normalize("NFKD", char)[0]
    return (
        unicodedata.category(first)[0] == "M"
        or ord(first) in _HANGUL_VOWELS_AND_FINALS
        or first in _composing_letters()
    )


@cache
def _composing_letters() -> frozenset[str]:
    """Return the characters that are not marks but compose with the one before them: vowels of Kirat Rai, since Unicode 16."""
    decompositions = map(unicodedata.decomposition, map(chr, range(_PLANES_WITH_LETTERS_END)))
    pairs = [each.split() for each in decompositions if each and each[0] != "<"]
    seconds = {chr(int(pair[1], 16)) for pair in pairs if len(pair) == 2}
    return frozenset(char for char in seconds if unicodedata.category(char)[0] != "M")

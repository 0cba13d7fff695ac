"""Find the values of a field that contain some units in a row."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from searchlib.analysis.fold import fold_all
from searchlib.analysis.units import value_units
from searchlib.query.plan import PhraseClause

_CHECK_INTERVAL = 1000
"""The number of values between two checks of the deadline."""

_START_BYTES = 32
"""Bytes of the start of a value in a list."""


@dataclass(frozen=True, slots=True)
class ValueUnits:
    """The units of all values of a field as one ``text``, which is searched as a whole.

    A value is a line: its units, with a space before each and after the last. ``starts`` has the start of each line, and the
    end of the last one.
    """

    text: str
    starts: Sequence[int]

    @classmethod
    def of(cls, values: Sequence[str], check: Callable[[], None]) -> ValueUnits:
        """Return the units of values. ``check`` is called every _CHECK_INTERVAL values."""
        lines: list[str] = []
        for at in range(0, len(values), _CHECK_INTERVAL):
            check()
            lines += [f" {' '.join(value_units(folded))} \n" for folded in fold_all(values[at : at + _CHECK_INTERVAL])]
        return cls("".join(lines), [0, *accumulate(map(len, lines))])

    @property
    def nbytes(self) -> int:
        """The approximate size in bytes."""
        return 2 * len(self.text) + _START_BYTES * len(self.starts)

    def containing(self, phrase: PhraseClause) -> Iterator[int]:
        """Yield the numbers of the values that contain the phrase, ascending."""
        pattern = f" {' '.join(phrase.units)}" + ("" if phrase.prefix else " ")
        at = self.text.find(pattern)
        while at >= 0:
            number = bisect_right(self.starts, at) - 1
            yield number
            at = self.text.find(pattern, self.starts[number + 1])

"""Keep the least and the greatest length of each term's field, where the articles themselves are not written."""

from __future__ import annotations

from array import array

import numpy as np

from searchlib.engines.whoosh.format.arrays import ArrayFile, ArrayWriter

_FACT = "bounded"


class LengthBoundsWriter:
    """Gathers the lengths that come with the postings of the terms of a field."""

    def __init__(self) -> None:
        self._least = array("Q")
        self._greatest = array("Q")
        self._is_new = True

    def start_term(self) -> None:
        """Begin with the next term."""
        self._is_new = True

    def add(self, length: int | None) -> None:
        """Add the length of a posting of the term, if it is known."""
        if self._is_new:
            self._least.append(0)
            self._greatest.append(0)
            self._is_new = False
        if length:
            self._least[-1] = min(self._least[-1] or length, length)
            self._greatest[-1] = max(self._greatest[-1], length)

    def write(self, file: ArrayWriter, field: str) -> dict[str, bool]:
        """Write all of them; what a reader must know of the field is returned."""
        file.write(f"{field}.least", np.array(self._least, np.uint64))
        file.write(f"{field}.greatest", np.array(self._greatest, np.uint64))
        return {_FACT: True}


def length_bounds(file: ArrayFile, field: str, number: int) -> tuple[int, int] | None:
    """The least and the greatest length of a term of a field; None where the lengths of articles tell them."""
    if not file.metadata["fields"][field].get(_FACT):
        return None
    return int(file.array(f"{field}.least")[number]), int(file.array(f"{field}.greatest")[number])

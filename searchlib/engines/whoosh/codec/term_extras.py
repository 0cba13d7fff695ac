"""Store the data of a term besides its posting list: extra bytes, and the bounds of the lengths of its field."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from typing import Any

import numpy as np

from searchlib.engines.whoosh.codec.spool import Spool
from searchlib.engines.whoosh.format.arrays import ArrayFile, ArrayWriter
from searchlib.engines.whoosh.format.integers import Integers
from searchlib.engines.whoosh.format.lengths import Lengths

_HAS_EXTRAS = "extras"
_HAS_LENGTH_BOUNDS = "bounded"


def write_extras(file: ArrayWriter, field: str, extras: Spool, lengths: Integers) -> dict[str, Any]:
    """Write the extra bytes of terms, ``lengths`` int64[terms] of them, unless all are empty; return the field's metadata."""
    if not lengths.any():
        return {}
    extras.write(file, f"{field}.extras", ends=False)
    Lengths.of(lengths).write(file, f"{field}.extra_lengths")
    return {_HAS_EXTRAS: True}


class Extras:
    """The extra bytes of the terms of a field. Most fields have none."""

    def __init__(self, file: ArrayFile, field: str, metadata: Mapping[str, Any]) -> None:
        has_extras = bool(metadata.get(_HAS_EXTRAS))
        self._lengths = Lengths.read(file, f"{field}.extra_lengths") if has_extras else None
        self._bytes = file.array(f"{field}.extras") if has_extras else np.empty(0, np.uint8)

    def of(self, number: int) -> bytes:
        """Return the extra bytes of a term."""
        if self._lengths is None:
            return b""
        begin, end = self._lengths.bounds(number)
        return self._bytes[begin:end].tobytes()


class LengthBoundsWriter:
    """Gathers the least and greatest length of a field for each term, for a segment without articles."""

    def __init__(self) -> None:
        self._least = array("Q")
        self._greatest = array("Q")
        self._is_new = True

    def start_term(self) -> None:
        """Start the next term."""
        self._is_new = True

    def add(self, length: int | None) -> None:
        """Add the length that comes with a posting of the term, if it is known."""
        if self._is_new:
            self._least.append(0)
            self._greatest.append(0)
            self._is_new = False
        if length:
            self._least[-1] = min(self._least[-1] or length, length)
            self._greatest[-1] = max(self._greatest[-1], length)

    def write(self, file: ArrayWriter, field: str) -> dict[str, Any]:
        """Write the bounds, and return metadata for the field."""
        file.write(f"{field}.least", np.array(self._least, np.uint64))
        file.write(f"{field}.greatest", np.array(self._greatest, np.uint64))
        return {_HAS_LENGTH_BOUNDS: True}


def length_bounds(file: ArrayFile, field: str, number: int) -> tuple[int, int] | None:
    """Return the stored least and greatest length of a term, or None if the segment does not store them."""
    if not file.metadata["fields"][field].get(_HAS_LENGTH_BOUNDS):
        return None
    return int(file.array(f"{field}.least")[number]), int(file.array(f"{field}.greatest")[number])

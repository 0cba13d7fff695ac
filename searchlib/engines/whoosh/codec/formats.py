"""The forms in which the fields of this project give their postings to Whoosh."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

from whoosh import formats


class Frequencies(formats.Frequency):  # type: ignore[misc]  # Whoosh has no types
    """How often an article holds a term: a whole number, whatever its size."""


class PositionArrays(formats.Positions):  # type: ignore[misc]  # Whoosh has no types
    """Ascending positions as unsigned 32-bit integers, which a segment keeps as places; Whoosh's own form is a pickle.

    The places of an article begin at a multiple of ``1 << slot_bits``.
    """

    def __init__(self, stride_bits: int = 7) -> None:
        super().__init__()
        self.stride_bits = stride_bits

    def encode(self, positions: Iterable[int]) -> bytes:
        return array("I", positions).tobytes()

    def decode_positions(self, value: bytes) -> list[int]:
        return array("I", value).tolist()

    def decode_frequency(self, value: bytes) -> int:
        return len(value) // array("I").itemsize

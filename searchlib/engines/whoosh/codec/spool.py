"""Gather the bytes of one article after the other, on disk if there are many."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO

import numpy as np

from searchlib.engines.whoosh.format.arrays import ArrayWriter
from searchlib.engines.whoosh.format.integers import Bytes

_MAX_MEMORY = 1 << 24
"""Bytes that are held in memory."""

_READ_BYTES = 1 << 20


class Spool:
    """Pieces of bytes, one for each article or term."""

    def __init__(self) -> None:
        self._ends = array("Q")
        self._last = bytearray()
        self._file: IO[bytes] | None = None
        self._size = 0

    def add(self, piece: bytes) -> None:
        """Add the next piece."""
        self._last += piece
        self._size += len(piece)
        self._ends.append(self._size)
        if len(self._last) > _MAX_MEMORY:
            if self._file is None:
                self._file = TemporaryFile()  # noqa: SIM115 - ``write`` closes it
            self._file.write(self._last)
            self._last.clear()

    def fill(self, count: int) -> None:
        """Add empty pieces up to a number of pieces."""
        self._ends.extend(array("Q", [self._size]) * (count - len(self._ends)))

    def write(self, file: ArrayWriter, name: str, *, ends: bool = True) -> None:
        """Write the array ``name`` with all bytes and, on request, ``name.ends`` with the end of each piece. Call this once."""
        if ends:
            file.write(f"{name}.ends", np.array(self._ends, np.uint64))
        file.write_chunks(name, np.dtype(np.uint8), self._chunks())

    def _chunks(self) -> Iterator[Bytes]:
        if self._file is not None:
            with self._file as file:
                file.seek(0)
                while chunk := file.read(_READ_BYTES):
                    yield np.frombuffer(chunk, np.uint8)
        yield np.frombuffer(self._last, np.uint8)

"""Gather bytes for one article after the other, on disk where they are many."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO

import numpy as np

from searchlib.engines.whoosh.format.arrays import ArrayWriter
from searchlib.engines.whoosh.format.integers import Bytes

_MOST_BYTES = 1 << 24
_PIECE = 1 << 20


class Spool:
    """Pieces of bytes, written as two arrays: the pieces, and the end of each; or as one array without the ends."""

    def __init__(self) -> None:
        self._ends = array("Q")
        self._last = bytearray()
        self._file: IO[bytes] | None = None
        self._size = 0

    def add(self, piece: bytes) -> None:
        """Add the bytes of the next article."""
        self._last += piece
        self._size += len(piece)
        self._ends.append(self._size)
        if len(self._last) > _MOST_BYTES:
            if self._file is None:
                self._file = TemporaryFile()  # noqa: SIM115 - closed when all is written
            self._file.write(self._last)
            self._last.clear()

    def fill(self, articles: int) -> None:
        """Add nothing for each of the next articles, up to so many in all."""
        self._ends.extend(array("Q", [self._size]) * (articles - len(self._ends)))

    def write(self, file: ArrayWriter, name: str, *, ends: bool = True) -> None:
        """Write the arrays into a file; nothing can be added any more."""
        if ends:
            file.write(f"{name}.ends", np.array(self._ends, np.uint64))
        file.write_chunks(name, np.dtype(np.uint8), self._pieces())

    def _pieces(self) -> Iterator[Bytes]:
        if self._file is not None:
            with self._file as file:
                file.seek(0)
                while piece := file.read(_PIECE):
                    yield np.frombuffer(piece, np.uint8)
        yield np.frombuffer(self._last, np.uint8)

"""Hold named arrays in one file, read through mmap."""

from __future__ import annotations

import json
import mmap
import os
import weakref
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from searchlib.errors import IndexDamagedError, SearchlibError

Array = NDArray[Any]

MAGIC = b"searchlib arrays\n"
_ALIGNMENT = 8
_MOST_READ = 1 << 30
_TYPES = {name: f"<{name}" for name in ("u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f4", "f8")}
_NAMES = {np.dtype(form): name for name, form in _TYPES.items()}


class ArrayWriter:
    """Writes a file of arrays, one after the other::

        magic | arrays, each at a multiple of 8 bytes | directory, JSON | bytes of the directory, u8 | magic

    The directory maps the name of each array to ``[type, length, offset]``; ``facts`` is what else a reader must know.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._directory: dict[str, tuple[str, int, int]] = {}
        self.facts: dict[str, Any] = {}
        self._at = self._file.write(MAGIC)

    def write(self, name: str, array: Array) -> None:
        """Write a whole array; its type must be an integer's of 1, 2, 4 or 8 bytes, or f4 or f8."""
        self.write_pieces(name, array.dtype, [array])

    def write_pieces(self, name: str, dtype: np.dtype[Any], pieces: Iterable[Array]) -> None:
        """Write an array that comes in pieces; nothing else can be written meanwhile."""
        if name in self._directory:
            raise ValueError(f"there is an array {name!r} already")
        self._at += self._file.write(b"\0" * (-self._at % _ALIGNMENT))
        begin = self._at
        for piece in pieces:
            self._at += self._file.write(np.ascontiguousarray(piece, dtype.newbyteorder("<")).data)
        self._directory[name] = (_NAMES[dtype.newbyteorder("<")], (self._at - begin) // dtype.itemsize, begin)

    def close(self) -> None:
        """Write the directory, and end the file."""
        directory = json.dumps({"arrays": self._directory, "facts": self.facts}).encode()
        self._file.write(directory + len(directory).to_bytes(8, "little") + MAGIC)
        self._file.close()


def narrow(numbers: Array) -> Array:
    """These unsigned numbers in the smallest type that holds them all."""
    return numbers.astype(np.min_scalar_type(numbers.max(initial=0)))


class ArrayFile:
    """The arrays of a file, each a read-only view of the file itself."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        except FileNotFoundError as error:
            raise IndexDamagedError(f"{path}: the file is missing: build the index again") from error
        except OSError as error:
            raise SearchlibError(f"{path}: this file of the index cannot be opened: {error.strerror}") from error
        # Whoever forgets to close an index gives back its files all the same.
        self._close = weakref.finalize(self, os.close, descriptor)
        self._descriptor = descriptor
        try:
            self._bytes: mmap.mmap | None = mmap.mmap(descriptor, os.fstat(descriptor).st_size, access=mmap.ACCESS_READ)
            self._directory, self.facts = _read_directory(self._bytes)
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise IndexDamagedError(f"{path}: this cannot be read ({error}): build the index again") from error

    def __contains__(self, name: str) -> bool:
        return name in self._directory

    def array(self, name: str) -> Array:
        """The array of that name.

        Raises:
            IndexDamagedError: the file does not hold it.
        """
        assert self._bytes is not None, "the file was given back"
        return np.frombuffer(self._bytes, *self._entry(name))

    def piece(self, name: str, first: int, end: int) -> Array:
        """A part of an array, read into memory of its own: what is read once should not stay mapped."""
        dtype, length, offset = self._entry(name)
        first, end = min(first, length), min(end, length)
        if not hasattr(os, "pread"):
            return self.array(name)[first:end].copy()
        begin, finish = offset + first * dtype.itemsize, offset + end * dtype.itemsize
        pieces: list[bytes] = []
        while begin < finish:
            # No system reads more than two gigabytes at once.
            pieces.append(os.pread(self._descriptor, min(finish - begin, _MOST_READ), begin))
            if not pieces[-1]:
                raise IndexDamagedError(f"{self.path}: the file has become shorter: build the index again")
            begin += len(pieces[-1])
        return np.frombuffer(pieces[0] if len(pieces) == 1 else b"".join(pieces), dtype)

    def _entry(self, name: str) -> tuple[np.dtype[Any], int, int]:
        try:
            return self._directory[name]
        except KeyError:
            raise IndexDamagedError(f"{self.path}: the array {name!r} is missing: build the index again") from None

    def close(self) -> None:
        """Give back the file; arrays that are still in use keep it mapped."""
        self._close()
        held, self._bytes = self._bytes, None
        if held is not None:
            # Views of it go with whoever holds them, and the mapping with the last of them.
            with suppress(BufferError):
                held.close()


def _read_directory(data: mmap.mmap) -> tuple[Mapping[str, tuple[np.dtype[Any], int, int]], Mapping[str, Any]]:
    end = len(data) - len(MAGIC) - 8
    if data[: len(MAGIC)] != MAGIC or data[end + 8 :] != MAGIC:
        raise ValueError("it is no file of arrays, or its end is missing")
    begin = end - int.from_bytes(data[end : end + 8], "little")
    if begin < len(MAGIC):
        raise ValueError("its directory is damaged")
    read = json.loads(data[begin:end])
    directory = {}
    for name, (form, length, offset) in read["arrays"].items():
        dtype = np.dtype(_TYPES[form])
        if not (isinstance(length, int) and isinstance(offset, int)):
            raise ValueError(f"the array {name!r} lies nowhere")
        if length < 0 or not len(MAGIC) <= offset <= begin - length * dtype.itemsize:
            raise ValueError(f"the array {name!r} lies outside of it")
        directory[name] = (dtype, length, offset)
    return directory, read["facts"]

"""Keep named arrays in one file, which is read through mmap."""

from __future__ import annotations

import json
import mmap
import os
import weakref
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from searchlib.errors import SearchlibError, index_damaged

Array = NDArray[Any]

MAGIC = b"searchlib arrays\n"
_ALIGNMENT = 8
_MAX_READ = 1 << 30
"""Bytes that one system call reads: no system reads more than two gigabytes at once."""

_STORED_DTYPES = {name: f"<{name}" for name in ("u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f4", "f8")}
_DTYPE_NAMES = {np.dtype(dtype): name for name, dtype in _STORED_DTYPES.items()}


class ArrayWriter:
    """Writes a file of arrays::

        magic | arrays, each at a multiple of 8 bytes | directory, JSON | size of the directory in bytes, u8 | magic

    The directory maps the name of each array to ``[dtype, length, offset]``, and holds ``metadata``, any JSON object.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._directory: dict[str, tuple[str, int, int]] = {}
        self.metadata: dict[str, Any] = {}
        self._offset = self._file.write(MAGIC)

    def write(self, name: str, array: Array) -> None:
        """Write an array; its dtype must be an integer of 1, 2, 4 or 8 bytes, f4 or f8."""
        self.write_chunks(name, array.dtype, [array])

    def write_chunks(self, name: str, dtype: np.dtype[Any], chunks: Iterable[Array]) -> None:
        """Write one array from its chunks; nothing else may be written before the last chunk."""
        if name in self._directory:
            raise ValueError(f"the file already has an array {name!r}")
        self._offset += self._file.write(b"\0" * (-self._offset % _ALIGNMENT))
        start = self._offset
        for chunk in chunks:
            self._offset += self._file.write(np.ascontiguousarray(chunk, dtype.newbyteorder("<")).data)
        length = (self._offset - start) // dtype.itemsize
        self._directory[name] = (_DTYPE_NAMES[dtype.newbyteorder("<")], length, start)

    def close(self) -> None:
        """Write the directory, and close the file."""
        directory = json.dumps({"arrays": self._directory, "metadata": self.metadata}).encode()
        self._file.write(directory + len(directory).to_bytes(8, "little") + MAGIC)
        self._file.close()


@contextmanager
def array_writer(path: Path) -> Iterator[ArrayWriter]:
    """Create a file of arrays, which is complete when the block ends without an error."""
    with path.open("wb") as file:
        writer = ArrayWriter(file)
        yield writer
        writer.close()


def narrow(numbers: Array) -> Array:
    """Return unsigned numbers in the smallest dtype that holds all of them."""
    return numbers.astype(np.min_scalar_type(numbers.max(initial=0)))


class ArrayFile:
    """An open file of arrays; each array is a read-only view of the mapped file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        except FileNotFoundError as error:
            raise index_damaged(path, "the file is missing") from error
        except OSError as error:
            raise SearchlibError(f"{path}: this file of the index cannot be opened: {error.strerror}") from error
        # Closes the file of an index that is never closed, too.
        self._close = weakref.finalize(self, os.close, descriptor)
        self._descriptor = descriptor
        try:
            self._mapping: mmap.mmap | None = mmap.mmap(
                descriptor, os.fstat(descriptor).st_size, access=mmap.ACCESS_READ
            )
            self._directory, self.metadata = _read_directory(self._mapping)
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise index_damaged(path, f"the file cannot be read ({error})") from error

    def __contains__(self, name: str) -> bool:
        return name in self._directory

    def array(self, name: str) -> Array:
        """Return the array of that name as a view of the file; raise IndexDamagedError if the file has no such array."""
        assert self._mapping is not None, "the file is closed"
        return np.frombuffer(self._mapping, *self._entry(name))

    def read(self, name: str, first: int, end: int) -> Array:
        """Copy a slice of an array into memory; use it for data that is read once, which should not stay mapped."""
        dtype, length, offset = self._entry(name)
        first, end = min(first, length), min(end, length)
        if not hasattr(os, "pread"):
            return self.array(name)[first:end].copy()
        start, stop = offset + first * dtype.itemsize, offset + end * dtype.itemsize
        chunks: list[bytes] = []
        while start < stop:
            chunks.append(os.pread(self._descriptor, min(stop - start, _MAX_READ), start))
            if not chunks[-1]:
                raise index_damaged(self.path, "the file has become shorter")
            start += len(chunks[-1])
        return np.frombuffer(chunks[0] if len(chunks) == 1 else b"".join(chunks), dtype)

    def _entry(self, name: str) -> tuple[np.dtype[Any], int, int]:
        try:
            return self._directory[name]
        except KeyError:
            raise index_damaged(self.path, f"the array {name!r} is missing") from None

    def close(self) -> None:
        """Close the file; it stays mapped as long as an array of it is in use."""
        self._close()
        mapping, self._mapping = self._mapping, None
        if mapping is not None:
            # An array that is still in use keeps the mapping, which goes with the last of them.
            with suppress(BufferError):
                mapping.close()


def _read_directory(data: mmap.mmap) -> tuple[Mapping[str, tuple[np.dtype[Any], int, int]], Mapping[str, Any]]:
    end = len(data) - len(MAGIC) - 8
    if data[: len(MAGIC)] != MAGIC or data[end + 8 :] != MAGIC:
        raise ValueError("it is not a file of arrays, or its end is missing")
    start = end - int.from_bytes(data[end : end + 8], "little")
    if start < len(MAGIC):
        raise ValueError("its directory is damaged")
    contents = json.loads(data[start:end])
    directory = {}
    for name, (dtype_name, length, offset) in contents["arrays"].items():
        dtype = np.dtype(_STORED_DTYPES[dtype_name])
        if not (isinstance(length, int) and isinstance(offset, int)):
            raise ValueError(f"the array {name!r} has no length or no offset")
        if length < 0 or not len(MAGIC) <= offset <= start - length * dtype.itemsize:
            raise ValueError(f"the array {name!r} lies outside of the file")
        directory[name] = (dtype, length, offset)
    return directory, contents["metadata"]

"""Store named arrays in one file, which is read through mmap. Block checksums are verified before data is returned."""

from __future__ import annotations

import json
import mmap
import os
import struct
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from operator import eq
from pathlib import Path
from typing import Any, BinaryIO
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from searchlib.common.index_files import cannot_be_read, open_index_file
from searchlib.errors import index_damaged

Array = NDArray[Any]

MAGIC = b"searchlib arrays\n"
_ALIGNMENT = 8
_MAX_READ = 1 << 30
"""Maximum bytes of one read call: no system reads more than two gigabytes at once."""

_STORED_DTYPES = {name: f"<{name}" for name in ("u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f4", "f8")}
_DTYPE_NAMES = {np.dtype(dtype): name for name, dtype in _STORED_DTYPES.items()}


BLOCK_BYTES = 4096
"""The bytes that one checksum covers: a page, which is the least that a lookup reads. Its CRC-32 takes about 1.4 µs."""

_TRAILER = struct.Struct("<QQI")
"""The number of blocks, the size of the directory in bytes, and a checksum of these two, the block checksums and the directory."""


class ArrayWriter:
    """Writes a file of arrays::

        magic | arrays, each at a multiple of 8 bytes | CRC-32 of each block before, u4 | directory, JSON | trailer | magic

    The directory maps the name of each array to ``[dtype, length, offset]``, and holds ``metadata``, any JSON object. Blocks
    have 4,096 bytes; the last one may be shorter.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._directory: dict[str, tuple[str, int, int]] = {}
        self.metadata: dict[str, Any] = {}
        self._offset = 0
        self._checksums: list[int] = []
        self._checksum = 0
        self._write(memoryview(MAGIC))

    def write(self, name: str, array: Array) -> None:
        """Write an array; its dtype must be an integer of 1, 2, 4 or 8 bytes, f4 or f8."""
        self.write_chunks(name, array.dtype, [array])

    def write_chunks(self, name: str, dtype: np.dtype[Any], chunks: Iterable[Array]) -> None:
        """Write one array from its chunks; nothing else may be written before the last chunk."""
        if name in self._directory:
            raise ValueError(f"the file already has an array {name!r}")
        self._write(memoryview(b"\0" * (-self._offset % _ALIGNMENT)))
        start = self._offset
        for chunk in chunks:
            self._write(np.ascontiguousarray(chunk, dtype.newbyteorder("<")).view(np.uint8).data)
        length = (self._offset - start) // dtype.itemsize
        self._directory[name] = (_DTYPE_NAMES[dtype.newbyteorder("<")], length, start)

    def _write(self, data: memoryview) -> None:
        self._file.write(data)
        at = 0
        while at < len(data):
            part = data[at : at + BLOCK_BYTES - self._offset % BLOCK_BYTES]
            self._checksum = crc32(part, self._checksum)
            at += len(part)
            self._offset += len(part)
            if self._offset % BLOCK_BYTES == 0:
                self._end_block()

    def _end_block(self) -> None:
        self._checksums.append(self._checksum)
        self._checksum = 0

    def close(self) -> None:
        """Write the checksums and the directory, and close the file."""
        if self._offset % BLOCK_BYTES:
            self._end_block()
        directory = json.dumps({"arrays": self._directory, "metadata": self.metadata}).encode()
        checksums = np.array(self._checksums, "<u4").tobytes()
        counts = (len(self._checksums), len(directory))
        self._file.write(checksums + directory + _TRAILER.pack(*counts, _crc(checksums + directory, *counts)) + MAGIC)
        self._file.close()


def _crc(data: bytes, blocks: int, directory_bytes: int) -> int:
    """Return the checksum of the end of a file."""
    return crc32(_TRAILER.pack(blocks, directory_bytes, 0), crc32(data))


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


class CheckedArray:
    """A large array of a file. Each slice is verified before it is returned; other uses verify the whole array."""

    __slots__ = ("_array", "_offset", "_verify")

    def __init__(self, array: Array, offset: int, verify: Callable[[int, int], None]) -> None:
        self._array = array
        self._offset = offset
        self._verify = verify

    def __len__(self) -> int:
        return len(self._array)

    def __getitem__(self, bounds: slice[int, int, None]) -> Array:
        """Return a slice. Both bounds must be given, and not be negative."""
        size = self._array.itemsize
        self._verify(self._offset + bounds.start * size, self._offset + bounds.stop * size)
        return self._array[bounds]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return np.asarray(self[0 : len(self)], dtype)


class ArrayFile:
    """An open file of arrays; each array is a read-only view of the mapped file.

    Every block is verified before its data is returned for the first time.

    Raises:
        IndexDamagedError: the file is missing or damaged.
        IndexUnavailableError: the system cannot read the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        descriptor = open_index_file(path)
        # Closes the file even if the index is never closed.
        self._close = weakref.finalize(self, os.close, descriptor)
        self._descriptor = descriptor
        try:
            self._mapping: mmap.mmap | None = mmap.mmap(
                descriptor, os.fstat(descriptor).st_size, access=mmap.ACCESS_READ
            )
        except OSError as error:
            raise cannot_be_read(path, error) from error
        except ValueError as error:
            raise index_damaged(path, "the file is empty") from error
        try:
            end = _End.read(self._mapping)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise index_damaged(path, f"the file cannot be read ({error})") from error
        self.metadata = end.metadata
        self._directory = end.directory
        self._checked_bytes = end.checked_bytes
        self._checksums = end.checksums
        self._data = memoryview(self._mapping)
        self._unverified = bytearray(b"\1") * len(end.checksums)

    def __contains__(self, name: str) -> bool:
        return name in self._directory

    def __iter__(self) -> Iterator[str]:
        return iter(self._directory)

    def length(self, name: str) -> int:
        """Return the number of elements of an array."""
        return self._entry(name)[1]

    def array(self, name: str) -> Array:
        """Return the array with this name as a view of the file."""
        dtype, length, offset = self._entry(name)
        self._verify(offset, offset + length * dtype.itemsize)
        return self._view(dtype, length, offset)

    def slices(self, name: str) -> CheckedArray:
        """Return the array with this name for reading slices, which are verified one by one."""
        dtype, length, offset = self._entry(name)
        return CheckedArray(self._view(dtype, length, offset), offset, self._verify)

    def _view(self, dtype: np.dtype[Any], length: int, offset: int) -> Array:
        assert self._mapping is not None, "the file is closed"
        return np.frombuffer(self._mapping, dtype, length, offset)

    def read(self, name: str, first: int, end: int) -> Array:
        """Copy a slice of an array into memory. Use this for data that is read once, so that it does not stay mapped."""
        dtype, length, offset = self._entry(name)
        start, stop = (offset + min(at, length) * dtype.itemsize for at in (first, end))
        if not hasattr(os, "pread"):
            self._verify(start, stop)
            return self._view(dtype, (stop - start) // dtype.itemsize, start).copy()
        # Whole blocks are read, so that their checksums can be verified.
        begin = start - start % BLOCK_BYTES
        data = self._read(begin, min(-(-stop // BLOCK_BYTES) * BLOCK_BYTES, self._checked_bytes))
        self._verify(start, stop, memoryview(data), begin)
        return np.frombuffer(data, dtype, (stop - start) // dtype.itemsize, start - begin)

    def _read(self, start: int, stop: int) -> bytes:
        chunks: list[bytes] = []
        while start < stop:
            try:
                chunks.append(os.pread(self._descriptor, min(stop - start, _MAX_READ), start))
            except OSError as error:
                raise cannot_be_read(self.path, error) from error
            if not chunks[-1]:
                raise index_damaged(self.path, "the file has become shorter")
            start += len(chunks[-1])
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def _verify(self, start: int, stop: int, data: memoryview | None = None, data_start: int = 0) -> None:
        """Verify the blocks that contain the bytes ``start`` to ``stop - 1`` of the file, unless they were verified before.

        ``data`` holds the bytes of the file from ``data_start`` on; without it, the mapped file is read.
        """
        first, end = start // BLOCK_BYTES, -(-stop // BLOCK_BYTES)
        source = self._data if data is None else data
        first = self._unverified.find(1, first, end)
        while first >= 0:
            verified = self._unverified.find(0, first, end)
            last = end if verified < 0 else verified
            blocks = source[
                first * BLOCK_BYTES - data_start : min(last * BLOCK_BYTES, self._checked_bytes) - data_start
            ]
            found = [crc32(blocks[at : at + BLOCK_BYTES]) for at in range(0, len(blocks), BLOCK_BYTES)]
            expected = self._checksums[first:last].tolist()
            if found != expected:
                wrong = first + [*map(eq, found, expected)].index(False)
                raise index_damaged(self.path, f"the file has changed, the checksum of its block {wrong} is wrong")
            self._unverified[first:last] = bytes(last - first)
            first = self._unverified.find(1, last, end)

    def _entry(self, name: str) -> tuple[np.dtype[Any], int, int]:
        try:
            return self._directory[name]
        except KeyError:
            raise index_damaged(self.path, f"the array {name!r} is missing") from None

    def close(self) -> None:
        """Close the file. It stays mapped while one of its arrays is in use."""
        self._close()
        mapping, self._mapping = self._mapping, None
        if mapping is not None:
            self._data.release()
            # Arrays in use keep the mapping; it is released with the last of them.
            with suppress(BufferError):
                mapping.close()


@dataclass(frozen=True, slots=True)
class _End:
    """The end of a file, after its arrays. ``checksums`` cover the first ``checked_bytes`` bytes of the file."""

    directory: Mapping[str, tuple[np.dtype[Any], int, int]]
    metadata: Mapping[str, Any]
    checksums: memoryview
    checked_bytes: int

    @classmethod
    def read(cls, data: mmap.mmap) -> _End:
        """Read the end of a mapped file; raise ValueError, KeyError, TypeError or AttributeError if it is damaged."""
        end = len(data) - len(MAGIC) - _TRAILER.size
        if end < len(MAGIC) or data[: len(MAGIC)] != MAGIC or data[-len(MAGIC) :] != MAGIC:
            raise ValueError("it is not a file of arrays, or its end is missing")
        blocks, directory_bytes, checksum = _TRAILER.unpack(data[end : end + _TRAILER.size])
        middle = end - directory_bytes
        start = middle - 4 * blocks
        if start < len(MAGIC) or blocks != -(-start // BLOCK_BYTES):
            raise ValueError("its directory is damaged")
        if _crc(data[start:end], blocks, directory_bytes) != checksum:
            raise ValueError("the checksum of its directory is wrong")
        contents = json.loads(data[middle:end])
        directory = {}
        for name, (dtype_name, length, offset) in contents["arrays"].items():
            dtype = np.dtype(_STORED_DTYPES[dtype_name])
            if not (isinstance(length, int) and isinstance(offset, int)):
                raise ValueError(f"the array {name!r} has no length or no offset")
            if length < 0 or not len(MAGIC) <= offset <= start - length * dtype.itemsize:
                raise ValueError(f"the array {name!r} lies outside of the file")
            directory[name] = (dtype, length, offset)
        checksums = np.frombuffer(data[start:middle], "<u4").astype(np.uint32).data
        return cls(directory, contents["metadata"], checksums, start)

"""Write and read the columns of Whoosh: numbers as doc values, other columns as Whoosh writes them, without pickles."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Any

import numpy as np
from whoosh import columns
from whoosh.compat import BytesIO
from whoosh.filedb.structfile import StructFile

from searchlib.engines.whoosh.codec.values import pack_value, unpack_value
from searchlib.engines.whoosh.format.arrays import Array

_TYPECODES = dict(zip("i1 u1 i2 u2 i4 u4 i8 u8 f4 f8".split(), "bBhHiIqQfd", strict=True))
"""The type code of ``array`` for each dtype."""

_DTYPES = {code: dtype for dtype, code in _TYPECODES.items()} | {"l": "i4", "L": "u4"}
"""The dtype for each type code of Whoosh's columns, whose numbers have standard sizes."""


class NumberWriter:
    """Gathers a number for each article: the default if none is added."""

    def __init__(self, dtype: str, default: float) -> None:
        self._dtype = dtype
        self._default = default
        self._numbers: array[Any] = array(_TYPECODES[dtype])

    def add(self, docnum: int, number: float) -> None:
        """Set the number of an article, which must not precede the last one."""
        self._fill(docnum)
        del self._numbers[docnum:]
        self._numbers.append(number)

    def finish(self, articles: int) -> Array:
        """Return the numbers of the articles."""
        self._fill(articles)
        return np.frombuffer(self._numbers, f"={self._dtype}")

    def _fill(self, articles: int) -> None:
        self._numbers.extend([self._default] * (articles - len(self._numbers)))


class BlobWriter:
    """Gathers a column of other values than numbers with Whoosh's own writer."""

    def __init__(self, column: Any) -> None:
        self._bytes = BytesIO()
        self._writer = without_pickles(column).writer(StructFile(self._bytes))

    def add(self, docnum: int, value: Any) -> None:
        """Set the value of an article, which must follow the last one."""
        self._writer.add(docnum, value)

    def finish(self, articles: int) -> Array:
        """Return the column of the articles as bytes."""
        self._writer.finish(articles)
        return np.frombuffer(self._bytes.getvalue(), np.uint8)


def column_writer(column: Any) -> NumberWriter | BlobWriter:
    """Return a writer for the values of a column."""
    if type(column) is columns.NumericColumn:
        return NumberWriter(_DTYPES[column._typecode], column.default_value())
    return BlobWriter(column)


class NumberReader(columns.ColumnReader):  # type: ignore[misc]  # Whoosh has no types
    """Reads a column of numbers."""

    def __init__(self, numbers: Array, default: float) -> None:
        self._numbers = numbers
        self._default = default
        self._reverse = False

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, docnum: int) -> float:
        # If other segments lack the column, Whoosh asks this reader for the values of their articles.
        if not 0 <= docnum < len(self._numbers):
            return self._default
        number: float = self._numbers[docnum].item()
        return number

    def __iter__(self) -> Iterator[float]:
        return iter(self._numbers.tolist())

    def sort_key(self, docnum: int) -> float:
        return 0 - self[docnum] if self._reverse else self[docnum]

    def set_reverse(self) -> None:
        self._reverse = True


class PlainValuesColumn(columns.WrappedColumn):  # type: ignore[misc]  # Whoosh has no types
    """Replaces Whoosh's PickleColumn: values are written by ``pack_value``."""

    def default_value(self, reverse: bool = False) -> None:
        return None

    class Writer(columns.WrappedColumnWriter):  # type: ignore[misc]  # Whoosh has no types
        """Writes values into a column of bytes; None as no bytes."""

        def add(self, docnum: int, value: Any) -> None:
            self._child.add(docnum, b"" if value is None else pack_value(value))

    class Reader(columns.WrappedColumnReader):  # type: ignore[misc]  # Whoosh has no types
        """Reads values from a column of bytes."""

        def __getitem__(self, docnum: int) -> Any:
            packed = self._child[docnum]
            return unpack_value(packed) if packed else None

        def __iter__(self) -> Iterator[Any]:
            return (self[docnum] for docnum in range(len(self)))


def without_pickles(column: Any) -> Any:
    """Return the column, or one that replaces it if Whoosh would load pickles to read it."""
    if isinstance(column, columns.PickleColumn):
        return PlainValuesColumn(without_pickles(column._child))
    if isinstance(column, columns.CompressedBlockColumn):
        # The header of each block of this column is a pickle.
        return columns.VarBytesColumn()
    return column

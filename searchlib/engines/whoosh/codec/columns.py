"""Write and read what Whoosh keeps of each article in columns."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from whoosh import columns
from whoosh.compat import BytesIO
from whoosh.filedb.structfile import StructFile

from searchlib.engines.whoosh.codec.values import pack_value, unpack_value
from searchlib.engines.whoosh.format.arrays import Array

_CODES: Mapping[str, Any] = {
    "i1": "b",
    "u1": "B",
    "i2": "h",
    "u2": "H",
    "i4": "i",
    "u4": "I",
    "i8": "q",
    "u8": "Q",
    "f4": "f",
    "f8": "d",
}
_FORMS = {code: form for form, code in _CODES.items()} | {"l": "i4", "L": "u4"}
"""The type of an array for each type code of Whoosh's columns, whose numbers are of standard size."""


class NumberWriter:
    """Gathers a column of numbers of one type, one for each article: the default where none was given."""

    def __init__(self, form: str, default: float) -> None:
        self._form = form
        self._default = default
        self._numbers: array[Any] = array(_CODES[form])

    @classmethod
    def of(cls, column: columns.NumericColumn) -> NumberWriter:
        """What gathers the numbers of a column of Whoosh's."""
        return cls(_FORMS[column._typecode], column.default_value())

    def add(self, docnum: int, number: float) -> None:
        """Set the number of an article, the last or a later one."""
        self._fill(docnum)
        del self._numbers[docnum:]
        self._numbers.append(number)

    def finish(self, articles: int) -> Array:
        """The column of so many articles."""
        self._fill(articles)
        return np.frombuffer(self._numbers, f"={self._form}")

    def _fill(self, articles: int) -> None:
        self._numbers.extend([self._default] * (articles - len(self._numbers)))


class BlobWriter:
    """Gathers a column of any other kind, by Whoosh's own writer for it."""

    def __init__(self, column: Any) -> None:
        self._bytes = BytesIO()
        self._writer = without_pickles(column).writer(StructFile(self._bytes))

    def add(self, docnum: int, value: Any) -> None:
        """Set the value of an article, the next or a later one."""
        self._writer.add(docnum, value)

    def finish(self, articles: int) -> Array:
        """The column of so many articles as bytes."""
        self._writer.finish(articles)
        return np.frombuffer(self._bytes.getvalue(), np.uint8)


def column_writer(column: Any) -> NumberWriter | BlobWriter:
    """What gathers the values of a column."""
    return NumberWriter.of(column) if type(column) is columns.NumericColumn else BlobWriter(column)


class NumberReader(columns.ColumnReader):  # type: ignore[misc]  # Whoosh has no types
    """A column of numbers, as Whoosh reads it."""

    def __init__(self, numbers: Array, default: float) -> None:
        self._numbers = numbers
        self._default = default
        self._reverse = False

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, docnum: int) -> float:
        # Whoosh asks the column of one segment for articles of the segments beside it, if these have no such column.
        if not 0 <= docnum < len(self._numbers):
            return self._default
        number: float = self._numbers[docnum].item()
        return number

    def __iter__(self) -> Iterator[float]:
        return iter(self._numbers.tolist())

    def sort_key(self, docnum: int) -> float:
        return 0 - self[docnum] if self._reverse else self[docnum]

    def load(self) -> list[float]:
        return list(self)

    def set_reverse(self) -> None:
        self._reverse = True


class PlainValuesColumn(columns.WrappedColumn):  # type: ignore[misc]  # Whoosh has no types
    """Takes the place of Whoosh's PickleColumn: values are written as ``values`` does, and never loaded as pickles."""

    def default_value(self, reverse: bool = False) -> None:
        return None

    class Writer(columns.WrappedColumnWriter):  # type: ignore[misc]  # Whoosh has no types
        """Writes values into a column of bytes; nothing for None."""

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
    """The column, or what takes its place if Whoosh would load a pickle to read it."""
    if isinstance(column, columns.PickleColumn):
        return PlainValuesColumn(without_pickles(column._child))
    if isinstance(column, columns.CompressedBlockColumn):
        # Its blocks have pickles for heads.
        return columns.VarBytesColumn()
    return column
